"""The version of the document rules: apart from them, for who asks which rules there are and reads no document.

What does not belong here: any rule. How a version is made: ``sources/meaning.py``.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from sources.document.forms.recognisable import ocr_version
from sources.meaning import version_of

_HERE = Path(__file__).resolve().parent
#: what a row of `reports` depends on besides this package
_FURTHER = (
    "fonts.py",
    "report_ids.py",
    "registry/addresses.py",
    "registry/regions.py",
)
_SUFFIXES_OF_DATA = (".yaml", ".csv")


@lru_cache(maxsize=1)
def parser_version() -> str:
    """Return a hash of what the rules and data mean that rows of `reports` are made by: see ``meaning.py``."""
    modules = [*_HERE.rglob("*.py"), *(_HERE.parent / name for name in _FURTHER)]
    data = [*_HERE.rglob("*"), *(_HERE.parent / "registry").iterdir()]
    # a picture that was refused is read again when OCR is installed, and read anew by other models
    return version_of(modules, [path for path in data if path.suffix in _SUFFIXES_OF_DATA], ocr_version())
