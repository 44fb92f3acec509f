"""Governments below the county (镇, 乡, 民族乡, 苏木, 街道): their reports name the county and are none of its.

What belongs here: telling that a text speaks for such a government. What does not: other kinds (``kind.py``), which
county or city a text speaks for (``place.py``).
"""

from __future__ import annotations

import re

from sources.document.identity.clocks import split_head
from sources.document.identity.self_naming import own_class_words
from sources.registry.regions import Regions

_CLASS = "(?:镇|乡|苏木|街道(?:办事处)?)"
_NAME = rf"(?P<name>[\u4e00-\u9fff]{{0,24}}?{_CLASS})"
_SAID = (
    re.compile(rf"(?:我|谨|现)(?:受[^。]{{1,30}}委托[，,]?)?(?:谨)?代表{_NAME}(?:党委、?)?(?:人民政府|政府|办事处|党工委|党委)"),
    re.compile(rf"(?:在|日|上|—|[（(]){_NAME}(?:第?[一二三四五六七八九十]{{1,3}}(?:届|次)(?:人民代表大会|人大|人代会)|人大第?[一二三四五六七八九十]{{1,3}}次会议)"),
    re.compile(rf"(?:^|[》：:—\d年）)的]){_NAME}(?:人民)?(?:政府)?(?:[（(]?(?:19|20)\d\d[）)]?年?(?:度)?)?(?:人民)?(?:政府)?工作报告"),
)  # fmt: skip
#: on the face alone: 乡镇长、街道主任 are told of in every county's report
_SPEAKER = re.compile(rf"{_NAME}(?:人民政府|办事处)?(?:代理|代)?(?:镇长|乡长|苏木达|主任)[\u4e00-\u9fff]{{2,4}}")
_SELF = own_class_words("镇|乡|苏木|街道|省|市|县|区|州|盟|旗")
_LOWER = frozenset(("镇", "乡", "苏木", "街道"))
#: how often, and in what share, a text must call its own place a township where nobody in it speaks for one
_FEWEST, _SHARE = 4, 0.7
_OPENING = 700


def find_township(text: str, title: str | None, regions: Regions) -> tuple[str | None, str] | None:
    """Return (name or None, the words that say so) where compact `text` is a township's, else None.

    景德镇 and 新乡 are no townships: a name that the registry knows ends in the same characters.
    """
    head, body = split_head(text)
    titled = "".join((title or "").split())
    for window, patterns in ((titled, _SAID), (head[:-20], (*_SAID, _SPEAKER)), (body[:_OPENING], _SAID)):
        for pattern in patterns:
            match = pattern.search(window)
            if match and not match["name"].endswith("乡镇") and not _known(match["name"], regions):
                return _own(match["name"]), match[0][-60:]
    said = [match[1] for match in _SELF.finditer(text[:20_000])]
    lower = sum(word in _LOWER for word in said)
    if lower >= _FEWEST and lower >= _SHARE * len(said):
        return None, f"it calls its place 全镇 or the like {lower} of {len(said)} times"
    return None


def _known(name: str, regions: Regions) -> bool:
    return any(regions.by_name(name[start:]) for start in range(len(name) - 1))


def _own(name: str) -> str | None:
    """Return the township's own name without the county's before it; None where only its class is said."""
    name = re.split("[省市县区州盟旗](?=.)", name)[-1]
    return name if len(name) > len(re.sub(_CLASS, "", name)) > 0 else None
