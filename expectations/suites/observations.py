"""Observations: the number is in the sentence, its fields fit together, its size is one the indicator can have.

Numbers of this gate, with their reasons, are the constants below.
"""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Suite
from expectations.suites._spans import SPANS, derive_spans
from sources.tables import OBSERVATIONS

#: the earliest year that a report of the reform era looks back on, and the latest that a long plan names
FIRST_PERIOD, LAST_PERIOD = 1949, 2060
#: percent changes beyond these are misread units: young industries grow a hundredfold, none loses over 100
GROWTH = (-100.0, 10_000.0)
#: no share or coverage told in percent exceeds this (completion rates do, but are no shares)
SHARE = (0.0, 100.0)
#: a growth of several years' average beyond this is a multiple misread
AVG_GROWTH = (-50.0, 300.0)
#: a municipal report of full length tells more than this many indicators; fewer means that the reading failed
FEW_OBSERVATIONS = 5


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    frame = derive_spans(frame)
    value, upper = frame["value"], frame["value_upper"]
    # a target without a number stands for itself; a number needs no relation but may have one (实现正增长)
    frame["_value_or_relation"] = value.notna() | frame["relation"].notna()
    frame["_range_ascends"] = upper.isna() | (upper > value)
    frame["_period_ascends"] = frame["period_start"] <= frame["period_end"]
    frame["_horizon_fits_period"] = frame["horizon"].eq("span") | frame["period_start"].eq(frame["period_end"])
    frame["_unit_converted"] = value.isna() | frame["canonical_value"].notna()
    frame["_percent_growth"] = value.where(frame["measure"].eq("growth") & frame["unit"].eq("%"))
    frame["_percent_avg_growth"] = value.where(frame["measure"].eq("avg_growth"))
    frame["_percent_share"] = value.where(frame["measure"].eq("share") & frame["unit"].eq("%"))
    frame["_multiple"] = value.where(frame["measure"].eq("multiple"))
    frame["_relation_is_target"] = frame["relation"].isna() | frame["status"].eq("target") | value.notna()
    return frame


def _summarise(frame: pd.DataFrame, partitions: list[str]) -> pd.DataFrame:
    per_report = frame.groupby(["partition", "report_id"]).size()
    fewest = per_report.groupby("partition").min() if len(per_report) else pd.Series(dtype=int)
    return pd.DataFrame({"partition": partitions}).assign(fewest=lambda s: s["partition"].map(fewest))


SUITE = Suite(
    table=OBSERVATIONS.name,
    derive=_derive,
    rows=(
        *contract_expectations(OBSERVATIONS),
        *SPANS,
        holds("value_or_relation", "_value_or_relation", "quarantine", "neither a number nor a relation in its place"),
        holds("range_ascends", "_range_ascends", "quarantine", "the upper end is not above the lower"),
        holds("period_ascends", "_period_ascends", "quarantine", "the period ends before it starts"),
        holds("horizon_fits_period", "_horizon_fits_period", "quarantine", "an annual figure over several years"),
        holds("unit_converted", "_unit_converted", "quarantine", "the unit can't be brought to the canonical one"),
        holds("relation_is_target", "_relation_is_target", "quarantine", "a relation without a number is a target"),
        between("period_start_plausible", "period_start", FIRST_PERIOD, LAST_PERIOD, "quarantine", "no such year"),
        between("period_end_plausible", "period_end", FIRST_PERIOD, LAST_PERIOD, "quarantine", "no such year"),
        between("growth_plausible", "_percent_growth", *GROWTH, "quarantine", "no growth can be that"),
        between(
            "avg_growth_plausible", "_percent_avg_growth", *AVG_GROWTH, "quarantine", "no yearly growth can be that"
        ),
        between("share_plausible", "_percent_share", *SHARE, "quarantine", "a share lies in 0 to 100 %"),
        between("multiple_plausible", "_multiple", 0, 10_000, "quarantine", "no multiple can be that"),
    ),
    summarise=_summarise,
    partitions=(
        between(
            "observations_per_report",
            "fewest",
            FEW_OBSERVATIONS,
            10**6,
            "warning",
            "a report told hardly any indicator",
        ),
    ),
)
