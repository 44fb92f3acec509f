"""One indicator of many places: tiles for a year, or all years; a click reads the sentence or why there is none."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import comparing, grids, queries
from dashboard.pages import parts
from dashboard.pages.cell import show_cell
from dashboard.view import View, recall, region_list, settle


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
        story=lambda cell: show_cell(view, places, cell, what, names),
        further={"shape": shape, "year": year},
        width="content" if year else "stretch",
        picture_width=None if year else 900,
    ).show(view)
