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


#: the state of the report that would tell it, for each row of the panel in its order
_STATES = """
    select state from asked_rows as a
    left join coverage_report as c on c.region_id = a.region_id and c.report_year = a.year + {after}
    order by line
"""
#: row and column of facts by region, year, indicator, measure and side, and of goals that are not set on purpose
_CELLS = """
    select line, place from ({}) join asked_rows using (region_id, year)
    join asked_columns using (indicator, measure, status_class)
"""
_NONE_SET = f"""
    select line, place from ({NONE_SET}) join asked_rows using (region_id, year)
    join asked_columns as c using (indicator) where c.status_class = 'target'
"""


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
    meant = [(column.indicator, column.measure, column.status_class, at) for at, column in enumerate(values)]
    connection.register("asked_rows", panel[["region_id", "year"]].assign(line=np.arange(len(panel))))
    connection.register("asked_columns", pd.DataFrame(meant, columns=["indicator", "measure", "status_class", "place"]))
    letters = np.empty((len(panel), len(values)), dtype=object)
    for side, after in (("target", 0), ("result", 1)):
        states = connection.execute(_STATES.format(after=after)).fetchall()
        of_reports = np.array([reason_of_report(state) for (state,) in states], dtype=object)
        letters[:, [column.status_class == side for column in values]] = of_reports[:, None]
    # what speaks of one cell goes before what speaks of its report; the last holds. The panel has a value of each fact
    # that is told, but of those that it leaves out
    for letter, cells in (("d", _NONE_SET), ("f", _CELLS.format(WITHHELD)), ("e", _CELLS.format(TOLD))):
        found = connection.execute(cells).fetchnumpy()
        letters[found["line"], found["place"]] = letter
    connection.unregister("asked_rows")
    connection.unregister("asked_columns")
    names = [column.name for column in values]
    letters[panel[names].notna().to_numpy()] = None
    return pd.concat([own_keys, pd.DataFrame(letters, panel.index, names, dtype=object)], axis=1)
