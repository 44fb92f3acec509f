"""How often reports speak of a topic, over the years: regions beside each other, and the terms of one of them."""

from __future__ import annotations

import streamlit as st

from dashboard import grids, queries
from dashboard.pages import parts
from dashboard.view import View, publish, recall, region_list, settle_many

DENOMINATORS = ("per_10k_chars", "per_10k_tokens", "per_10k_words")
MOST_REGIONS = 6


def show(view: View) -> None:
    t = view.texts
    known = recall(queries.dictionaries, view.store)
    regions = region_list(view.store, t.language)
    counted = recall(queries.counted_regions, view.store)
    options = [code for code in regions if code in counted]
    if known.empty or not options:
        parts.empty(view, t("no_terms"))
        return
    settle_many("regions", options, options[:3])
    chosen = st.multiselect(
        t("regions"),
        options,
        key="regions",
        format_func=lambda code: str(regions[code]["label"]),
        max_selections=MOST_REGIONS,
        help=t("region_help"),
        persist_state="session",
    )
    first, second = st.columns([1, 1], vertical_alignment="bottom")
    names = [str(name) for name in known["dictionary"]]
    with first:
        dictionary = parts.switch(view, "dictionary", names, lambda code: t.word("dictionary", code), t("dictionary"))
    with second:
        per = parts.switch(view, "per", DENOMINATORS, lambda code: t(code), t("denominator"))
    choices = {"regions": chosen, "dictionary": dictionary, "per": per}
    publish(view, choices)
    if not chosen:
        parts.empty(view, t("choose_regions"))
        return
    counts = recall(queries.attention, view.store, chosen, dictionary)
    if counts.empty:
        parts.empty(view, t("no_attention"))
        return
    left_out = _left_out(view, dictionary, per)
    points = counts.assign(name=[str(regions[r]["short"]) for r in counts["region_id"]]).dropna(subset=[per])
    if points.empty:
        parts.empty(view, left_out)
        return
    parts.Drawing(
        f"{t.word('dictionary', dictionary)} · {t(per)}",
        grids.attention_chart(points, per, t),
        counts,
        f"attention_{dictionary}",
        choices,
        note=f"{t('attention_note')} {left_out}".strip(),
    ).show(view)
    _terms(view, chosen, dictionary, per, {code: str(row["short"]) for code, row in regions.items()})


def _left_out(view: View, dictionary: str, per: str) -> str:
    """Return what is said of terms of which there is no token; nothing where all are counted."""
    split = recall(queries.split_terms, view.store, dictionary) if per != "per_10k_chars" else []
    return view.texts("attention_left_out", terms="、".join(split)) if split else ""


def _terms(view: View, chosen: list[str], dictionary: str, per: str, names: dict[str, str]) -> None:
    t = view.texts
    region: str = chosen[0]
    if len(chosen) > 1:
        region = parts.switch(view, "terms_of", chosen, lambda code: names[code], t("region"))
    terms = recall(queries.attention_terms, view.store, region, dictionary)
    if terms.empty:
        parts.empty(view, t("no_attention"))
        return
    parts.Drawing(
        t("terms_of", region=names[region]),
        grids.terms_chart(terms.dropna(subset=[per]), per, t),
        terms,
        f"terms_{dictionary}_{terms['region_code'].iloc[0]}",
        {"terms_of": region, "dictionary": dictionary, "per": per},
        key="_terms",
    ).show(view)
