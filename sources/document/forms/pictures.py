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
from PIL import Image, ImageOps

from sources.document.errors import UnreadableDocument

Grey = NDArray[np.uint8]

#: forms that are read, as pillow names them; no other of its decoders is started on bytes from the web
FORMS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")
#: pixels of one page: A3 at 400 dpi has 31 million, A4 at 600 dpi 35 million
_MOST_PIXELS = 45_000_000
#: pixels of a file's pages together, and their number: bounds the time
_MOST_PIXELS_IN_ALL, _MOST_PAGES = 600_000_000, 200
#: pixels of a page's shorter side above which it is halved: its lines are higher than recognition has use for
_WIDEST = 3_600
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
    spent = 0
    for number in range(_MOST_PAGES + 1):
        # opened anew for each page, so that nothing of it is held while its page is read
        with Image.open(io.BytesIO(data), formats=FORMS) as picture:
            if number >= (getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1):
                return  # in other forms, what follows is an animation or a thumbnail
            picture.seek(number)
            width, height = picture.size
            spent += width * height
            if width * height > _MOST_PIXELS:
                raise UnreadableDocument(
                    "hostile", f"a page of the picture has {width}×{height} pixels: scan it at 300 dpi, page by page"
                )
            if spent > _MOST_PIXELS_IN_ALL or number == _MOST_PAGES:
                raise UnreadableDocument("hostile", "the picture has more pages than a report has: not read")
            if min(width, height) < _SMALLEST:
                raise UnreadableDocument("unreadable", f"the picture has {width}×{height} pixels: no text fits on it")
            page = np.array(_upright_grey(picture))
        yield page


def _upright_grey(frame: Image.Image) -> Image.Image:
    if frame.format == "JPEG" and min(frame.size) > _WIDEST:
        frame.draft("L", (_WIDEST // 2, _WIDEST // 2))  # decoded at the smaller scale
    if frame.mode.startswith("I;16") or frame.mode in ("I", "F"):
        grey = _stretched(frame)
    elif frame.mode in ("RGBA", "LA", "PA") or "transparency" in frame.info:
        clear = frame if frame.mode in ("RGBA", "LA") else frame.convert("RGBA")
        grey = Image.new("L", clear.size, 255)
        grey.paste(clear.convert("L"), mask=clear.getchannel("A"))
    else:
        grey = frame.convert("L")
    factor = -(-min(grey.size) // _WIDEST)
    return ImageOps.exif_transpose(grey.reduce(factor) if factor > 1 else grey)


def _stretched(frame: Image.Image) -> Image.Image:
    """Return a picture of 16 or 32 bits a pixel in 8 bits, from its darkest value to its lightest."""
    values = np.nan_to_num(np.asarray(frame, dtype=np.float32), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255.0 / max(high - low, 1e-6))).astype(np.uint8))
