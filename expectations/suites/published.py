"""The panel and the published file: what readers open, judged as they will see it, and against the former release.

A release has one partition, `release`. Its rows are never set aside: a cell that vanishes without a word is worse than
a refusal. What does not belong here: relations between models (dbt tests), the file's structure
(``orchestration/release/audit.py``).
"""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, holds
from expectations.suite import Suite
from expectations.suites.observations import FIRST_PERIOD, GROWTH, LAST_PERIOD
from sources.settings import GateSettings
from sources.tables import LEVELS

RELEASE = "release"
#: a rate of change of a whole region beyond this is told, not forbidden: new zones do grow so
SURPRISING = (-60.0, 200.0)
#: ending of the columns that hold percentages
PERCENT = "_pct"


def _derive_cells(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`: a row per filled cell of the panel with cell, surface, sentence, accepted, snapshot_sha256."""
    number = pd.to_numeric(frame["cell"], errors="coerce")
    frame["_percent"] = number.where(frame["column_name"].str.endswith(PERCENT))
    # plain lists: to go through pandas' strings one by one takes ten times as long
    pairs = zip(frame["surface"].tolist(), frame["sentence"].tolist(), strict=True)
    frame["_sentence_holds_number"] = [
        None if not isinstance(surface, str) else surface in str(sentence) for surface, sentence in pairs
    ]
    frame["_report_accepted"] = frame["accepted"].astype(object).where(frame["accepted"].notna(), False)
    frame["_snapshot_known"] = frame["snapshot_sha256"].notna()
    return frame


CELLS = Suite(
    table="panel_cell_source",
    derive=_derive_cells,
    rows=(
        between("year_plausible", "year", FIRST_PERIOD, LAST_PERIOD, "critical", "a cell of a year that can't be"),
        between("percent_possible", "_percent", *GROWTH, "critical", "no percentage can be that"),
        between("percent_usual", "_percent", *SURPRISING, "warning", "a percentage to look at"),
        holds("sentence_holds_number", "_sentence_holds_number", "critical", "a cell whose sentence has other words"),
        holds("report_accepted", "_report_accepted", "critical", "a cell from a report that was not accepted"),
        holds("snapshot_known", "_snapshot_known", "critical", "a cell that leads to no page as fetched"),
    ),
)


def _derive_panel(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame`: a row per region-year with its keys and `n_cells`."""
    frame["_level_known"] = frame["level"].isin(LEVELS)
    frame["_region_named"] = frame["region_code"].notna() & frame["region_name"].notna()
    return frame


PANEL = Suite(
    table="city_year_panel",
    derive=_derive_panel,
    rows=(
        between("year_plausible", "year", FIRST_PERIOD, LAST_PERIOD, "critical", "a row of a year that can't be"),
        holds("level_known", "_level_known", "critical", "a row of no administrative level"),
        holds("region_named", "_region_named", "critical", "a row of a region without code or name"),
        between("row_not_empty", "n_cells", 1, 10_000, "warning", "a region-year without any value"),
    ),
)


def against_former(settings: GateSettings) -> Suite:
    """Return the suite of what became of the former release.

    Its frame has a row per region-year that is gone (`region_id`, `year`, `_source_left`, `_too_many`) and one row
    per cause of changed cells (`cause`, `cells`, `share`).
    """

    def derive(frame: pd.DataFrame) -> pd.DataFrame:
        gone, changed = frame["region_id"].notna(), frame["cause"].notna()
        left = frame["_source_left"].eq(True)
        frame["_coverage_kept"] = (~frame["_too_many"].eq(True)).astype(object).where(gone & ~left, None)
        frame["_source_kept"] = (~left).astype(object).where(gone, None)
        reading = changed & frame["cause"].eq("parser") & frame["cells"].ge(settings.drift_cells)
        frame["_drift_small"] = frame["share"].le(settings.drift_warn_share).astype(object).where(reading, None)
        frame["_drift_bearable"] = frame["share"].le(settings.drift_stop_share).astype(object).where(reading, None)
        return frame

    return Suite(
        table=RELEASE,
        derive=derive,
        rows=(
            holds(
                "coverage_kept", "_coverage_kept", settings.lost, "region-years are lost whose report is still there"
            ),
            holds("source_kept", "_source_kept", "warning", "region-years left with their reports"),
            holds("drift_small", "_drift_small", "warning", "another reading changed many cells of unchanged pages"),
            holds(
                "drift_bearable", "_drift_bearable", "critical", "another reading changed so much that it looks broken"
            ),
        ),
    )
