"""Several documents in one file: where each of them begins.

What belongs here: finding the title lines of a gazette's documents. What does not: what kind each document is.

A document of a gazette opens with its title on one to four short lines, followed by the line that says when it was
given or passed: `——2031年1月10日在…会议上`, `（2031年1月12日…通过）`.
"""

from __future__ import annotations

import re

from sources.document.genre import MARKER, SALUTATION, is_body
from sources.document.traced import Traced

_GIVEN = re.compile(
    r"^[\s—―－（(-]*(?:(?:19|20)\d{2}|二[〇○０0零]\S{2})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
_PASSED = re.compile(r"^[\s（(—―-]*\S{4,40}(?:会议|大会)\S{0,12}(?:通过|批准|上)[）)]?$")
_TITLE_END = re.compile(
    r"(?:报告|决议|决定|公告|公报|通知|说明|意见|办法|规定|条例|名单|致辞|讲话)(?:[（(].{1,8}[）)])?$"
)
_LEADERS = re.compile(r"[.．…·]{6,}")
_MOST_TITLE_LINES = 4


def split_parts(lines: list[Traced]) -> list[tuple[str | None, list[Traced]]]:
    """Return title and lines of each document; one pair without a title where there is but one document.

    What stands before the first title (cover, contents) is dropped where there are several.
    """
    starts: list[int] = []
    titles: list[str] = []
    for index, line in enumerate(lines):
        if index and (_GIVEN.match(line.text) or _PASSED.match(line.text)):
            start = _title_start(lines, index, starts[-1] + 2 if starts else 0)
            if start is not None:
                starts.append(start)
                titles.append(re.sub(r"\s", "", "".join(part.text for part in lines[start:index])))
    if len(starts) < 2:
        return [(None, lines)]
    ends = [*starts[1:], len(lines)]
    return [(title, lines[a:b]) for title, a, b in zip(titles, starts, ends, strict=True)]


def _title_start(lines: list[Traced], given: int, lowest: int) -> int | None:
    """Return where the title above the line `given` begins, None where there is none."""
    first = given
    for index in range(given - 1, max(lowest, given - _MOST_TITLE_LINES) - 1, -1):
        text = lines[index].text.strip()
        if is_body(text) or len(text) > 40 or MARKER.match(text) or SALUTATION.match(text) or _LEADERS.search(text):
            break
        if re.search(r"[。！？；：，…”]$", text):
            break
        first = index
    title = "".join(line.text.strip() for line in lines[first:given])
    return first if first < given and _TITLE_END.search(title.replace(" ", "")) else None
