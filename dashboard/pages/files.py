"""The files of a whole release, for Stata, Excel and others: chosen by name, downloaded one by one.

What belongs here: what `baogao export` copies, offered to who has only a browser. What does not: what a page shows
(``parts.Drawing``), making the files (``orchestration/release``).
"""

from __future__ import annotations

import streamlit as st

from dashboard.store import Store
from dashboard.texts import Texts

EXPORTS = "exports/"
#: what most come for stands first
FIRST = ("city_year_panel.dta", "city_year_panel.xlsx", "city_year_panel_reasons.csv")


def exported_files(store: Store) -> dict[str, int]:
    """Return the bytes of each file of the release's exports by its name below them; the panel's first."""
    told = store.manifest().get("files", {})
    sizes = {name.removeprefix(EXPORTS): int(of["bytes"]) for name, of in told.items() if name.startswith(EXPORTS)}
    return {name: sizes[name] for name in sorted(sizes, key=lambda one: (one not in FIRST, one.count("/"), one))}


def offer_files(store: Store, texts: Texts) -> None:
    """Draw a list of the files and a button that downloads the one chosen; nothing where the release has none."""
    sizes = exported_files(store)
    if not sizes:
        return
    with st.popover(texts("release_files"), icon=":material/download:", width="stretch"):
        name = st.selectbox(
            texts("file"), list(sizes), key="release_file", help=texts("release_files_help"),
            format_func=lambda one: f"{one} · {sizes[one] / 1e6:.2f} MB",
        )  # fmt: skip
        st.download_button(
            texts("download"), (store.path.parent / EXPORTS / name).read_bytes,
            f"baogao_{store.release}_{name.replace('/', '_')}", "application/octet-stream",
            key="download_release_file", on_click="ignore", icon=":material/download:",
        )  # fmt: skip
