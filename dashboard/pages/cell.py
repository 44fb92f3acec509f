"""The story of one cell: of many places the one that was clicked, or the one whose key the address names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from baogao.errors import BaogaoError
from baogao.questions import REASONS, cell_of, key_called
from dashboard import comparing
from dashboard.pages.proof import show_proof
from dashboard.pages.reasons import show_report_reason
from dashboard.view import View
from sources import outgoing

if TYPE_CHECKING:
    from pandas import DataFrame


def show_cell(view: View, places: DataFrame, cell: str, what: str, names: dict[str, str]) -> None:
    """Draw the sentence of the cell that was clicked, or the reason why it is empty."""
    t = view.texts
    region_id, _, year = cell.rpartition("|")
    row = places[(places["region_id"] == region_id) & (places["year"] == int(year))].iloc[0].to_dict()
    sides = ("target", "result") if what == "gap" else (what,)
    for side in sides:
        fact = row[f"{side}_fact_id"]
        if isinstance(fact, str):
            show_proof(view, fact_id=fact, key=f"proof_{side}" if what == "gap" else "proof")
            continue
        report_year = int(year) + (side == "result")
        state = row["report_state" if side == "target" else "next_report_state"]
        why = comparing.missing_words(comparing.missing_code(row, side), t)
        st.info(f"{names.get(region_id, region_id)} · {year} · {t(side)}: {why}", icon=":material/info:")
        if side == "target" and isinstance(row["target_observation_id"], str):
            # none set, or set without a number: these words say so
            show_proof(view, observation_id=row["target_observation_id"])
        elif isinstance(state, str):
            detail = row["report_detail"] if side == "target" and not pd.isna(row["report_detail"]) else None
            show_report_reason(view, region_id, names.get(region_id, region_id), report_year, state, detail)
        break
    st.button(t("to_series"), on_click=_follow, args=(region_id,), key="follow", icon=":material/show_chart:")
    if st.session_state.pop("go_to_series", False):
        st.switch_page(st.session_state["pages"]["series"])


def show_asked(view: View) -> None:
    """Draw the cell that the address asks for (`?cell=` and its key), above whatever page it is, until it is closed."""
    asked = st.session_state.get("cell") or st.query_params.get("cell")
    if not asked:
        return
    st.session_state["cell"] = str(asked)
    t = view.texts
    try:
        cell = cell_of(view.store, key_called(view.store, str(asked)))
    except BaogaoError as error:
        st.error(outgoing.markdown(str(error)))
    else:
        if cell.reason:
            why = REASONS[cell.reason]
            st.info(f"{cell.key}: {why.zh if t.language == 'zh' else why.en}", icon=":material/info:")
        else:
            show_proof(view, fact_id=cell.fact_id, key="proof_asked")
    st.button(t("close_cell"), on_click=_close, key="close_cell", icon=":material/close:")


def _close() -> None:
    st.session_state.pop("cell", None)
    st.query_params.pop("cell", None)


def _follow(region_id: str) -> None:
    st.session_state.update({"region": region_id, "level": "all", "go_to_series": True})
