"""The frame around every page: language, the release that is shown, navigation, empty and broken states.

What belongs here: what is the same on all pages. What does not: any one page (``pages``), the server
(``serve``).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import streamlit as st

from dashboard.pages import attention, audit, compare, coverage, ladder, phrases, provinces, quality, series
from dashboard.pages.cell import show_asked
from dashboard.pages.files import offer_files
from dashboard.store import DATABASE, ReleaseGoneError, Store, kept_releases, kept_store, served_store
from dashboard.texts import LANGUAGES, Language, Texts
from dashboard.view import View
from sources.home import Home, find_home

# no icons: Streamlit would fetch each from a public server
PAGES: dict[str, Callable[[View], None]] = {
    "series": series.show,
    "provinces": provinces.show,
    "compare": compare.show,
    "coverage": coverage.show,
    "ladder": ladder.show,
    "attention": attention.show,
    "phrases": phrases.show,
    "quality": quality.show,
}
#: pages that write: answers of readers, into the home
WRITING: dict[str, Callable[[View], None]] = {"audit": audit.show}
LOOK_EVERY_SECONDS = 5


def main() -> None:
    """Draw the app once, as Streamlit does for every interaction."""
    st.set_page_config(page_title="报告 baogao", layout="wide", initial_sidebar_state=250)
    texts = Texts(_language())
    st.html(Path(__file__).with_name("style.css"))
    home = find_home()
    pages = {
        name: st.Page(
            page_function(name, show, home, texts),
            title=texts(name),
            url_path=name,
            default=name == next(iter(PAGES)),
        )
        for name, show in (PAGES | WRITING).items()
    }
    st.session_state["pages"] = pages
    st.navigation(list(pages.values()), position="top").run()


def _language() -> Language:
    """Let the language be chosen; it stays over pages and is part of the address."""
    if "lang" not in st.session_state:
        asked = st.query_params.get("lang", "")
        locale = str(st.context.locale or "")
        st.session_state["lang"] = asked if asked in LANGUAGES else "zh" if locale.startswith("zh") else "en"
    with st.sidebar:
        chosen = st.segmented_control(
            "语言 · Language",
            LANGUAGES,
            key="lang",
            required=True,
            format_func=lambda code: {"zh": "中文", "en": "English"}[code],
            persist_state="session",
        )
    return "zh" if chosen == "zh" else "en"


def page_function(name: str, show: Callable[[View], None], home: Home, texts: Texts) -> Callable[[], None]:
    """Return what Streamlit runs as a page: the release is settled first, and what goes wrong is told in words."""

    def run() -> None:
        try:
            store = _release(home, texts)
            if store is None:
                _nothing_published(home, texts)
                return
            view = View(home, store, texts, name)
            if name == next(iter(PAGES)):
                st.caption(texts("what_this_is"))
            show_asked(view)
            show(view)
        except ReleaseGoneError:
            st.session_state.pop("release", None)
            st.rerun()
        except duckdb.CatalogException as error:
            st.error(texts("broken", release=store.release if store else "", error=str(error).splitlines()[0]))
        except duckdb.Error as error:
            st.error(texts("file_unreadable", path=home.published / DATABASE, error=str(error).splitlines()[0]))
            st.markdown(texts("file_unreadable_then"))

    run.__name__ = name
    return run


def _release(home: Home, texts: Texts) -> Store | None:
    """Return the release to show: the one chosen or named in the address, else the one served at first sight."""
    served = served_store(home)
    if served is None:
        return None
    # the key of a cell begins with its release
    of_cell = st.query_params.get("cell", "").partition("/")[0]
    asked = st.session_state.get("release") or st.query_params.get("release") or of_cell
    store = kept_store(home, str(asked)) if asked else served
    if store is None:
        st.warning(texts("release_gone", release=str(asked)[:40], shown=served.release))
        store = served
    if "release" not in st.session_state:
        st.session_state["release_pinned"] = store.release != served.release
    known = kept_releases(home)
    st.session_state["release"] = store.release
    with st.sidebar:
        st.selectbox(
            texts("release"),
            known,
            key="release",
            format_func=lambda one: f"{one} ★" if one == served.release else one,
            help=texts("release_help"),
            on_change=_pin,
            args=(served.release,),
            persist_state="session",
        )
        covered = store.manifest().get("covered", {})
        rows = store.manifest().get("rows", {})
        st.caption(
            texts(
                "release_counts",
                regions=covered.get("regions", "?"),
                cells=f"{rows.get('fct_city_year_indicator', 0):,}",
                documents=f"{rows.get('dim_report', 0):,}",
            )
        )
        offer_files(store, texts)
    _watch(str(home.root), store.release, texts.language)
    return store


def _pin(served: str) -> None:
    st.session_state["release_pinned"] = st.session_state["release"] != served


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _watch(root: str, shown: str, language: str) -> None:
    """Notice a release published while this one is read; what is read never changes by itself."""
    served = served_store(Home(Path(root)))
    if served is None or served.release == shown or st.session_state.get("release_pinned"):
        return
    texts = Texts("zh" if language == "zh" else "en")
    st.info(texts("release_new", release=served.release, shown=shown), icon=":material/new_releases:")
    if st.button(texts("release_switch"), key="switch_release", type="primary"):
        st.session_state.pop("release")
        st.rerun(scope="app")


@st.fragment(run_every=LOOK_EVERY_SECONDS)
def _nothing_published(home: Home, texts: Texts) -> None:
    """Say that there is nothing yet and how to make it; show it when it is there."""
    if served_store(home) is not None:
        st.rerun(scope="app")
    st.subheader(texts("no_release"))
    st.markdown(texts("no_release_why", home=f"`{home.root}`"))
    st.code(f"baogao run --sample --home {home.root}", language="shell")
    st.markdown(texts("own_reports_then"))
    st.code(f"baogao run --catalogue my.csv --home {home.root}", language="shell")
    st.markdown(texts("no_release_then"))
