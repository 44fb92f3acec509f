"""What is there and what is not: region × year with coded reasons, and the headline indicators of one region."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import grids, queries
from dashboard.pages import parts
from dashboard.pages.proof import show_proof
from dashboard.pages.reasons import show_report_reason
from dashboard.view import View, recall, region_list


def show(view: View) -> None:
    t = view.texts
    if parts.switch(view, "tab", ["report_tab", "cell_tab"], lambda code: t(code)) == "report_tab":
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
        parts.empty(view, t("no_level"), choices=choices)
        return
    names = {code: str(row["short"]) for code, row in region_list(view.store, t.language).items()}
    points = found.assign(
        code=["refused" if str(s).startswith("refused") else s for s in found["state"]],
        place=[names.get(r, r) for r in found["region_id"]],
        detail=found["detail"].fillna("").str.slice(0, 120),
    )
    words = {code: t.word("state", code) for code in grids.STATE_COLOURS}
    counts = points["code"].value_counts()

    def why(coverage_id: str) -> None:
        row = found[found["coverage_id"] == coverage_id].iloc[0]
        detail = None if pd.isna(row["detail"]) else str(row["detail"])
        region = str(row["region_id"])
        show_report_reason(view, region, names.get(region, region), int(row["report_year"]), row["state"], detail)

    parts.Drawing(
        f"{scope.name} · {t('coverage')}",
        grids.state_chart(points, grids.STATE_COLOURS, words, "coverage_id", t, "report_year", "place"),
        found,
        f"coverage_{scope.within}_{scope.level}",
        choices,
        note=t("click_cell"),
        intro=" · ".join(f"{words[code]} **{counts[code]:,}**" for code in words if code in counts),
        record="coverage_id",
        click="coverage_id",
        story=why,
    ).show(view)


def _cells(view: View) -> None:
    t = view.texts
    region = parts.choose_region(view)
    if region is None:
        parts.empty(view, t("no_level"))
        return
    side = parts.switch(view, "side", ["target", "result"], lambda code: t(code))
    found = recall(queries.coverage_cells, view.store, region["region_id"])
    found = found[found["status_class"] == side]
    choices = {"tab": "cell_tab", "region": region["region_id"], "side": side}
    if found.empty:
        parts.empty(view, t("no_cells", region=region["short"]), t("what_to_do_cells"), choices)
        return
    words = {code: t.word("cell_state", code) for code in grids.CELL_COLOURS}
    points = found.assign(
        code=found["state"],
        name=found["name_zh" if t.language == "zh" else "name_en"],
        detail=[t.word("relation", r) if isinstance(r, str) else "" for r in found["relation"]],
    )

    def why(cell_id: str) -> None:
        row = points[points["cell_id"] == cell_id].iloc[0]
        if isinstance(row["observation_id"], str):
            show_proof(view, observation_id=row["observation_id"])
        else:
            with st.container(border=True, key="reason"):
                st.markdown(f"#### {row['year']} · {row['name']}: {words[row['code']]}")
                told = "cell_withheld" if row["code"] == "withheld" else "cell_not_told"
                st.markdown(t(told, year=int(row["report_year"])))

    parts.Drawing(
        f"{region['short']} · {t('cell_tab')} · {t(side)}",
        grids.state_chart(points, grids.CELL_COLOURS, words, "cell_id", t, "year", "name"),
        found,
        f"cells_{region['region_code']}_{side}",
        choices,
        note=t("click_cell"),
        record="cell_id",
        click="cell_id",
        story=why,
    ).show(view)
