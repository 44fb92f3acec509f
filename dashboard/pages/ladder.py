"""Amplification: the targets of nation, province, cities and counties for one year and indicator, with range ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard import charts, queries
from dashboard.pages import parts
from dashboard.pages.proof import show_proof
from dashboard.view import View, indicator_list, recall, region_list

if TYPE_CHECKING:
    from pandas import DataFrame

ALL = "all"


def show(view: View) -> None:
    t = view.texts
    known = recall(queries.ladder_choices, view.store)
    if known.empty:
        parts.empty(view, t("no_ladder"))
        return
    labels = indicator_list(view.store, t.language)
    pairs = [f"{i}.{m}" for i, m in known[["indicator", "measure"]].drop_duplicates().itertuples(index=False)]
    first, second, third = st.columns([4, 2, 3], vertical_alignment="bottom")
    with first:
        pair = parts.select(
            view, "of", pairs, "gdp.growth" if "gdp.growth" in pairs else pairs[0], t("indicator"),
            lambda p: f"{labels[p.split('.')[0]]['label']} · {t.word('measure', p.split('.')[1])}",
        )  # fmt: skip
    indicator, measure = pair.split(".")
    years = known[(known["indicator"] == indicator) & (known["measure"] == measure)].sort_values("n_regions")
    options = sorted((int(y) for y in years["year"]), reverse=True)
    with second:
        year = parts.select(view, "ladder_year", options, int(years["year"].iloc[-1]), t("year"), str)
    regions = region_list(view.store, t.language)
    provinces = {str(row["region_code"]): row for row in regions.values() if row["level"] == "province"}
    everything = recall(queries.ladder, view.store, indicator, measure, year, None)
    below = everything[~everything["level"].isin(["national", "province"])]
    most = list(below["region_code"].str.slice(0, 2).value_counts().index)
    start = next((f"{head}0000" for head in most if f"{head}0000" in provinces), ALL)
    with third:
        province = parts.select(
            view, "of_province", [ALL, *provinces], start, t("province"),
            lambda code: t("whole_country") if code == ALL else str(provinces[code]["label"]),
        )  # fmt: skip
    if province == ALL:
        goals = everything[everything["level"].isin(["national", "province"])]
    else:
        goals = recall(queries.ladder, view.store, indicator, measure, year, province)
    choices = {"of": pair, "ladder_year": year, "of_province": province}
    if goals.empty:
        parts.empty(view, t("no_values_here"), choices=choices)
        return
    names = {code: str(row["short"]) for code, row in regions.items()}
    points, scale = charts.ladder_points(goals, t, names)
    place = t("whole_country") if province == ALL else provinces[province]["short"]
    name = f"{year} · {place} · {labels[indicator]['short_label']} · {t.word('measure', measure)}"
    parts.Drawing(
        name,
        charts.ladder_chart(points, scale, t),
        goals,
        f"ladder_{province}_{labels[indicator]['short']}_{measure}_{year}",
        choices,
        note=f"{t('ladder_note')} {t('click_dot')}",
        intro="  \n".join(summary(goals, view)),
        record="fact",
        click="fact_id",
        story=lambda fact: show_proof(view, fact_id=fact),
    ).show(view)


def summary(goals: DataFrame, view: View) -> list[str]:
    """Return a line per level: how many regions set more than the one above them, and by how much on average."""
    lines = []
    for level in ("province", "city", "county"):
        gaps = goals.loc[goals["level"] == level, "gap_to_parent"].dropna()
        if len(gaps):
            lines.append(
                view.texts(
                    "ladder_above",
                    level=view.texts.word("level", level),
                    n=len(gaps),
                    above=int((gaps > 0).sum()),
                    equal=int((gaps == 0).sum()),
                    below=int((gaps < 0).sum()),
                    mean=f"{gaps.mean():+.2f}",
                )
            )
    return lines
