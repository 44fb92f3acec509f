"""Snapshots: what is stored has a hash, what failed says why."""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Expectation, Suite
from sources.tables import SNAPSHOTS


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    stored = frame["outcome"].isin(["new", "changed", "unchanged"])
    frame["_stored_has_hash"] = ~stored | frame["sha256"].notna()
    frame["_failure_says_why"] = stored | frame["error"].fillna("").str.len().gt(0)
    return frame


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
    ),
)
