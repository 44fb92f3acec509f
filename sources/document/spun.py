"""Texts that a content mill has spun: words swapped for near synonyms, or words repeated and interleaved.

What belongs here: the wording of such copies. What does not: years that were changed (``events.py``), masked figures
(``kind.py``). Their numbers may be changed too, so nothing is taken from them.
"""

from __future__ import annotations

import re

# standing terms of official language with one half replaced: no office writes them
_SWAPPED = re.compile(
    r"根底(?:设施|教育|研究|工业)|奉献率|效劳业|公共效劳|效劳(?:体系|平台|中心)|根本(?:养老|医疗|公共)(?:保险|服务|效劳)"
    r"|(?:经济|社会|可持续|高质量|科学|跨越)开展(?=[，。；、])|工作回忆(?=[\d一二三（(。]|$)|财政(?:收人|支岀)|固定财产投资"
)
_REPEATED = re.compile(r"([\u4e00-\u9fff]{2,4})\1")
_FEWEST_SWAPPED = 3
_MOST_REPEATED = 5.0  # per 1,000 characters; reports stay below 1


def find_spinning(text: str) -> str | None:
    """Return what shows that compact `text` was spun, or None."""
    swapped = _SWAPPED.findall(text)
    if len(swapped) >= _FEWEST_SWAPPED:
        return f"standing terms are replaced ({'、'.join(dict.fromkeys(swapped))})"
    repeated = [match[0] for match in _REPEATED.finditer(text)]
    if len(repeated) >= 10 and 1000 * len(repeated) / len(text) > _MOST_REPEATED:
        return f"words are repeated and interleaved ({len(repeated)} times, e.g. {repeated[0]})"
    return None
