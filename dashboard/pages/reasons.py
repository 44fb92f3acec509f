"""Why a region-year or a cell is empty, in words: state, what was found, what to do.

What belongs here: drawing reasons. What does not: numbers that are there (``proof``).
"""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import streamlit as st

from dashboard import queries
from dashboard.view import View, recall


def show_report_reason(view: View, region_id: str, name: str, report_year: int, state: str, detail: str | None) -> None:
    """Tell what is known of one region-year: its state, why, what to do, and every document found."""
    t = view.texts
    group = "refused" if state.startswith("refused") else state
    with st.container(border=True, key="reason"):
        st.markdown(f"#### {name} · {t('report_of', year=report_year)}: {t.state(state)}")
        st.markdown(t.word("state_why", group))
        if detail:
            st.text(f"{t('detail')}: {detail}")
        if group != "retrieved":
            st.markdown(f"**{t('what_to_do')}**: {t.word('state_do', group)}")
        _documents(view, region_id, report_year)


def _documents(view: View, region_id: str, report_year: int) -> None:
    t = view.texts
    found = recall(queries.documents, view.store, region_id, report_year)
    st.markdown(f"**{t('documents_found', year=report_year)}**")
    if found.empty:
        st.caption(t("no_documents"))
        return
    rows = []
    for one in found.to_dict("records"):
        address = one["url"] if isinstance(one["url"], str) else one["location"]
        link = escape(str(address))
        if urlsplit(str(address)).scheme in ("http", "https"):
            link = f'<a href="{escape(str(address), quote=True)}" target="_blank" rel="noopener noreferrer">{link}</a>'
        told = t.word("document_kind", one["kind"])
        if not one["accepted"]:
            told += f" · {t('refused')}: {t.word('refusal', one['refusal_reason'])}"
        else:
            told += f" · {t.word('completeness', one['completeness'])} · {t('n_numbers', n=int(one['n_observations']))}"
        mark = " ★" if one["is_preferred"] is True else ""
        detail = f"<br>{escape(one['refusal_detail'])}" if isinstance(one["refusal_detail"], str) else ""
        title = escape(str(one["title"] or ""))
        rows.append(f"<tr><td>{title}{mark}</td><td>{escape(told)}{detail}<br>{link}</td></tr>")
    st.html(f'<table class="tellings">{"".join(rows)}</table>')
