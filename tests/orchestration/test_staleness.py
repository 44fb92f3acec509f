"""What makes a history stale, by name, and what does not: comments, moved files, the scheme by which it was hashed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.home import fingerprints, provenance
from orchestration.home.installation import Installation
from orchestration.hops import HOPS, plan, snapshots
from sources import extraction
from sources.partitions import Partition
from sources.registry import export
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS, SENTENCES, SNAPSHOTS, TERM_COUNTS

CELL = Partition("990000", "2021")
EXTRACTION = Path(extraction.__file__).parent


@pytest.fixture
def settled(installation: Installation, tmp_path: Path) -> Installation:
    """An installation of one partition with everything done."""
    (tmp_path / "a.txt").write_text("正文", encoding="utf-8")
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text("location,region_code,region,level,report_year\na.txt,990100,,,2021\n", encoding="utf-8")
    installation.follow(catalogue)
    opened = Installation(installation.home, installation.settings)
    settle(opened)
    return opened


def settle(installation: Installation) -> None:
    for hop in HOPS:
        inputs = hop.inputs(CELL, installation)
        for table in hop.tables:
            installation.lake.write(table, CELL, table.to_arrow([]), provenance.entry(inputs, {}))


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the rules that the version is asked of; edit it, then forget what was asked before."""
    copy = tmp_path / "sources"
    for part in ("extraction", "document", "registry"):
        shutil.copytree(EXTRACTION.parent / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(extraction, "_HERE", copy / "extraction")
    yield copy / "extraction"
    extraction.rules_version.cache_clear()


def why(installation: Installation) -> dict[str, set[str]]:
    extraction.rules_version.cache_clear()
    opened = Installation(installation.home, installation.settings)
    return {hop: set(found[CELL]) for hop, found in plan.make_plan(opened).why.items() if found}


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_a_change_of_comments_docstrings_and_places_makes_no_history_stale(settled: Installation, rules: Path) -> None:
    assert why(settled) == {}, "a copy in another folder has the same version"
    for path in rules.rglob("*.py"):
        path.write_text(f"# told anew\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    edit(rules / "grammar" / "numerals.py", '"""', '"""In other words. ')
    edit(rules / "grammar" / "function_words.yaml", "\n", "\n# told anew\n")
    (rules / "years.py").rename(rules / "grammar" / "of_years.py")
    assert why(settled) == {}


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("resolve.py", "def deduplicate(", "def deduplicated("),
        ("grammar/numerals.py", "return ", "return not "),
        ("grammar/function_words.yaml", "[", "[减, "),
    ],
)
def test_a_planted_change_of_meaning_makes_observations_stale_and_says_so(
    settled: Installation, rules: Path, name: str, before: str, after: str
) -> None:
    edit(rules / name, before, after)
    assert why(settled) == {"observations": {"rules"}}


def test_a_change_of_what_is_read_is_told_by_name(settled: Installation, tmp_path: Path) -> None:
    lake = settled.lake
    (tmp_path / "a.txt").write_text("其他正文", encoding="utf-8")
    assert why(settled) == {"snapshots": {"catalogue"}}
    reviews = settled.home.reviews
    reviews.mkdir(exist_ok=True)
    (reviews / "observations.yaml").write_text("[]", encoding="utf-8")
    assert why(settled)["observations"] == {"reviews"}
    lake.write(REPORTS, CELL, REPORTS.to_arrow([]), {**lake.metadata(REPORTS, CELL), fingerprints.SUBSTANCE: "other"})
    assert why(settled)["observations"] == {"reports", "reviews"}
    assert why(settled)["term_counts"] == {"reports"}
    Path(lake.path(REJECTIONS.name, CELL)).unlink()
    assert why(settled)["observations"] == {"reports", "reviews", provenance.MISSING}
    found = plan.make_plan(Installation(settled.home, settled.settings))
    assert found.told_why("term_counts") == " (reports 1)" and found.told_why("reports") == ""


def test_a_file_whose_entry_tells_nothing_is_stale_and_says_so(settled: Installation) -> None:
    metadata = settled.lake.metadata(TERM_COUNTS, CELL)
    del metadata[fingerprints.INPUTS]  # as ``care.mend`` does
    settled.lake.write(TERM_COUNTS, CELL, TERM_COUNTS.to_arrow([]), metadata)
    assert why(settled) == {"term_counts": {provenance.UNKNOWN}}


def as_before(installation: Installation, versions: dict[str, str]) -> None:
    """Write the files as commit 981a06f did: one hash of all inputs, versions by the bytes of modules."""
    lake, digest = installation.lake, fingerprints.digest
    none = fingerprints.of_files(installation.home.reviews, ["none.yaml"])
    entry = installation.entries()[CELL][0]
    named = ("location", "region_code", "region", "level", "report_year", "notes")
    claims = [[*(getattr(entry, name) for name in named), *snapshots.local_state(entry, installation)]]
    lake.write(SNAPSHOTS, CELL, SNAPSHOTS.to_arrow([]), fingerprints.stored(digest(claims), {}))
    ledger = lake.metadata(SNAPSHOTS, CELL)[fingerprints.SUBSTANCE]
    stored = fingerprints.stored(digest(ledger, ["a.txt"], versions["parser"], none), {})
    lake.write(REPORTS, CELL, REPORTS.to_arrow([]), stored)
    told = lake.metadata(REPORTS, CELL)[fingerprints.SUBSTANCE]
    stored = fingerprints.stored(digest(told, versions["rules"], versions["lexicon"], none), {})
    for table in (OBSERVATIONS, REJECTIONS):
        lake.write(table, CELL, table.to_arrow([]), stored)
    Path(lake.path(SENTENCES.name, CELL)).unlink()
    stored = fingerprints.stored(digest(told, versions["dictionaries"]), {})
    lake.write(TERM_COUNTS, CELL, TERM_COUNTS.to_arrow([]), stored)


FORMERLY = {"parser": "58b8602b22af", "rules": "a141ddcdbcaf", "lexicon": "e4c0791d66cc", "segmentation": ""}


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Have the rules of now go by former names, as those of `FORMER` do as long as they mean what they meant."""
    now = {}
    monkeypatch.setattr("sources.meaning.FORMER", {})
    forget()
    for hop in HOPS:
        now |= hop.versions()
    monkeypatch.setattr("sources.meaning.FORMER", {now[name]: former for name, former in FORMERLY.items()})
    forget()
    yield {**now, **FORMERLY}
    forget()


def forget() -> None:
    from sources import terms as counting
    from sources.document import version
    from sources.extraction.lexicon import shipped

    versions = (
        version.parser_version,
        extraction.rules_version,
        shipped.lexicon_version,
        counting.segmentation_version,
    )
    for cached in (*versions, shipped.load_lexicon):
        cached.cache_clear()  # type: ignore[attr-defined]


def test_a_home_of_the_scheme_before_lacks_its_sentences_and_nothing_else(
    settled: Installation, known: dict[str, str]
) -> None:
    as_before(settled, known)
    assert why(settled) == {"observations": {provenance.MISSING, provenance.UNKNOWN}}


def test_the_warehouse_and_the_release_of_the_scheme_before_stand(
    settled: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sources.meaning.FORMER", {})
    now = export.registry_version.__wrapped__()
    monkeypatch.setattr("sources.meaning.FORMER", {now: "of bytes"})
    export.registry_version.cache_clear()
    data = {
        table.name: {str(CELL): settled.lake.metadata(table, CELL)[fingerprints.CONTENT]}
        for table in (table for hop in HOPS for table in hop.tables)
    }
    corrections = fingerprints.of_files(settled.reviews, ["corrections.yaml", "audits/*/*"])
    registry = fingerprints.digest("of bytes", "", corrections, settled.settings.publish.doubt_max)
    state = provenance.read_state(settled)
    export.registry_version.cache_clear()
    # what lies in warehouse.json and in a release's manifest
    assert state.hash == fingerprints.digest(data, registry, provenance.project_hash(), provenance.due_year())
