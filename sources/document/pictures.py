"""Picture files to grey pages, by pillow: bounded before anything is decoded.

What belongs here: frames, orientation, transparency, depths of colour, and how large a picture may be. What does not:
what is written on it (``ocr.py``).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence

from sources.document.errors import UnreadableDocument

Grey = NDArray[np.uint8]

#: forms that are read, as pillow names them; no other of its decoders is started on bytes from the web
FORMS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
#: pixels of one page: A3 at 400 dpi has 31 million, A4 at 600 dpi 35 million
_MOST_PIXELS = 45_000_000
#: pixels of a file's pages together, and their number: bounds the time
_MOST_PIXELS_IN_ALL, _MOST_PAGES = 600_000_000, 200
#: width in pixels above which a page is halved: lines of a page so wide are higher than recognition has use for
_WIDEST = 5_000
#: a picture smaller than this holds no line of text
_SMALLEST = 12


def picture_pages(data: bytes) -> Iterator[Grey]:
    """Yield the pages of a picture file as grey arrays (height, width), 0 black to 255 white, upright.

    Raises UnreadableDocument: `unreadable` where it is damaged or too small, `hostile` where it is too large.
    """
    with warnings.catch_warnings():
        # a size that pillow warns of is refused or allowed here; what it says of odd metadata is nobody's concern
        warnings.simplefilter("ignore")
        try:
            yield from _pages(data)
        except UnreadableDocument:
            raise
        except (MemoryError, Image.DecompressionBombError) as error:
            raise UnreadableDocument("hostile", "the picture needs more memory than a page does: not read") from error
        except Exception as error:  # whatever pillow's decoders raise on damaged bytes
            raise UnreadableDocument("unreadable", f"the picture is damaged ({error}): get it again") from error


def _pages(data: bytes) -> Iterator[Grey]:
    with Image.open(io.BytesIO(data), formats=FORMS) as picture:
        spent = 0
        for number, frame in enumerate(ImageSequence.Iterator(picture), start=1):
            if number > 1 and picture.format != "TIFF":
                return  # what follows is an animation or a thumbnail, no further page
            width, height = frame.size
            spent += width * height
            if width * height > _MOST_PIXELS:
                raise UnreadableDocument(
                    "hostile", f"a page of the picture has {width}×{height} pixels: scan it at 300 dpi, page by page"
                )
            if spent > _MOST_PIXELS_IN_ALL or number > _MOST_PAGES:
                raise UnreadableDocument("hostile", "the picture has more pages than a report has: not read")
            if min(width, height) < _SMALLEST:
                raise UnreadableDocument("unreadable", f"the picture has {width}×{height} pixels: no text fits on it")
            yield np.asarray(_upright_grey(frame))


def _upright_grey(frame: Image.Image) -> Image.Image:
    if frame.format == "JPEG" and frame.size[0] > _WIDEST:
        frame.draft("L", (_WIDEST // 2, _WIDEST // 2))  # decoded at the smaller scale
    if frame.mode.startswith("I;16") or frame.mode in ("I", "F"):
        grey = _stretched(frame)
    elif frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        clear = frame.convert("RGBA")
        paper = Image.new("RGBA", clear.size, "white")
        grey = Image.alpha_composite(paper, clear).convert("L")
    else:
        grey = frame.convert("L")
    turned = ImageOps.exif_transpose(grey)
    factor = -(-turned.size[0] // _WIDEST)
    return turned.reduce(factor) if factor > 1 else turned


def _stretched(frame: Image.Image) -> Image.Image:
    """Return a picture of 16 or 32 bits a pixel in 8 bits, from its darkest value to its lightest."""
    values = np.nan_to_num(np.asarray(frame, dtype=np.float32))
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255.0 / max(high - low, 1e-6))).astype(np.uint8))
