"""A cell of a release as a citation: for LaTeX, for reference managers, as plain text, by GB/T 7714.

What belongs here: the forms. What does not: finding the cell (``questions``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date

from baogao.errors import BaogaoError
from baogao.questions import REASONS, Cell

LICENCE = "figures as the reports state them; the software that read them: Apache-2.0; division codes: CC0"
TITLE = "baogao: city-year indicators from Chinese government work reports"
TITLE_ZH = "baogao 政府工作报告数据仓库"
AUTHOR, AUTHOR_ZH = "The baogao contributors", "baogao 贡献者"
_MEASURES_ZH = {
    "level": "", "growth": "增速", "avg_growth": "年均增速", "change": "增量", "pp_change": "百分点变化",
    "share": "比重", "multiple": "倍数",
}  # fmt: skip
_LATEX = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
}  # fmt: skip


def cite(cell: Cell, form: str = "plain", accessed: date | None = None) -> str:
    """Return `cell` as a citation in one of FORMS; `accessed` is the day it was looked at, today if not told.

    Raises BaogaoError for another form.
    """
    if form not in FORMS:
        raise BaogaoError("{form!r} is no form of a citation; there are: {forms}", form=form, forms=", ".join(FORMS))
    return FORMS[form](cell, accessed or date.today())


def _plain(cell: Cell, accessed: date) -> str:
    return (
        f"{AUTHOR} ({cell.released:%Y}). {TITLE} [data set], release {cell.release}. {_subject(cell)}: {cell.told}. "
        f"Cell {cell.key}. {_source(cell)}Licence: {LICENCE}. Accessed {accessed}."
    )


def _biblatex(cell: Cell, accessed: date) -> str:
    fields = {
        # a name in braces is not cut into first and last
        "author": f"{{{_latex(AUTHOR)}}}",
        "title": f"{{{_latex(f'{TITLE}. {_subject(cell)}')}}}",
        "date": cell.released.isoformat(),
        "version": _latex(cell.release),
        "note": _latex(f"Cell {cell.key}: {cell.told}. {_source(cell, address=False)}Licence: {LICENCE}"),
        # verbatim, but for what would end the field
        **({"url": re.sub(r"[{}\\\s]", lambda mark: f"%{ord(mark[0]):02X}", cell.address)} if _is_web(cell) else {}),
        "urldate": accessed.isoformat(),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@dataset{{{_label(cell)},\n{lines}}}"


def _csl(cell: Cell, accessed: date) -> str:
    item = {
        "id": _label(cell),
        "type": "dataset",
        "title": f"{TITLE}. {_subject(cell)}",
        "author": [{"literal": AUTHOR}],
        "issued": _parts(cell.released),
        "accessed": _parts(accessed),
        "version": cell.release,
        "archive_location": cell.key,
        "note": f"{cell.told}. {_source(cell, address=not _is_web(cell))}Licence: {LICENCE}",
        **({"URL": cell.address} if _is_web(cell) else {}),
    }
    return json.dumps([item], ensure_ascii=False, indent=1)


def _gbt7714(cell: Cell, accessed: date) -> str:
    measure = _MEASURES_ZH.get(cell.measure, "")
    figure = f"{cell.indicator_zh}{measure}{'目标' if cell.is_target else ''}" or cell.column
    subject = f"{cell.region_name}{cell.year}年{figure}"
    where = "，".join(part for part in (cell.title, str(cell.told_on or ""), cell.address) if part)
    sentence = f". 原句：“{cell.sentence}”（{where}）"
    told = f"无数值（{REASONS[cell.reason].zh}）" if cell.reason else f"{cell.value}{sentence}"
    return (
        f"{AUTHOR_ZH}. {TITLE_ZH}：{subject}[DS/OL]. 版本 {cell.release}. ({cell.released})[{accessed}]. "
        f"单元格 {cell.key}：{told}. 许可：报告所载数字；软件 Apache-2.0；"
        "行政区划代码 CC0."
    )


FORMS: dict[str, Callable[[Cell, date], str]] = {
    "plain": _plain, "biblatex": _biblatex, "csl": _csl, "gbt7714": _gbt7714,
}  # fmt: skip


def _subject(cell: Cell) -> str:
    place = f"{cell.region_en} ({cell.region_name})" if cell.region_en else cell.region_name
    return f"{place}, {cell.year}, {cell.meaning or cell.column}"


def _source(cell: Cell, address: bool = True) -> str:
    if not cell.sentence:
        return ""
    where = [cell.title, str(cell.told_on or ""), cell.address if address else ""]
    return f"Source: “{cell.sentence}” ({', '.join(part for part in where if part)}). "


def _is_web(cell: Cell) -> bool:
    return cell.address.startswith(("http://", "https://"))


def _label(cell: Cell) -> str:
    return f"baogao:{cell.key.replace('/', ':')}"


def _parts(day: date) -> dict[str, list[list[int]]]:
    return {"date-parts": [[day.year, day.month, day.day]]}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in " ".join(text.split()))
