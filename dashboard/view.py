"""What all pages share: the release and language of this session, choices that live in the address, the cache.

What belongs here: session and address. What does not: widgets of one page (``pages``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Concatenate, ParamSpec, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit

import streamlit as st

from dashboard.store import Store
from dashboard.texts import Texts
from sources.home import Home

P = ParamSpec("P")
T = TypeVar("T")
KEPT_ANSWERS = 400
# of a release and language
KEPT_LISTS = 8


@dataclass(frozen=True)
class View:
    """What a page is drawn of."""

    home: Home
    store: Store
    texts: Texts
    page: str


def recall(question: Callable[Concatenate[Store, P], T], store: Store, *args: P.args, **kwargs: P.kwargs) -> T:
    """Return the answer to a question; a release never changes, so an answer is kept as long as there is room."""
    return _recall(f"{question.__module__}.{question.__qualname__}", question, store, args, kwargs)


@st.cache_data(show_spinner=False, max_entries=KEPT_ANSWERS, hash_funcs={Store: lambda s: (s.release, str(s.path))})
def _recall(name: str, _question: Callable[..., Any], store: Store, args: Any, kwargs: Any) -> Any:
    return _question(store, *args, **kwargs)


def settle(key: str, options: Sequence[Any], default: Any, texts: Texts) -> None:
    """Put a valid choice into the session before its widget is drawn: the session's, the address's, or the default."""
    chosen = st.session_state.get(key)
    if chosen is None and key in st.query_params:
        asked = st.query_params[key]
        chosen = next((option for option in options if str(option) == asked), None)
        if chosen is None:
            st.toast(texts("unknown_choice", key=key, value=asked[:60]))
    st.session_state[key] = chosen if chosen in options else default


def settle_many(key: str, options: Iterable[Any], default: list[Any]) -> None:
    """Like ``settle`` for a choice of several, which the address joins by commas."""
    known = set(options)
    chosen = st.session_state.get(key)
    if chosen is None:
        chosen = st.query_params.get(key, "").split(",")
    st.session_state[key] = [one for one in chosen if one in known] or default


def publish(view: View, choices: dict[str, Any]) -> None:
    """Write the choices that make this view into the address, so that it can be shared."""
    told = {"lang": view.texts.language, "cell": st.session_state.get("cell"), **choices}
    if st.session_state.get("release_pinned"):
        told["release"] = view.store.release
    wanted = {
        key: ",".join(map(str, value)) if isinstance(value, list) else str(value)
        for key, value in told.items()
        if value not in (None, "", [])
    }
    if dict(st.query_params) != wanted:
        st.query_params.from_dict(wanted)


def lasting_link(view: View) -> str:
    """Return the address of this view held to the release shown."""
    parts = urlsplit(st.context.url or "")
    query = {**dict(st.query_params), "release": view.store.release}
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(query, safe=","), ""))


@lru_cache(maxsize=KEPT_LISTS)
def region_list(store: Store, language: str) -> Mapping[str, dict[str, Any]]:
    """Return the regions of a release by id, each with a `label` to be searched and a `short` name; shared, to read."""
    from dashboard import queries

    texts = Texts("zh" if language == "zh" else "en")
    found: dict[str, dict[str, Any]] = {}
    for record in queries.regions(store).to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        above = row["parent_name"] if row["level"] == "county" and isinstance(row["parent_name"], str) else ""
        row["label"] = texts.region(row["region_name"], row["region_code"], above)
        row["short"] = texts.region_short(row["region_name"], row["region_code"])
        found[str(row["region_id"])] = row
    return found


@lru_cache(maxsize=KEPT_LISTS)
def indicator_list(store: Store, language: str) -> Mapping[str, dict[str, Any]]:
    """Return the indicators of a release by code, each with its `label` and `short_label`; shared, to read."""
    from dashboard import queries

    texts = Texts("zh" if language == "zh" else "en")
    found: dict[str, dict[str, Any]] = {}
    for record in queries.indicators(store).to_dict("records"):
        row = {str(name): value for name, value in record.items()}
        row["label"] = texts.indicator(row["name_zh"], row["name_en"], row["letters"])
        row["short_label"] = row["name_zh"] if language == "zh" else row["name_en"]
        found[str(row["indicator"])] = row
    return found
