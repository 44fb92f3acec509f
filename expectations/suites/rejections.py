"""Rejections: every unused number with its place and a reason, and not too many of them."""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations
from expectations.suite import Suite
from expectations.suites._spans import SPANS, derive_spans
from sources.tables import REJECTIONS

#: of a report's numbers so many are of no indicator: 96 % is the most in 268 reports (a district's list of small
#: works); beyond it the reading knew next to nothing of what the report tells
MOST_REJECTED = 0.97
#: numbers that a report must have before its share says something
ENOUGH_NUMBERS = 50


def _summarise(frame: pd.DataFrame, partitions: list[str], reports: pd.DataFrame) -> pd.DataFrame:
    """Return a row per report with the `_rejected_share` of its numbers."""
    if reports.empty:
        return pd.DataFrame({"partition": partitions}).assign(_rejected_share=None)
    numbers = reports["n_observations"] + reports["n_rejections"]
    share = (reports["n_rejections"] / numbers.clip(lower=1)).astype(float).where(numbers >= ENOUGH_NUMBERS)
    columns = ["partition", "report_id", "level", "n_chars", "n_observations", "n_rejections"]
    return reports[columns].assign(_rejected_share=share)


SUITE = Suite(
    table=REJECTIONS.name,
    derive=derive_spans,
    rows=(*contract_expectations(REJECTIONS), *SPANS),
    summarise=_summarise,
    partitions=(
        between("rejected_share", "_rejected_share", 0, MOST_REJECTED, "warning", "hardly a number was of use"),
    ),
)
