"""Damaged files end as text or as a refusal that says why, in time, and what is read leads back to its source."""

from __future__ import annotations

import time

import pytest

from sources.document.cleaning.clean import CleanDocument
from sources.document.read import UnreadableDocument, read_file
from sources.document.traced import to_source

from .mutated import mutations

#: seconds that a document may take
PATIENCE = 20.0


def outcome(data: bytes) -> str:
    """Return `text` or the refusal's reason; every character read must stand at its place in the source."""
    start = time.monotonic()
    try:
        found = read_file([data], name="report")
    except UnreadableDocument as error:
        assert error.detail
        return error.reason
    finally:
        assert time.monotonic() - start < PATIENCE
    for document in found:
        if isinstance(document, CleanDocument):
            for offset in range(0, len(document.text), 7):
                origin = to_source(document.source_map, offset)
                assert origin is None or 0 <= origin < len(document.source)
    return "text"


@pytest.mark.parametrize("form", ["doc", "rtf", "ofd", "wordxml", "zip"])
@pytest.mark.parametrize("count", [60, pytest.param(2_000, marks=pytest.mark.slow)])
def test_damaged_files_end_as_text_or_refusal(form: str, count: int) -> None:
    outcomes = [outcome(data) for data in mutations(form, count, seed=count)]
    assert set(outcomes) <= {"text", "unreadable", "unsupported_format", "hostile"}
    assert outcomes.count("text") > count // 20, "damage so great that nothing of the reader was tried"
