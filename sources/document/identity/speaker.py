"""Who gave the report: the name beside the post on its face.

What belongs here: names of speakers. What does not: the region in the same line (``place.py``).
"""

from __future__ import annotations

import re

_POST = (
    r"(?:人民政府)?(?:代理|代|常务副|副)?"
    r"(?:省长|市长|区长|县长|州长|盟长|旗长|自治区主席|主席|管委会主任|新区主任|总理)"
)
_CHARACTER = r"[\u4e00-\u9fff]"
_NAME = rf"(?:{_CHARACTER}(?:[ \u3000]*{_CHARACTER}){{1,3}}?|{_CHARACTER}{{2,6}}[·•]{_CHARACTER}{{2,8}}?)"
_AFTER = re.compile(rf"{_POST}[：: \u3000]*(?P<name>{_NAME})(?=[ \u3000]*(?:同志|$|作|在|所作|代表|[（(]))", re.M)
_BEFORE = re.compile(rf"[日—\-　 ](?P<name>{_CHARACTER}{{2,3}})(?:代)?(?:省长|市长|区长|县长|州长|主席)(?=在|作)")
_FOR_GOVERNMENT = re.compile(rf"[。，](?P<name>{_CHARACTER}{{2,3}})(?:同志)?代表.{{0,20}}?政府(?:向大会)?(?:作|报告)")
_POST_ALONE = re.compile(rf"{_POST}[：: \u3000]*$")
_MEETING_ALONE = re.compile(r"会议上[）)]?[ \u3000]*$|大会上[）)]?[ \u3000]*$")
_NAME_LINE = re.compile(rf"^[ \u3000]*(?P<name>{_NAME})[ \u3000]*(?:同志)?$")
_NOT_A_NAME = re.compile(
    r"代表|同志|报告|政府|工作|会议|目录|来源|时间|作者|正文|大会|人民|回顾|同意|现在|委托|讲话|部分|注释|字体|打印"
)
_FACE_ENDS = re.compile(r"各位(?:人大)?代表|同志们[:：]")


def clean_name(words: str | None) -> str | None:
    """Return the name alone: 某县人民政府县长 王小明 → 王小明; None stays None."""
    if not words:
        return None
    flat = words.strip()
    match = _AFTER.search(flat)
    if match:
        return _plain(match["name"])
    name = re.split(_POST, flat)[-1].strip(" ：:　") or flat
    return _plain(name)


def find_speaker(text: str) -> str | None:
    """Return the speaker's name from the face of clean `text`, without inner spaces, or None."""
    cut = _FACE_ENDS.search(text)
    end = cut.start() if cut else 400
    lines = [line for line in text[max(0, end - 500) : end].splitlines() if line.strip()]
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else ""
        match = _AFTER.search(line) or _BEFORE.search(line) or _FOR_GOVERNMENT.search(line)
        if match is None and (_POST_ALONE.search(line) or _MEETING_ALONE.search(line)):
            match = _NAME_LINE.match(following) or re.match(rf"[ \u3000]*(?P<name>{_NAME})(?=在|作|同志)", following)
        if match is not None and (name := _plain(match["name"])):
            return name
    return None


def _plain(name: str) -> str | None:
    name = re.sub(r"[ \u3000]+", "", name)
    return name if 2 <= len(name) <= 16 and not _NOT_A_NAME.search(name) else None
