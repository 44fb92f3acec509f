"""Rows of tables: which figures need the head of their column to mean anything.

What belongs here: telling such rows. What does not: reading them, which no rule does yet: their figures are rejections
of reason `table_cell`. A row with one figure under a head that names neither year nor goal reads like a sentence.
"""

from __future__ import annotations

import re
from typing import Final

#: between two cells of a row, as readers of HTML and Word write it
CELL: Final = "\t"
#: a cell that holds a figure and no name of what it measures: 5.5, 6左右, 130万吨, 7%—8%
_FIGURE: Final = re.compile(r"^\D{0,3}\d[\d.,．，]*[%％]?(?:[-~～—–至到]+\d[\d.,．，]*)?[^\d，。；]{0,8}$")
_HEAD: Final = re.compile(r"(?:19|20)\d{2}|年|目标|预期|计划|任务|完成|实际|实绩|增长|增速|同比|比上年|占比|合计")


def needs_head(text: str, at: int) -> bool:
    """Tell whether the line of `text` around offset `at` is a table's row whose figures only its head explains."""
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    if CELL not in line:
        return False
    figures = sum(bool(_FIGURE.match(cell.strip())) for cell in line.split(CELL)[1:])
    return figures > 1 or (figures == 1 and bool(_HEAD.search(_head(text, start))))


def _head(text: str, start: int) -> str:
    """Return the first row of the table that the row at `start` belongs to, empty where that is the row itself."""
    head = ""
    while start:
        above = text.rfind("\n", 0, start - 1) + 1
        line = text[above : start - 1]
        if CELL not in line:
            break
        head, start = line, above
    return head
