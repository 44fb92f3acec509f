"""Snapshots: what is stored has a hash, what failed says why."""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Expectation, Suite
from sources.tables import SNAPSHOTS

#: of a partition's pages at most so many fail while a site is sound, and pages enough to tell
MOST_FAILED, ENOUGH_PAGES = 0.5, 4
#: a clock may be wrong by so much without being worth a word
CLOCK_HOURS = 24


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    stored = frame["outcome"].isin(["new", "changed", "unchanged"])
    frame["_stored_has_hash"] = ~stored | frame["sha256"].notna()
    frame["_failure_says_why"] = stored | frame["error"].fillna("").str.len().gt(0)
    now = pd.Timestamp.now(tz="UTC") + pd.Timedelta(hours=CLOCK_HOURS)
    fetched = pd.to_datetime(frame["retrieved_at"], errors="coerce", utc=True)
    frame["_fetched_in_the_past"] = (fetched <= now).astype(object).where(fetched.notna())
    changed = frame["outcome"].eq("changed")
    frame["_change_is_one"] = (frame["sha256"] != frame["previous_sha256"]).astype(object).where(changed)
    frame["_stored_has_size"] = ~stored | frame["n_bytes"].notna()
    return frame


def _summarise(frame: pd.DataFrame, partitions: list[str], reports: pd.DataFrame) -> pd.DataFrame:
    """Return a row per partition: `n_pages`, and the `_failed_share` of their newest fetches where enough."""
    latest = frame.sort_values("retrieved_at").drop_duplicates(["partition", "location", "page"], keep="last")
    failed = latest["outcome"].eq("failed").groupby(latest["partition"])
    found = pd.DataFrame({"partition": partitions})
    found["n_pages"] = found["partition"].map(failed.size()).fillna(0)
    found["n_failed"] = found["partition"].map(failed.sum()).fillna(0)
    share = (found["n_failed"] / found["n_pages"].clip(lower=1)).astype(float)
    return found.assign(_failed_share=share.where(found["n_pages"] >= ENOUGH_PAGES))


SUITE = Suite(
    table=SNAPSHOTS.name,
    derive=_derive,
    rows=(
        *contract_expectations(SNAPSHOTS),
        Expectation(
            "sha256_well_formed",
            "expect_column_values_to_match_regex",
            {"column": "sha256", "regex": "^[0-9a-f]{64}$"},
            "quarantine",
            "a hash that is none leads to no bytes",
        ),
        between("bytes_not_empty", "n_bytes", 1, 2**31, "quarantine", "an empty file is no snapshot"),
        between("http_status_known", "http_status", 100, 599, "quarantine", "no such HTTP status"),
        holds("stored_has_hash", "_stored_has_hash", "quarantine", "a stored page must name its bytes"),
        holds("failure_says_why", "_failure_says_why", "quarantine", "a page not fetched must say why"),
        holds("stored_has_size", "_stored_has_size", "quarantine", "a stored page must tell its size"),
        holds("change_is_one", "_change_is_one", "quarantine", "told as changed, and the bytes are those of before"),
        holds("fetched_in_the_past", "_fetched_in_the_past", "warning", "fetched tomorrow: the clock was wrong"),
    ),
    summarise=_summarise,
    partitions=(
        between("failed_share", "_failed_share", 0, MOST_FAILED, "warning", "most pages failed: a site is down"),
    ),
)
