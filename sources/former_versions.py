"""What the scheme before called versions of rules, by the names that ``meaning.py`` gives the same rules.

The scheme before hashed the bytes of every module, so that a home made by it would be read anew for nothing. A version
that is listed here goes by its former name as long as the rules mean the same. With a change of their meaning its line
does nothing any more, and can go; with the last line this module and ``benchmarks/former_versions.py``, which prints
them.
"""

from __future__ import annotations

FORMER: dict[str, str] = {
    "783c453d014d": "",  # segmentation, which was not told
}
