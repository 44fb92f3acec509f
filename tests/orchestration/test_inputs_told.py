"""What people put into a home and has no effect is told; ids stay as papers name them, and never meet."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_publication import SCHEMA, connect, make_warehouse, sound
from typer.testing import CliRunner

from orchestration.cli.summary import summary_lines
from orchestration.cli.whole import app
from orchestration.home.care import mend
from orchestration.home.installation import Installation
from orchestration.home.short_ids import SHORT_IDS
from orchestration.hops import reports, snapshots
from orchestration.hops.plan import make_plan
from orchestration.hops.reviewed import without_effect
from orchestration.release.build import publish
from sources.document.reports import refusal_row
from sources.partitions import Partition
from sources.report_ids import FORMER_DIGITS, report_id_of
from sources.snapshot.store import DamagedSnapshotError
from sources.tables import REPORTS, SNAPSHOTS

PARTITION = Partition("990000", "2021")
HEADER = "location,region_code,region,level,report_year\n"
#: two locations of one slug, and of one hash in its first ten digits
ALIKE = "r$)$@`.txt", "r~!}=!.txt"

IDENTITY = "- {{location: {location}, set: {{accepted: true}}, reason: seen, by: 评审人{more}}}\n"
NUMBER = "- {{report_id: {report}, quote: 增长8%, surface: 8%, indicator: gdp, action: remove, by: 甲, reason: 另处}}\n"


def follow(installation: Installation, folder: Path, *rows: str) -> Installation:
    path = folder / "catalogue.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    installation.follow(path)
    return Installation(installation.home, installation.settings)


@pytest.fixture
def read(installation: Installation, tmp_path: Path) -> Installation:
    """A home in which one document was read, and refused."""
    row = refusal_row("a.txt", None, PARTITION, "unreadable", "for a test")
    installation.lake.write(REPORTS, PARTITION, REPORTS.to_arrow([row | {"text_sha256": "ab" * 32}]))
    return follow(installation, tmp_path, "a.txt,990100,,,2021")


def test_reviews_that_fit_are_not_told(read: Installation) -> None:
    assert without_effect(read) == []
    folder = read.home.reviews
    (folder / "identities.yaml").write_text(IDENTITY.format(location="a.txt", more=""), encoding="utf-8")
    (folder / "identities-more.yaml").write_text(
        IDENTITY.format(location="a.txt", more=", part: 1, text_sha256: abab"), encoding="utf-8"
    )
    (folder / "corrections.yaml").write_text("[]", encoding="utf-8")
    (folder / "audits").mkdir()
    (folder / "audits" / "answers.json").write_text("{}", encoding="utf-8")
    (folder / ".observations.yaml.swp").touch()
    assert without_effect(read) == []


def test_reviews_that_concern_nothing_and_files_that_nobody_reads_are_told_everywhere(read: Installation) -> None:
    folder = read.home.reviews
    (folder / "identities.yaml").write_text(IDENTITY.format(location="aa.txt", more=""), encoding="utf-8")
    more = (", part: 2", ", text_sha256: ff")
    entries = "".join(IDENTITY.format(location="a.txt", more=which) for which in more)
    (folder / "identities-2.yaml").write_text(entries, encoding="utf-8")
    (folder / "observations.yaml").write_text(NUMBER.format(report="nobody"), encoding="utf-8")
    (folder / "observations2.yml").write_text("- [", encoding="utf-8")
    (folder / "Identities.yaml").write_text("", encoding="utf-8")
    (folder / "old").mkdir()
    told = without_effect(read)
    begins = [
        "Identities.yaml is not read", "observations2.yml is not read", "old/ is a folder",
        "the identity of a.txt: its part or text", "the identity of a.txt: its part or text",
        "the identity of aa.txt: there is no such document", "nobody: 8% in '增长8%': lost",
    ]  # fmt: skip
    assert len(told) == len(begins)
    assert all(any(line.startswith(begin) for line in told) for begin in begins)
    assert any("7 decisions or files" in line for line in summary_lines(read))
    shown = CliRunner().invoke(app, ["status", "--home", str(read.home.root)]).output
    assert "reviews    7 decisions or files have no effect" in shown and told[0] in shown
    make_warehouse(read.home.marts)
    assert publish(sound(read), SCHEMA, connect).release.manifest["reviews_without_effect"] == told
    assert str(read.home.root) not in "".join(told), "a manifest is published"


def test_a_file_that_cannot_be_read_is_told_by_its_name(read: Installation) -> None:
    (read.home.reviews / "observations.yaml").write_text("- [", encoding="utf-8")
    (line,) = without_effect(read)
    assert line.startswith("observations.yaml: ")


def test_regions_that_nobody_knows_are_told_by_row(installation: Installation, tmp_path: Path) -> None:
    rows = ["a.txt,990100,,,2021", "b.txt,999999,,,2021", "c.txt,100000-x,,,2021", "d.txt,,,,", "e.txt,990199,,,2021"]
    followed = follow(installation, tmp_path, *rows)
    assert len(followed.catalogue.entries) == 5 and followed.catalogue.problems == ()
    told = [problem.split(":")[:2] for problem in followed.catalogue_problems]
    assert told == [
        ["row 3", " region_code 999999"],
        ["row 4", " region_code 100000-x"],
        ["row 6", " region_code 990199"],
    ]
    own = '- {code: "990199", name: 新州市, level: city, parent: "990000", first_year: 2000}\n'
    (followed.home.root / "regions.yaml").write_text("regions:\n" + own, encoding="utf-8")
    assert [problem.split(":")[0] for problem in followed.catalogue_problems] == ["row 3", "row 4"]


def test_of_a_thousand_rows_with_one_fault_a_few_are_printed_and_the_others_counted(
    installation: Installation, tmp_path: Path
) -> None:
    follow(installation, tmp_path, *(f"{n}.txt,999999,,,2021" for n in range(1000)))
    for command, shown in (("run", 10), ("status", 50)):
        options = [*(["--plan"] if command == "run" else []), "--home", str(installation.home.root)]
        said = CliRunner().invoke(app, [command, *options]).output
        assert said.count("there is no such region") == shown, said
        assert f"and {1000 - shown} more: baogao status --json" in said
    listed = CliRunner().invoke(app, ["status", "--json", "--home", str(installation.home.root)]).stdout
    assert len(json.loads(listed)["catalogue"]["problems"]) == 1000


def test_what_the_catalogue_no_longer_names_is_withdrawn_and_looked_at_no_more(
    installation: Installation, tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        (tmp_path / name).write_text(f"页面{name}", encoding="utf-8")
    rows = ["a.txt,990100,,,2021", "b.txt,990100,,,2021", "c.txt,990100,,,2022"]

    def outcomes(*named: str) -> dict[str, list[str]]:
        followed = follow(installation, tmp_path, *named)
        partitions = sorted(make_plan(followed).partitions)
        snapshots.HOP.run(followed, partitions)
        left = make_plan(follow(installation, tmp_path, *named))
        assert not left.stale["snapshots"]
        told: dict[str, list[str]] = {}
        for year in ("2021", "2022"):
            data = followed.lake.read(SNAPSHOTS, Partition("990000", year))
            for row in data.to_pylist() if data else []:
                told.setdefault(row["location"], []).append(row["outcome"])
        return told

    assert outcomes(*rows) == {"a.txt": ["new"], "b.txt": ["new"], "c.txt": ["new"]}
    gone = {"a.txt": ["new"], "b.txt": ["new", "withdrawn"], "c.txt": ["new", "withdrawn"]}
    assert outcomes(rows[0]) == gone and outcomes(rows[0]) == gone
    assert outcomes(*rows)["b.txt"] == ["new", "withdrawn", "unchanged"]


def test_locations_that_would_share_an_id_are_told_by_row(installation: Installation, tmp_path: Path) -> None:
    assert report_id_of(ALIKE[0]) == report_id_of(ALIKE[1]) == "r-48cc492047"
    followed = follow(installation, tmp_path, *(f"{name},990100,,,2021" for name in ("a.txt", *ALIKE, "b.txt")))
    assert [entry.row for entry in followed.catalogue.entries] == [2, 3, 5]
    (problem,) = followed.catalogue.problems
    assert problem.startswith("row 4: ") and "same id as that of row 3" in problem
    assert len(report_id_of("a.txt").rpartition("-")[2]) == 10


def ids(installation: Installation, partition: Partition = PARTITION) -> dict[str, str]:
    found = reports.HOP.documents(installation)(partition)
    return {
        row["location"]: row["report_id"] for task in found.tasks(found.made_from) for row in reports.read_one(task)
    }


def test_documents_that_were_read_before_keep_their_ids(installation: Installation, tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"政府工作报告{name}" * 100, encoding="utf-8")
    followed = follow(installation, tmp_path, "a.txt,990100,,,2021")
    snapshots.HOP.run(followed, [PARTITION])
    assert SHORT_IDS.read(followed.home) == [] and ids(followed) == {"a.txt": report_id_of("a.txt")}

    # as a home of 0.1 was: no note, and short ids in the lake
    (followed.home.root / SHORT_IDS.name).unlink()
    short = report_id_of("a.txt", digits=FORMER_DIGITS)
    rows = [refusal_row("a.txt", None, PARTITION, "unreadable", "x", digits=FORMER_DIGITS)]
    followed.lake.write(REPORTS, PARTITION, REPORTS.to_arrow(rows))
    assert ids(followed) == {"a.txt": short}, "before anything is fetched too"

    more = follow(followed, tmp_path, "a.txt,990100,,,2021", "b.txt,990100,,,2021")
    snapshots.HOP.run(more, [PARTITION])
    both = {"a.txt": short, "b.txt": report_id_of("b.txt")}
    assert ids(more) == both
    long = refusal_row("b.txt", None, PARTITION, "unreadable", "x")
    more.lake.write(REPORTS, PARTITION, REPORTS.to_arrow([*rows, long]))

    for spoil in (Path.unlink, lambda path: path.write_text("{")):
        spoil(more.home.root / SHORT_IDS.name)
        assert ids(more) == both, "made again from what was read"

    elsewhere = Partition("990000", "2022")
    moved = follow(more, tmp_path, "a.txt,990100,,,2022")
    snapshots.HOP.run(moved, [elsewhere])
    assert ids(moved, elsewhere) == {"a.txt": short}, "another label makes no other document"


def test_a_page_whose_bytes_are_others_is_set_aside_and_fetched_again(
    installation: Installation, tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("政府工作报告" * 100, encoding="utf-8")
    followed = follow(installation, tmp_path, "a.txt,990100,,,2021")
    snapshots.HOP.run(followed, [PARTITION])
    (page,) = followed.home.raw.glob("*/*")
    good = page.read_bytes()
    bad = bytes([good[0] ^ 1, *good[1:]])
    page.chmod(0o644)
    page.write_bytes(bad)
    with pytest.raises(DamagedSnapshotError, match=r"a\.txt .* do not have their hash; they are now .*damaged"):
        ids(followed)
    (aside,) = followed.home.root.glob(f"damaged/*/raw/*/{page.name}")
    assert aside.read_bytes() == bad and not page.exists()
    assert len(mend(followed)) == 1
    snapshots.HOP.run(followed, [PARTITION])
    assert page.read_bytes() == good and set(ids(followed)) == {"a.txt"}
