"""Several documents in one file: where each of them begins.

What belongs here: finding the title lines of a gazette's documents and the faces of reports. What does not: what kind
each document is.

A document of a gazette opens with its title on one to four short lines, followed by the line that says when it was
given or passed: `——2031年1月10日在…会议上`, `（2031年1月12日…通过）`. A text or a web page that holds the reports of
several places or years is parted where another speaker greets his congress; a report that stands there twice is not.
"""

from __future__ import annotations

import re

from sources.document.genre import MARKER, SALUTATION, is_body, n_chinese
from sources.document.identity.clocks import YEAR, find_dates, to_year
from sources.document.identity.news import is_news
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
#: Chinese characters of a document, and paragraphs of a story, below which there is none
_FEWEST_CHARACTERS, _FEWEST_SENTENCES = 200, 2
_REPORT = re.compile(r"工作报告")
_OPENING = re.compile(r"代表[\u4e00-\u9fff]{0,20}?(?:人民政府|政府|管委会|管理委员会)[^。]{0,30}?(?:报告|审议)")
_YEAR_OF_HEADING = re.compile(YEAR + "年[^。]{0,14}(?:回顾|总结|情况|工作|任务|目标)")
#: the place in a title, and the speaker's name
_TITLED = re.compile(
    r"([\u4e00-\u9fff]{2,12}?[省市县区州盟旗])(?:人民)?(?:政府)?(?:(?:19|20)\d\d年)?(?:人民)?政府工作报告"
)
_SPEAKER = re.compile(r"[省市区县州盟旗]长[：:]?([\u4e00-\u9fff]{2,3})(?=各位|同志|现在|[（(]|$)")
#: a report's title of its own place as a line by itself, in the midst of a text
_BARE_TITLE = re.compile(
    r"^[\u4e00-\u9fff]{2,12}?[省市县区州盟旗](?:人民政府)?(?:(?:19|20)\d\d年)?(?:人民)?政府工作报告(?:[（(][^）)]{1,12}[）)])?$"
)
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

    A report begins with its face (the short lines above the salutation, or above the sentence in which somebody speaks
    for a government). Two of them part a text only where they name other dates, places or speakers. News before a
    report's face is a document of its own.
    """
    texts = ["".join(line.text.split()) for line in lines]
    starts: list[int] = []
    told: list[str] = []
    for at in _beginnings(texts):
        start = _face_start(texts, at)
        face = "".join(texts[start:at])
        said = face + _spoken_for(texts, at) + "".join(_years_of_headings(texts, at))
        if starts and (start <= starts[-1] or not _REPORT.search(face) or _alike(said, told)):
            continue
        if not starts and start and not _is_story(texts[:start]):
            start = 0
        starts.append(start)
        told.append(said)
    starts = _without_scraps([0, *starts] if starts and starts[0] else starts, texts)
    if len(starts) < 2:
        return [(None, lines)]
    ends = [*starts[1:], len(lines)]
    titles = [_title(texts, start) for start in starts]
    return [(title, lines[a:b]) for title, a, b in zip(titles, starts, ends, strict=True)]


def _is_story(texts: list[str]) -> bool:
    """Tell whether what stands before a report's face is news of its own, and not the page's head."""
    return sum(is_body(text) for text in texts) >= _FEWEST_SENTENCES and is_news("".join(texts))


def _without_scraps(starts: list[int], texts: list[str]) -> list[int]:
    """Drop the starts behind parts that are too short for a document: a page's head, a title by itself."""
    kept: list[int] = []
    for at, start in enumerate(starts):
        end = starts[at + 1] if at + 1 < len(starts) else len(texts)
        if kept and n_chinese("".join(texts[kept[-1] : start])) < _FEWEST_CHARACTERS:
            continue
        if at and n_chinese("".join(texts[start:end])) < _FEWEST_CHARACTERS:
            continue
        kept.append(start)
    return kept


def _beginnings(texts: list[str]) -> list[int]:
    """Return the lines with which reports begin: salutations before an opening, openings without one, bare titles."""
    found = []
    for at, text in enumerate(texts):
        greets = SALUTATION.match(text) and _opens(texts, at)
        speaks = _OPENING.search(text[:60]) and not any(SALUTATION.match(t) for t in texts[max(0, at - 3) : at + 1])
        titled = at and _BARE_TITLE.match(text) and any(len(t) >= 40 for t in texts[at + 1 : at + 4])
        if greets or speaks or titled:
            found.append(at + 1 if titled else at)
    return found


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
    """Tell whether a face contradicts no earlier one: no other place, day, year or speaker where both name one."""
    return any(not _differ(_facts(said), _facts(other)) for other in told)


def _differ(one: dict[str, set[str]], other: dict[str, set[str]]) -> bool:
    return any(
        one[what] and other[what] and not any(a.endswith(b) or b.endswith(a) for a in one[what] for b in other[what])
        for what in one
    )


def _facts(face: str) -> dict[str, set[str]]:
    return {
        "place": {*_SPEAKS_FOR.findall(face), *_TITLED.findall(face)},
        "day": {day.isoformat() for day, _ in find_dates(face)},
        "year": {str(to_year(year)) for year in _YEAR_OF_HEADING.findall(face)},
        "speaker": set(_SPEAKER.findall(face)),
    }


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
