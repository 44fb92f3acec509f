"""The gates of a release: its panel, its cells, and what became of the former release.

What belongs here: the frames that the suites judge, their verdicts in the file that is published. What does not: what
must be true (``expectations/suites/published.py``), what follows from a verdict (``build.py``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from orchestration.home.database import duckdb_at
from orchestration.hops import judging
from orchestration.release.audit import count
from orchestration.release.changes import Changes
from orchestration.release.refusals import KEY, Override, Refusal
from orchestration.release.schema import PANEL, PANEL_KEYS, PANEL_SOURCE
from sources.settings import GateSettings

if TYPE_CHECKING:
    import duckdb

Rows = list[dict[str, Any]]


def judge(database: Path, changes: Changes, settings: GateSettings, version: str) -> Rows:
    """Return the verdicts on the release in the file `database`, in the form of `gate_results`; see ``judging.apart``.

    Nobody may have the file open for writing.
    """
    return judging.apart("the release", _judged, database, _against_former(changes, settings), settings, version)


def _judged(database: Path, against_former: pd.DataFrame, settings: GateSettings, version: str) -> Rows:
    """Runs in the process that judges."""
    from expectations import judge as run
    from expectations.suites import published

    with duckdb_at(database) as connection:
        frames = (
            (published.PANEL, _panel(connection)),
            (published.CELLS, _cells(connection)),
            (published.against_former(settings), against_former),
        )
    return [
        result
        for suite, frame in frames
        for result in run(suite, frame.assign(partition=published.RELEASE), [published.RELEASE], version).results
    ]


def _value_columns(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name, *_rest) in connection.execute(f"describe {PANEL}").fetchall() if name not in PANEL_KEYS]


def _panel(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    filled = " + ".join(f'("{name}" is not null)::int' for name in _value_columns(connection))
    return connection.execute(f"select {', '.join(PANEL_KEYS)}, {filled} as n_cells from {PANEL}").df()


def _cells(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return a row per cell, from its source: that panel and sources agree is the audit's and dbt's business."""
    # by way of Arrow, which pandas takes as it is: a string of Python for each word takes five times as long
    found = connection.execute(
        f"select s.region_id, s.year, s.column_name, s.cell_value as cell, s.sentence, s.report_id, s.location, "
        f"s.snapshot_sha256, o.surface, r.accepted from {PANEL_SOURCE} as s "
        "left join fct_observation as o using (observation_id) left join dim_report as r on s.report_id = r.report_id"
    )
    frame: pd.DataFrame = found.to_arrow_table().to_pandas()
    return frame


def _against_former(changes: Changes, settings: GateSettings) -> pd.DataFrame:
    years = max(1, changes.n_former_region_years)
    too_many = sum(not left for *_key, left in changes.lost) > settings.lost_share * years
    rows: Rows = [
        {
            "region_id": region,
            "year": year,
            "_source_left": left,
            "_too_many": too_many,
        }
        for region, year, left in changes.lost
    ]
    rows += [
        {"cause": cause, "cells": cells, "share": cells / max(1, changes.n_former)}
        for cause, cells in changes.by_cause().items()
    ]
    columns = ["region_id", "year", "cause", "cells", "share", "_source_left", "_too_many"]
    return pd.DataFrame(rows, columns=columns)


def write_verdicts(
    connection: duckdb.DuckDBPyConnection,
    verdicts: pa.Table,
    override: Override | None,
    judged: frozenset[str] | None = None,
) -> int:
    """Put `verdicts` into the table `gate_results`, mark those overruled with who and why; return the table's rows.

    They take the place of those on the partitions `judged`, or of all. The warehouse's may be older: a partition that
    was kept back changes no data, so that no model is built.
    """
    columns = {name for (name, *_rest) in connection.execute("describe gate_results").fetchall()}
    known = [name for name in (*verdicts.column_names, "gate_result_id") if name in columns]
    if judged is None:
        connection.execute("delete from gate_results")
    else:
        connection.execute("delete from gate_results where partition in (select unnest(?))", [sorted(judged)])
    connection.register("verdicts", verdicts)
    connection.execute(
        f"insert into gate_results by name select {', '.join(known)} "
        f"from (select *, {' || $bar || '.join(KEY)} as gate_result_id from verdicts) order by gate_result_id",
        {"bar": "|"},
    )
    connection.unregister("verdicts")
    if override:
        overruled = [refusal.key for refusal in override.refusals]
        connection.execute(
            "update gate_results set overridden_by = ?, override_reason = ? "
            "where gate_result_id in (select unnest(?::varchar[]))",
            [override.by, override.reason, overruled],
        )
    return count(connection, "gate_results")


def refusals_of(verdicts: Rows) -> list[Refusal]:
    """Return what forbids publication among the verdicts on the release itself."""
    return [Refusal.of_verdict(v) for v in verdicts if v["severity"] == "critical" and not v["success"]]
