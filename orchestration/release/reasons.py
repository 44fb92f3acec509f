"""Why a number of the panel is missing, as one letter a cell: what files that are carried away say in place of a blank.

What belongs here: finding them for all cells at once (what they are
stands in ``baogao.questions``). What does not: how a file shows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from baogao.questions import NONE_SET, TOLD, WITHHELD, reason_of_report
from baogao.questions import REASONS as REASONS
from baogao.words import WORDS
from orchestration.release.schema import PANEL_KEYS, Column

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

#: why an outcome has no result or gap: the letter that Stata knows it by, that of the panel where both have a reason
OUTCOME_LETTERS = {
    "no_next_report": "a", "not_in_reports": "c", "withheld": "f", "pending": "g", "told_of_other_kinds": "h",
    "sizes_apart": "i", "loosely_named": "j", "conflicting": "k", "result_is_a_bound": "l",
}  # fmt: skip
OUTCOME_REASONS = {
    letter: (WORDS["not_told_reason"].get(code) or WORDS["verdict"][code])[0]
    for code, letter in OUTCOME_LETTERS.items()
}


def outcome_reasons(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return, for rows of fct_target_outcome, the letter of why `result_value` or `gap` is empty, if it is."""
    letters = outcomes["not_told_reason"].fillna(outcomes["verdict"]).map(OUTCOME_LETTERS)
    return outcomes[[]].assign(**{name: letters.where(outcomes[name].isna()) for name in ("result_value", "gap")})


def reasons(connection: duckdb.DuckDBPyConnection, panel: pd.DataFrame, columns: Iterable[Column]) -> pd.DataFrame:
    """Return, for each row of `panel` and each of `columns` with values, the letter of why it is empty, if it is.

    A goal is told by the report of its year, a result by that of the year after.
    """
    import pandas as pd

    values = [column for column in columns if column.indicator]
    own_keys = panel[[name for name in PANEL_KEYS if name in panel]]  # an older release's panel has fewer
    if not values:
        return own_keys
    found = connection.execute("select region_id, report_year, state from coverage_report").fetchall()
    states = {(region, year): state for region, year, state in found}
    none_set = set(connection.execute(NONE_SET).fetchall())
    # the panel has a value of each of these, but of those that it leaves out
    told_facts = set(connection.execute(TOLD).fetchall())
    withheld = set(connection.execute(WITHHELD).fetchall())
    keys = list(zip(panel["region_id"], panel["year"], strict=True))
    by_report = {
        side: pd.Series(
            [reason_of_report(states.get((region, year + after))) for region, year in keys], index=panel.index
        )
        for side, after in (("target", 0), ("result", 1))
    }
    told = {}
    for column in values:
        cells = [(*key, column.indicator, column.measure, column.status_class) for key in keys]
        own = [
            "e"
            if cell in told_facts
            else "f"
            if cell in withheld
            else "d"
            if column.status_class == "target" and cell[:3] in none_set
            else None
            for cell in cells
        ]
        letters = pd.Series(own, index=panel.index, dtype=object).fillna(by_report[column.status_class])
        told[column.name] = letters.where(panel[column.name].isna(), None)
    return pd.concat([own_keys, pd.DataFrame(told, index=panel.index)], axis=1)
