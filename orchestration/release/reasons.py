"""Why a number of the panel is missing, as one letter a cell: what files that are carried away say in place of a blank.

What belongs here: the reasons, and the query that finds them. What does not: how a file shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.release.schema import PANEL_KEYS, Column

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True)
class Reason:
    en: str
    zh: str


#: by the letter that Stata knows them by
REASONS: Mapping[str, Reason] = {
    "a": Reason("no report was found that would tell it", "未获取该年报告"),
    "b": Reason("a document was found, and refused", "找到文件但未采用"),
    "c": Reason("the report was read and does not tell it", "报告已读，未提及"),
    "d": Reason("the report sets no target on purpose", "报告明确不设目标"),
    "e": Reason("told, and left out as too doubtful", "已提及，因存疑过大未列入"),
}


def reasons(connection: duckdb.DuckDBPyConnection, panel: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return, for each row of `panel` and each of `columns` with values, the letter of why it is empty, if it is.

    A goal is told by the report of its year, a result by that of the year after.
    """
    import pandas as pd

    values = [column for column in columns if column.indicator]
    if not values:
        return panel[list(PANEL_KEYS)]
    found = connection.execute("select region_id, report_year, state from coverage_report").fetchall()
    states = {(region, year): state for region, year, state in found}
    cells = connection.execute(
        "select region_id, year, indicator, status_class, state from coverage_cell "
        "where state in ('no_target_set', 'too_doubtful')"
    ).fetchall()
    by_cell = {tuple(key): "d" if state == "no_target_set" else "e" for *key, state in cells}
    keys = list(zip(panel["region_id"], panel["year"], strict=True))
    by_report = {
        side: pd.Series([_of_report(states.get((region, year + after))) for region, year in keys], index=panel.index)
        for side, after in (("target", 0), ("result", 1))
    }
    told = {}
    for column in values:
        own = [by_cell.get((*key, column.indicator, column.status_class)) for key in keys]
        letters = pd.Series(own, index=panel.index, dtype=object).fillna(by_report[column.status_class])
        told[column.name] = letters.where(panel[column.name].isna(), None)
    return pd.concat([panel[list(PANEL_KEYS)], pd.DataFrame(told, index=panel.index)], axis=1)


def _of_report(state: str | None) -> str:
    if state is None or state in ("not_retrieved", "not_in_catalogue"):
        return "a"
    return "b" if state.startswith("refused") else "c"
