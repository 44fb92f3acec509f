"""What is there and what is not: region × year with coded reasons, and the headline indicators of one region."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import charts, grids, queries
from dashboard.pages import parts
from dashboard.pages.proof import show_proof
from dashboard.pages.reasons import show_report_reason
from dashboard.view import View, publish, recall, region_list, settle


def show(view: View) -> None:
    t = view.texts
    tabs = ["report_tab", "cell_tab"]
    settle("tab", tabs, tabs[0], t)
    tab = st.segmented_control(
        t("show"),
        tabs,
        key="tab",
        format_func=lambda code: t(code),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    if tab == "report_tab":
        _reports(view)
    else:
        _cells(view)


def _reports(view: View) -> None:
    t = view.texts
    scope = parts.choose_places(view)
    if scope is None:
        parts.empty(view, t("no_level"))
        return
    found = recall(queries.coverage, view.store, scope.level, scope.parent)
    choices = {"tab": "report_tab", "within": scope.within, "sub": scope.level}
    if found.empty:
        publish(view, choices)
        parts.empty(view, t("no_level"))
        return
    names = {code: str(row["short"]) for code, row in region_list(view.store, t.language).items()}
    points = found.assign(
        code=["refused" if str(s).startswith("refused") else s for s in found["state"]],
        place=[names.get(r, r) for r in found["region_id"]],
        detail=found["detail"].fillna("").str.slice(0, 120),
    )
    words = {code: t.word("state", code) for code in grids.STATE_COLOURS}
    counts = points["code"].value_counts()
    st.markdown(f"### {scope.name} · {t('coverage')}")
    st.markdown(" · ".join(f"{words[code]} **{counts[code]:,}**" for code in words if code in counts))
    chart = grids.state_chart(points, grids.STATE_COLOURS, words, "coverage_id", t, "report_year", "place")
    name = f"{scope.name} · {t('coverage')}"
    parts.settle_record("coverage_id", set(found["coverage_id"]))
    chosen = st.session_state["coverage_id"]
    publish(view, {**choices, "coverage_id": chosen})
    parts.clickable(chart, f"coverage {t.language} {scope.within} {scope.level}", "coverage_id", "coverage_id")
    st.caption(t("click_cell"))
    if chosen:
        row = found[found["coverage_id"] == chosen].iloc[0]
        detail = None if pd.isna(row["detail"]) else str(row["detail"])
        region = str(row["region_id"])
        show_report_reason(view, region, names.get(region, region), int(row["report_year"]), row["state"], detail)
    caption = t("caption", release=view.store.release)
    parts.offer(
        view,
        found,
        name,
        f"coverage_{scope.within}_{scope.level}",
        lambda: charts.picture(chart, name, caption),
        choices,
    )


def _cells(view: View) -> None:
    t = view.texts
    region = parts.choose_region(view)
    if region is None:
        parts.empty(view, t("no_level"))
        return
    settle("side", ["target", "result"], "target", t)
    side = st.segmented_control(
        t("show"),
        ["target", "result"],
        key="side",
        format_func=lambda code: t(code),
        required=True,
        persist_state="session",
        label_visibility="collapsed",
    )
    found = recall(queries.coverage_cells, view.store, region["region_id"])
    found = found[found["status_class"] == side]
    choices = {"tab": "cell_tab", "region": region["region_id"], "side": side}
    if found.empty:
        publish(view, choices)
        parts.empty(view, t("no_cells", region=region["short"]), t("what_to_do_cells"))
        return
    words = {code: t.word("cell_state", code) for code in grids.CELL_COLOURS}
    points = found.assign(
        code=found["state"],
        name=found["name_zh" if t.language == "zh" else "name_en"],
        detail=[t.word("relation", r) if isinstance(r, str) else "" for r in found["relation"]],
    )
    chart = grids.state_chart(points, grids.CELL_COLOURS, words, "cell_id", t, "year", "name")
    name = f"{region['short']} · {t('cell_tab')} · {t(str(side))}"
    parts.settle_record("cell_id", set(found["cell_id"]))
    chosen = st.session_state["cell_id"]
    publish(view, {**choices, "cell_id": chosen})
    st.markdown(f"### {name}")
    parts.clickable(chart, f"cells {t.language} {region['region_id']} {side}", "cell_id", "cell_id")
    st.caption(t("click_cell"))
    if chosen:
        row = points[points["cell_id"] == chosen].iloc[0]
        if isinstance(row["observation_id"], str):
            show_proof(view, observation_id=row["observation_id"])
        else:
            with st.container(border=True, key="reason"):
                st.markdown(f"#### {row['year']} · {row['name']}: {words[row['code']]}")
                st.markdown(t("cell_not_told", year=int(row["report_year"])))
    parts.offer(
        view,
        found,
        name,
        f"cells_{region['region_code']}_{side}",
        lambda: charts.picture(chart, name, t("caption", release=view.store.release)),
        choices,
    )
