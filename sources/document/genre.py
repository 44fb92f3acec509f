"""How lines of a Chinese official document look: the patterns that several cleaning rules share.

What belongs here: shapes of lines (heading, sentence, salutation). What does not: what is done with them.
"""

from __future__ import annotations

import re
from itertools import islice

CJK = "\u4e00-\u9fff\u3400-\u4dbf\u3007"
#: punctuation that closes a sentence or a clause that may end a line
TERMINAL = "。！？；：…!?;:"
#: punctuation that no line begins with
CLOSING = "，。、；：！？”’）》〉】〕％%‰"

#: 一、 （一） 1. ① 第一 —— ● and what else opens a paragraph or heading
MARKER = re.compile(
    r"^[ \t]*(?:[一二三四五六七八九十]{1,3}[、．.]|[（(〔【\[][一二三四五六七八九十\d]{1,3}[）)〕】\]]|"
    r"第[一二三四五六七八九十]{1,3}(?:部分|章|节|[，、])|\d{1,3} ?(?:[、．.](?!\d)|[.．](?=(?:19|20)\d{2}年))|"
    r"[①-⑳⑴-⒇㈠-㈩]|[—―－─-]{2,}|[●■◆▲★※○□△▪•·◎]|(?:各位代表|同志们|主席团|附件?\d*[:：]|名词解释|注释?[:：]))"
)
SALUTATION = re.compile(
    r"^[ \t]*(?:尊敬的)?(?:各位|诸位)?\s*(?:代表|委员|同志们?|代表们|领导)"
    r"[、，\s各位代表同志们委员]*[:：!！]?[ \t]*$|^各位代表"
)
_TWO_INNER = re.compile(r"(?:[^，。；、！？,;]*+[，。；、！？,;]){2}")
_TEN_CHINESE = re.compile(rf"(?:[^{CJK}]*+[{CJK}]){{10}}")
#: characters of a line that tell whether it is running text
_ENOUGH = 160
_CHINESE = re.compile(f"[{CJK}]")


def is_sentence(text: str) -> bool:
    """Tell whether a line is running text, in which Chinese needs no spaces, and not a title or a list entry."""
    head = text[:_ENOUGH]
    return len(text) >= 20 and ("。" in text or bool(_TWO_INNER.match(head))) and bool(_TEN_CHINESE.match(head))


def is_body(text: str) -> bool:
    """Tell whether a line is a paragraph of a report, long enough not to be furniture."""
    return len(text) >= 40 and is_sentence(text)


def n_chinese(text: str) -> int:
    return len(_CHINESE.findall(text))


def first_chinese(text: str, at_most: int) -> int:
    """Return how many Chinese characters `text` has, counted no further than `at_most`."""
    return sum(1 for _ in islice(_CHINESE.finditer(text), at_most))
