"""Lines of print found on a grey page and read, by the PP-OCR models that the package rapidocr carries.

What belongs here: calling the models (detection of boxes, recognition of a line's characters), and how much memory
and how many threads they take. What does not: the order of lines (``layout.py``), what two readings of a line agree on
(``twice.py``). Nothing is fetched: the models are files of the package, and a missing one is an error.
"""

from __future__ import annotations

import ctypes
import math
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sources.document.forms.pictures import Grey

#: corners of a line's place on the page, clockwise from the top left, (4, 2) in pixels
Quad = NDArray[np.float32]

#: pixels of the longer side of what detection sees; the memory that it takes grows with its square
_SIDE = 1_120
_DETECTION, _RECOGNITION = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
#: a line's width in heights above which it is squeezed: two pages side by side have 60 characters a line
_LONGEST = 80.0
_FEWEST_PIXELS = 4
#: how far recognition steps along a line, in heights of it: 8 pixels of 48
_COLUMN = 1 / 6
#: of malloc.h: from which size on blocks are mapped, and unmapped when they are freed; how many heaps there may be
_M_MMAP_THRESHOLD, _M_ARENA_MAX = -3, -8
_BLAS_THREADS = "OPENBLAS_NUM_THREADS"


@dataclass(frozen=True)
class Reading:
    """A line's text and, per character, how sure the model is of it (0 to 1) and where it saw it.

    Places are in heights of the line, from its left end, NaN for a space.
    """

    text: str
    confidences: tuple[float, ...]
    places: tuple[float, ...] = ()

    @property
    def confidence(self) -> float:
        return sum(self.confidences) / len(self.confidences) if self.confidences else 0.0


@cache
def engine() -> tuple[Any, Any]:
    """Return the detector and the recogniser, one thread each: documents are read side by side in processes."""
    _give_memory_back()
    with _one_thread():
        import cv2
    from rapidocr import RapidOCR
    from rapidocr.ch_ppocr_det import TextDetector
    from rapidocr.ch_ppocr_rec import TextRecognizer

    cv2.setNumThreads(1)
    spec = find_spec("rapidocr")
    folders = spec.submodule_search_locations if spec else None
    models = Path(next(iter(folders or ["."]))) / "models"
    for name in (_DETECTION, _RECOGNITION):
        if not (models / name).is_file():  # else rapidocr would fetch it
            raise FileNotFoundError(f'the package rapidocr lacks its model {name}: pip install "baogao[ocr]" anew')
    params = {
        "Global.log_level": "critical",
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.model_path": str(models / _DETECTION),
        "Det.limit_type": "max",
        "Det.limit_side_len": _SIDE,
        "Rec.model_path": str(models / _RECOGNITION),
        # one line at a time: in a batch the padding, and with it a reading, depends on the other lines
        "Rec.rec_batch_num": 1,
    }
    config = RapidOCR(params=params).cfg
    for part in (config.Det, config.Rec):
        part.engine_cfg = config.EngineConfig[part.engine_type.value]
        part.model_root_dir = models
    config.Rec.font_path = config.Global.font_path
    return TextDetector(config.Det), TextRecognizer(config.Rec)


def _give_memory_back() -> None:
    """Have the C library return large blocks to the system when they are freed, not keep them for later.

    By itself it raises the size from which it does so to 32 MB, after which a process that has read one page keeps
    400 MB of its address space, which is limited, in pieces that the next page does not fit into. Where the library is
    not that of GNU, nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, 1 << 17)
        mallopt(_M_ARENA_MAX, 1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have a library that brings its own OpenBLAS load it for one thread: each reserves 40 MB, and none has work."""
    before = os.environ.get(_BLAS_THREADS)
    os.environ[_BLAS_THREADS] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_BLAS_THREADS]
        else:
            os.environ[_BLAS_THREADS] = before


def _run(model: Any, given: Any) -> Any:
    """Return what a model makes of a picture. Raises MemoryError where it has too little memory, as pillow does."""
    import cv2

    try:
        return model(given)
    except cv2.error as error:
        if error.code == cv2.Error.StsNoMem:
            raise MemoryError(str(error)) from error
        raise
    except Exception as error:
        if "bad_alloc" in str(error) or "Failed to allocate" in str(error):  # rapidocr hands on text alone
            raise MemoryError("recognition ran out of memory") from error
        raise


def find_lines(page: Grey) -> list[Quad]:
    """Return the places of printed lines, or of pieces of them, in no order."""
    import cv2

    scale = min(1.0, _SIDE / max(page.shape))
    small = page
    if scale < 1.0:
        size = (max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale)))
        small = np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    found = _run(engine()[0], cv2.cvtColor(small, cv2.COLOR_GRAY2RGB))
    if found.boxes is None:
        return []
    ratio = np.array([page.shape[1] / small.shape[1], page.shape[0] / small.shape[0]], dtype=np.float32)
    return [np.asarray(box, dtype=np.float32) * ratio for box in found.boxes]


def cut_out(page: Grey, quad: Quad) -> Grey:
    """Return the part of a page inside a quad, turned level. What lies outside of the page is its nearest pixel."""
    import cv2

    width = max(_FEWEST_PIXELS, round(float(max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[3] - quad[2])))))
    height = max(
        _FEWEST_PIXELS, round(float(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2]))))
    )
    width = min(width, round(_LONGEST * height))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    cut = cv2.warpPerspective(page, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, dtype=np.uint8)


def read_line(line: Grey) -> Reading:
    """Return what stands on the picture of one line."""
    import cv2
    from rapidocr.ch_ppocr_rec import TextRecInput

    result = _run(engine()[1], TextRecInput(img=[cv2.cvtColor(line, cv2.COLOR_GRAY2RGB)], return_word_box=True))
    text = result.txts[0]
    details = result.word_results[0]
    confidences = details.confs or ()
    if len(confidences) != len(text):  # nothing was read
        return Reading("", ())
    columns = iter([column for word in details.word_cols or () for column in word])
    places = tuple(math.nan if c.isspace() else next(columns, math.nan) * _COLUMN for c in text)
    return Reading(text, tuple(float(c) for c in confidences), places)
