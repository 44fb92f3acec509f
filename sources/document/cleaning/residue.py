"""What stands around a document and is no part of it: metadata headers, page furniture, sellers' lines, second copies.

What belongs here: which lines are not the document's. What does not: changes inside a line (``spacing.py``).

The head of a document (title, meeting, speaker) and its tail (closing words, glossary, attachments) are kept; only
what is known as furniture, or is a list of links by its shape, is dropped, and each kind leaves its flag.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from sources.document.cleaning.furniture import ends_preview, ends_text, is_compiled, is_exact, is_furniture, is_pager
from sources.document.cleaning.turns import rejoin
from sources.document.dates import parse_date
from sources.document.genre import SALUTATION, is_body, is_sentence, n_chinese
from sources.document.traced import Traced

_FIELD = re.compile(
    r"^[\s【\[]*(标\s*题|名\s*称|发文单位|发布单位|发布机构|发布者|公开主体|发文时间|发布日期|发布时间|成文日期|公开日期|时\s*间|日\s*期|"
    r"报告人|作\s*者|来源URL|原文链接|来\s*源|信息来源|文章来源|索\s*引\s*号|发文字号|文\s*号|主题词|主题分类|信息分类|分\s*类|有效性|"
    r"生成日期|发\s*布|关键字|关键词|责任编辑|编\s*辑|阅读(?:次数|量)?|浏览(?:次数|量)?|点击(?:次数|数|量)?|访问量|评\s*论|"
    r"字\s*体|字\s*号)\s*[】\]]?\s*[:：]\s*(.*)$"
)
_TITLE_FIELDS, _DATE_FIELDS = (
    ("标题", "名称"),
    ("发文时间", "发布日期", "发布时间", "成文日期", "公开日期", "时间", "日期"),
)
_PUBLISHER_FIELDS = ("发文单位", "发布单位", "发布机构", "公开主体", "来源", "信息来源", "文章来源")
_BODY_LABEL = re.compile(r"^正文\s*[:：]\s*$")
_SUMMARY_LABEL = re.compile(r"^(?:内容摘要|内容提要|摘\s*要|导\s*读)\s*[:：]\s*(.*)$")
_CUT_OFF = re.compile(r"(?:\.{3,}|…+)$")
_UNKNOWN = frozenset(("", "未知", "无", "不详", "本站", "本网", "本站发布", "-"))
_TELLING = re.compile(
    r"报告|公报|摘编|摘要|草案|年.{1,5}月|会议|大会|[省市县区州盟旗]长|主任|主席|人民政府|^[—―-]{1,2}|各位|同志们|〔|号$|委员会$"
)
_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&%_:#~-]{4,}")
_PART = re.compile(
    r"[（(【](?:[一二三四五六七八九十]|[上中下]|续[一二三四五\d]?|\d{1,2}|之[一二三四五六七八九十])[）)】]$"
)
#: lines of a page in which a site prints its head
_PAGE_HEAD = 10
#: lines before the first paragraph above which a head is a page's menus
_LONG_HEAD = 15
#: short lines behind the last paragraph above which they are a list of links
_LONG_LIST = 8
#: paragraphs that must recur one after the other to be a second copy, not a phrase said twice
_REPEATED = 4


@dataclass(frozen=True)
class Facts:
    """What a metadata header says, where there is one."""

    title: str | None = None
    published_at: date | None = None
    publisher: str | None = None
    speaker: str | None = None


@dataclass(frozen=True)
class Cleared:
    """The document's own lines; the facts of its header; flags; signs of (in)completeness."""

    lines: list[Traced]
    facts: Facts
    flags: tuple[str, ...]
    signs: tuple[str, ...]


#: lines of a page's head and foot in which it says where its text comes from
_FACE = 12


def without_teasers(lines: list[Traced]) -> list[Traced]:
    """Drop the beginning of the text that aggregators print once more over it, cut off with dots."""
    return [line for index, line in enumerate(lines) if index > _LONG_HEAD or not _is_summary(lines, index)]


def page_span(lines: list[str], before: list[str]) -> slice:
    """Return which lines of one of several web pages of a document are its own, and not printed again on each.

    `before` are the lines of the first page (empty for that page itself).
    """
    known = {_bare(line) for line in before[:_PAGE_HEAD]}
    start, end = 0, len(lines)
    if before:
        while start < end and _is_repeated_head(lines[start], known):
            start += 1
    while end > start and (is_exact(lines[end - 1]) or is_pager(lines[end - 1]) or is_furniture(lines[end - 1])):
        end -= 1
    return slice(start, end)


def _is_repeated_head(line: str, known: set[str]) -> bool:
    if is_body(line):
        return False
    return _bare(line) in known or bool(_fields(line)) or is_exact(line) or is_furniture(line)


def _bare(line: str) -> str:
    """Return a line of a page's head without spaces and without what numbers the parts of one text."""
    return _PART.sub("", re.sub(r"\s", "", line))


def clear(lines: list[Traced]) -> Cleared:
    """Return the lines that are the document's own."""
    lines = [line for line in lines if line.text.strip()]
    signs = ("preview_end",) if any(ends_preview(line.text) for line in lines[-60:]) else ()
    if any(is_compiled(line.text) for line in [*lines[:_FACE], *lines[-_FACE:]]):
        signs = (*signs, "compiled")
    flags: dict[str, None] = {}
    lines, turned, leads_away = rejoin(lines)
    if turned:
        flags["pages_rejoined"] = None
    if leads_away:
        signs = tuple(dict.fromkeys((*signs, "preview_end")))
    lines, repeated = _without_copies(lines)
    flags.update(dict.fromkeys(repeated))
    start = _body_start(lines)
    end = max(start, _body_end(lines))
    head, facts, dropped_head = _clear_head(lines[:start])
    tail, dropped_tail = _clear_tail(lines[end:])
    inner = [line.sub(_ADDRESS, "") if _may_link(line.text) else line for line in lines[start:end]]
    if sum(map(len, inner)) != sum(map(len, lines[start:end])):
        flags["addresses_removed"] = None
    if dropped_head or dropped_tail:
        flags["residue_removed"] = None
    if facts != Facts():
        flags["header_read"] = None
    return Cleared([*head, *inner, *tail], facts, tuple(flags), signs)


def _may_link(text: str) -> bool:
    return ("://" in text or "www." in text) and is_body(text)


def _without_copies(lines: list[Traced]) -> tuple[list[Traced], tuple[str, ...]]:
    """Drop runs of paragraphs that have all been printed before: a page that holds its text twice."""
    keys = ["".join(line.text.split()) for line in lines]
    first: dict[str, int] = {}
    repeats: list[int | None] = []
    for index, key in enumerate(keys):
        long = len(key) >= 40
        repeats.append(first.get(key) if long else None)
        if long:
            first.setdefault(key, index)
    long_lines = [i for i, key in enumerate(keys) if len(key) >= 40]
    dropped: set[int] = set()
    run: list[int] = []
    for index in [*long_lines, -1]:
        earlier = repeats[index] if index >= 0 else None
        if earlier is not None and (not run or earlier > (repeats[run[-1]] or 0)):
            run.append(index)
            continue
        if len(run) >= _REPEATED:
            dropped.update(_with_short_lines(keys, run[0], run[-1]))
        run = [index] if earlier is not None else []
    if not dropped:
        return lines, ()
    kept = [line for i, line in enumerate(lines) if i not in dropped]
    copies = sum(i in dropped for i in long_lines)
    return kept, ("body_doubled" if copies >= 0.3 * len(long_lines) else "passage_repeated",)


def _with_short_lines(keys: list[str], start: int, last: int) -> range:
    """Return the stretch of a second copy with the short lines at its edges that the first copy has too."""
    earlier = set(keys[:start])
    while start > 0 and keys[start - 1] in set(keys[: start - 1]) and len(keys[start - 1]) < 40:
        start -= 1
    while last + 1 < len(keys) and keys[last + 1] in earlier and len(keys[last + 1]) < 40:
        last += 1
    return range(start, last + 1)


def _body_start(lines: list[Traced]) -> int:
    """Return the index of the first line of the text itself: the salutation, else the first paragraph."""
    for index, line in enumerate(lines):
        if SALUTATION.match(line.text):
            return index
        if is_body(line.text) and not is_furniture(line.text):
            return index
    return len(lines)


def _is_summary(lines: list[Traced], index: int) -> bool:
    """Tell whether a line is the teaser that aggregators print over a text."""
    text = lines[index].text.strip()
    if _SUMMARY_LABEL.match(text):
        return bool(_CUT_OFF.search(text)) or len(text) <= 6
    return index > 0 and bool(_SUMMARY_LABEL.match(lines[index - 1].text.strip())) and bool(_CUT_OFF.search(text))


def _body_end(lines: list[Traced]) -> int:
    for index in range(len(lines) - 1, -1, -1):
        text = lines[index].text
        if len(text) >= 25 and is_sentence(text) and not is_furniture(text):
            return index + 1
    return 0


def _clear_head(lines: list[Traced]) -> tuple[list[Traced], Facts, bool]:
    facts = Facts()
    kept: list[Traced] = []
    menus = len(lines) > _LONG_HEAD
    for line in lines:
        text = line.text.strip()
        if _BODY_LABEL.match(text):
            continue
        fields = _fields(text)
        if fields:
            for name, value in fields:
                facts = _with_field(facts, name, value)
            continue
        if is_exact(text) or is_furniture(text):
            continue
        if re.fullmatch(r"\d{1,7}", text):
            continue  # what a counter showed
        if menus and not _TELLING.search(text):
            continue
        if menus and any(text == other.text.strip() for other in kept):
            continue
        kept.append(line)
    return kept, facts, len(kept) < len(lines)


def _fields(text: str) -> list[tuple[str, str]]:
    """Return the metadata fields of a line (one, or several in a row), none where it is no such line."""
    if is_body(text):
        return []
    text = re.sub(r"([:：])\s+", r"\1", text)
    if not _FIELD.match(text):
        return []
    parts = re.split(r"[\t|｜]+|\s{2,}|\s(?=\S{2,5}[:：])", text)
    found = [m for m in (_FIELD.match(part.strip()) for part in parts if part.strip()) if m]
    return [(re.sub(r"\s", "", m.group(1)), m.group(2).strip()) for m in found]


def _with_field(facts: Facts, name: str, value: str) -> Facts:
    if value in _UNKNOWN:
        return facts
    if name in _TITLE_FIELDS and facts.title is None and n_chinese(value) >= 4:
        return replace(facts, title=value)
    if name in _DATE_FIELDS and facts.published_at is None:
        return replace(facts, published_at=parse_date(value))
    if name in _PUBLISHER_FIELDS and facts.publisher is None and n_chinese(value) >= 2:
        return replace(facts, publisher=value.split()[0])
    if name == "报告人" and facts.speaker is None:
        return replace(facts, speaker=value)
    return facts


def _clear_tail(lines: list[Traced]) -> tuple[list[Traced], bool]:
    kept: list[Traced] = []
    for index, line in enumerate(lines):
        text = line.text.strip()
        if ends_text(text) or _is_link_list(lines[index : index + _LONG_LIST + 1]):
            break
        if is_exact(text) or is_furniture(text):
            continue
        if re.fullmatch(r"[.．…·\-—_=*]{3,}", text):
            continue
        kept.append(line)
    return kept, len(kept) < len(lines)


def _is_link_list(lines: list[Traced]) -> bool:
    return len(lines) > _LONG_LIST and all(
        len(line.text) <= 16 and not re.search(r"[，。；：\d]", line.text) for line in lines
    )
