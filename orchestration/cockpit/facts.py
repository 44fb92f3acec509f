"""Facts for the metadata of assets: rows by partition, tables of the warehouse, charts of a release.

What belongs here: asking lake, warehouse and release, and naming the picture. What does not: drawing
(``pictures.py``), what Dagster makes of it (``results.py``).
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.cockpit import pictures, preview
from orchestration.cockpit.partitions import province_name
from orchestration.cockpit.resources import open_duckdb
from orchestration.home.installation import Installation
from sources.partitions import Partition
from sources.tables import Table

#: columns of the preview of a model
COLUMNS = 12
#: regions in one chart of lines
LINES = pictures.MOST_LINES

#: documents by province and report year; the nation and what has no code stand for themselves
COVERED = """
    select left(coverage.region_code, 2) || '0000' || coalesce(' ' || place.region_name, '') as province, report_year,
        sum(n_documents)
    from coverage_report as coverage
    left join (
        select region_code, any_value(region_name order by last_year desc) as region_name from dim_region
        where level in ('province', 'national') group by region_code
    ) as place on place.region_code = left(coverage.region_code, 2) || '0000'
    where n_documents > 0 and report_year is not null
    group by all
"""
#: the newest years first, so that a long history still fits into one picture
OUTCOMES = """
    select region_name, year, target_value, result_value from fct_target_outcome
    where indicator = 'gdp' and measure = 'growth' and tier = 'base' and basis = 'headline'
        and target_value is not null and result_value is not null
    order by year desc, region_code limit 24
"""


@dataclass(frozen=True)
class TableFacts:
    """One table of a DuckDB file: how many rows, and the first of them as Markdown."""

    n_rows: int
    preview: str


def partition_rows(installation: Installation, table: Table) -> dict[Partition, int]:
    """Return the number of rows of every partition of `table` that has a file."""
    lake = installation.lake
    with installation.viewing():
        return {partition: lake.n_rows(table, partition) for partition in lake.partitions(table.name)}


def coverage_picture(table: Table, counts: dict[Partition, int]) -> str:
    """Return, as Markdown, the map of rows by province and report year with the totals of the years."""
    cells = {
        (f"{cell.province} {province_name(cell.province)}".strip(), cell.report_year): float(rows)
        for cell, rows in counts.items()
    }
    return pictures.grid(cells, f"{table.name}: rows by report year and province", "rows")


def tables_of(path: Path, names: Container[str]) -> dict[str, TableFacts]:
    """Return facts about those of `names` that are tables of the DuckDB file at `path`; empty where there is none."""
    if not path.exists():
        return {}
    found: dict[str, TableFacts] = {}
    with open_duckdb(path) as connection:
        places = connection.execute("select table_name, table_schema from information_schema.tables").fetchall()
        for name, schema in places:
            if name not in names:
                continue
            table = f'"{schema}"."{name}"'
            (n_rows,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
            rows = connection.execute(f"select * from {table} limit {preview.ROWS}")
            columns = [column[0] for column in rows.description or []]
            shown = [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]
            found[name] = TableFacts(int(n_rows), preview.markdown(shown, columns[:COLUMNS]))
    return found


def release_pictures(database: Path) -> dict[str, str]:
    """Return the charts of a release by name, as Markdown: coverage, headline growth and targets, targets met."""
    with open_duckdb(database) as connection:

        def rows(query: str) -> list[tuple[str, int, float]]:
            return connection.execute(query).fetchall()

        covered = rows(COVERED)
        growth, targets = rows(_by_region("gdp_growth_pct")), rows(_by_region("gdp_tgt_g_pct"))
        outcomes = connection.execute(OUTCOMES).fetchall()
    found = {
        "coverage": pictures.grid(
            {(str(province), str(year)): float(count) for province, year, count in covered},
            "documents by province and report year",
            "documents",
        ),
        "growth targets": pictures.lines(_series(targets), "生产总值 growth targets (gdp_tgt_g_pct)", "%"),
        "growth": pictures.lines(_series(growth), "生产总值 growth reached (gdp_growth_pct)", "%"),
        "targets and outcomes": pictures.gaps(
            [(f"{name} {year}", float(target), float(outcome)) for name, year, target, outcome in outcomes],
            "生产总值 growth: target of the year and what the next report tells",
            "%",
        ),
    }
    return {name: picture for name, picture in found.items() if picture}


def _by_region(column: str) -> str:
    """Return the query for one column of the panel over the years, for the regions with the most years told."""
    return f"""
        with told as (select region_name, region_code, year, "{column}" as told_value from city_year_panel
                      where "{column}" is not null),
        most as (select region_code, region_name from told group by all
                 order by count(*) desc, region_code limit {LINES})
        select region_name, year, told_value from told join most using (region_code, region_name)
        order by region_code, year
    """


def _series(rows: Iterable[tuple[str, int, float]]) -> dict[str, list[tuple[int, float]]]:
    found: dict[str, list[tuple[int, float]]] = {}
    for name, year, value in rows:
        found.setdefault(str(name), []).append((int(year), float(value)))
    return found
