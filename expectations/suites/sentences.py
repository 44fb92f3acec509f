"""Sentences: each stands in its text where it says, and together they are the text."""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Suite
from sources.tables import SENTENCES

#: of a report's characters so many stand in its sentences, the rest is white space between them: 0.98 is the least in
#: sixty reports, of the sample and of a corpus
LEAST_COVERED = 0.9


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    frame["_span_has_length"] = (frame["char_end"] - frame["char_start"]) == frame["sentence"].str.len()
    columns = (frame[name] for name in ("_text", "char_start", "sentence"))
    frame["_text_holds_it"] = [
        bool(start >= 0) and text.startswith(str(sentence), int(start)) if isinstance(text, str) else None
        for text, start, sentence in zip(*columns, strict=True)
    ]
    return frame


def _summarise(frame: pd.DataFrame, partitions: list[str], reports: pd.DataFrame) -> pd.DataFrame:
    """Return a row per report with the `_covered_share` of its text."""
    if reports.empty:
        return pd.DataFrame({"partition": partitions}).assign(_covered_share=None)
    lengths = frame["sentence"].str.len().groupby(frame["report_id"]).sum()
    share = reports["report_id"].map(lengths).fillna(0) / reports["n_chars"].clip(lower=1)
    return reports[["partition", "report_id", "level", "n_chars"]].assign(_covered_share=share.astype(float))


SUITE = Suite(
    table=SENTENCES.name,
    derive=_derive,
    rows=(
        *contract_expectations(SENTENCES),
        holds("span_has_length", "_span_has_length", "quarantine", "the offsets do not cut out the sentence"),
        holds("text_holds_it", "_text_holds_it", "quarantine", "the report's text has other words at these offsets"),
        holds("report_known", "_report_known", "quarantine", "there is no accepted report with this id"),
    ),
    summarise=_summarise,
    partitions=(
        between("covered_share", "_covered_share", LEAST_COVERED, 1, "warning", "words of the text are in no sentence"),
    ),
)
