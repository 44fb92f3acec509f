"""A report that can't be worked through is told, the others are written, and it is not tried again."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import poison
import pytest

from orchestration.cli.failures import unworked_lines
from orchestration.home import fingerprints
from orchestration.home.installation import Installation, open_installation
from orchestration.hops import accepted, document_hop, observations
from orchestration.hops.gate import FORMER_READING, WORKED_THROUGH, failed_verdicts, stops
from orchestration.hops.kept_back import held_back
from orchestration.hops.observations import HOP
from sources.document.identity.identity import Label
from sources.document.reports import report_rows
from sources.home import REPOSITORY
from sources.partitions import Partition
from sources.registry.regions import load_regions
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS

HERE, THERE = Partition("990000", "2022"), Partition("990000", "2023")
SOUND = observations.extract_one
SAMPLES = REPOSITORY / "samples" / "reports"


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Plant the poison; return the log of attempts."""
    for name in ("SECONDS", "MEMORY", "run_bounded", "patience"):
        monkeypatch.setattr(accepted, name, getattr(accepted, name))
    monkeypatch.setattr(observations, "extract_one", observations.extract_one)
    poison.plant(tmp_path / "attempts")
    return tmp_path / "attempts"


def write_reports(installation: Installation, partition: Partition, names: list[str], more: str = "") -> None:
    """Let the partition hold the same sample report under each of `names`; `more` is added to the text of poison."""
    year = partition.report_year
    (row,) = report_rows(
        "a.txt",
        [(SAMPLES / f"990100_{year}.txt").read_bytes()],
        Label("990100", None, "city", int(year)),
        load_regions(),
        partition,
    )
    assert row["accepted"]
    texts = {name: row["text"] + (more if name.startswith(poison.KINDS) else "") for name in names}
    rows = [
        {**row, "report_id": name, "text": text, "text_sha256": hashlib.sha256(text.encode()).hexdigest()}
        for name, text in texts.items()
    ]
    columns = REPORTS.columns_of(rows)
    installation.lake.write(REPORTS, partition, REPORTS.to_arrow(rows), fingerprints.stored("made by hand", columns))


def written(installation: Installation, partition: Partition) -> dict[str, set[str]]:
    """Return report → flags of its observations."""
    data = installation.lake.read(OBSERVATIONS, partition)
    found: dict[str, set[str]] = {}
    for row in [] if data is None else data.to_pylist():
        found.setdefault(row["report_id"], set()).update((row["flags"] or "").split(";"))
    return found


def attempts(log: Path) -> list[str]:
    found = log.read_text(encoding="utf-8").split() if log.exists() else []
    log.unlink(missing_ok=True)
    return sorted(found)


BAD = ["eat-1", "hang-1", "raise-1"]


def test_a_report_that_fails_is_told_and_all_others_are_written(
    installation: Installation, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(installation, HERE, ["good-1", *BAD, "good-2"])
    write_reports(installation, THERE, ["good-3"])
    outcomes = HOP.run(installation, [HERE, THERE])

    assert attempts(planted) == sorted([*BAD, "good-1", "good-2", "good-3"])
    assert set(written(installation, HERE)) == {"good-1", "good-2"} and set(written(installation, THERE)) == {"good-3"}
    assert [outcome.stopped for found in outcomes.values() for outcome in found.values()] == [[]] * 2 * len(HOP.tables)
    (verdict,) = [v for v in failed_verdicts(installation.lake) if v["expectation"] == WORKED_THROUGH]
    assert verdict["severity"] == "critical" and verdict["n_failed"] == 3 and verdict["partition"] == str(HERE)
    assert [(d["report_id"], d["reason"]) for d in sorted(json.loads(verdict["examples"]), key=str)] == [
        ("eat-1", "memory"),
        ("hang-1", "timeout"),
        ("raise-1", "error"),
    ]
    # on its own document: it forbids neither the partition nor the release
    assert not stops(verdict) and held_back(installation, [HERE, THERE]) == frozenset()
    told = unworked_lines([verdict], shown=10)
    assert told[0].startswith("3 documents could not be worked through") and len(told) == 4
    assert any("raise-1 (observations): ValueError: no rule expects this" in line for line in told)

    # nothing has changed: nothing is done; where another document of the partition has, the bad ones wait
    assert HOP.stale([HERE, THERE], installation) == frozenset()
    write_reports(installation, HERE, ["good-1", *BAD, "good-2", "good-4"])
    HOP.run(installation, [HERE])
    assert not set(BAD) & set(attempts(planted)) and "good-4" in written(installation, HERE)
    assert len(unworked_lines(failed_verdicts(installation.lake), shown=10)) == 4

    # a bad one has changed: it is tried again, and told again
    write_reports(installation, HERE, ["good-1", *BAD], more="\n全市生产总值增长5%。")
    HOP.run(installation, [HERE])
    assert set(BAD) <= set(attempts(planted))
    assert len(unworked_lines(failed_verdicts(installation.lake), shown=10)) == 4

    # the rules have: they are tried again, and the rows that they have now stay, with a flag
    monkeypatch.setattr(observations, "extract_one", SOUND)
    write_reports(installation, HERE, ["good-1", *BAD])
    HOP.run(installation, [HERE])
    assert unworked_lines(failed_verdicts(installation.lake), shown=10) == []
    before = installation.lake.read(REJECTIONS, HERE)
    poison.plant(planted)
    monkeypatch.setattr(type(HOP), "versions", lambda *_: {"rules": "others", "lexicon": "the same"})
    HOP.run(installation, [HERE])
    found = written(installation, HERE)
    assert set(found) == {"good-1", *BAD}
    assert {name for name, flags in found.items() if FORMER_READING in flags} == set(BAD)
    after = installation.lake.read(REJECTIONS, HERE)
    assert before is not None and after is not None and before.num_rows == after.num_rows


def test_failures_of_all_pieces_are_told_and_what_is_sound_is_taken_over(
    installation: Installation, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A partition in pieces of two documents: each failed one is named, keeps its former rows, and waits."""
    bad, good = [f"raise-{n}" for n in range(7)], ["good-1", "good-2"]
    monkeypatch.setattr(document_hop, "BATCH", 2)
    monkeypatch.setattr(observations, "extract_one", SOUND)
    write_reports(installation, HERE, [*good, *bad])
    HOP.run(installation, [HERE])
    before = written(installation, HERE)
    assert set(before) == {*good, *bad}

    poison.plant(planted)
    write_reports(installation, HERE, [*good, *bad, "good-3"], more="\n各位代表，谢谢大家。")
    HOP.run(installation, [HERE])
    assert attempts(planted) == sorted([*bad, "good-3"]), "the good ones are taken over"
    (verdict,) = [v for v in failed_verdicts(installation.lake) if v["expectation"] == WORKED_THROUGH]
    assert verdict["n_failed"] == 7 and {d["report_id"] for d in json.loads(verdict["examples"])} == set(bad)
    now = written(installation, HERE)
    assert set(now) == {*good, *bad, "good-3"}
    assert {name for name, flags in now.items() if FORMER_READING in flags} == set(bad)

    write_reports(installation, HERE, [*good, *bad], more="\n各位代表，谢谢大家。")
    HOP.run(installation, [HERE])
    assert attempts(planted) == [] and written(installation, HERE) == {name: now[name] for name in [*good, *bad]}
    assert len(unworked_lines(failed_verdicts(installation.lake), shown=10)) == 8


def test_where_every_report_raises_no_report_is_at_fault(installation: Installation, planted: Path) -> None:
    write_reports(installation, HERE, [f"raise-{n}" for n in range(4)])
    with pytest.raises(RuntimeError, match=r"all 4 documents failed.*no rule expects this"):
        HOP.run(installation, [HERE])
    assert failed_verdicts(installation.lake) == []


def test_where_all_that_is_left_to_do_is_bad_it_is_told(installation: Installation, planted: Path) -> None:
    """Its words are at fault: the same processes work through a plain text."""
    write_reports(installation, HERE, [f"choke-{n}" for n in range(4)])
    HOP.run(installation, [HERE])
    (verdict,) = [v for v in failed_verdicts(installation.lake) if v["expectation"] == WORKED_THROUGH]
    assert verdict["n_failed"] == 4


COMMAND = """
import sys
from pathlib import Path
import poison
poison.plant(Path(sys.argv.pop(1)))
from orchestration.cli import main
main()
"""


@pytest.mark.slow
def test_of_three_hundred_documents_nine_are_bad_and_the_others_are_published(tmp_path: Path) -> None:
    """The whole command, twice: 291 written, nine told, exit status 1; the second run tries none of the nine again."""
    bad = [f"{kind}{n}" for kind in poison.KINDS for n in range(3)]
    names = [*bad, *(f"good{n:03}" for n in range(291))]
    with (tmp_path / "catalogue.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(("location", "region_code", "region", "level", "report_year"))
        for number, name in enumerate(names):
            year = 2022 + number % 3
            text = (SAMPLES / f"990100_{year}.txt").read_text(encoding="utf-8")
            (tmp_path / f"{name}.txt").write_text(f"{text}\n全市新增城镇就业{number}人。\n", encoding="utf-8")
            writer.writerow((f"{name}.txt", "990100", "", "", year))

    def run() -> tuple[int, str, list[str]]:
        arguments = ["run", "--catalogue", str(tmp_path / "catalogue.csv"), "--home", str(tmp_path / "home")]
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, str(tmp_path / "attempts"), *arguments],
            cwd=Path(__file__).parent,
            env={**os.environ, "PYTHONPATH": f"{REPOSITORY}:{Path(__file__).parent}"},
            capture_output=True,
            text=True,
            check=False,
            timeout=3600,  # what hangs is given more time where the machine is busy (`bounded.patience`)
        )
        return done.returncode, done.stdout + done.stderr, attempts(tmp_path / "attempts")

    code, told, tried = run()
    assert code == 1, told
    assert len(tried) == 300
    assert "9 documents could not be worked through" in told and told.count("(observations): ") == 9, told
    assert "published: release" in told and "the new release" in told, told
    installation = open_installation(tmp_path / "home")
    lines = {report for p in installation.lake.partitions("observations") for report in written(installation, p)}
    assert len(lines) == 291 and not [name for name in lines if name.startswith(poison.KINDS)]
    code, told, tried = run()
    assert code == 1 and tried == [], told
    assert "nothing to do" in told and "9 documents could not be worked through" in told
    assert "the former release" in told
