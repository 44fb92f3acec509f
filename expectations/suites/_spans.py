"""What the two tables with offsets share: a span must lead back to the very words."""

from __future__ import annotations

import pandas as pd

from expectations.contract import holds
from expectations.suite import Expectation


def derive_spans(frame: pd.DataFrame) -> pd.DataFrame:
    """Add `_surface_in_sentence` and `_span_has_length`, from surface, sentence and their offsets."""
    relative = frame["char_start"] - frame["sentence_start"]
    frame["_surface_in_sentence"] = [
        start >= 0 and str(sentence)[int(start) : int(start) + len(str(surface))] == surface
        for surface, sentence, start in zip(frame["surface"], frame["sentence"], relative, strict=True)
    ]
    frame["_span_has_length"] = (frame["char_end"] - frame["char_start"]) == frame["surface"].str.len()
    return frame


SPANS: tuple[Expectation, ...] = (
    holds("surface_in_sentence", "_surface_in_sentence", "quarantine", "the sentence does not hold the number there"),
    holds("span_has_length", "_span_has_length", "quarantine", "the offsets do not cut out the surface"),
)
