"""The error card: how often the numbers are wrong, by whatever group, with intervals; blind, seen and audited apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from dashboard import grids, queries
from dashboard.pages import parts
from dashboard.view import View, indicator_list, publish, recall

#: the groups that can be chosen, and the columns that name one of them
GROUPS = {
    "reference_set": ("reference_set",),
    "measure_status": ("measure", "status"),
    "indicator": ("indicator",),
    "level": ("level",),
    "decade": ("decade",),
    "form": ("form",),
}
MOST_BARS = 40


def show(view: View) -> None:
    t = view.texts
    known = recall(queries.quality, view.store)
    if known.empty:
        parts.empty(view, t("no_card"))
        return
    breakdown = parts.switch(view, "by", list(GROUPS), lambda code: t.word("breakdown", code), t("card_by"))
    measured_on = parts.switch(
        view,
        "measured_on",
        list(dict.fromkeys(known["measured_on"])),
        lambda code: t.word("measured_on", code),
        t("measured_on"),
    )
    figure = parts.switch(view, "figure", ["precision", "recall"], lambda code: t.word("figure", code), t("figure"))
    rows_here = known[known["measured_on"] == measured_on]
    # an audit of a whole release tells of all, and is a set of its own
    of_group = (
        rows_here["reference_set"].notna() if breakdown == "reference_set" else rows_here["breakdown"] == breakdown
    )
    found = rows_here[of_group]
    choices = {"by": breakdown, "measured_on": measured_on, "figure": figure}
    publish(view, choices)
    if found.empty:
        parts.empty(view, t("no_card_rows"))
        return
    names = {code: str(row["short_label"]) for code, row in indicator_list(view.store, t.language).items()}
    words: dict[str, Callable[[str], str]] = {
        **{kind: partial(t.word, kind) for kind in ("measure", "status", "level")},
        "indicator": lambda code: names.get(code, code),
    }
    points = found[found["figure"] == figure].sort_values("estimate").head(MOST_BARS)
    points = points.assign(
        name=[
            " · ".join(words.get(column, str)(str(row[column])) for column in GROUPS[breakdown])
            for row in points.to_dict("records")
        ],
        pooled=["" if p is None or p != p else t.word("breakdown", p) for p in points["pooled_over"]],
    )
    told = rows_here[rows_here["breakdown"].isin(["all", "headline"])]
    intro = " · ".join(
        f"{row['reference_set'] or t.word('breakdown', row['breakdown'])}, {t.word('figure', row['figure'])}: "
        f"**{interval(row)}**"
        for row in told.astype(object).where(told.notna(), None).to_dict("records")
    )
    parts.Drawing(
        f"{t('quality')} · {t.word('measured_on', measured_on)} · {t.word('figure', figure)}",
        grids.interval_chart(points, t),
        found,
        f"quality_{measured_on}_{breakdown}",
        choices,
        note=f"{t.word('measured_on_why', measured_on)} {t('card_note')}",
        intro=intro,
    ).show(view)
    st.caption(t("card_measured", measured="; ".join(sorted(set(map(str, found["measured"]))))))


def interval(row: Mapping[Any, Any]) -> str:
    """Return an estimate with its interval and the rows behind it: 97.3 % (96.0–98.2), n = 851."""
    estimate, lower, upper = (100 * float(str(row[name])) for name in ("estimate", "lower", "upper"))
    return f"{estimate:.1f} % ({lower:.1f}–{upper:.1f}), n = {row['n']}"
