"""What the two tables with offsets share: a span must lead back to the very words, in the sentence and in the text."""

from __future__ import annotations

import pandas as pd

from expectations.contract import holds
from expectations.suite import Expectation


def derive_spans(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `_surface_in_sentence`, `_span_has_length`, and `_text_holds_it` where the report's text is at hand."""
    relative = frame["char_start"] - frame["sentence_start"]
    frame["_surface_in_sentence"] = [
        _stands_at(sentence, start, surface)
        for surface, sentence, start in zip(frame["surface"], frame["sentence"], relative, strict=True)
    ]
    frame["_span_has_length"] = (frame["char_end"] - frame["char_start"]) == frame["surface"].str.len()
    columns = (frame[name] for name in ("_text", "char_start", "surface", "sentence_start", "sentence"))
    frame["_text_holds_it"] = [
        _stands_at(text, start, surface) and _stands_at(text, sentence_start, sentence)
        if isinstance(text, str)
        else None
        for text, start, surface, sentence_start, sentence in zip(*columns, strict=True)
    ]
    return frame


def _stands_at(text: object, start: float, words: object) -> bool:
    # an offset that is missing compares false
    return bool(start >= 0) and str(text).startswith(str(words), int(start))


SPANS: tuple[Expectation, ...] = (
    holds("surface_in_sentence", "_surface_in_sentence", "quarantine", "the sentence does not hold the number there"),
    holds("span_has_length", "_span_has_length", "quarantine", "the offsets do not cut out the surface"),
    holds("text_holds_it", "_text_holds_it", "quarantine", "the report's text has other words at these offsets"),
    holds("report_known", "_report_known", "quarantine", "there is no accepted report with this id"),
)
