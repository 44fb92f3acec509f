"""Several documents in one file: where each of them begins.

What belongs here: finding the title lines of a gazette's documents. What does not: what kind each document is.

A document of a gazette opens with its title on one to four short lines, followed by the line that says when it was
given or passed: `——2031年1月10日在…会议上`, `（2031年1月12日…通过）`. A text or a web page that holds the reports of
several places or years is parted where another speaker greets his congress; a report that stands there twice is not.
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
_MOST_FACE_LINES = 7
_REPORT = re.compile(r"工作报告")
_OPENING = re.compile(r"代表[\u4e00-\u9fff]{0,20}?(?:人民政府|政府|管委会|管理委员会)[^。]{0,30}?(?:报告|审议)")
_DAY = re.compile(
    r"(?:19|20)\d{2}年\d{1,2}月\d{1,2}日|二[〇○0零][〇○0零一二三四五六七八九]{2}年[一二三四五六七八九十]{1,2}月"
)
_YEAR_OF_HEADING = re.compile(r"((?:19|20)\d{2})年(?:[^。]{0,14}(?:回顾|总结|情况|工作|任务|目标))")
#: the place of a meeting, of a speaker or of a government spoken for
_SPEAKS_FOR = re.compile(
    r"(?:(?<=代表)|(?<=在)|(?<=日)|(?<=上))([\u4e00-\u9fff]{2,12}?[省市县区州盟旗])(?=第?[一二三四五六七八九十]{1,3}届|人民政府)"
)


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


def split_reports(lines: list[Traced]) -> list[tuple[str | None, list[Traced]]]:
    """Return title and lines of each report of a text or page; one pair without a title where there is but one.

    A report begins with its face (the short lines above the salutation). Two of them part a text only where they name
    other dates or places.
    """
    texts = ["".join(line.text.split()) for line in lines]
    greeted = [at for at, text in enumerate(texts) if SALUTATION.match(text) and _opens(texts, at)]
    if len(greeted) < 2:
        return [(None, lines)]
    starts: list[int] = []
    told: list[str] = []
    for at in greeted:
        start = _face_start(texts, at)
        said = "".join(texts[start:at]) + _spoken_for(texts, at) + "".join(_years_of_headings(texts, at))
        if starts and (not _REPORT.search("".join(texts[start:at])) or _alike(said, told)):
            continue
        starts.append(start)
        told.append(said)
    if len(starts) < 2:
        return [(None, lines)]
    ends = [*starts[1:], len(lines)]
    titles = [_title(texts, start) for start in starts]
    return [(title, lines[a:b]) for title, a, b in zip(titles, [0, *starts[1:]], ends, strict=True)]


def _opens(texts: list[str], at: int) -> bool:
    return any(_OPENING.search(text[:200]) for text in texts[at : at + 4])


def _spoken_for(texts: list[str], at: int) -> str:
    found = next((m for text in texts[at : at + 4] if (m := _OPENING.search(text[:200]))), None)
    return found[0] if found else ""


def _face_start(texts: list[str], greeted: int) -> int:
    """Return where the short lines above a salutation begin: no sentence, no heading of a body."""
    start = greeted
    while start and greeted - start < _MOST_FACE_LINES:
        above = texts[start - 1]
        if len(above) > 60 or above[-1:] in "。！？；" or (MARKER.match(above) and not _GIVEN.match(above)):
            break
        start -= 1
    return start


def _alike(said: str, told: list[str]) -> bool:
    """Tell whether a face names what an earlier one named: the same date and the same place."""
    return any(_facts(said) <= _facts(other) or _facts(other) <= _facts(said) for other in told)


def _facts(face: str) -> set[str]:
    return {*_DAY.findall(face), *_SPEAKS_FOR.findall(face), *_YEAR_OF_HEADING.findall(face)}


def _years_of_headings(texts: list[str], at: int) -> list[str]:
    """Return the headings with years that follow a salutation: 一、2012年工作回顾."""
    following = texts[at + 1 : at + _MOST_FACE_LINES * 2]
    return [text for text in following if len(text) <= 30 and _YEAR_OF_HEADING.search(text)]


def _title(texts: list[str], start: int) -> str | None:
    return next((text for text in texts[start : start + 3] if _REPORT.search(text)), None)


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
