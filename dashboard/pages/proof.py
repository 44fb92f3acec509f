"""The story of one number, as several pages show it: sentence with its mark, source, rivals, vintages.

What belongs here: drawing ``evidence.Evidence``. What does not: finding it.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import streamlit as st

from baogao.citing import FORMS, cite
from baogao.questions import cell_of_fact
from dashboard.evidence import Evidence, find_evidence, mark
from dashboard.pages.quality import interval
from dashboard.texts import Scale, Texts, scale_for
from dashboard.view import View, recall
from sources import outgoing

if TYPE_CHECKING:
    from pandas import DataFrame


def show_proof(view: View, fact_id: str | None = None, observation_id: str | None = None, key: str = "proof") -> None:
    """Draw the story of a fact, or of one observation."""
    found = recall(find_evidence, view.store, fact_id=fact_id, observation_id=observation_id)
    if found is None:
        st.warning(view.texts("no_evidence"))
        return
    t, row = view.texts, found.row
    with st.container(border=True, key=key):
        value, upper = row["canonical_value"], row["canonical_value_upper"]
        scale = scale_for(str(row["canonical_unit"] or ""), float(upper or value or 0))
        st.markdown(f"#### {_heading(row, scale, t)}")
        cut = found.marked()
        marked = f"<mark>{escape(cut.number)}</mark>" if cut.number else ""
        st.html(f'<blockquote class="sentence">{escape(cut.before)}{marked}{escape(cut.after)}</blockquote>')
        # a release of an older baogao has none
        if english := row.get("sentence_en"):
            st.caption(outgoing.markdown(str(english)), help=t("english_help"))
        _corrections(row, t)
        left, right = st.columns([3, 2])
        with left:
            _source(row, t)
        with right:
            _reading(row, t)
            _sureness(found, t)
        _tellings(found, scale, t)
        _vintages(found.vintages, scale, t)
        _outcome(found.outcome, t)
        for finding in found.findings.to_dict("records"):
            told = f"{t.word('check_name', finding['check_name'])}: {outgoing.markdown(finding['detail'])}"
            st.warning(told, icon=":material/rule:")
        _citation(view, row["fact_id"])


def _citation(view: View, fact_id: str | None) -> None:
    """Offer the cell's key and citations, each to be copied by one press."""
    cell = recall(cell_of_fact, view.store, fact_id) if fact_id else None
    if cell is None:
        return
    with st.expander(view.texts("cite_cell"), icon=":material/format_quote:"):
        st.code(cell.key, language=None)
        for form in FORMS:
            st.caption(view.texts(f"cite_{form}"))
            st.code(cite(cell, form), language=None, wrap_lines=True)


def _heading(row: dict[str, Any], scale: Scale, t: Texts) -> str:
    span = row["period_start"] != row["period_end"]
    years = f"{row['period_start']:.0f}–{row['period_end']:.0f}" if span else f"{row['period_end']:.0f}"
    name = row["indicator_zh"] if t.language == "zh" else row["indicator_en"]
    told = scale.told(row["canonical_value"], row["canonical_value_upper"], row["qualifier"])
    number = f"{told} {t.word('unit', scale.unit)}" if told else t.word("relation", row["relation"])
    tier = f" · {t.word('tier', row['tier'])}" if row["tier"] == "stretch" else ""
    status = t.word("status", row["status"])
    return f"{years} · {name} · {t.word('measure', row['measure'])} · {status}{tier}: **{number}**"


def _corrections(row: dict[str, Any], t: Texts) -> None:
    if row["is_corrected"]:
        st.warning(
            t(
                "corrected",
                printed=f"{row['printed_value']:g} {row['unit']}",
                reason=outgoing.markdown(row["correction_reason"] or ""),
            )
        )
    if row["reviewed"]:
        st.info(t("reviewed", who=outgoing.markdown(row["reviewed"])), icon=":material/person:")


def _source(row: dict[str, Any], t: Texts) -> None:
    address = row["url"] or row["location"]
    is_web = urlsplit(str(address)).scheme in ("http", "https")
    shown = (
        f'<a href="{escape(address, quote=True)}" target="_blank" rel="noopener noreferrer">{escape(address)}</a>'
        if is_web
        else escape(str(address))
    )
    meeting = " · ".join(str(p) for p in (_day(row["meeting_date"]), row["congress_session"], row["speaker"]) if p)
    where = t(
        "characters",
        section=t.word("section", row["section"]),
        start=int(row["char_start"]),
        end=int(row["char_end"]),
    )
    lines = {
        t("document"): f"{escape(str(row['title'] or '—'))} ({t.word('document_kind', row['kind'])}, "
        f"{t.word('completeness', row['completeness'])}, {t.word('identity', row['identity'])})",
        "": escape(" · ".join(p for p in (meeting, row["publisher"] or "") if p)),
        t("address") if is_web else t("location"): shown,
        t("snapshot"): f"<code>{escape(str(row['snapshot_sha256']))}</code>",
        t("place_in_text"): escape(where),
    }
    draw_facts(lines)


def _reading(row: dict[str, Any], t: Texts) -> None:
    versions = t("versions", rules=row["rule_version"], lexicon=row["lexicon_version"], parser=row["parser_version"])
    printed = f"{row['printed_value']:g} {row['unit']}" if row["printed_value"] is not None else ""
    flags = "; ".join(t.word("flag", flag) for flag in str(row["flags"] or "").split(";") if flag)
    lines = {
        t("read_number"): escape(f"{printed} · {t.word('qualifier', row['qualifier'])}" if printed else ""),
        t("commitment"): escape(row["commitment"] or ""),
        t("rule"): f"<code>{escape(row['rule']).replace(':', ':<wbr>')}</code><br>{escape(versions)}",
        t("flags"): escape(flags),
        t("chosen_by"): escape(t.word("chosen_by", row["chosen_by"])) if row["chosen_by"] else "",
    }
    draw_facts(lines)


def _sureness(found: Evidence, t: Texts) -> None:
    """Answer how sure such a figure is: its own doubt, and how many like it were right."""
    doubt = found.row.get("doubt")
    lines = {} if doubt is None else {t("doubt"): t("doubt_told", percent=f"{100 * doubt:.1f}")}
    for one in found.sureness.to_dict("records"):
        wider = one["pooled_over"] if isinstance(one["pooled_over"], str) else one["breakdown"]
        lines[t.word("measured_on", one["measured_on"])] = escape(f"{interval(one)} · {t.word('breakdown', wider)}")
    if lines:
        st.markdown(f"**{t('sureness')}**")
        draw_facts(lines)


def draw_facts(lines: dict[str, str]) -> None:
    """Draw a small table of names and values; values are markup already escaped."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{value}</td></tr>" for name, value in lines.items() if value)
    st.html(f'<table class="facts">{rows}</table>')


def _tellings(found: Evidence, scale: Scale, t: Texts) -> None:
    row = found.row
    if len(found.tellings) < 2:
        if row["fact_id"]:
            st.caption(t("no_rivals"))
        return
    st.markdown(f"**{t('rivals')}**")
    if row["has_conflict"]:
        kind = t.word("conflict_kind", row["conflict_kind"])
        st.warning(t("conflict", kind=kind, spread=f"{scale.number(row['spread'])} {t.word('unit', scale.unit)}"))
    else:
        st.caption(t("agree", n=len(found.tellings) - 1))
    body = []
    for one in found.tellings.to_dict("records"):
        cut = mark(one["sentence"], one["surface"] or "", int(one["mark_start"]))
        sentence = f"{escape(cut.before)}<mark>{escape(cut.number)}</mark>{escape(cut.after)}"
        chosen = " class=chosen" if one["chosen"] else ""
        told = escape(scale.told(one["value"], one["value_upper"], one["qualifier"]))
        place = escape(f"{one['told_in']} {one['report_year']:.0f}")
        place += f"<br><small>{escape(t.word('document_kind', one['kind']))}</small>"
        body.append(f"<tr{chosen}><td class=number>{told}</td><td class=place>{place}</td><td>{sentence}</td></tr>")
    st.html(f'<table class="tellings">{"".join(body)}</table>')


def _vintages(vintages: DataFrame, scale: Scale, t: Texts) -> None:
    if len(vintages) < 2:
        return
    steps = " → ".join(
        f"{t('report_of', year=int(v['report_year']))}: **{scale.told(v['value'], None, v['qualifier'])}** "
        f"({t.word('vintage_kind', v['vintage_kind'])})"
        for v in vintages.to_dict("records")
    )
    st.markdown(f"**{t('vintages')}**: {steps}")


def _outcome(outcome: DataFrame, t: Texts) -> None:
    for one in outcome.to_dict("records"):
        largest = max(abs(v) for v in (one["target_value"], one["result_value"]) if v == v and v is not None)
        scale = scale_for(str(one["unit"]), largest)
        goal = scale.told(one["target_value"], one["target_value_upper"], one["target_qualifier"])
        result = scale.told(one["result_value"], None, one["result_qualifier"]) or t("nothing")
        why = one["not_told_reason"]
        verdict = t.word("not_told_reason", why) if isinstance(why, str) else t.word("verdict", one["verdict"])
        gap = f", {t('gap')} {scale.number(one['gap'])}" if one["gap"] == one["gap"] else ""
        st.markdown(f"**{t('outcome')}**: {goal} → {result}{gap} · {verdict}")


def _day(value: Any) -> str:
    return "" if value is None else str(value)[:10]
