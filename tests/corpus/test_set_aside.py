"""The reports set aside: their annotations are whole and lie in their texts. No rule is run on them here."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from sources.tables import MEASURES, QUALIFIERS, STATUSES

pytestmark = pytest.mark.corpus

FOLDER = Path(__file__).parent / "set_aside"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("reader", ["a", "b"])
def test_annotations_are_whole(corpus: Path, reader: str) -> None:
    hashes = {row["report_id"]: row["text_sha256"] for row in rows(FOLDER / "texts.csv")}
    assert len(hashes) == 16
    for report, digest in hashes.items():
        text = (corpus / "text" / f"{report}.txt").read_text(encoding="utf-8")
        assert hashlib.sha256(text.encode()).hexdigest() == digest, report
        found = rows(FOLDER / reader / f"{report}.csv")
        assert len(found) >= 30, report
        for row in found:
            assert row["measure"] in MEASURES and row["qualifier"] in QUALIFIERS and row["status"] in STATUSES
            assert 0 <= int(row["quote_start"]) < int(row["quote_end"]) <= len(text)
            assert row["period_start"] <= row["period_end"]
