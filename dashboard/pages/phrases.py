"""Who says a phrase: by year, by region and year, or as tiles; its sentences, and how much was searched."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import comparing, downloads, grids, phrase_charts, phrase_words, phrases
from dashboard.pages import parts
from dashboard.rankings import MOST_LINES
from dashboard.view import View, publish, recall, region_list
from sources import outgoing
from sources.latin import without_kind

if TYPE_CHECKING:
    from dashboard.phrases import Said, Within
    from dashboard.store import Store

EVERY = "all"
SHAPES = ("trend_tab", "years_tab", "tiles_tab")
MEASURES = ("per_10k_chars", "per_1k_sentences", "document_share", "times")
#: sentences that are shown and offered as a file
CONTEXTS = 500
#: sentences of them that are drawn at once
DRAWN = 50


def show(view: View) -> None:
    t = view.texts
    if why := view.store.no_texts():
        parts.empty(view, t(why))
        return
    first, second = st.columns([3, 3], vertical_alignment="bottom")
    with first:
        if "phrase" not in st.session_state:
            st.session_state["phrase"] = st.query_params.get("phrase", "")
        typed = st.text_input(
            t("phrase"), key="phrase", help=t("phrase_help"), max_chars=phrases.LONGEST, persist_state="session"
        ).strip()
    with second:
        among, within = _choose_where(view)
    choices: dict[str, Any] = {"phrase": typed, "phrase_among": among}
    if not typed:
        parts.empty(view, t("phrase_wanted"), choices=choices)
        return
    try:
        said = recall(_said, view.store, typed, within)
    except phrases.PhraseError as error:
        parts.empty(view, str(error), choices=choices)
        return
    if said.saying.empty:
        publish(view, choices)
        st.markdown(f"### {outgoing.markdown(t('nobody_says', phrase=typed))}")
    else:
        _draw(view, said, typed, choices)
    st.markdown(phrase_words.searched_words(said, t))
    _missing(view, said)
    if not said.saying.empty:
        _contexts(view, said, typed)


def _said(store: Store, phrase: str, within: Within) -> Said:
    with store.connection() as connection:
        return phrases.says(connection, phrase, within, CONTEXTS)


def _choose_where(view: View) -> tuple[str, Within]:
    """Let all regions, those of a level or those in one region be chosen."""
    t = view.texts
    known = region_list(view.store, t.language)
    levels = [level for level in parts.LEVELS if any(row["level"] == level for row in known.values())]
    above = {row["parent_code"] for row in known.values()}
    holders = {
        str(row["region_code"]): row
        for row in known.values()
        if row["region_code"] in above and row["level"] in ("province", "city")
    }

    def words(code: str) -> str:
        if code == EVERY:
            return t("every_region")
        if code in parts.LEVELS:
            return t("all_of_level", level=t.word("level", code))
        return t("regions_in", region=str(holders[code]["label"]))

    among = str(
        parts.select(view, "phrase_among", [EVERY, *levels, *holders], EVERY, t("phrases_where"), words,
                     help=t("region_help"))
    )  # fmt: skip
    if among == EVERY:
        return among, phrases.Within()
    level, below = (among, None) if among in parts.LEVELS else (None, among)
    found = comparing.regions_among(known.values(), level, below)
    return among, phrases.Within(tuple(str(row["region_id"]) for row in found))


def _draw(view: View, said: Said, typed: str, choices: dict[str, Any]) -> None:
    t = view.texts
    first, second, third = st.columns([3, 4, 2], vertical_alignment="bottom")
    with first:
        shape = parts.switch(view, "phrase_as", SHAPES, lambda code: t(code))
    further: dict[str, Any] = {"phrase_as": shape}
    note = t("phrase_note")
    names = _names(view, said)
    years = sorted({int(year) for year in said.counts["report_year"]}, reverse=True)
    if shape == "trend_tab":
        chart = phrase_charts.saying_chart(said.counts, t)
        title = t("phrase_trend")
    else:
        with second:
            per = parts.switch(view, "phrase_per", MEASURES, lambda code: t(code), t("denominator"))
        further["phrase_per"] = per
        title = t(per)
        points, scale = phrase_charts.saying_points(said.counts, said.missing, per, names, t)
        if shape == "years_tab":
            most = said.saying.groupby("region_id")["times"].sum().sort_values(ascending=False, kind="stable")
            if len(most) > MOST_LINES:
                note = f"{note} {t('first_lines', shown=MOST_LINES, n=len(most))}"
            chart = grids.years_chart(points[points["region_id"].isin(most.index[:MOST_LINES])], scale, False, t)
        else:
            start = int(said.saying["report_year"].mode().iloc[-1])
            with third:
                year = parts.select(view, "phrase_year", years, start, t("year"), str)
            further["phrase_year"] = year
            title += f" · {year}"
            level = str(said.saying["level"].mode().iloc[0])  # tiles of several levels would be no map
            alike = {
                str(row["region_id"]) for frame in (said.counts, said.missing)
                for row in frame[frame["level"] == level].to_dict("records")
            }  # fmt: skip
            title += f" · {t.word('level', level)}"
            here = points[(points["year"] == str(year)) & points["region_id"].isin(alike)]
            chart = grids.tile_chart(here, scale, False, t)
    tiles = shape == "tiles_tab"
    parts.Drawing(
        f"{typed} · {title}",
        chart,
        said.counts,
        "phrase",
        choices,
        note=note,
        intro=phrase_words.saying_words(said, t),
        further=further,
        width="content" if tiles else "stretch",
        picture_width=None if tiles else 900,
    ).show(_published(view, {**choices, **further}))


def _published(view: View, choices: dict[str, Any]) -> View:
    publish(view, choices)
    return view


def _names(view: View, said: Said) -> dict[str, str]:
    """Return short names by region id; of a region that has no figures the name as the register has it."""
    known = region_list(view.store, view.texts.language)
    told = {str(row["region_id"]): str(row["region_name"]) for row in said.missing.to_dict("records")}
    told |= {str(row["region_id"]): str(row["region_name"]) for row in said.counts.to_dict("records")}
    return {code: str(known[code]["short"]) if code in known else without_kind(name) for code, name in told.items()}


def _missing(view: View, said: Said) -> None:
    """Say which region-years were not searched: without them a *nobody* is not certain."""
    t = view.texts
    if said.missing.empty:
        return
    st.caption(phrase_words.missing_words(said, t))
    with st.expander(t("missing_list", n=f"{len(said.missing):,}")):
        table = said.missing[["report_year", "region_name", "level", "state", "detail"]].assign(
            level=[t.word("level", code) for code in said.missing["level"]],
            state=[phrase_words.state_word(code, t) for code in said.missing["state"]],
        )
        st.dataframe(
            table,
            hide_index=True,
            placeholder="",
            column_config={
                "report_year": st.column_config.NumberColumn(t("report_year"), format="%d", width="small"),
                "region_name": t("region"),
                "level": t("level"),
                "state": t("state"),
                "detail": st.column_config.TextColumn(t("detail"), width="large"),
            },
        )


def _contexts(view: View, said: Said, typed: str) -> None:
    """Show the sentences that say it with the phrase marked, the words around it, and both as files."""
    t = view.texts
    found = said.contexts
    st.markdown(f"### {t('contexts')}")
    if len(found) < int(said.counts["sentences_saying"].sum()):
        st.caption(t("contexts_more", n=len(found)))
    lines = []
    for row in found[:DRAWN].to_dict("records"):
        place = f"{row['report_year']} · {row['region_name']} · {t.word('section', row['section'])}"
        if not row["is_preferred"]:
            place += f" · {t('in_other_copy')}"
        marked = _marked(str(row["sentence"]), said.ways)
        url = str(row["url"]) if isinstance(row["url"], str) and row["url"].startswith("http") else ""
        link = f' <a href="{escape(url, quote=True)}" target="_blank" rel="noopener">↗</a>' if url else ""
        lines.append(f'<p class="said"><small>{escape(place)}{link}</small><br>{marked}</p>')
    st.html("\n".join(lines))
    around = phrases.around(found, said.ways)
    first, second, _ = st.columns([1.4, 1.4, 3])
    name = f"baogao_{view.store.release}_phrase"
    first.download_button(
        t("download_contexts"), lambda: downloads.as_csv(found), f"{name}_contexts.csv", "text/csv",
        key="download_contexts", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    second.download_button(
        t("download_around"), lambda: downloads.as_csv(around), f"{name}_words.csv", "text/csv",
        key="download_around", on_click="ignore", icon=":material/download:",
    )  # fmt: skip
    if not around.empty:
        st.markdown(f"**{t('before_after')}**")
        for side in ("before", "after"):
            told = around[around["side"] == side][:15]
            words = " · ".join(
                f"{outgoing.markdown(word)} {n}" for word, n in zip(told["word"], told["n"], strict=True)
            )
            st.markdown(f"{t(f'word_{side}')}: {words}")


def _marked(sentence: str, ways: tuple[str, ...]) -> str:
    pieces, at = [], 0
    for start, end in phrases.spans(sentence, ways):
        pieces += [escape(sentence[at:start]), f"<mark>{escape(sentence[start:end])}</mark>"]
        at = end
    return "".join([*pieces, escape(sentence[at:])])
