"""What a text calls its own in words that only one's own place is given: 平安某市, 关心支持某市发展, 谱写某市新篇章.

What belongs here: those words and how often, by region, they are said. What does not: who speaks in whose name
(``place.py``), which of several homonyms is meant.

A place that is only named often (a neighbour, a partner, an everyday word: 金山银山, 惠农补贴) is called none of this.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

#: how far before and behind a name its own words are looked for
_BEFORE_LENGTH, _BEHIND_LENGTH = 18, 14
_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "virtue",
        re.compile(
            r"(?:平安|美丽|数字|健康|法治|和谐|书香|幸福|诚信|文明|智慧|富裕|富强|富民|活力|魅力|绿美|生态|清廉|信用|海绵"
            r"|品质|人文|文化|创新|开放|现代化?|新|全)[“”]?$"
        ),
    ),
    (
        "thanks",
        re.compile(r"(?:关心|支持|关注|帮助|参与|心系|热爱|投身|致力于?|服务)(?:和|、)?(?:关心|支持|参与|帮助|关注)?$"),
    ),
    (
        "goal",
        re.compile(
            r"(?:建设|谱写|开创|书写|描绘|续写|绘就|打造|推动|加快|实现|奋进|迈向|开启|建成|促进|推进)[^，。；：！、]{0,14}$"
        ),
    ),
    ("year_of", re.compile(r"(?:19|20)\d\d年的$")),
    ("year_then", re.compile(r"(?:19|20)\d\d年[，,]$")),
    ("own_paper", re.compile(r"(?:制定|编制|出台|实施|印发|修编|修订|完成)(?:了)?《$")),
)
_BEHIND: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("people", re.compile(r"^[“”]?(?:全?[市县区省州旗]?)?(?:人民|儿女|干部群众|各族人民|父老乡亲)")),
    (
        "future",
        re.compile(
            r"^[^，。；：！、]{0,10}?(?:新?篇章|新局面|新辉煌|明天|未来|新征程|新跨越|崛起|振兴|腾飞|新形象|新面貌|新实践|故事|力量"
            r"|担当|答卷|样板|模式|名片)"
        ),
    ),
    (
        "committee",
        re.compile(r"^(?:市|县|区|省|自治区)?委(?=的|坚强|正确|领导|、|和|[“”]?[一二三四五六七八九十]{1,3}届)"),
    ),
    ("accounts", re.compile(r"^(?:全?[市县区州]?)?(?:地区|国内)?(?:生产总值|财政收入|经济总量)")),
    ("growth", re.compile(r"^(?:经济社会|高质量发展|改革|发展|各项事业|实际|特色|国民经济|跨越|转型)")),
)
#: sayings, kinds of them, and how many times the next one's, before a text without any other saying is believed
_FEWEST, _FEWEST_KINDS, _AHEAD = 3, 2, 2
#: sayings that do where the speaker's class is known (我代表市人民政府) and no other place of that class has any, if
#: one of these kinds is among them: goals are set for zones and neighbours, too
_FEWEST_ALONE = 2
_STRONG = frozenset(("virtue", "thanks", "people", "committee", "year_of", "accounts"))


def own_class_words(classes: str) -> re.Pattern[str]:
    """Return a pattern whose group is the class that a text calls its own place by: 县 in 全县, 我县.

    `classes` is a regular expression of them. 居全市第一, 全市前列 and 高于全市平均 tell how one stands among others.
    """
    return re.compile(
        rf"(?<![居列于占])(?:全|我|本)({classes})(?![级域]|第[一二三四五六七八九十\d]|前[列茅沿三五十\d]|首[位家个批]|领先|平均|唯一|排名|率先|最)"
    )


def find_self_naming(text: str, names: Iterable[tuple[int, int, str]]) -> dict[str, Counter[str]]:
    """Return name → kind of words → how often compact `text` calls it its own in them.

    `names` are (start, end, name) of the names in `text`.
    """
    said: dict[str, Counter[str]] = {}
    for start, end, name in names:
        before, behind = text[max(0, start - _BEFORE_LENGTH) : start], text[end : end + _BEHIND_LENGTH]
        kinds = [kind for kind, pattern in _BEFORE if pattern.search(before)]
        # 市和县委: a name of two characters may be two words there
        kinds += [k for k, pattern in _BEHIND if pattern.match(behind) and not (k == "committee" and len(name) == 2)]
        if kinds:
            said.setdefault(name, Counter()).update(kinds)
    return said


def is_enough(said: Counter[str], alone: bool = False, only_named: bool = False) -> bool:
    """Tell whether so many words of so many kinds can be no chance.

    `alone`: no other place of the speaker's class has any; `only_named`: no other of the class is named at all.
    """
    if alone and said.total() >= _FEWEST_ALONE and _STRONG & set(said):
        return True
    if only_named and said:
        return True
    return said.total() >= _FEWEST and len(said) >= _FEWEST_KINDS


def is_ahead(said: Counter[str], other: Counter[str]) -> bool:
    """Tell whether one place is called the text's own so much more than another that there is no doubt."""
    return said.total() >= _AHEAD * other.total()
