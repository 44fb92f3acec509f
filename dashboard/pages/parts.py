"""What several pages draw: choices of region and indicator, and a drawing with its record, files and citation.

What belongs here: Streamlit pieces used by more than one page. What does not: the story of one number (``proof``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboard import charts, downloads, queries
from dashboard.texts import Texts
from dashboard.view import View, indicator_list, lasting_link, publish, recall, region_list, settle
from orchestration.home.fonts import ON_SCREEN
from sources import outgoing

if TYPE_CHECKING:
    from pandas import DataFrame

#: of the list of a chart's marks, in pixels: no wider than a short line, on a phone as wide as that
LIST_WIDTH = 560
LEVELS = ("national", "province", "city", "county")


def select(
    view: View, key: str, options: Sequence[Any], default: Any, label: str, words: Callable[[Any], str], **more: Any
) -> Any:
    """Let one of `options` be chosen from a list; the choice lives in the session and the address as `key`."""
    settle(key, options, default, view.texts)
    return st.selectbox(label, options, key=key, format_func=words, persist_state="session", **more)


def switch(view: View, key: str, options: Sequence[str], words: Callable[[str], str], label: str = "") -> str:
    """Let one of a few `options` be chosen from buttons beside each other, without a label where it says nothing."""
    settle(key, options, options[0], view.texts)
    chosen = st.segmented_control(
        label or view.texts("show"),
        options,
        key=key,
        format_func=words,
        required=True,
        persist_state="session",
        label_visibility="visible" if label else "collapsed",
    )
    return str(chosen)


def choose_region(view: View) -> dict[str, Any] | None:
    """Let a region be chosen, by level if wanted; None if the release knows none."""
    t = view.texts
    known = region_list(view.store, t.language)
    if not known:
        return None
    levels = ["all", *(level for level in LEVELS if any(row["level"] == level for row in known.values()))]
    first, second = st.columns([2, 5], vertical_alignment="bottom")
    with first:
        level = select(
            view, "level", levels, "all", t("level"),
            lambda code: t("all_levels") if code == "all" else t.word("level", code),
        )  # fmt: skip
    options = [code for code, row in known.items() if level in ("all", row["level"])]
    # to begin with: of those with figures the one with most
    most = max(options, key=lambda code: int(known[code]["n_facts"]))
    with second:
        chosen = select(
            view, "region", options, most, t("region"), lambda code: str(known[code]["label"]), help=t("region_help")
        )
    return known[chosen]


@dataclass(frozen=True)
class Scope:
    """The places that a page draws: all of `level`, or those below the province `parent`."""

    within: str
    level: str
    parent: str | None
    name: str


def choose_places(view: View) -> Scope | None:
    """Let all provinces, or the cities or counties of one, be chosen; None if there are no places at all."""
    t = view.texts
    known = list(region_list(view.store, t.language).values())
    provinces = {str(row["region_code"]): str(row["label"]) for row in known if row["level"] == "province"}
    below = {
        code: [
            level
            for level in ("city", "county")
            if any(row["level"] == level and row["province_code"] == code for row in known)
        ]
        for code in provinces
    }
    options = [*(["all"] if provinces else []), *(code for code in provinces if below[code])]
    if not options:
        return None
    first, second = st.columns([5, 3], vertical_alignment="bottom")
    # one province alone makes no grid: show what lies in it
    told = [str(row["region_code"]) for row in known if row["level"] == "province" and row["n_facts"]]
    start = told[0] if len(told) == 1 and told[0] in options else options[0]
    with first:
        within = select(
            view, "within", options, start, t("places_of"),
            lambda code: t("whole_country") if code == "all" else provinces[code], help=t("region_help"),
        )  # fmt: skip
    if within == "all":
        return Scope("all", "province", None, t("whole_country"))
    with second:
        level = switch(view, "sub", below[within], lambda code: t.word("level", code), t("level"))
    name = next(str(row["short"]) for row in known if row["region_code"] == within)
    return Scope(str(within), level, str(within), f"{name} · {t.word('level', level)}")


def choose_indicator(view: View, n_facts: dict[str, int] | None = None) -> dict[str, Any]:
    """Let an indicator be chosen; `n_facts` by indicator puts those with figures first."""
    t = view.texts
    known = indicator_list(view.store, t.language)
    options = sorted(known, key=lambda code: (n_facts is not None and code not in n_facts, list(known).index(code)))

    def words(code: str) -> str:
        return str(known[code]["label"]) + ("" if n_facts is None else f" · {n_facts.get(code, '—')}")

    start = "gdp" if "gdp" in known else options[0]
    typed = st.session_state.get("indicator")
    if typed is not None and typed not in known:
        called = recall(queries.indicators_called, view.store, str(typed))
        if called.empty:
            st.toast(t("nothing_called", typed=str(typed)[:60]))
        st.session_state["indicator"] = start if called.empty else str(called["indicator"].iloc[0])
    return known[
        select(
            view, "indicator", options, start, t("indicator"), words, help=t("indicator_help"), accept_new_options=True
        )
    ]


def choose_measure(view: View, options: Iterable[str]) -> str:
    """Let one of the measures be chosen; growth first, as most goals are."""
    t = view.texts
    order = ("growth", "level", "change", "share", "avg_growth", "pp_change", "multiple")
    known = sorted(options, key=order.index) or ["growth"]
    return str(select(view, "measure", known, known[0], t("measure"), lambda code: t.word("measure", code)))


@dataclass(frozen=True)
class Drawing:
    """A chart, and what stands around it on every page: title, note, the record that was clicked, files and citation.

    `choices` make the view (in the address, `further` in the address alone), `frame` is offered as files named `file`.
    `click` is the field of the chart's data that a click tells; the record lives in the session and the address as
    `record`, and `story` draws it. `key` tells two drawings of one page apart.
    """

    title: str
    chart: charts.Chart
    frame: DataFrame
    file: str
    choices: dict[str, Any]
    note: str = ""
    intro: str = ""
    record: str = ""
    click: str = ""
    story: Callable[[str], None] = lambda _: None
    below: Callable[[], None] = lambda: None
    further: dict[str, Any] = field(default_factory=dict)
    key: str = ""
    width: Literal["stretch", "content"] = "stretch"
    picture_width: int | None = 900

    def show(self, view: View) -> None:
        """Draw all of it."""
        chosen = self._settle_record() if self.click else None
        if self.click:
            publish(view, {**self.choices, **self.further, self.record: chosen})
        st.markdown(f"### {outgoing.markdown(self.title)}")
        if self.intro:
            st.markdown(self.intro)
        self._chart(view)
        if self.note:
            st.caption(self.note)
        if chosen:
            self.story(chosen)
        self.below()
        self._offer(view)

    def _settle_record(self) -> str | None:
        """Keep the record that was clicked only while it is one of those shown; the address may name one at first."""
        shown = set((self.frame if self.click in self.frame else self.chart.data)[self.click])
        asked = st.session_state.get(self.record)
        if self.record not in st.session_state:
            asked = st.query_params.get(self.record)
        st.session_state[self.record] = asked if asked in shown else None
        return st.session_state[self.record]

    def _chart(self, view: View) -> None:
        """Draw the chart; a click puts the field of its mark into the session, a click beside one takes it out."""
        values = "|".join(map(str, [*self.choices.values(), *self.further.values()]))
        key = f"chart {self.key} {view.texts.language} {values}"

        def picked() -> None:
            marks = st.session_state[key]["selection"].get(charts.PICK) or []
            st.session_state[self.record] = marks[0].get(self.click) if marks else None

        on_select: Any = picked if self.click else "ignore"
        drawn = self.chart.titled()
        st.vega_lite_chart(
            drawn.data, drawn.styled(ON_SCREEN), theme=None, width=self.width, key=key, on_select=on_select,
            alt=self.title,
        )  # fmt: skip
        self._list(view.texts, list(drawn.data[charts.TITLE]), f"marks {key}")

    def _list(self, texts: Texts, titles: list[str], key: str) -> None:
        """Draw the marks as a list of their titles, for who has no mouse: a choice opens what a click on one opens."""
        records = list(self.chart.data[self.click]) if self.click else [None] * len(titles)
        if self.click:
            asked, at = st.session_state[self.record], st.session_state.get(key)
            if asked is None or at is None or records[at] != asked:
                # what the table alone tells is no mark of the chart
                st.session_state[key] = records.index(asked) if asked in records else None

        def picked() -> None:
            chosen = st.session_state[key]
            st.session_state[self.record] = None if chosen is None else records[chosen]

        st.selectbox(
            texts("marks", n=len(titles)), range(len(titles)), index=None, key=key, format_func=titles.__getitem__,
            placeholder=texts("marks", n=len(titles)), label_visibility="collapsed",
            on_change=picked if self.click else "rerun", width=LIST_WIDTH,
        )  # fmt: skip

    def _offer(self, view: View) -> None:
        """Offer what is seen as files and as a link to cite."""
        t, store = view.texts, view.store
        link = lasting_link(view)
        about = {"title": self.title, "release": store.release, "address": link}
        about |= {key: _listed(value) for key, value in self.choices.items() if value not in (None, [])}
        caption = t("caption", release=store.release)
        files: tuple[tuple[str, str, str, Callable[[], bytes]], ...] = (
            (t("download_csv"), "csv", "text/csv", lambda: downloads.as_csv(self.frame)),
            (
                t("download_xlsx"),
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                lambda: downloads.as_xlsx(self.frame, recall(queries.column_meanings, store), about),
            ),
            ("PNG", "png", "image/png", lambda: charts.picture(self.chart, self.title, caption, self.picture_width)),
        )
        *buttons, last, _ = st.columns([1, 1, 1, 1.6, 4])
        for column, (label, form, mime, content) in zip(buttons, files, strict=True):
            column.download_button(
                label,
                content,
                f"baogao_{store.release}_{self.file}.{form}",
                mime,
                key=f"download{self.key}_{form}",
                on_click="ignore",
                icon=":material/download:",
            )
        with last, st.popover(t("link"), icon=":material/link:"):
            st.code(link, language=None, wrap_lines=True)
            st.caption(t("link_why"))
            st.code(t("cite_text", release=store.release, what=self.title, link=link), language=None, wrap_lines=True)


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def empty(view: View, why: str, what_to_do: str | None = None, choices: dict[str, Any] | None = None) -> None:
    """Say why there is nothing to see, and what to do; `choices` that led here stay in the address."""
    if choices is not None:
        publish(view, choices)
    st.info(why if what_to_do is None else f"{why}\n\n{what_to_do}", icon=":material/info:")
