"""What several pages draw: choices of region and indicator, a clickable chart, the downloads and the citation.

What belongs here: Streamlit pieces used by more than one page. What does not: the story of one number (``proof``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from dashboard import charts, downloads, queries
from dashboard.view import View, indicator_list, lasting_link, recall, region_list, settle
from orchestration.home.fonts import ON_SCREEN

if TYPE_CHECKING:
    from pandas import DataFrame

LEVELS = ("national", "province", "city", "county")


def choose_region(view: View, key: str = "region") -> dict[str, Any] | None:
    """Let a region be chosen, by level if wanted; None if the release knows none."""
    t = view.texts
    known = region_list(view.store, t.language)
    if not known:
        return None
    levels = [level for level in LEVELS if any(row["level"] == level for row in known.values())]
    first, second = st.columns([2, 5], vertical_alignment="bottom")
    settle("level", ["all", *levels], "all", t)
    with first:
        level = st.selectbox(
            t("level"),
            ["all", *levels],
            key="level",
            format_func=lambda code: t("all_levels") if code == "all" else t.word("level", code),
            persist_state="session",
        )
    options = [code for code, row in known.items() if level in ("all", row["level"])]
    settle(key, options, _most_told(known, options), t)
    with second:
        chosen = st.selectbox(
            t("region"),
            options,
            key=key,
            format_func=lambda code: str(known[code]["label"]),
            help=t("region_help"),
            persist_state="session",
        )
    return known[chosen]


def _most_told(known: Mapping[str, dict[str, Any]], options: list[str]) -> str:
    """Return the region to begin with: of those with figures the one with most."""
    return max(options, key=lambda code: int(known[code]["n_facts"]))


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
        code: [level for level in ("city", "county") if any(_is_in(row, code, level) for row in known)]
        for code in provinces
    }
    options = [*(["all"] if provinces else []), *(code for code in provinces if below[code])]
    if not options:
        return None
    first, second = st.columns([5, 3], vertical_alignment="bottom")
    # one province alone makes no grid: show what lies in it
    start = options[-1] if len(provinces) == 1 else options[0]
    settle("within", options, start, t)
    with first:
        within = st.selectbox(
            t("places_of"),
            options,
            key="within",
            format_func=lambda code: t("whole_country") if code == "all" else provinces[code],
            help=t("region_help"),
            persist_state="session",
        )
    if within == "all":
        return Scope("all", "province", None, t("whole_country"))
    settle("sub", below[within], below[within][0], t)
    with second:
        level = st.segmented_control(
            t("level"),
            below[within],
            key="sub",
            format_func=lambda code: t.word("level", code),
            required=True,
            persist_state="session",
        )
    name = next(str(row["short"]) for row in known if row["region_code"] == within)
    return Scope(str(within), str(level), str(within), f"{name} · {t.word('level', level)}")


def _is_in(row: dict[str, Any], province: str, level: str) -> bool:
    return bool(row["level"] == level and row["province_code"] == province)


def settle_record(key: str, known: set[str]) -> None:
    """Keep the record that was clicked only while it is one of those shown; the address may name one at first."""
    asked = st.session_state.get(key) or (key not in st.session_state and st.query_params.get(key)) or None
    st.session_state[key] = asked if asked in known else None


def choose_indicator(view: View, told: dict[str, int] | None = None) -> dict[str, Any]:
    """Let an indicator be chosen; `told` puts those with figures first."""
    t = view.texts
    known = indicator_list(view.store, t.language)
    options = sorted(known, key=lambda code: (told is not None and code not in told, list(known).index(code)))
    settle("indicator", options, "gdp" if "gdp" in known else options[0], t)
    chosen = st.selectbox(
        t("indicator"),
        options,
        key="indicator",
        format_func=lambda code: (
            str(known[code]["label"])
            + (f" · {told[code]}" if told and code in told else " · —" if told is not None else "")
        ),
        help=t("indicator_help"),
        persist_state="session",
    )
    return known[chosen]


def choose_measure(view: View, options: Iterable[str]) -> str:
    """Let one of the measures be chosen; growth first, as most goals are."""
    t = view.texts
    order = ("growth", "level", "change", "share", "avg_growth", "pp_change", "multiple")
    known = sorted(options, key=order.index) or ["growth"]
    settle("measure", known, known[0], t)
    chosen = st.selectbox(
        t("measure"),
        known,
        key="measure",
        format_func=lambda code: t.word("measure", code),
        persist_state="session",
    )
    return str(chosen)


def clickable(
    chart: charts.Chart, key: str, into: str, field: str, width: Literal["stretch", "content"] = "stretch"
) -> None:
    """Draw a chart; a click puts the field of its mark into the session as `into`, a click beside one takes it out."""

    def picked() -> None:
        found = st.session_state[key]["selection"].get(charts.PICK) or []
        st.session_state[into] = found[0].get(field) if found else None

    draw(chart, key, width, picked)


def draw(
    chart: charts.Chart,
    key: str,
    width: Literal["stretch", "content"] = "stretch",
    picked: Callable[[], None] | Literal["ignore"] = "ignore",
) -> None:
    """Draw a chart; `picked` is called when a mark is clicked."""
    st.vega_lite_chart(chart.data, chart.styled(ON_SCREEN), theme=None, width=width, key=key, on_select=picked)


def offer(
    view: View,
    frame: DataFrame,
    what: str,
    name: str,
    chart: Callable[[], bytes] | None,
    choices: dict[str, Any],
    key: str = "download",
) -> None:
    """Offer what is seen as files and as a link to cite; `what` tells it in words, `name` is for the files."""
    t, store = view.texts, view.store
    stem = f"baogao_{store.release}_{name}"
    about = {"what": what, "release": store.release, "address": lasting_link(view)}
    about |= {key: str(value) for key, value in choices.items() if value is not None}
    columns = st.columns([1, 1, 1, 1.6, 4])
    with columns[0]:
        st.download_button(
            t("download_csv"),
            lambda: downloads.as_csv(frame),
            f"{stem}.csv",
            "text/csv",
            key=f"{key}_csv",
            on_click="ignore",
            icon=":material/download:",
        )
    with columns[1]:
        st.download_button(
            t("download_xlsx"),
            lambda: downloads.as_xlsx(frame, recall(queries.column_meanings, store), about),
            f"{stem}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key=f"{key}_xlsx",
            on_click="ignore",
            icon=":material/download:",
        )
    if chart is not None:
        with columns[2]:
            st.download_button(
                "PNG",
                chart,
                f"{stem}.png",
                "image/png",
                key=f"{key}_png",
                on_click="ignore",
                icon=":material/download:",
            )
    with columns[3], st.popover(t("link"), icon=":material/link:"):
        link = lasting_link(view)
        st.code(link, language=None, wrap_lines=True)
        st.caption(t("link_why"))
        st.code(t("cite_text", release=store.release, what=what, link=link), language=None, wrap_lines=True)


def empty(view: View, why: str, what_to_do: str | None = None) -> None:
    """Say why there is nothing to see, and what to do."""
    st.info(why if what_to_do is None else f"{why}\n\n{what_to_do}", icon=":material/info:")
