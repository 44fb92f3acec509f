"""What is seen, as a file: CSV that Excel opens, XLSX with a codebook sheet.

What belongs here: frames to bytes. What does not: pictures (``charts.picture``), buttons (``pages``).
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from sources import outgoing

if TYPE_CHECKING:
    from pandas import DataFrame, Series


def as_csv(frame: DataFrame) -> bytes:
    """Return the frame as CSV in UTF-8, with a byte order mark, which Excel needs to read Chinese, and no formula."""
    safe = frame.map(lambda value: outgoing.cell(value) if isinstance(value, str) else value)
    return safe.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


WIDEST = 60


def _width(name: str, values: Series[Any]) -> int:
    """Return how wide a column has to be for its name and values, in characters; Chinese ones count twice."""
    told = [str(value) for value in values.head(1000).dropna()]
    return min(WIDEST, 2 + max(len(one.encode("gb18030", "replace")) for one in [f"{name}  ", *told]))


def as_xlsx(frame: DataFrame, meanings: dict[str, str], about: dict[str, str]) -> bytes:
    """Return a workbook: the data, what each column means, and where it is from."""
    import pandas as pd

    to = io.BytesIO()
    # text of a report that begins with = or looks like an address must stay text
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(to, engine="xlsxwriter", engine_kwargs=options) as writer:
        frame.to_excel(writer, sheet_name="data", index=False, freeze_panes=(1, 0))
        sheet = writer.sheets["data"]
        sheet.autofilter(0, 0, len(frame), len(frame.columns) - 1)
        for column, name in enumerate(frame.columns):
            sheet.set_column(column, column, _width(name, frame[name]))
        codebook = pd.DataFrame(
            [(name, meanings.get(name, "")) for name in frame.columns], columns=["column", "meaning"]
        )
        codebook.to_excel(writer, sheet_name="codebook", index=False)
        pd.DataFrame(list(about.items()), columns=["what", "value"]).to_excel(writer, sheet_name="about", index=False)
        for name, widths in (("codebook", (28, 90)), ("about", (20, 90))):
            for column, width in enumerate(widths):
                writer.sheets[name].set_column(column, column, width)
    return to.getvalue()
