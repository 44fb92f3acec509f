"""Printed lines of pages, without running heads and page numbers: what the readers of PDFs and of pictures share.

What belongs here: what stands at the edge of many pages. What does not: where lines are on a page.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from sources.document.traced import Traced

_PAGE_NUMBER = re.compile(r"^[\s\-—–－·•〔\[(（第]*\d{1,4}[\s\-—–－·•〕\])）页]*(?:[/／共]\s*\d{1,4}\s*页?)?$")
_DIGITS = re.compile(r"\d+")
_SPACES = re.compile(r"\s+")
#: how many lines of a page's top and bottom may be running heads
_EDGE = 3


@dataclass(frozen=True)
class PrintedLine:
    """A line of a page and where it begins, in units of its form (points, or heights of a line)."""

    text: Traced
    left: float


def without_furniture(pages: list[list[PrintedLine]]) -> tuple[list[list[PrintedLine]], tuple[str, ...]]:
    """Drop running heads and page numbers: what stands at the edge of many pages, save its digits.

    Returns the pages and the flags `page_numbers_removed`, `running_heads_removed`.
    """
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in _edge(page)})
    often = max(3, len(pages) // 3)
    running = {shape for shape, count in seen.items() if count >= often and len(shape) <= 60}
    flags: dict[str, None] = {}
    kept = []
    for page in pages:
        inside = list(page)
        for at_top in (True, False):
            for _ in range(_EDGE):
                if not inside:
                    break
                line = inside[0] if at_top else inside[-1]
                number = bool(_PAGE_NUMBER.match(line.text.text))
                if not number and _shape(line) not in running:
                    break
                flags["page_numbers_removed" if number else "running_heads_removed"] = None
                inside.pop(0 if at_top else -1)
        kept.append(inside)
    return kept, tuple(flags)


def _edge(page: list[PrintedLine]) -> list[PrintedLine]:
    return page if len(page) <= 2 * _EDGE else page[:_EDGE] + page[-_EDGE:]


def _shape(line: PrintedLine) -> str:
    return _DIGITS.sub("#", _SPACES.sub("", line.text.text))
