"""One indicator of one region through the years: targets with range and qualifier, results, and each one's sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboard import charts, queries
from dashboard.pages import parts
from dashboard.pages.proof import show_proof
from dashboard.texts import Texts, scale_for
from dashboard.view import View, publish, recall, settle

if TYPE_CHECKING:
    from pandas import DataFrame
    from streamlit.delta_generator import DeltaGenerator


def show(view: View) -> None:
    t = view.texts
    region = parts.choose_region(view)
    if region is None:
        parts.empty(view, t("no_values_here"))
        return
    told = recall(queries.measures_of_region, view.store, region["region_id"])
    counts = {str(code): int(n) for code, n in told.groupby("indicator")["n_facts"].sum().items()}
    first, second, third = st.columns([4, 2, 2], vertical_alignment="bottom")
    with first:
        indicator = parts.choose_indicator(view, counts)
    with second:
        measure = parts.choose_measure(view, told.loc[told["indicator"] == indicator["indicator"], "measure"])
    facts = recall(queries.series, view.store, region["region_id"], indicator["indicator"], measure)
    facts, spans = _without_spans(facts, third, t)
    choices = {"region": region["region_id"], "indicator": indicator["indicator"], "measure": measure, "spans": spans}
    if facts.empty:
        publish(view, choices)
        _nothing(view, region, indicator, measure, counts)
        return
    points, scale = charts.series_points(facts, t)
    unit = t.word("unit", scale.unit)
    name = f"{region['short']} · {indicator['short_label']} · {t.word('measure', measure)} ({unit})"

    def below() -> None:
        _table(facts, t, "|".join(map(str, choices.values())))
        _relations(view, region["region_id"], indicator["indicator"])

    parts.Drawing(
        name,
        charts.series_chart(points, scale, t),
        facts,
        f"{region['region_code']}_{indicator['short']}_{measure}",
        choices,
        note=t("click_point"),
        record="fact",
        click="fact_id",
        story=lambda fact: show_proof(view, fact_id=fact),
        below=below,
    ).show(view)


def _without_spans(facts: DataFrame, place: DeltaGenerator, t: Texts) -> tuple[DataFrame, bool | None]:
    """Leave out figures of several years, unless wanted: five years' growth makes one year's look like nothing."""
    is_span = facts["horizon"] == "span"
    if is_span.all() or not is_span.any():
        return facts, None
    settle("spans", [False, True], False, t)
    wanted = place.toggle(t("with_spans", n=int(is_span.sum())), key="spans", persist_state="session")
    return (facts if wanted else facts[~is_span]), wanted or None


def _nothing(
    view: View, region: dict[str, Any], indicator: dict[str, Any], measure: str, counts: dict[str, int]
) -> None:
    t = view.texts
    if counts:
        why = t(
            "nothing_told",
            region=region["short"],
            indicator=indicator["short_label"],
            measure=t.word("measure", measure),
        )
    else:
        why = t("nothing_at_all", region=region["short"])
    parts.empty(view, why, t("what_to_do_series"))
    _relations(view, region["region_id"], indicator["indicator"])


def _table(facts: DataFrame, t: Texts, key: str) -> None:
    """Draw the facts as a table whose rows can be chosen as well as the points."""
    scales = [scale_for(str(u), float(facts["value"].abs().max())) for u in facts["unit"]]
    shown = facts[["year"]].copy()
    shown["kind"] = [t(charts.kind_of(row)) for _, row in facts.iterrows()]
    shown["told"] = [
        f"{s.told(v, u, q)} {t.word('unit', s.unit)}"
        for s, v, u, q in zip(scales, facts["value"], facts["value_upper"], facts["qualifier"], strict=True)
    ]
    shown["status"] = [t.word("status", code) for code in facts["status"]]
    shown["commitment"] = facts["commitment"].fillna("")
    shown["verdict"] = [t.word("verdict", code) if isinstance(code, str) else "" for code in facts["verdict"]]
    shown["told_by"] = [t.word("told_by", code) for code in facts["told_by"]]
    shown["rivals"] = facts["n_rivals"]
    order = facts.sort_values(["year", "status_class"], ascending=[False, True]).index
    shown, ids = shown.loc[order], list(facts.loc[order, "fact_id"])
    table = f"table {key} {t.language}"

    def picked() -> None:
        rows = st.session_state[table]["selection"]["rows"]
        st.session_state["fact"] = ids[rows[0]] if rows else None

    st.dataframe(
        shown,
        hide_index=True,
        key=table,
        on_select=picked,
        selection_mode="single-row",
        column_config={
            "year": st.column_config.NumberColumn(t("year"), format="%d", width="small"),
            "kind": t("kind"),
            "told": t("value"),
            "status": t("status"),
            "commitment": t("commitment"),
            "verdict": st.column_config.TextColumn(t("outcome"), width="medium"),
            "told_by": t("told_by"),
            "rivals": st.column_config.NumberColumn(t("rivals_short"), width="small"),
        },
    )


def _relations(view: View, region_id: str, indicator: str) -> None:
    """List the goals told without a number; they have no point on the chart."""
    t = view.texts
    found = recall(queries.told_relations, view.store, region_id, indicator)
    if found.empty:
        return
    with st.expander(f"{t('relations')} ({len(found)})"):
        for row in found.to_dict("records"):
            reference = f" ({row['relation_ref']})" if isinstance(row["relation_ref"], str) else ""
            st.markdown(f"**{row['year']:.0f}** · {t.word('relation', row['relation'])}{reference}")
            st.text(row["sentence"])
