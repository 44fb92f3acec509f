"""Judging an audit: one item after the other, one key each; each reader sees only what he said himself.

What belongs here: drawing an item and taking an answer. What does not: drawing the sample (`baogao audit draw`), the
answers' files and what follows from them (``sources/quality/audits.py``).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from html import escape
from typing import Any

import streamlit as st

from dashboard import queries
from dashboard.evidence import mark
from dashboard.pages import parts
from dashboard.pages.proof import draw_facts
from dashboard.view import View, indicator_list, publish, recall
from sources import outgoing
from sources.extraction.review import Decision, ReviewError, add_decision, decision_of, decisions_on, load_reviews
from sources.quality import audits
from sources.quality.audits import Answer, AuditError, Draw, Item

#: answer → key; R is Streamlit's own
KEYS = {"right": "J", "doubtful": "D", "missed": "M", "undo": "U"}
READING = ("value", "unit", "qualifier", "measure", "status", "period", "scope")
#: what a decision sets → the label of its field
SET = {name: name for name in ("indicator", "measure", "value", "unit", "qualifier", "status", "scope")} | {
    "period_end": "period"
}


def show(view: View) -> None:
    t = view.texts
    reviews = view.home.reviews
    known = audits.list_audits(reviews)
    if not known:
        parts.empty(view, t("no_audit"))
        st.code(f"baogao audit draw --home {view.home.root}", language="shell")
        return
    left, right = st.columns(2)
    with left:
        chosen = parts.select(view, "audit", known[::-1], known[-1], t("audit"), str)
    reader = str(right.text_input(t("reader"), value=st.query_params.get("reader", ""), help=t("reader_help"))).strip()
    publish(view, {"audit": chosen, "reader": reader})
    if not reader:
        st.info(t("reader_first"))
        return
    try:
        draw = audits.read_draw(reviews, chosen)
        given = audits.answers_of(reviews, chosen, reader)
        decisions = load_reviews(reviews)
    except (AuditError, ReviewError) as error:
        st.error(outgoing.markdown(str(error)))
        return
    order = sorted(draw.items, key=lambda item: (item.kind, -(item.reading.get("doubt") or 0.0), item.item_id))
    left_over = [item for item in order if item.item_id not in given]
    st.progress(len(given) / len(order) if order else 1.0, t("audit_progress", done=len(given), of=len(order)))
    last = st.session_state.get("audit_last")
    if last in given and st.button(t("undo"), key="audit_undo", shortcut=KEYS["undo"], type="tertiary"):
        st.session_state["audit_again"] = last
    again = st.session_state.get("audit_again")
    item = next((item for item in order if item.item_id == again), left_over[0] if left_over else None)
    if item is None:
        st.success(t("audit_done"))
        st.code(f"baogao audit report {chosen} --home {view.home.root}", language="shell")
        for judged in order:
            _corrections(view, judged, decisions)
    else:
        _item(view, item)
        # only who has judged it sees what others decided
        if item.item_id in given:
            _corrections(view, item, decisions)
        _answers(view, draw, reader, item)
        if last in given and item.item_id != last:
            _corrections(view, next(one for one in order if one.item_id == last), decisions)
    if last in given and given[last].answer == "wrong":
        _review(view, draw, reader, next(one for one in order if one.item_id == last), given[last])


def _item(view: View, item: Item) -> None:
    t, reading = view.texts, item.reading
    with st.container(border=True, key="audit_item"):
        st.markdown(f"#### {_name(view, item)}")
        # side by side, so that the keys below stay in sight
        facts, words = st.columns([2, 5]) if item.kind == "cell" else (None, st.container())
        if facts is not None:
            with facts:
                lines: dict[str, Any] = {t(f"field_{name}"): _told(view, item, name) for name in READING}
                lines |= {t("report_year"): reading["report_year"], t("years_by"): reading.get("period_evidence")}
                draw_facts({name: escape(str(told or "")) for name, told in lines.items()})
        cut = mark(item.sentence, item.surface, item.char_start - item.sentence_start)
        number = f"<mark>{escape(cut.number)}</mark>" if cut.number else ""
        with words:
            st.html(
                f'<blockquote class="sentence"><small>{escape(item.before)}</small>{escape(cut.before)}{number}'
                f"{escape(cut.after)}<small>{escape(item.after)}</small></blockquote>"
            )
            st.text(item.source)  # what a page calls itself is no markup


def _name(view: View, item: Item) -> str:
    if item.kind == "place":
        return view.texts("audit_place")
    code = str(item.reading["indicator"])
    names = indicator_list(view.store, view.texts.language)
    return f"{item.reading['region_name']} · {names.get(code, {}).get('label', code)}"


def _corrections(view: View, item: Item, decisions: list[Decision]) -> None:
    """Draw what people decided about an item's number since it was drawn, and whether the release shown has it."""
    t, reading = view.texts, item.reading
    drawn = {**reading, "value": reading.get("printed_value")}
    report = {
        "report_id": item.report_id, "region_code": reading.get("telling_code"),
        "report_year": reading.get("report_year"),
    }  # fmt: skip
    for decision in decisions_on(decisions, report, asdict(item), reading.get("indicator")):
        if decision.set and all(drawn.get(name) == value for name, value in decision.set.items()):
            continue
        told = {t(f"field_{SET[name]}"): value for name, value in decision.set.items() if name in SET}
        if "period_end" in decision.set:
            told[t("field_period")] = _years(decision.set["period_start"], decision.set["period_end"])
        what = ", ".join(f"{name} {outgoing.markdown(str(value))}" for name, value in told.items()) or t("field_none")
        said = t("decided", what=what, who=outgoing.markdown(decision.note))
        later = "" if _is_published(view, decision, item) else t("decided_later")
        st.info(f"{_name(view, item)} · {outgoing.markdown(item.surface)}: {said}{later}", icon=":material/person:")


def _is_published(view: View, decision: Decision, item: Item) -> bool:
    """Whether the release shown has an item's number as a person decided: with that note, or no more."""
    told = recall(queries.read_at, view.store, item.text_sha256, item.char_start)
    if decision.action == "remove":
        return not told["indicator"].eq(decision.indicator).any()
    return bool(told["reviewed"].eq(decision.note).any())


def _told(view: View, item: Item, field: str) -> str:
    t, reading = view.texts, item.reading
    if field == "period":
        return _years(reading["period_start"], reading["period_end"])
    if field == "value":
        upper = reading["value_upper"]
        return _digits(reading["printed_value"]) + ("" if upper is None else f"–{_digits(upper)}")
    told = str(reading[field] or "")
    if (field, told) == ("scope", "self"):
        return t("scope_self")
    return t.word(field, told) if field in ("measure", "status", "qualifier") else told


def _years(start: int, end: int) -> str:
    return str(end) if start == end else f"{start}–{end}"


def _digits(value: float) -> str:
    """Return a number with all its digits: the reader holds them against the sentence."""
    return f"{value:.15g}"


def _answers(view: View, draw: Draw, reader: str, item: Item) -> None:
    t = view.texts

    def say(answer: str, field: str = "") -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        audits.answer(view.home.reviews, draw, reader, Answer(item.item_id, answer, field, at=now))
        st.session_state["audit_last"] = item.item_id
        st.session_state.pop("audit_again", None)

    whole = [answer for answer in audits.ANSWERS[item.kind] if answer != "wrong"]
    for column, answer in zip(st.columns(4), whole, strict=False):
        word = t.word(f"answer_{item.kind}", answer)
        column.button(
            word, key=f"audit_{answer}", shortcut=KEYS[answer], on_click=say, args=(answer,),
            type="primary" if answer == "right" else "secondary", width="stretch",
        )  # fmt: skip
    if item.kind == "cell":
        st.caption(t("wrong_field"))
        half = (len(audits.FIELDS) + 1) // 2  # two lines, so that the longest word is whole
        columns = [*st.columns(half), *st.columns(half)]
        for at, field in enumerate(audits.FIELDS):
            columns[at].button(
                t(f"field_{field}"), key=f"audit_wrong_{field}", shortcut=str(at + 1), on_click=say,
                args=("wrong", field), width="stretch",
            )  # fmt: skip


def _review(view: View, draw: Draw, reader: str, item: Item, given: Answer) -> None:
    """Offer to publish what the reader says instead of what he just called wrong."""
    t = view.texts
    with st.container(border=True, key="audit_review"):
        surface = outgoing.markdown(item.surface)
        st.caption(t("review_offer", surface=surface, field=t(f"field_{given.field}")))
        value = "" if given.field == "none" else st.text_input(t("right_value"), key=f"right_{item.item_id}")
        if st.button(t("make_review"), key=f"review_{item.item_id}", disabled=given.field != "none" and not value):
            wanted: dict[str, Any] = {"reading": item.reading, "field": given.field, "value": value}
            try:
                decision = decision_of(
                    item.report_id, item.sentence, item.surface, by=reader, reason=f"audit {draw.audit_id}", **wanted,
                    region_code=item.reading["telling_code"], report_year=item.reading["report_year"],
                )  # fmt: skip
                path = add_decision(view.home.reviews, draw.audit_id, decision)
            except ReviewError as error:
                st.error(outgoing.markdown(str(error)))
            else:
                st.success(t("review_made", path=path))
