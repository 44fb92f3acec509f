"""Identity against the truth table: every file of the corpus was read by a person (`truth.csv`, facts only).

`truth.csv`: kind, region code valid in the report year (or the overlay's id), report year (empty where a document sets
no goals: accounts, bulletins), sitting. The catalogue's labels are claims; eight of them are wrong. `?` stands where
head and tail alone, which is all that was read of the newest files, don't tell the place. Failures give counts for
them and paths, never their text.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sources.document.identity.fingerprint import distance, fingerprint
from sources.document.identity.identity import ACCEPTED_KINDS, Identity, Label, identify
from sources.document.read import CleanDocument, UnreadableDocument, read_document
from sources.registry.regions import load_regions

pytestmark = pytest.mark.corpus

WRONG_LABELS = {
    "text/130000_2018.txt",  # the report of 2019
    "text/130627_2021.txt",  # another county whose name ends in the same two characters, here and below
    "text/130627_2022.txt",
    "text/130627_2023.txt",
    "text/130627_2024.txt",
    "text/130627_2025.txt",
    "text/130633_2023.txt",
    "text/130633_2024.txt",  # and another year
}
BROKEN_OFF = {"text/130623_2011.txt", "text/130633_2017.txt", "text/130627_2024.txt", "text/baicheng_2022.txt"}
#: cut at a full stop, some of them behind a sentence that reads like a closing: they may pass for complete
CUT_BETWEEN_SENTENCES = {
    f"text/{stem}.txt"
    for stem in ("anshan_2003", "longyan_2006", *(f"mf{n}" for n in (14, 28, 31, 41, 51, 59, 61, 70, 101, 152)))
}
NO_BEGINNING = {"text/440307_2014.txt", "text/dapeng_2022.txt", "text/dapeng_2023.txt"}


@dataclass(frozen=True)
class Case:
    """What one file is and was taken for; `document` None where it can't be read."""

    path: str
    truth: dict[str, str]
    document: CleanDocument | None
    labelled: Identity | None
    unlabelled: Identity | None

    @property
    def is_report(self) -> bool:
        return self.truth["kind"] in ACCEPTED_KINDS


def _label(row: dict[str, str]) -> Label:
    year = int(row["report_year"]) if row["report_year"] else None
    return Label(row["region_code"] or None, row["region"] or None, row["level"] or None, year)


def _cases(corpus: Path) -> Iterator[Case]:
    regions = load_regions()
    with (corpus / "catalogue.csv").open(encoding="utf-8-sig") as stream:
        labels = {row["location"]: _label(row) for row in csv.DictReader(stream)}
    with (Path(__file__).parent / "truth.csv").open(encoding="utf-8") as stream:
        truth = list(csv.DictReader(stream))
    for row in truth:
        path = row["path"]
        try:
            documents = read_document([(corpus / path).read_bytes()], name=Path(path).name)
        except UnreadableDocument as error:
            assert error.reason == "unreadable", path
            yield Case(path, row, None, None, None)
            continue
        found = [(document, identify(document, labels[path], regions)) for document in documents]
        document, labelled = next((pair for pair in found if pair[1].accepted), found[0])
        yield Case(path, row, document, labelled, identify(document, None, regions))


@pytest.fixture(scope="module")
def cases(corpus: Path) -> list[Case]:
    return list(_cases(corpus))


def _wrong(cases: list[Case], column: str, attribute: str, labelled: bool) -> list[tuple[str, str, str]]:
    wrong = []
    for case in cases:
        found = case.labelled if labelled else case.unlabelled
        if found is None:  # an empty frame, or a page that only links a file: refused before it is identified
            assert not case.is_report, case.path
            continue
        told = str(getattr(found, attribute) or "")
        if case.truth[column] != "?" and told != case.truth[column]:
            wrong.append((case.path, case.truth[column], told))
    return wrong


def _what(case: Case) -> tuple[str, ...]:
    return tuple(case.truth[column] for column in ("region_code", "report_year", "sitting"))


def test_every_file_of_the_catalogue_has_its_truth(cases: list[Case]) -> None:
    assert len(cases) == 334


@pytest.mark.parametrize("labelled", [True, False])
@pytest.mark.parametrize(
    ("column", "attribute"), [("kind", "kind"), ("report_year", "report_year"), ("sitting", "sitting")]
)
def test_kind_year_and_sitting(cases: list[Case], column: str, attribute: str, labelled: bool) -> None:
    assert _wrong(cases, column, attribute, labelled) == []


@pytest.mark.parametrize("labelled", [True, False])
def test_region(cases: list[Case], labelled: bool) -> None:
    """None is wrong; one refused page, whose cleaned text names no place at all, may stay unknown."""
    wrong = _wrong(cases, "region_code", "region_code", labelled)
    assert [row for row in wrong if row[2]] == []
    assert len(wrong) <= 1
    reports = {case.path for case in cases if case.is_report}
    assert not reports & {row[0] for row in wrong}


def test_reports_are_accepted_and_nothing_else(cases: list[Case]) -> None:
    for found in ("labelled", "unlabelled"):
        told = [case for case in cases if case.truth["region_code"] != "?"]
        accepted = {case.path for case in told if getattr(case, found) and getattr(case, found).accepted}
        assert accepted == {case.path for case in told if case.is_report}, found
    distinct = {
        tuple(case.truth[k] for k in ("region_code", "report_year", "sitting")) for case in cases if case.is_report
    }
    assert len(distinct) >= 230


def test_every_refusal_says_why(cases: list[Case]) -> None:
    for case in cases:
        if case.labelled and not case.labelled.accepted:
            assert case.labelled.refusal_reason, case.path
            assert case.labelled.refusal_detail, case.path
    masked = next(case for case in cases if case.path == "text/masked_2022.txt")
    assert masked.labelled is not None
    assert masked.labelled.refusal_reason == "masked"


def test_wrong_labels_are_found(cases: list[Case]) -> None:
    contradicted = {c.path for c in cases if c.labelled and c.labelled.identity == "contradicts_label"}
    assert contradicted == WRONG_LABELS


def test_completeness(cases: list[Case]) -> None:
    """What breaks off or begins inside is partial, and nearly all others are complete."""
    partial = {
        c.path
        for c in cases
        if c.labelled and c.truth["kind"] == "work_report" and c.labelled.completeness == "partial"
    }
    assert partial >= BROKEN_OFF | NO_BEGINNING
    cut = BROKEN_OFF | NO_BEGINNING | CUT_BETWEEN_SENTENCES
    whole = [case for case in cases if case.truth["kind"] == "work_report" and case.path not in cut]
    assert len(partial - cut) <= 0.02 * len(whole)


def test_faces_are_read(cases: list[Case]) -> None:
    """Where the face names a congress and a date, date and year agree, and most speakers are found there."""
    dated = [
        c.labelled
        for c in cases
        if c.labelled and c.is_report and c.labelled.congress_session and c.labelled.meeting_date
    ]
    assert len(dated) >= 90
    assert all(found.meeting_date and found.meeting_date.year == found.report_year for found in dated)
    assert sum(found.speaker is not None for found in dated) >= 0.9 * len(dated)
    assert all(len(found.speaker) <= 4 or "·" in found.speaker for found in dated if found.speaker)


def test_copies_are_near_others_far(cases: list[Case]) -> None:
    prints = [(_what(case), fingerprint(case.document.text)) for case in cases if case.is_report and case.document]
    pairs = [(a[0] == b[0], distance(a[1], b[1])) for n, a in enumerate(prints) for b in prints[:n]]
    assert max(gap for same, gap in pairs if same) <= 6
    assert min(gap for same, gap in pairs if not same) >= 12


@pytest.mark.parametrize(("shift", "bar"), [(-12, 0.95), (-8, 0.95), (8, 0.7), (12, 0.9)])
def test_moved_years_are_refused(cases: list[Case], shift: int, bar: float) -> None:
    """Content mills change the years of an old report: the national dates in it betray them."""
    regions = load_regions()
    outcomes: Counter[str] = Counter()
    for case in cases[::5]:
        if case.truth["kind"] != "work_report" or case.document is None:
            continue
        if not 2001 <= int(case.truth["report_year"]) + shift <= 2026:
            continue
        found = identify(_moved(case.document, shift), None, regions)
        outcomes["accepted" if found.accepted else str(found.refusal_reason)] += 1
    assert outcomes.total() > 0
    assert outcomes["accepted"] <= (1 - bar) * outcomes.total(), outcomes
    assert outcomes["spun"] >= 0.8 * (outcomes.total() - outcomes["accepted"]), outcomes


def _moved(document: CleanDocument, shift: int) -> CleanDocument:
    def move(text: str) -> str:
        return re.sub(r"(?<!\d)(?:19|20)\d\d(?=年)", lambda match: str(int(match[0]) + shift), text)

    return replace(document, text=move(document.text), title=move(document.title or ""))


def test_without_face_and_names_nothing_wrong_is_accepted(cases: list[Case]) -> None:
    """The lines before the salutation are cut off and the government is called 县人民政府 only: the body has to do."""
    regions = load_regions()
    accepted = wrong = 0
    reports = [case for case in cases[::2] if case.truth["kind"] == "work_report" and case.document]
    for case in reports:
        assert case.document is not None
        found = identify(_faceless(case.document), None, regions)
        told = (found.region_code, str(found.report_year))
        accepted += found.accepted
        wrong += found.accepted and told != (case.truth["region_code"], case.truth["report_year"])
    assert wrong == 0
    # what is left names its place in no words that only one's own place is given: how often it stands there is no proof
    assert accepted >= 0.88 * len(reports)


def _faceless(document: CleanDocument) -> CleanDocument:
    text = document.text
    start = re.search(r"各位(?:人大)?代表|同志们", text)
    text = text[start.start() :] if start and start.start() < 1500 else text
    text = re.sub(r"代表[\u4e00-\u9fff]{0,14}?(省|市|县|区|州)人民政府", r"代表\1人民政府", text)
    return replace(document, text=text, title=None, publisher=None, speaker=None)
