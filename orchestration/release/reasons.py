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
    import numpy as np
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
    rows = {key: at for at, key in enumerate(zip(panel["region_id"], panel["year"], strict=True))}
    cells: dict[tuple[str, str, str], list[int]] = {}
    goals: dict[str, list[int]] = {}
    for at, column in enumerate(values):
        cells.setdefault((column.indicator, column.measure, column.status_class), []).append(at)
        if column.status_class == "target":
            goals.setdefault(column.indicator, []).append(at)
    letters = np.empty((len(panel), len(values)), dtype=object)
    for side, after in (("target", 0), ("result", 1)):
        told = [reason_of_report(states.get((region, year + after))) for region, year in rows]
        letters[:, [column.status_class == side for column in values]] = np.array(told, dtype=object)[:, None]
    # what speaks of one cell goes before what speaks of its report; the last holds
    for region, year, indicator in none_set:
        if (row := rows.get((region, year))) is not None:
            letters[row, goals.get(indicator, [])] = "d"
    for letter, facts in (("f", withheld), ("e", told_facts)):
        for region, year, *fact in facts:
            if (row := rows.get((region, year))) is not None:
                letters[row, cells.get(tuple(fact), [])] = letter
    names = [column.name for column in values]
    letters[panel[names].notna().to_numpy()] = None
    return pd.concat([own_keys, pd.DataFrame(letters, panel.index, names, dtype=object)], axis=1)
