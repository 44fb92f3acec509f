"""Why a published cell differs from the former release's: the first cause that can be shown, else the reading."""

from __future__ import annotations

import pytest

from orchestration.release.changes import Cell, cause

PLAIN, CORRECTED = Cell("5", "r1", "aa", False), Cell("6", "r1", "aa", True)
OTHER_REPORT = Cell("7", "r2", "bb", False)
#: report → hash of its page, as releases knew them
ONE, BOTH, NEWER, OTHER = {"r1": "aa"}, {"r1": "aa", "r2": "bb"}, {"r1": "cc"}, {"r2": "bb"}


@pytest.mark.parametrize(
    ("before", "after", "old", "new", "why"),
    [
        (PLAIN, CORRECTED, ONE, ONE, "correction"),
        (CORRECTED, PLAIN, ONE, ONE, "correction"),
        (None, CORRECTED, ONE, ONE, "correction"),
        (CORRECTED, None, ONE, {}, "correction"),
        (None, PLAIN, {}, ONE, "new source"),
        (PLAIN, OTHER_REPORT, ONE, BOTH, "new source"),
        (PLAIN, None, ONE, {}, "source left"),
        (PLAIN, OTHER_REPORT, BOTH, OTHER, "source left"),
        (PLAIN, PLAIN, ONE, NEWER, "changed page"),
        (PLAIN, None, ONE, NEWER, "changed page"),
        (OTHER_REPORT, PLAIN, BOTH, {"r1": "aa", "r2": "dd"}, "changed page"),
        (PLAIN, None, ONE, ONE, "parser"),
        (None, PLAIN, ONE, ONE, "parser"),
        (PLAIN, OTHER_REPORT, BOTH, BOTH, "parser"),
        (CORRECTED, CORRECTED, ONE, ONE, "parser"),
    ],
)
def test_the_cause_of_a_change(
    before: Cell | None, after: Cell | None, old: dict[str, str], new: dict[str, str], why: str
) -> None:
    assert cause(before, after, old, new) == why
