"""The one Chinese font of every picture: how each drawing library, and a browser, learns of it.

What belongs here: registering it. What does not: where its file is (``sources/fonts.py``), pictures.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sources.fonts import FILE_NAME, font_file

FAMILY = "Noto Sans SC"
# the name under which pages of ours declare the file, for browsers that have no Chinese font of their own
WEB_FAMILY = "Baogao CJK"
# blanks of the right width until then (``dashboard/style.css``)
WIDTH_FAMILY = "Baogao Width"
ON_SCREEN = f"Source Sans, {WEB_FAMILY}, {WIDTH_FAMILY}, sans-serif"


@cache
def font_folder() -> Path:
    """Return a folder that holds this font and no other; it goes when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="baogao-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    shutil.copyfile(font_file(), folder / FILE_NAME)
    return folder


def browser_environment() -> dict[str, str]:
    """Return the variable by which a browser finds the font on pages that declare none, beside the machine's own."""
    settings = font_folder() / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n'
        '<fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{font_folder()}</dir></fontconfig>\n",
        encoding="utf-8",
    )
    return {"FONTCONFIG_FILE": str(settings)}


@cache
def use_in_vega() -> str:
    """Make the font known to vl-convert in this process; return its family name, which charts then have to name."""
    import vl_convert

    vl_convert.register_font_directory(str(font_folder()))
    return FAMILY
