"""Observations: the number is in the sentence, its fields fit together, its size is one the indicator can have.

Numbers of this gate, with their reasons, are the constants below; bounds of an indicator are the lexicon's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Suite
from expectations.suites import _indicators
from expectations.suites._spans import SPANS, derive_spans
from sources.tables import OBSERVATIONS

#: the earliest year that a report of the reform era looks back on, and the latest that a long plan names
FIRST_PERIOD, LAST_PERIOD = 1949, 2060
#: percent changes beyond these are misread units: young industries grow a hundredfold, none loses over 100
GROWTH = (-100.0, 10_000.0)
#: no share or coverage told in percent exceeds this (completion rates do, but are no shares)
SHARE = (0.0, 100.0)
#: a probability that a field is wrong
DOUBT = (0.0, 1.0)
#: a growth of several years' average beyond this is a multiple misread
AVG_GROWTH = (-50.0, 300.0)
#: a municipal report of full length tells more than this many indicators; fewer means that the reading failed
FEW_OBSERVATIONS = 5
#: whole reports tell 1 to 6 indicators per thousand characters (268 reports of 1999 to 2025; the nation's report
#: speaks less of its own figures); below this the reading stopped, or the text is of something else
FEWEST_PER_1000 = {"national": 0.2, "province": 0.7, "city": 0.5, "county": 0.5}
#: excerpts of goals reach 17; beyond this a table was read line by line or a text stands twice
MOST_PER_1000 = 30.0
#: characters; shorter texts say nothing about density
ENOUGH_TEXT = 3_000
#: kept to 12 digits, a value and its printed form agree
SAME = 1e-9


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    frame = derive_spans(frame)
    value, upper = frame["value"], frame["value_upper"]
    # a target without a number stands for itself; a number needs no relation but may have one (实现正增长)
    frame["_value_or_relation"] = value.notna() | frame["relation"].notna()
    frame["_range_ascends"] = upper.isna() | (upper > value)
    frame["_period_ascends"] = frame["period_start"] <= frame["period_end"]
    frame["_horizon_fits_period"] = frame["horizon"].eq("span") | frame["period_start"].eq(frame["period_end"])
    frame["_unit_converted"] = value.isna() | frame["canonical_value"].notna()
    frame["_range_converted"] = upper.isna() | frame["canonical_value_upper"].notna()
    frame["_percent_growth"] = value.where(frame["measure"].eq("growth") & frame["unit"].eq("%"))
    frame["_percent_avg_growth"] = value.where(frame["measure"].eq("avg_growth"))
    frame["_percent_share"] = value.where(frame["measure"].eq("share") & frame["unit"].eq("%"))
    frame["_multiple"] = value.where(frame["measure"].eq("multiple"))
    frame["_relation_is_target"] = frame["relation"].isna() | frame["status"].eq("target") | value.notna()
    # a result of a year after the report's own can't be known yet
    result = frame["status"].ne("target") & frame["_report_year"].notna()
    frame["_result_is_past"] = (frame["period_end"] <= frame["_report_year"]).where(result)
    frame["_indicator_known"] = frame["indicator"].map(_indicators.known).where(frame["indicator"].notna())
    # a number that the machine read has its doubt; none is told of a relation, and of what a person decided
    told = value.notna() & frame["reviewed"].isna()
    frame["_doubt_told"] = frame["doubt"].notna().astype(object).where(told, None)
    frame["_one_base_goal"] = _one_base_goal(frame)
    rows = frame[_COLUMNS].to_dict("records")
    for name, judge in _BY_ROW.items():
        frame[name] = pd.Series([judge(row) for row in rows], index=frame.index, dtype=object)
    return frame


def _one_base_goal(frame: pd.DataFrame) -> pd.Series:
    """Return, for goals of the base tier with a number, whether their sentence sets no other one for the same thing."""
    goals = frame[frame["status"].eq("target") & frame["tier"].eq("base") & frame["value"].notna()]
    told = [
        "report_id",
        "sentence_start",
        "scope",
        "indicator",
        "measure",
        "period_start",
        "period_end",
        "basis",
        "unit",
    ]
    n_values = goals.groupby(told, dropna=False)["value"].transform("nunique")
    alone: pd.Series = n_values.eq(1).astype(object).reindex(frame.index)
    return alone.where(alone.notna(), None)


_COLUMNS = [
    "indicator", "measure", "value", "unit", "surface", "horizon", "reviewed", "canonical_value", "canonical_unit",
]  # fmt: skip
Row = dict[Any, Any]


def _number_printed(row: Row) -> bool | None:
    """Whether the value is one of the numbers that the surface prints; a person's figure stands for itself."""
    if row["reviewed"] or pd.isna(row["value"]):
        return None
    printed = _indicators.numbers_in(str(row["surface"]))
    if not printed:  # in Chinese numerals, or a relation
        return None
    if row["indicator"] == "consumer_price_index":  # 指数102.8 is a rise of 2.8
        printed = [*printed, *(abs(number - 100) for number in printed)]
    return any(_same(abs(row["value"]), number) for number in printed)


def _unit_fits(row: Row) -> bool | None:
    if pd.isna(row["value"]) or row["canonical_unit"] is None:
        return None
    return _indicators.unit_fits(row["indicator"], row["measure"], row["canonical_unit"])


def _conversion_true(row: Row) -> bool | None:
    if pd.isna(row["value"]) or pd.isna(row["canonical_value"]) or not row["unit"]:
        return None
    factor = _indicators.factor(row["indicator"], row["measure"], row["unit"])
    return None if factor is None else _same(row["value"] * factor, row["canonical_value"])


def _value_plausible(row: Row) -> bool | None:
    if row["measure"] == "growth" and row["horizon"] != "annual":  # over several years much can happen
        return None
    return _inside(row, _indicators.bounds(row["indicator"], row["measure"], row["canonical_unit"]))


def _value_possible(row: Row) -> bool | None:
    if row["measure"] != "level":
        return None
    return _inside(row, _indicators.possible(row["indicator"], row["canonical_unit"]))


_BY_ROW: dict[str, Callable[[Row], bool | None]] = {
    "_number_printed": _number_printed,
    "_unit_fits": _unit_fits,
    "_conversion_true": _conversion_true,
    "_value_plausible": _value_plausible,
    "_value_possible": _value_possible,
}


def _inside(row: Row, bounds: tuple[float, float] | None) -> bool | None:
    if bounds is None or pd.isna(row["canonical_value"]):
        return None
    return bool(bounds[0] <= row["canonical_value"] <= bounds[1])


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(1.0, abs(one), abs(other))


def _summarise(frame: pd.DataFrame, partitions: list[str], reports: pd.DataFrame) -> pd.DataFrame:
    """Return a row per report: `n_observations`, and of whole texts their `_density` against the level's least."""
    told = frame.groupby(["partition", "report_id"]).size().rename("n_observations").reset_index()
    told["n_observations"] = told["n_observations"].astype(float)
    if reports.empty:
        return told.assign(_enough_told=None, _per_1000=None, level=None)
    found = reports[["partition", "report_id", "level", "n_chars", "completeness", "kind"]].merge(
        told, how="left", on=["partition", "report_id"]
    )
    found["n_observations"] = found["n_observations"].fillna(0.0)
    long = found["n_chars"].ge(ENOUGH_TEXT)
    found["_per_1000"] = (found["n_observations"] * 1000 / found["n_chars"].clip(lower=1)).astype(float).where(long)
    whole = long & found["completeness"].eq("complete") & found["kind"].eq("work_report")
    least = found["level"].map(FEWEST_PER_1000).fillna(0.0).astype(float)
    found["_enough_told"] = (found["_per_1000"] >= least).astype(object).where(whole, None)
    return found


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
        holds("range_converted", "_range_converted", "quarantine", "the upper end is not in the canonical unit"),
        holds("relation_is_target", "_relation_is_target", "quarantine", "a relation without a number is a target"),
        holds("result_is_past", "_result_is_past", "quarantine", "a result of a year after the report's own"),
        holds("indicator_known", "_indicator_known", "quarantine", "no indicator of the list has this code"),
        holds("number_printed", "_number_printed", "quarantine", "the value is not the number that the words print"),
        holds("unit_fits_indicator", "_unit_fits", "quarantine", "the indicator is not measured in this unit"),
        holds("conversion_true", "_conversion_true", "quarantine", "the canonical value is not the value in its unit"),
        holds("value_possible", "_value_possible", "quarantine", "so far beyond the indicator's bounds: another unit"),
        holds("value_plausible", "_value_plausible", "warning", "beyond what the lexicon takes for plausible"),
        holds(
            "one_base_goal", "_one_base_goal", "warning", "one sentence sets two base goals: one of them is a stretch"
        ),
        between("period_start_plausible", "period_start", FIRST_PERIOD, LAST_PERIOD, "quarantine", "no such year"),
        between("period_end_plausible", "period_end", FIRST_PERIOD, LAST_PERIOD, "quarantine", "no such year"),
        between("growth_plausible", "_percent_growth", *GROWTH, "quarantine", "no growth can be that"),
        between(
            "avg_growth_plausible", "_percent_avg_growth", *AVG_GROWTH, "quarantine", "no yearly growth can be that"
        ),
        between("share_plausible", "_percent_share", *SHARE, "quarantine", "a share lies in 0 to 100 %"),
        between("doubt_is_a_chance", "doubt", *DOUBT, "quarantine", "a probability lies in 0 to 1"),
        # the figure is as good without: nothing is set aside for it
        holds("doubt_told", "_doubt_told", "warning", "a number without its doubt: nobody can tell how sure it is"),
        between("multiple_plausible", "_multiple", 0, 10_000, "quarantine", "no multiple can be that"),
    ),
    summarise=_summarise,
    partitions=(
        between(
            "observations_per_report",
            "n_observations",
            FEW_OBSERVATIONS,
            10**6,
            "warning",
            "a report told hardly any indicator",
        ),
        holds(
            "enough_for_its_length",
            "_enough_told",
            "warning",
            "a whole report told few indicators for its level and length: the reading may have stopped",
        ),
        between(
            "not_too_many", "_per_1000", 0, MOST_PER_1000, "warning", "more indicators than a text of that length has"
        ),
    ),
)
