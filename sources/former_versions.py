"""What the scheme before called versions of rules, by the names that ``meaning.py`` gives the same rules.

The scheme before hashed the bytes of every module, so that a home made by it would be read anew for nothing. A version
that is listed here goes by its former name as long as the rules mean the same. With a change of their meaning its line
does nothing any more, and can go; with the last line this module and ``benchmarks/former_versions.py``, which prints
them.
"""

from __future__ import annotations

FORMER: dict[str, str] = {
    "5c85021a09ac": "c225e8e9690d",  # parser
    "fe89cc8f0197": "14837cfd167a",  # parser, without OCR
    "6ae5e1019afb": "d51b4075a774",  # rules
    "dd203c0e324c": "40c7b0fd5274",  # lexicon
    "783c453d014d": "",  # segmentation
    "4fd343a06868": "345c827f4ef2f0fd5ce0719e9d2fce4df5a60efa6c8c874a6499a3312f257470",  # registry
}
