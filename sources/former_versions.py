"""What the scheme before called versions of rules, by the names that ``meaning.py`` gives the same rules.

The scheme before hashed the bytes of every module, so that a home made by it would be read anew for nothing. A version
that is listed here goes by its former name as long as the rules mean the same. With a change of their meaning its line
does nothing any more, and can go; with the last line this module and ``benchmarks/former_versions.py``, which prints
them.
"""

from __future__ import annotations

FORMER: dict[str, str] = {
    "e58e4508322d": "58b8602b22af",  # parser
    "2d09b14653e2": "70212c478e6f",  # parser, without OCR
    "f59c1258e5a1": "a141ddcdbcaf",  # rules
    "ce5a38a3acb7": "e4c0791d66cc",  # lexicon
    "0fb7a6851ef0": "",  # segmentation
    "a2d243fefff2": "c189df9a540a426dddb4342767441168ad4a53018a464da320a936b3e683d526",  # registry
}
