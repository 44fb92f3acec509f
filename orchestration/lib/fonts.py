"""The one Chinese font of every picture: where its file is, and how each drawing library learns of it.

What belongs here: finding the font and registering it. What does not: pictures. Chinese text must never come out as
boxes on a machine without Chinese fonts, so nothing here asks the machine: the file comes with a dependency.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

FAMILY = "Noto Sans CJK SC"
FILE_NAME = "NotoSansCJKsc-Regular.otf"
# the name under which pages of ours declare the file, for browsers that have no Chinese font of their own
WEB_FAMILY = "Baogao CJK"
# blanks of the right width until then (``orchestration/dashboard/style.css``)
WIDTH_FAMILY = "Baogao Width"
ON_SCREEN = f"Source Sans, {WEB_FAMILY}, {WIDTH_FAMILY}, sans-serif"


def font_file() -> Path:
    """Return the font's file (SIL Open Font License). Raises FileNotFoundError with the remedy if it isn't there."""
    # found by its specification: importing the package would load matplotlib
    spec = find_spec("mplfonts")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "fonts" / FILE_NAME
        if path.is_file():
            return path
    raise FileNotFoundError(f"the font {FILE_NAME} of the package mplfonts is missing; install it anew: make clean run")


@cache
def font_folder() -> Path:
    """Return a folder that holds this font and no other; it goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="baogao-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copyfile(font_file(), folder / FILE_NAME)
    return folder


@cache
def use_in_vega() -> str:
    """Make the font known to vl-convert in this process; return its family name, which charts then have to name."""
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    return FAMILY
