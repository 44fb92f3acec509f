"""What must be true of the raw tables: one Great Expectations suite per table, and one runner.

What belongs here: suites as data (``suites/``), the skeleton that derives from the table contract
(``contract.py``), the runner (``runner.py``, the only module that imports Great Expectations). What does not:
relations between tables (dbt tests), writing files, Dagster.

``validate`` is what callers use. It loads Great Expectations when it is called, not before: the import costs seconds.
"""

from __future__ import annotations

import pandas as pd

from expectations.suite import Expectation, Suite, Verdict

__all__ = ["Expectation", "Suite", "Verdict", "judge", "validate"]


def validate(
    table_name: str,
    frame: pd.DataFrame,
    partitions: list[str],
    code_version: str,
    reports: pd.DataFrame | None = None,
    others: pd.DataFrame | None = None,
) -> Verdict:
    """Judge `frame`, the rows of `table_name` in `partitions`, before they are written.

    `frame` has the columns of the table's contract and may hold several partitions at once (a run judges all of its
    partitions in one go, since a validation costs a tenth of a second whatever its size). `partitions` are the keys
    that the run writes, also those without a row. `reports` (columns of ``suite.REPORT_COLUMNS``) are the accepted
    reports that the rows were taken from; without them nothing is said of what needs them. `others` are rows of the
    same partitions that are not judged here and count in what is said of a whole: their partition and the suite's
    `counted`. Raises KeyError for a table that has no suite.
    """
    from expectations.suites import SUITES

    return judge(SUITES[table_name], frame, partitions, code_version, reports, others)


def judge(
    suite: Suite,
    frame: pd.DataFrame,
    partitions: list[str],
    code_version: str,
    reports: pd.DataFrame | None = None,
    others: pd.DataFrame | None = None,
) -> Verdict:
    """Judge `frame` by a suite that is made for the occasion; see `validate`."""
    from expectations.runner import run

    return run(suite, frame, partitions, code_version, reports, others)
