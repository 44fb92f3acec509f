"""The one Chinese font that everything of ours uses, and where its file is.

What belongs here: finding the file. What does not: what draws or measures with it. Neither a picture nor the reading of
a PDF may depend on the fonts of a machine, so nothing here asks the machine: the file comes with a dependency.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

FILE_NAME = "NotoSansCJKsc-Regular.otf"


def font_file() -> Path:
    """Return the font's file (SIL Open Font License). Raises FileNotFoundError with the remedy if it isn't there."""
    # found by its specification: importing the package would load matplotlib
    spec = find_spec("mplfonts")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "fonts" / FILE_NAME
        if path.is_file():
            return path
    raise FileNotFoundError(f"the font {FILE_NAME} of the package mplfonts is missing; install it anew: make clean run")
