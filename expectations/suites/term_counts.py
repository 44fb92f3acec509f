"""Term counts: counts and their denominators fit together."""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Suite
from sources.tables import TERM_COUNTS


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    frame["_words_within_tokens"] = frame["n_tokens_words"] <= frame["n_tokens_all"]
    frame["_tokens_within_words"] = frame["token_count"] <= frame["n_tokens_all"]
    frame["_split_is_no_token"] = frame["is_token"].astype(bool) | (frame["token_count"] == 0)
    frame["_term_fits_text"] = frame["substring_count"] * frame["term"].str.len() <= frame["n_chars"].clip(lower=0) * 2
    frame["_fits_report"] = [
        None if not isinstance(text, str) else n_chars <= len(text) and (count == 0 or len(term) <= len(text))
        for text, n_chars, count, term in zip(
            frame["_text"], frame["n_chars"], frame["substring_count"], frame["term"].fillna(""), strict=True
        )
    ]
    return frame


SUITE = Suite(
    table=TERM_COUNTS.name,
    derive=_derive,
    rows=(
        *contract_expectations(TERM_COUNTS),
        between("substrings_not_negative", "substring_count", 0, 10**6, "quarantine", "a count is not negative"),
        between("tokens_not_negative", "token_count", 0, 10**6, "quarantine", "a count is not negative"),
        between("chars_present", "n_chars", 1, 10**8, "quarantine", "a report without Chinese characters"),
        holds("words_within_tokens", "_words_within_tokens", "quarantine", "more words than tokens"),
        holds(
            "term_within_tokens", "_tokens_within_words", "quarantine", "a term occurs more often than there are tokens"
        ),
        holds("split_is_no_token", "_split_is_no_token", "quarantine", "a token is a term that jieba splits"),
        holds("chars_fit_report", "_fits_report", "quarantine", "more characters than the report's text has"),
        holds("report_known", "_report_known", "quarantine", "there is no accepted report with this id"),
        holds("term_fits_text", "_term_fits_text", "quarantine", "a term fills more than the text"),
    ),
)
