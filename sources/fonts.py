"""The one Chinese font that everything of ours uses, and where its file is.

What belongs here: finding the file. What does not: what draws or measures with it. Neither a picture nor the reading of
a PDF may depend on the fonts of a machine, so nothing here asks the machine: the file comes with a dependency.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

FILE_NAME = "NotoSansSC-Regular.otf"
PACKAGE = "pylopdf_fonts_zh_cn"


def font_file() -> Path:
    """Return the font's file (SIL Open Font License). Raises FileNotFoundError with the remedy if it isn't there."""
    # found by its specification: nothing of the package need be loaded
    spec = find_spec(PACKAGE)
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / FILE_NAME
        if path.is_file():
            return path
    raise FileNotFoundError(f"the font {FILE_NAME} of the package {PACKAGE} is missing; install baogao anew")
