"""How often reports speak of a topic, over the years: regions beside each other, and the terms of one of them."""

from __future__ import annotations

import streamlit as st

from dashboard import charts, grids, queries
from dashboard.pages import parts
from dashboard.view import View, publish, recall, region_list, settle, settle_many

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
    settle("dictionary", names, names[0], t)
    with first:
        chosen_dictionary = st.segmented_control(
            t("dictionary"),
            names,
            key="dictionary",
            format_func=lambda code: t.word("dictionary", code),
            required=True,
            persist_state="session",
        )
    settle("per", DENOMINATORS, DENOMINATORS[0], t)
    with second:
        per = st.segmented_control(
            t("denominator"),
            DENOMINATORS,
            key="per",
            format_func=lambda code: t(code),
            required=True,
            persist_state="session",
        )
    dictionary = str(chosen_dictionary)
    choices = {"regions": chosen, "dictionary": dictionary, "per": per}
    publish(view, choices)
    if not chosen:
        parts.empty(view, t("choose_regions"))
        return
    counts = recall(queries.attention, view.store, chosen, dictionary)
    if counts.empty:
        parts.empty(view, t("no_attention"))
        return
    points = counts.assign(name=[str(regions[r]["short"]) for r in counts["region_id"]])
    name = f"{t.word('dictionary', dictionary)} · {t(str(per))}"
    chart = grids.attention_chart(points, str(per), t)
    st.markdown(f"### {name}")
    parts.draw(chart, "attention")
    st.caption(t("attention_note"))
    parts.offer(
        view,
        counts,
        name,
        f"attention_{dictionary}",
        lambda: charts.picture(chart, name, t("caption", release=view.store.release)),
        choices,
    )
    _terms(view, chosen, dictionary, str(per), {code: str(row["short"]) for code, row in regions.items()})


def _terms(view: View, chosen: list[str], dictionary: str, per: str, names: dict[str, str]) -> None:
    t = view.texts
    region: str = chosen[0]
    if len(chosen) > 1:
        settle("terms_of", chosen, chosen[0], t)
        region = str(
            st.segmented_control(
                t("region"), chosen, key="terms_of", format_func=lambda code: names[code], required=True
            )
        )
    terms = recall(queries.attention_terms, view.store, region, dictionary)
    if terms.empty:
        parts.empty(view, t("no_attention"))
        return
    chart = grids.terms_chart(terms, per, t)
    name = t("terms_of", region=names[region])
    st.markdown(f"### {name}")
    parts.draw(chart, "terms")
    parts.offer(
        view,
        terms,
        name,
        f"terms_{dictionary}_{terms['region_code'].iloc[0]}",
        lambda: charts.picture(chart, name, t("caption", release=view.store.release)),
        {"terms_of": region, "dictionary": dictionary, "per": per},
        key="download_terms",
    )
