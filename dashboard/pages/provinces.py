"""One indicator of many places: tiles for a year, or all years; a click reads the sentence or why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard import comparing, grids, queries
from dashboard.pages import parts
from dashboard.pages.proof import show_proof
from dashboard.pages.reasons import show_report_reason
from dashboard.view import View, recall, region_list, settle

if TYPE_CHECKING:
    from pandas import DataFrame


def show(view: View) -> None:
    t = view.texts
    scope = parts.choose_places(view)
    if scope is None:
        parts.empty(view, t("no_level"))
        return
    first, second = st.columns([4, 2], vertical_alignment="bottom")
    with first:
        indicator = parts.choose_indicator(view)
    told = recall(queries.measures, view.store, indicator["indicator"])
    with second:
        measure = parts.choose_measure(view, told["measure"])
    third, fourth, fifth = st.columns([3, 2.2, 4], vertical_alignment="bottom")
    with third:
        what = parts.switch(view, "what", ["target", "result", "gap"], lambda code: t(code))
    with fourth:
        shape = parts.switch(view, "shape", ["grid_tab", "years_tab"], lambda code: t(code))
    wanted = comparing.regions_among(region_list(view.store, t.language).values(), scope.level, scope.parent)
    ids = [str(row["region_id"]) for row in wanted]
    places = recall(queries.places, view.store, indicator["indicator"], measure, ids)
    choices: dict[str, Any] = {
        "within": scope.within,
        "sub": scope.level,
        "indicator": indicator["indicator"],
        "measure": measure,
        "what": what,
    }
    if places.empty or places[what].isna().all():
        parts.empty(view, t("no_values_here"), choices=choices)
        return
    names = {code: str(row["short"]) for code, row in region_list(view.store, t.language).items()}
    points, scale = grids.cells(places, what, t, names)
    years = sorted(points.loc[points["value"].notna(), "year"].unique())
    settle("year", years, points.loc[points["value"].notna(), "year"].mode().iloc[-1], t)
    unit = t.word("unit", scale.unit)
    name = f"{indicator['short_label']} · {t.word('measure', measure)} · {t(what)} ({unit})"
    if shape == "grid_tab":
        with fifth:
            year = (
                st.select_slider(t("year"), years, key="year", persist_state="session") if len(years) > 1 else years[0]
            )
        shown = points[points["year"] == year]
        chart = grids.tile_chart(shown, scale, what == "gap", t)
        seen = places[places["year"].astype(str) == year]
        name = f"{year} · {name}"
    else:
        year, shown, seen = None, points, places
        chart = grids.years_chart(points, scale, what == "gap", t)
    parts.Drawing(
        f"{scope.name} · {name}",
        chart,
        seen,
        f"{scope.within}_{indicator['short']}_{measure}_{what}",
        choices,
        note=t("click_tile"),
        record="cell",
        click="cell",
        story=lambda cell: _cell(view, places, cell, what, names),
        further={"shape": shape, "year": year},
        width="content" if year else "stretch",
        picture_width=None if year else 900,
    ).show(view)


def _cell(view: View, places: DataFrame, cell: str, what: str, names: dict[str, str]) -> None:
    """Draw the sentence of the cell that was clicked, or the reason why it is empty."""
    t = view.texts
    region_id, _, year = cell.rpartition("|")
    row = places[(places["region_id"] == region_id) & (places["year"] == int(year))].iloc[0].to_dict()
    sides = ("target", "result") if what == "gap" else (what,)
    for side in sides:
        fact = row[f"{side}_fact_id"]
        if isinstance(fact, str):
            show_proof(view, fact_id=fact, key=f"proof_{side}" if what == "gap" else "proof")
            continue
        report_year = int(year) + (side == "result")
        state = row["report_state" if side == "target" else "next_report_state"]
        why = comparing.missing_words(comparing.missing_code(row, side), t)
        st.info(f"{names.get(region_id, region_id)} · {year} · {t(side)}: {why}", icon=":material/info:")
        if isinstance(state, str):
            detail = row["report_detail"] if side == "target" and not pd.isna(row["report_detail"]) else None
            show_report_reason(view, region_id, names.get(region_id, region_id), report_year, state, detail)
        break
    st.button(t("to_series"), on_click=_follow, args=(region_id,), key="follow", icon=":material/show_chart:")
    if st.session_state.pop("go_to_series", False):
        st.switch_page(st.session_state["pages"]["series"])


def _follow(region_id: str) -> None:
    st.session_state.update({"region": region_id, "level": "all", "go_to_series": True})
