"""Texts that a content mill has spun: words swapped for near synonyms, or words repeated and interleaved.

What belongs here: the wording of such copies. What does not: years that were changed (``events.py``), masked figures
(``kind.py``). Their numbers may be changed too, so nothing is taken from them.
"""

from __future__ import annotations

import re

import numpy as np

# standing terms of official language with one half replaced: no office writes them
_GROWING = "|".join(f"{what}开展(?=[，。；、])" for what in ("经济", "社会", "可持续", "高质量", "科学", "跨越"))
# each alternative begins with a character: `re` then looks for those alone
_SWAPPED = re.compile(
    r"根底(?:设施|教育|研究|工业)|奉献率|效劳业|公共效劳|效劳(?:体系|平台|中心)|根本(?:养老|医疗|公共)(?:保险|服务|效劳)"
    rf"|{_GROWING}|工作回忆(?=[\d一二三（(。]|$)|财政(?:收人|支岀)|固定财产投资"
)
_REPEATED = re.compile(r"([\u4e00-\u9fff]{2,4})\1")
_FEWEST_SWAPPED, _FEWEST_REPEATED = 3, 10
_MOST_REPEATED = 5.0  # per 1,000 characters; reports stay below 1


def find_spinning(text: str) -> str | None:
    """Return what shows that compact `text` was spun, or None."""
    swapped = _SWAPPED.findall(text)
    if len(swapped) >= _FEWEST_SWAPPED:
        return f"standing terms are replaced ({'、'.join(dict.fromkeys(swapped))})"
    if not _may_repeat(text):
        return None
    repeated = [match[0] for match in _REPEATED.finditer(text)]
    if len(repeated) >= _FEWEST_REPEATED and 1000 * len(repeated) / len(text) > _MOST_REPEATED:
        return f"words are repeated and interleaved ({len(repeated)} times, e.g. {repeated[0]})"
    return None


def _may_repeat(text: str) -> bool:
    """Tell whether `text` has as many places as `_REPEATED` must be found at: ten times faster than finding them."""
    codes = np.frombuffer(text.encode("utf-32-le", errors="surrogatepass"), dtype=np.uint32)
    places = 0
    for length in (2, 3, 4):
        same = codes[:-length] == codes[length:]  # a repetition is so many equal characters, one after the other
        runs = same
        for shift in range(1, length):
            runs = runs[:-1] & same[shift:]
        places += int(np.count_nonzero(runs))
    return places >= _FEWEST_REPEATED and 1000 * places / len(text) > _MOST_REPEATED
