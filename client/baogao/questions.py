"""Questions to a release that every door asks: regions and indicators by name, a series, one cell with all behind it.

What belongs here: SQL over the published tables, and plain data of what it finds. What does not: opening a release
(``opening``), questions of one door alone (``dashboard/queries.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol

from baogao.cells import CellKey, CellKeyError, key_of, parse_key
from baogao.errors import BaogaoError

if TYPE_CHECKING:
    from pandas import DataFrame

SHOWN = 12
#: the facts that a column of the panel is of, see int_panel_cells
TOLD = """
    select region_id, year, indicator, measure, status_class from fct_city_year_indicator
    where horizon = 'annual' and period_start = year and tier = 'base' and basis = 'headline'
        and (status_class = 'result' or report_year = year) and value is not null
"""
NONE_SET = "select region_id, year, indicator from coverage_cell where state = 'no_target_set'"
#: cells of which the gate set a number aside, by measure; a release of an older baogao tells none
WITHHELD = """
    select region_id, year, indicator, unnest(string_split(measures, ';')) as measure, status_class
    from (select c.*, to_json(c) ->> 'measures_withheld' as measures from coverage_cell as c) where measures is not null
"""
#: what is searched for a phrase where a release has its texts beside it
TEXTS = (
    "searched were all accepted texts, for the phrase as it is written and, where a sentence has another way, in that"
)
#: why texts are searched by the sentences of numbers alone
NO_TEXTS = (
    "this release holds no whole texts, which are not ours to give away: searched were the sentences of which a number "
    "was read"
)

OF_TEXTS = """
    select s.region_id, s.region_name, s.report_year, s.sentence, r.title, coalesce(s.url, s.location) as address
    from texts.fct_sentence as s join dim_report as r using (report_id)
    where contains(s.sentence, $phrase) or contains(s.searched, $phrase)
    order by s.region_id, s.report_year, r.report_id, s.char_start"""
OF_OBSERVATIONS = """
    -- a release of an older baogao names no regions beside its observations
    select distinct o.region_id, to_json(o) ->> 'region_name' as region_name, o.report_year, o.sentence, r.title,
        coalesce(r.url, r.location) as address
    from fct_observation as o join dim_report as r using (report_id)
    where o.from_accepted_report and contains(o.sentence, $phrase)
    order by o.region_id, o.report_year, o.sentence"""


class Asked(Protocol):
    """A release that can be asked."""

    @property
    def release(self) -> str: ...

    def ask(self, sql: str, parameters: Mapping[str, Any] | None = None) -> DataFrame: ...


class NotOneError(BaogaoError):
    """A name that is nobody's or of several; the message lists the candidates."""


class CellNotFoundError(BaogaoError):
    """There is no such cell: another release, a region or a column that it does not have."""


@dataclass(frozen=True)
class Reason:
    en: str
    zh: str


#: why a cell is empty, by the letter that Stata knows it by
REASONS: Mapping[str, Reason] = {
    "a": Reason("no report was found that would tell it", "未获取该年报告"),
    "b": Reason("a document was found, and refused", "找到文件但未采用"),
    "c": Reason("the report was read and does not tell it", "报告已读，未提及"),
    "d": Reason("the report sets no target on purpose", "报告明确不设目标"),
    "e": Reason("told, and left out as too doubtful", "已提及，因存疑过大未列入"),
    "f": Reason("a report was found, and what was read of it is withheld", "已获取报告，读数暂缓入库"),
}


@dataclass(frozen=True)
class Cell:
    """One cell of the panel and what is behind it; of an empty one `reason` is a letter of REASONS, the texts empty.

    `value` is as the panel has it, in the unit that `meaning` names; `told_on` is the day on which the document was
    published or, where that is not known, the report was given; `address` is the page's, or the name of the file.
    """

    key: str
    release: str
    region_id: str
    year: int
    column: str
    region_name: str = ""
    region_en: str = ""
    meaning: str = ""
    indicator_zh: str = ""
    measure: str = ""
    is_target: bool = False
    value: str = ""
    sentence: str = ""
    sentence_en: str = ""
    title: str = ""
    told_on: date | None = None
    address: str = ""
    snapshot_sha256: str = ""
    observation_id: str = ""
    fact_id: str = ""
    reason: str = ""

    @property
    def told(self) -> str:
        """The value, or why there is none."""
        return f"no value ({REASONS[self.reason].en})" if self.reason else self.value

    @property
    def released(self) -> date:
        """The day of the release, which its id begins with."""
        return datetime.strptime(self.release[:8], "%Y%m%d").date()


def key_called(store: Asked, typed: str) -> CellKey:
    """Return the key that is typed in full, or as region/year/column of this release, the region by any name.

    Raises CellKeyError, NotOneError.
    """
    region, *rest = typed.strip().split("/")
    if len(rest) != 2:
        return parse_key(typed)
    year, column = rest
    if not (year.isascii() and year.isdigit()):
        raise CellKeyError(
            "{typed!r} is no key of a cell: year is {year!r}, not the year of the figures", typed=typed[:100], year=year
        )
    return parse_key(key_of(store.release, region_called(store, region), int(year), column))


def cell_of_fact(store: Asked, fact_id: str) -> Cell | None:
    """Return the cell of the panel that holds the value of a fact; None where none does."""
    found = _one(
        store,
        """select s.region_id, s.year, s.column_name from panel_cell_source as s
        join fct_city_year_indicator as f using (fact_id)
        where fact_id = $fact and try_cast(s.cell_value as double) = f.value
        order by ends_with(s.column_name, '_max'), s.column_name""",
        {"fact": fact_id},
    )
    if not found:
        return None
    # a frame's number is numpy's, which DuckDB takes for no parameter
    return cell_of(store, CellKey(store.release, found["region_id"], int(found["year"]), found["column_name"]))


def cell_of(store: Asked, key: CellKey) -> Cell:
    """Return the cell `key` of the release, empty ones too, with the reason.

    Raises CellNotFoundError where the release is another one, or has no such region or column.
    """
    if key.release != store.release:
        raise CellNotFoundError(
            "{key} is of release {release}, this is {opened}; open that one",
            key=key,
            release=key.release,
            opened=store.release,
        )
    # the name that it bears today, else its last one
    region = _one(
        store,
        "select * from dim_region where region_id = $region order by last_year desc nulls first, first_year desc",
        {"region": key.region_id},
    )
    if not region:
        raise CellNotFoundError(
            "release {release} knows no region {region_id}", release=store.release, region_id=key.region_id
        )
    column = _one(
        store,
        "select comment from duckdb_columns() where table_name = 'city_year_panel' and column_name = $column",
        {"column": key.column},
    )
    if not column:
        raise CellNotFoundError(
            "city_year_panel of release {release} has no column {column}", release=store.release, column=key.column
        )
    fact = _one(
        store,
        """select f.indicator, f.measure, f.status_class, i.name_zh from panel_cell_source as s
        join fct_city_year_indicator as f using (fact_id) join dim_indicator as i using (indicator)
        where s.column_name = $column limit 1""",
        {"column": key.column},
    )
    # as the panel names its columns, since one may be empty everywhere
    is_target = "_tgt_" in key.column
    of_cell: dict[str, Any] = {
        "key": str(key),
        "release": key.release,
        "region_id": key.region_id,
        "year": key.year,
        "column": key.column,
        "region_en": region.get("name_en") or "",
        "meaning": column["comment"] or "",
        "indicator_zh": fact.get("name_zh", ""),
        "measure": fact.get("measure", ""),
        "is_target": is_target,
    }
    where = {"region": key.region_id, "year": key.year, "column": key.column}
    told = _one(
        store,
        "select * from panel_cell_source where region_id = $region and year = $year and column_name = $column",
        where,
    )
    if not told:
        reason = reason_of_cell(store, key, fact, is_target)
        return Cell(**of_cell, region_name=region["region_name"], reason=reason)
    report = _one(store, "select * from dim_report where report_id = $report", {"report": told["report_id"]})
    # the name of that year, which the sentence knows
    named = _one(store, "select region_name from city_year_panel where region_id = $region and year = $year",
                 {"region": key.region_id, "year": key.year})  # fmt: skip
    day = report.get("published_at") or report.get("meeting_date")
    return Cell(
        **of_cell,
        region_name=named.get("region_name") or region["region_name"],
        value=told["cell_value"].removesuffix(".0"),
        # a release of an older baogao has none
        sentence_en=told.get("sentence_en") or "",
        address=told["url"] or told["location"],
        told_on=day.date() if isinstance(day, datetime) else day,
        title=told["title"] or "",
        **{name: told[name] for name in ("sentence", "snapshot_sha256", "observation_id", "fact_id")},
    )


def reason_of_cell(store: Asked, key: CellKey, fact: Mapping[str, Any], is_target: bool) -> str:
    """Return the letter of why a cell of the panel is empty; `fact` says what its column is of, empty where unknown."""
    of_fact = {name: fact.get(name, "") for name in ("indicator", "measure", "status_class")}
    where = {"region": key.region_id, "year": key.year, **of_fact}
    of_column = "indicator = $indicator and measure = $measure and status_class = $status_class"
    if _one(store, f"from ({TOLD}) where region_id = $region and year = $year and {of_column}", where):
        return "e"
    if _one(store, f"from ({WITHHELD}) where region_id = $region and year = $year and {of_column}", where):
        return "f"
    del where["measure"], where["status_class"]
    none_set = f"from ({NONE_SET}) where region_id = $region and year = $year and indicator = $indicator"
    if is_target and _one(store, none_set, where):
        return "d"
    # a goal is told by the report of its year, a result by that of the year after
    year = key.year + (not is_target)
    report = _one(store, "select state from coverage_report where region_id = $region and report_year = $year",
                  {"region": key.region_id, "year": year})  # fmt: skip
    return reason_of_report(report.get("state"))


def reason_of_report(state: str | None) -> str:
    """Return the letter of why a report of that state tells nothing; None is a report that nothing is known of."""
    if state is None or state in ("not_retrieved", "not_in_catalogue"):
        return "a"
    if state == "withheld":
        return "f"
    return "b" if state.startswith("refused") else "c"


def region_called(store: Asked, typed: str) -> str:
    """Return the region_id of the region that a code or a name means, of today or former, Chinese or Latin.

    Raises NotOneError where several bear it or none does.
    """
    named = store.ask(
        """
        select region_id, arg_max(region_name, first_year) as region_name, any_value(parent_name) as parent_name,
            min(case when $typed in (region_id, region_code) then 0 else 1 end) as distance
        from dim_region as r
        where $typed in (region_id, region_code, region_name) or lower(to_json(r) ->> 'name_en') = lower($typed)
            or regexp_replace(region_name, '(省|市|县|区)$', '') = $typed
            or lower(regexp_replace(to_json(r) ->> 'name_en', ' (Province|City|County|District)$', '')) = lower($typed)
        group by region_id order by distance, region_id""",
        {"typed": typed.strip()},
    )
    nearest = named[named["distance"] == named["distance"].min()]
    if len(nearest) == 1:
        return str(nearest["region_id"].iloc[0])
    if nearest.empty:
        raise NotOneError("{typed}: no region of this release is called so", typed=typed)
    told = [f"{row.region_id} {row.region_name} ({row.parent_name or ''})" for row in nearest.itertuples()][:SHOWN]
    raise NotOneError(
        "{typed}: {n_nearest} regions are called so; give the id of one: {told}",
        typed=typed,
        n_nearest=len(nearest),
        told=", ".join(told),
    )


def series(store: Asked, region_id: str, indicator: str, measure: str) -> DataFrame:
    """Return every chosen value of one region and indicator: a row per fact, goals with what came of them."""
    return store.ask(
        """
        select
            f.fact_id, f.observation_id, f.region_id, f.region_code, f.region_name, f.level,
            f.year, f.period_start, f.indicator, f.measure, f.status_class, f.status, f.horizon, f.tier, f.basis,
            f.value, f.value_upper, f.unit, f.qualifier, f.commitment,
            f.report_year, f.told_by, f.n_rivals, f.has_conflict, f.is_revised, f.is_corrected,
            o.result_value, o.gap, o.verdict, o.not_told_reason
        from fct_city_year_indicator as f left join fct_target_outcome as o using (fact_id)
        where f.region_id = $region and f.indicator = $indicator and f.measure = $measure
        order by f.year, f.status_class, f.horizon, f.tier, f.basis""",
        {"region": region_id, "indicator": indicator, "measure": measure},
    )


def says(store: Asked, phrase: str) -> DataFrame:
    """Return the sentences that hold `phrase`, as it is written; `attrs["reason"]` says what was searched."""
    whole = not store.ask("select 1 from duckdb_databases() where database_name = 'texts'").empty
    found = store.ask(OF_TEXTS if whole else OF_OBSERVATIONS, {"phrase": phrase})
    found.attrs["reason"] = TEXTS if whole else NO_TEXTS
    return found


def _one(store: Asked, sql: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first row of an answer, what is missing in it as None; empty where there is none."""
    import pandas as pd

    found = store.ask(sql, parameters)
    if found.empty:
        return {}
    return {str(name): None if pd.isna(value) else value for name, value in found.iloc[0].items()}
