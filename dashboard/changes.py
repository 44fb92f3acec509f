"""What of a release's cells is other than in the release before it, for one indicator of some regions.

What belongs here: reading CHANGES.csv, which lies beside every release. What does not: finding the changes
(``orchestration/release/changes.py``), what governments revised (`fct_indicator_vintage`), Streamlit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.store import Store

if TYPE_CHECKING:
    from pandas import DataFrame

FILE = "exports/CHANGES.csv"
COLUMNS = ("region_id", "year", "status_class", "column_name", "change", "cause", "old_value", "new_value")


def former_release(store: Store) -> str | None:
    """Return the id of the release that a release is held against; None for a first one, or where nothing tells it."""
    told = store.manifest().get("former_release")
    return str(told) if told and (store.path.parent / FILE).is_file() else None


def changed_since(store: Store, indicator: str, measure: str, region_ids: list[str]) -> DataFrame:
    """Return a row for each cell of these regions that was added, changed or removed since ``former_release``.

    Columns: region_id, year, status_class, column_name, change, cause, old_value, new_value (text, empty where there is
    none), in the order of regions and years; no rows where there is no former release.
    """
    if former_release(store) is None:
        return store.ask(f"select {', '.join(f'null::varchar as {name}' for name in COLUMNS)} limit 0")
    return store.ask(
        """
        with of_fact as (
            select distinct s.column_name, f.status_class
            from panel_cell_source as s join fct_city_year_indicator as f using (fact_id)
            where f.indicator = $indicator and f.measure = $measure
        )
        select c.region_id, c.year::bigint as year, of_fact.status_class, c.column_name, c.change, c.cause,
            coalesce(c.old_value, '') as old_value, coalesce(c.new_value, '') as new_value
        from read_csv($path, header = true, all_varchar = true) as c join of_fact using (column_name)
        where list_contains($regions, c.region_id)
        order by c.region_id, c.year, of_fact.status_class desc, c.column_name""",
        {"indicator": indicator, "measure": measure, "regions": region_ids, "path": str(store.path.parent / FILE)},
    )
