"""Recognition of pictures before any is looked at: whether the extra ``[ocr]`` is there, and how long it takes.

What belongs here: what a process asks that reads texts and web pages, so nothing of numpy or of pictures. What does
not: reading them (``ocr.py``).
"""

from __future__ import annotations

import re
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from sources.document.forms.sniff import is_picture

REMEDY = 'pip install "baogao[ocr]"; or read the text elsewhere'
#: seconds that a file may need: for a picture, which may have many pages, for each page of a PDF, and for all of them
_A_PICTURE, _A_PAGE, _AT_MOST = 240.0, 10.0, 900.0
_IMAGES = re.compile(rb"/Subtype\s*/Image\b")


def ocr_installed() -> bool:
    """Tell whether the optional extra is there; nothing of it is loaded."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


def ocr_version() -> str:
    """Return the versions that a reading depends on, empty where the extra is not there."""
    if not ocr_installed():
        return ""
    return " ".join(f"{name} {version(name)}" for name in ("rapidocr", "onnxruntime"))


def seconds_needed(path: Path) -> float:
    """Return how many seconds recognition of a file may take, 0.0 where none will be tried."""
    if not ocr_installed():
        return 0.0
    with path.open("rb") as file:
        head = file.read(1_024)
        if is_picture(head):
            return _A_PICTURE
        if b"%PDF-" not in head:
            return 0.0
        # a picture's entry is never inside of what a PDF compresses; one with a text layer needs no more for it
        return min(_AT_MOST, _A_PAGE * len(_IMAGES.findall(head + file.read())))
