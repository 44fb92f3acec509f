"""Any regions beside each other: ranking, tiles or years, and a table with a reason for each empty cell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import changes, comparing, grids, queries, rankings
from dashboard.pages import parts
from dashboard.pages.cell import show_cell
from dashboard.texts import Scale, Texts, load_texts, scale_for
from dashboard.view import View, indicator_list, recall, region_list, settle_many

if TYPE_CHECKING:
    from pandas import DataFrame

NAMED, EVERY = "named", "all"
START = 8


def show(view: View) -> None:
    t = view.texts
    region_ids, choices = _choose_regions(view)
    first, second = st.columns([4, 2], vertical_alignment="bottom")
    with first:
        indicator = parts.choose_indicator(view)
    told = recall(queries.measures, view.store, indicator["indicator"])
    with second:
        measure = parts.choose_measure(view, told["measure"])
    choices |= {"indicator": indicator["indicator"], "measure": measure}
    if not region_ids:
        parts.empty(view, t("choose_regions"), choices=choices)
        return
    everything = recall(comparing.compared, view.store, indicator["indicator"], measure, region_ids, t)
    if everything.empty:
        parts.empty(view, t("no_values_here"), choices=choices)
        return
    third, fourth, fifth = st.columns([3, 2, 3], vertical_alignment="bottom")
    with third:
        what = parts.switch(view, "what", comparing.SIDES, lambda code: t(code), t("rank_by"))
    years = sorted({int(year) for year in everything["year"]}, reverse=True)
    start = comparing.fullest_year(everything, what) or years[0]
    with fourth:
        year = parts.select(
            view, "compare_year", [EVERY, *years], start, t("year"),
            lambda one: t("every_year") if one == EVERY else str(one),
        )  # fmt: skip
    frame = everything if year == EVERY else everything[everything["year"] == year]
    states: dict[Any, int] = frame[f"{what}_reason"].dropna().value_counts().to_dict()
    verdicts = frame.loc[frame["verdict"].isin(comparing.VERDICTS), "verdict"].value_counts().to_dict()
    counted = {**states, **verdicts}
    with fifth:
        settle_many("states", counted, [])
        wanted = st.multiselect(
            t("states"), list(counted), key="states", format_func=lambda code: f"{_words(code, t)} ({counted[code]})",
            help=t("states_help"), placeholder=t("all_levels"), persist_state="session",
        )  # fmt: skip
    shown = comparing.having(comparing.ranked(frame, what), wanted)
    _changes(view, indicator["indicator"], measure, region_ids, _scale(everything))
    _draw(view, shown, what, year, states, {**choices, "what": what, "compare_year": year, "states": wanted})


def _changes(view: View, indicator: str, measure: str, region_ids: list[str], scale: Scale) -> None:
    """Tell what of these regions' cells is other than in the release before, folded where there is something."""
    t, former = view.texts, changes.former_release(view.store)
    if former is None:
        return
    found = recall(changes.changed_since, view.store, indicator, measure, region_ids)
    if found.empty:
        st.caption(t("unchanged_since", release=former))
        return

    def value(told: str) -> str:
        try:
            return scale.number(float(told))
        except ValueError:  # 左右, 以上, or nothing
            return t.word("qualifier", told) if told else ""

    names = _short_names(view, set(found["region_id"]))
    with st.expander(t("changed_since", release=former, n=len(found)), icon=":material/history:", key="changed_since"):
        table = {
            t("region"): [names.get(region, region) for region in found["region_id"]],
            t("year"): list(found["year"]),
            t("side"): [t.word("status_class", side) for side in found["status_class"]],
            t("before"): [value(told) for told in found["old_value"]],
            t("now"): [value(told) for told in found["new_value"]],
            t("change"): [t.word("change", told) for told in found["change"]],
            t("cause"): [t.word("cause", told) for told in found["cause"]],
        }
        st.dataframe(table, hide_index=True)
        st.caption(t("changed_note", unit=t.word("unit", scale.unit)))


def _choose_regions(view: View) -> tuple[list[str], dict[str, Any]]:
    """Let regions be named, or all of a level or in one region be taken; return their ids and what was chosen."""
    t = view.texts
    known = region_list(view.store, t.language)
    levels = [level for level in parts.LEVELS if sum(row["level"] == level for row in known.values()) > 1]
    above = {row["parent_code"] for row in known.values()}
    holders = {
        str(row["region_code"]): row
        for row in known.values()
        if row["region_code"] in above and row["level"] in ("province", "city")
    }
    told = [
        level for level in levels if sum(row["level"] == level and row["n_facts"] > 0 for row in known.values()) > 1
    ]

    def words(code: str) -> str:
        if code == NAMED:
            return t("regions_named")
        if code in parts.LEVELS:
            return t("all_of_level", level=t.word("level", code))
        return t("regions_in", region=str(holders[code]["label"]))

    first, second = st.columns([3, 5], vertical_alignment="bottom")
    with first:
        among = parts.select(
            view, "among", [NAMED, *levels, *holders], told[0] if told else NAMED, t("among"), words,
            help=t("region_help"),
        )  # fmt: skip
    if among == NAMED:
        with second:
            fullest = sorted((c for c in known if known[c]["n_facts"]), key=lambda code: -int(known[code]["n_facts"]))
            settle_many("named", known, fullest[:START])
            named = st.multiselect(
                t("named"), list(known), key="named", format_func=lambda code: str(known[code]["label"]),
                help=t("region_help"), persist_state="session",
            )  # fmt: skip
        return list(named), {"among": among, "named": named}
    if among in parts.LEVELS:
        chosen = comparing.regions_among(known.values(), among, None)
        return [str(row["region_id"]) for row in chosen], {"among": among}
    below = [level for level in ("city", "county") if comparing.regions_among(known.values(), level, among)]
    with second:
        level = parts.switch(view, "sub", below, lambda code: t.word("level", code), t("level"))
    chosen = comparing.regions_among(known.values(), level, among)
    return [str(row["region_id"]) for row in chosen], {"among": among, "sub": level}


def _draw(view: View, shown: DataFrame, what: str, year: Any, states: dict[Any, int], choices: dict[str, Any]) -> None:
    t = view.texts
    names = _short_names(view, set(shown["region_id"]))
    scale = _scale(shown)
    labels = _named(view, str(choices["indicator"]), str(choices["measure"]))
    title = f"{labels} · {t('every_year') if year == EVERY else year} · {t('rank_by')}: {t(what)}"
    notes = [t("click_row")]
    further: dict[str, Any] = {}
    if shown.empty:
        parts.empty(view, t("no_values_here"), choices=choices)
        return
    if year == EVERY:
        points, of_points = grids.cells(shown.sort_values(["region_code", "year"]), what, t, names)
        chart = grids.years_chart(points, of_points, what == "gap", t)
    else:
        shape = parts.switch(view, "compare_as", ["ranking_tab", "grid_tab"], lambda code: t(code))
        further = {"compare_as": shape}
        if shape == "grid_tab":
            points, of_points = grids.cells(shown, what, t, names)
            chart = grids.tile_chart(points, of_points, what == "gap", t)
        else:
            lines = [names.get(region, region) for region in shown["region_id"]]
            chart = rankings.ranking_chart(shown, lines, scale, choices["measure"] == "level", t)
            if len(shown) > rankings.MOST_LINES:
                notes.append(t("first_lines", shown=rankings.MOST_LINES, n=len(shown)))
    n_told = int(shown[what].notna().sum())
    counts = [f"{t('with_value')} **{n_told}**"]
    if not choices["states"]:
        counts += [f"{_words(code, t)} **{n}**" for code, n in states.items()]
    tiles = further.get("compare_as") == "grid_tab"
    sentences = ["target_sentence", "result_sentence"]
    parts.Drawing(
        title,
        chart,
        comparing.with_sentences(view.store, shown)[["rank", *comparing.COLUMNS, *sentences]],
        f"compare_{choices['among']}_{choices['indicator']}_{choices['measure']}_{year}",
        choices,
        note=" ".join(notes),
        intro=" · ".join(counts),
        record="cell",
        click="cell",
        story=lambda cell: show_cell(view, shown, cell, what, names),
        below=lambda: _table(view, shown, scale, names),
        further=further,
        width="content" if tiles else "stretch",
        picture_width=None if tiles else 900,
    ).show(view)


def _short_names(view: View, region_ids: set[str]) -> dict[str, str]:
    """Return short names by id; those that several of `region_ids` bear are told apart by the region above."""
    known = {code: row for code, row in region_list(view.store, view.texts.language).items() if code in region_ids}
    shared = Counter(str(row["short"]) for row in known.values())
    return {
        code: f"{row['short']} ({row['parent_name']})" if shared[str(row["short"])] > 1 else str(row["short"])
        for code, row in known.items()
    }


def _named(view: View, indicator: str, measure: str) -> str:
    known = indicator_list(view.store, view.texts.language)
    return f"{known[indicator]['short_label']} · {view.texts.word('measure', measure)}"


def _scale(shown: DataFrame) -> Scale:
    units = shown["unit"].dropna()
    largest = shown[["target", "target_upper", "result"]].abs().max().max()
    return scale_for(str(units.mode().iloc[0]) if len(units) else "", float(largest) if largest == largest else 0.0)


def _words(code: str, texts: Texts) -> str:
    verdicts = load_texts()["verdict"]
    return texts.word("verdict", code) if code in verdicts else comparing.missing_words(code, texts)


def _table(view: View, shown: DataFrame, scale: Scale, names: dict[str, str]) -> None:
    """Draw the rows as a table to sort by any column; a row that is chosen tells its cell."""
    t = view.texts
    cells = list(shown["region_id"] + "|" + shown["year"].astype(str))
    same = shown["unit"].isna() | (
        shown["unit"] == (shown["unit"].mode().iloc[0] if shown["unit"].notna().any() else "")
    )
    unit = t.word("unit", scale.unit)
    table = shown[["rank", "year"]].assign(
        region=[names.get(region, region) for region in shown["region_id"]],
        **{side: (shown[side].where(same) / scale.factor).astype(float) for side in comparing.SIDES},
        as_told=[
            scale.told(v, u, q if isinstance(q, str) else None)
            for v, u, q in zip(shown["target"], shown["target_upper"], shown["target_qualifier"], strict=True)
        ],
        reason=[
            t.word("verdict", verdict) if verdict in comparing.VERDICTS else reason
            for verdict, reason in zip(shown["verdict"], shown["reason"], strict=True)
        ],
    )[["rank", "region", "year", "target", "as_told", "result", "gap", "reason"]]
    key = f"compare table {t.language} {shown['indicator'].iloc[0]} {len(shown)}"

    def picked() -> None:
        rows = st.session_state[key]["selection"]["rows"]
        st.session_state["cell"] = cells[rows[0]] if rows else None

    number = st.column_config.NumberColumn
    st.dataframe(
        table,
        hide_index=True,
        placeholder="",
        key=key,
        on_select=picked,
        selection_mode="single-row",
        column_config={
            "rank": number(t("rank"), width="small"),
            "region": t("region"),
            "year": number(t("year"), format="%d", width="small"),
            "target": number(f"{t('target')} ({unit})", format="localized"),
            "as_told": t("as_told"),
            "result": number(f"{t('result')} ({unit})", format="localized"),
            "gap": number(t("gap"), format="localized"),
            "reason": st.column_config.TextColumn(t("verdict_or_reason"), width="large"),
        },
    )
