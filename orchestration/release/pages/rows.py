"""What the pages hold of a release, as plain data: regions, columns, coverage, and each cell with its sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from orchestration.release.reasons import reasons
from orchestration.release.schema import PANEL, PublishedTable

if TYPE_CHECKING:
    import duckdb

Data = dict[str, Any]
#: name and code of a region → the name in Latin letters by which it is shown, and all readings that it is found by
Latin = Callable[[str, str], tuple[str, Sequence[str]]]

CELLS = """
    select s.region_id, s.column_name, s.year, s.cell_value, f.value_upper, f.qualifier, f.status, {doubt} as doubt,
        s.sentence, s.surface, s.char_start - o.sentence_start as begins, {english} as english,
        s.report_id, s.title, coalesce(s.url, s.location) as location, s.snapshot_sha256
    from panel_cell_source as s
    join fct_city_year_indicator as f using (fact_id)
    join fct_observation as o on o.observation_id = s.observation_id
    where list_contains($columns, s.column_name)
    order by s.region_id, s.column_name, s.year
"""
#: names of a region, the newest first
NAMES = """
    select region_id, region_code, region_name, level, parent_code, province_code
    from dim_region where region_id in (
        select region_id from coverage_report union select region_id from city_year_panel)
    order by region_id, last_year desc nulls first, first_year desc
"""
LEVELS = ("national", "province", "city", "county")
STATES = "abcdefghijklmnopqrstuvwxyz"


def regions(connection: duckdb.DuckDBPyConnection, latin: Latin) -> list[Data]:
    """Return every region that the release knows a document or a cell of, with all its names, by level and code."""
    counted = dict(connection.execute("select region_id, count(*) from panel_cell_source group by 1").fetchall())
    found = []
    for region, spans in groupby(connection.execute(NAMES).fetchall(), itemgetter(0)):
        rows = list(spans)
        _, code, name, level, parent, province = rows[0]
        english, readings = latin(name, code)
        former = list(dict.fromkeys(row[2] for row in rows if row[2] != name))
        read = [*readings, *(reading for other in former for reading in latin(other, "")[1])]
        codes = list(dict.fromkeys(row[1] for row in rows))
        found.append(
            {
                "id": region, "code": code, "zh": name, "en": english, "level": level, "parent": parent,
                "province": province, "names": former, "find": list(dict.fromkeys([*read, *codes])),
                "cells": counted.get(region, 0),
            }
        )  # fmt: skip
    return sorted(found, key=lambda row: (LEVELS.index(row["level"]), row["code"]))


def columns(connection: duckdb.DuckDBPyConnection, panel: PublishedTable) -> list[Data]:
    """Return the columns of the panel that hold a value of any region, with what they are of."""
    held = {name for (name,) in connection.execute("select distinct column_name from panel_cell_source").fetchall()}
    return [
        {"name": c.name, "indicator": c.indicator, "measure": c.measure, "side": c.status_class, "unit": c.unit,
         "zh": c.zh, "en": c.description}
        for c in panel.columns
        if c.indicator and c.name in held
    ]  # fmt: skip


def indicators(connection: duckdb.DuckDBPyConnection) -> list[Data]:
    """Return the indicators in their own order, each with the names that reports call it by."""
    query = """
        select indicator as code, name_zh as zh, name_en as en, category, aliases as find
        from dim_indicator order by position"""
    found = connection.execute(query)
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def coverage(connection: duckdb.DuckDBPyConnection) -> Data:
    """Return the state of each region and report year: `of` has a letter a year, `.` for none; `states` tell them."""
    rows = connection.execute("select region_id, report_year, state from coverage_report").fetchall()
    states = sorted({state for *_, state in rows})
    letters = dict(zip(states, STATES, strict=False))
    years = sorted({year for _, year, _ in rows})
    by_region: dict[str, dict[int, str]] = defaultdict(dict)
    for region, year, state in rows:
        by_region[region][year] = letters[state]
    of = {region: "".join(known.get(year, ".") for year in years) for region, known in sorted(by_region.items())}
    return {"years": years, "states": {letter: state for state, letter in letters.items()}, "of": of}


def error_rates(connection: duckdb.DuckDBPyConnection) -> list[Data]:
    """Return the figures of the error card that are over all; none of a release that has no card."""
    there = "select 1 from duckdb_tables() where table_name = 'quality_estimate'"
    if not connection.execute(there).fetchone():
        return []
    query = """
        select measured_on, figure, n, estimate, lower, upper from quality_estimate where breakdown = 'all'
        order by case measured_on when 'audit' then 0 when 'blind' then 1 else 2 end, figure"""
    found = connection.execute(query)
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def cells(connection: duckdb.DuckDBPyConnection, known: Sequence[Data]) -> Iterator[tuple[str, Data]]:
    """Yield each region that has cells of the columns `known`: its sentences, its reports, and by column the cells.

    A cell is year, value, upper end, qualifier, status, doubt, number of sentence and report, where its figure begins
    in the sentence, how long that is, and the English sentence where the release has one.
    """
    # of an older baogao's release neither
    there = set(connection.execute("select table_name, column_name from duckdb_columns()").fetchall())
    query = CELLS.format(
        english="s.sentence_en" if ("panel_cell_source", "sentence_en") in there else "null",
        doubt="o.doubt" if ("fct_observation", "doubt") in there else "null",
    )
    found = connection.execute(query, {"columns": [column["name"] for column in known]})
    rows = iter(lambda: found.fetchmany(5000), [])
    for region, of_region in groupby((row for batch in rows for row in batch), itemgetter(0)):
        sentences: dict[str, int] = {}
        reports: dict[tuple[str, ...], int] = {}
        by_column: dict[str, list[list[Any]]] = defaultdict(list)
        for row in of_region:
            _, column, year, value, upper, qualifier, status, doubt, sentence, surface, begins, english, *report = row
            at = sentences.setdefault(sentence, len(sentences))
            of = reports.setdefault(tuple(report), len(reports))
            is_there = bool(surface) and begins >= 0 and sentence[begins : begins + len(surface)] == surface
            mark = [begins, len(surface)] if is_there else [0, 0]
            told = None if doubt is None else round(doubt, 3)
            cell = [year, _number(float(value)), _number(upper), qualifier, status, told, at, of, *mark]
            by_column[column].append([*cell, english] if english else cell)
        yield region, {"sentences": list(sentences), "reports": list(map(list, reports)), "cells": by_column}


def _number(value: float | None) -> float | int | None:
    """Return a whole number as int, which is shorter."""
    return int(value) if value is not None and value.is_integer() and abs(value) < 1e15 else value


def why_empty(
    connection: duckdb.DuckDBPyConnection, panel: PublishedTable, known: Sequence[Data]
) -> Mapping[str, Data]:
    """Return, by region, `years` of the panel and `why`: letters (one a year, `.` where there is a value) → columns.

    Columns are told by their number among `known`; the letters are those of ``reasons.REASONS``.
    """
    wanted = [panel.column(column["name"]) for column in known]
    frame = connection.execute(f"select * from {PANEL} order by region_id, year").df()
    letters = reasons(connection, frame, wanted)
    found: dict[str, Data] = {}
    for region, part in letters.groupby("region_id", sort=False):
        patterns: dict[str, list[int]] = defaultdict(list)
        for at, column in enumerate(wanted):
            patterns["".join(one if isinstance(one, str) else "." for one in part[column.name])].append(at)
        found[str(region)] = {"years": [int(year) for year in part["year"]], "why": patterns}
    return found
