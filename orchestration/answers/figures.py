"""Rows of one indicator with all that stands beside a value, and beside a blank.

What belongs here: from rows of ``dashboard/comparing.py`` to answers, with sentence, key, doubt and reason. What does
not: which rows (``questions``), which reason (``comparing``).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd

from baogao.cells import key_of
from dashboard import comparing
from dashboard.store import Store
from dashboard.texts import Texts
from orchestration.answers.shape import Figure, Row, Side, why
from sources.latin import place_in_english

# ids first: joined whole, the tables take ten times as long; by pattern: a release of an older baogao has no English
_BEHIND = """
    with o as materialized (
        select columns('^(observation_id|report_id|sentence|sentence_en|canonical_unit|doubt)$') from fct_observation
        where observation_id in (select unnest($observations))
    ),
    f as materialized (
        select fact_id, observation_id, has_conflict, value from fct_city_year_indicator
        where fact_id in (select unnest($facts))
    ),
    s as materialized (
        select fact_id, column_name, cell_value from panel_cell_source where fact_id in (select unnest($facts))
    )
    select o.*, r.title, coalesce(r.url, r.location) as address, f.has_conflict, s.column_name
    from o join dim_report as r using (report_id) left join f using (observation_id)
    left join s on s.fact_id = f.fact_id and try_cast(s.cell_value as double) = f.value
    order by ends_with(s.column_name, '_max'), s.column_name"""
_COLUMN = """
    select s.column_name from panel_cell_source as s join fct_city_year_indicator as f using (fact_id)
    where f.indicator = $indicator and f.measure = $measure and f.status_class = $side
        and try_cast(s.cell_value as double) = f.value and not ends_with(s.column_name, '_max')
    group by all order by count(*) desc, s.column_name limit 1"""


def rows_of(store: Store, found: pd.DataFrame, *sides: Side) -> list[Row]:
    """Return rows of ``comparing.compared`` (a `rank` may be with them) as answers with these sides."""
    rows = [{str(name): _plain(value) for name, value in row.items()} for row in found.to_dict("records")]
    ids = {
        f"{what}s": sorted({row[f"{side}_{what}_id"] for row in rows for side in sides} - {None})
        for what in ("observation", "fact")
    }
    behind: dict[str, dict[Any, Any]] = {}
    for one in store.ask(_BEHIND, ids).to_dict("records") if ids["observations"] else ():
        behind.setdefault(one["observation_id"], {name: _plain(value) for name, value in one.items()})
    return [_row(store, row, sides, behind) for row in rows]


@lru_cache(maxsize=256)
def column_of(store: Store, indicator: str, measure: str, side: str) -> str | None:
    """Return the panel's column for such goals or results; None where it has none."""
    found = store.ask(_COLUMN, {"indicator": indicator, "measure": measure, "side": side})["column_name"]
    return str(found[0]) if len(found) else None


def _row(store: Store, row: dict[str, Any], sides: tuple[Side, ...], behind: dict[str, dict[Any, Any]]) -> Row:
    figures: dict[str, Figure] = {
        side: _figure(store, row, side, behind.get(row[f"{side}_observation_id"], {})) for side in sides
    }
    told: dict[str, Any] = {
        **{name: row[name] for name in ("region_id", "region_name", "year", "indicator", "measure", "gap")},
        **figures,
        "region_en": place_in_english(row["region_name"], row["region_code"]),
        "rank": row.get("rank"),
        "verdict": row["verdict"] if row["verdict"] in comparing.VERDICTS else None,
        "gap_why": why(row["gap_reason"]) if row["gap_reason"] else None,
    }
    return Row(**told)


def _figure(store: Store, row: dict[str, Any], side: Side, behind: dict[Any, Any]) -> Figure:
    reason = row[f"{side}_reason"]
    # a value that the panel leaves out stands in no cell of it; a release of an older baogao has no English
    column = column_of(store, row["indicator"], row["measure"], side) if reason else behind.get("column_name")
    told: dict[str, Any] = {
        **{name: behind.get(name) or "" for name in ("sentence", "sentence_en", "title", "address")},
        "cell": key_of(store.release, row["region_id"], row["year"], column) if column else None,
    }
    if reason:
        return Figure(**told, why=why(reason))
    return Figure(
        **told,
        value=row[side],
        value_upper=row.get(f"{side}_upper"),
        unit=behind.get("canonical_unit") or row["unit"] or "",
        told=comparing.printed_values(row, Texts("en"))[side],
        doubt=behind.get("doubt"),
        conflict=bool(behind.get("has_conflict")),
    )


def _plain(value: Any) -> Any:
    """Return the value, the frame's several kinds of nothing as None and its numbers as Python's."""
    if isinstance(value, list) or not pd.isna(value):
        return value.item() if hasattr(value, "item") else value
    return None
