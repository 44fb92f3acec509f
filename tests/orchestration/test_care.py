"""What a run finds broken is set aside and told; what is sound is left alone; the run then makes it anew."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from gate_rows import rejection
from test_publication import SCHEMA, connect, make_warehouse, sound

from orchestration.cli.errors import explain, remedy
from orchestration.home import care, locking, releases
from orchestration.home.care import VERIFIED, Sound, look_through, mend
from orchestration.home.installation import Installation
from orchestration.home.provenance import read_state
from orchestration.hops import snapshots
from orchestration.release.build import publish
from orchestration.warehouse import builds
from sources import bounded
from sources.lake import DamagedFileError
from sources.partitions import Partition
from sources.settings import SettingsError
from sources.snapshot.ledger import make_row, newest, standing
from sources.tables import REJECTIONS, SNAPSHOTS

PARTITION = Partition("990000", "2021")


@pytest.fixture
def followed(installation: Installation, tmp_path: Path) -> Installation:
    """A home with one fetched page and one derived table."""
    (tmp_path / "a.txt").write_text("正文" * 500, encoding="utf-8")
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text("location,region_code,region,level,report_year\na.txt,990100,,,2021\n", encoding="utf-8")
    installation.follow(catalogue)
    opened = Installation(installation.home, installation.settings)
    snapshots.HOP.run(opened, [PARTITION])
    rows = [rejection(str(PARTITION), number, sentence=f"历时{number}天。") for number in range(2000)]
    opened.lake.write(REJECTIONS, PARTITION, REJECTIONS.to_arrow(rows), {"inputs": "x"})
    return opened


def stored(installation: Installation, table: str) -> Path:
    return Path(installation.lake.path(table, PARTITION))


def truncate(path: Path) -> None:
    path.chmod(0o644)  # what was released is read-only
    os.truncate(path, path.stat().st_size // 2)


def flip(path: Path) -> None:
    """Change bytes of the pages, none of the footer."""
    path.chmod(0o644)
    data = bytearray(path.read_bytes())
    for place in range(200, len(data) // 2, 100):
        data[place] ^= 0x01
    path.write_bytes(bytes(data))


def rubbish(path: Path) -> None:
    path.write_bytes(b"no Parquet")


def test_a_sound_home_is_left_alone(followed: Installation) -> None:
    assert mend(followed) == []
    assert mend(followed, thorough=True) == []
    assert not snapshots.HOP.stale([PARTITION], followed)


def test_what_was_read_back_after_a_run_is_not_read_before_the_next(
    followed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_through(followed)
    read: list[str] = []
    of_care = care.read_file
    monkeypatch.setattr(care, "read_file", lambda path: read.append(path) or of_care(path))
    assert mend(followed) == [] and read == []
    flip(stored(followed, "rejections"))
    look_through(followed)
    assert len(mend(followed)) == 1 and read == [str(stored(followed, "rejections"))] * 2


@pytest.mark.parametrize("spoil", [truncate, flip, rubbish])
def test_a_damaged_table_is_named_set_aside_and_stale(followed: Installation, spoil: Callable[[Path], None]) -> None:
    path = stored(followed, "rejections")
    spoil(path)
    with pytest.raises(DamagedFileError, match="baogao run --verify") as caught:
        followed.lake.read(REJECTIONS, PARTITION)
    assert str(path) in str(caught.value) and explain(caught.value) == str(caught.value)
    (told,) = mend(followed)
    assert str(path) in told and "its rows are made anew" in told
    assert not path.exists() and len(list(followed.home.root.glob("damaged/*/lake/rejections/2021/*"))) == 1
    assert followed.lake.metadata(REJECTIONS, PARTITION) == {}
    assert mend(followed) == []


def test_damage_that_leaves_the_time_of_change_is_found_when_looked_at_thoroughly(followed: Installation) -> None:
    path = stored(followed, "rejections")
    assert mend(followed) == []
    stat = path.stat()
    flip(path)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert mend(followed) == []
    assert len(mend(followed, thorough=True)) == 1


def test_a_lost_ledger_is_made_anew(followed: Installation) -> None:
    rubbish(stored(followed, "snapshots"))
    (told,) = mend(followed)
    assert "ledger begins anew" in told
    assert snapshots.HOP.stale([PARTITION], followed) == {PARTITION}
    snapshots.HOP.run(followed, [PARTITION])
    assert followed.lake.n_rows(SNAPSHOTS, PARTITION) == 1


@pytest.mark.parametrize(("spoil", "why"), [(Path.unlink, "are gone"), (truncate, "bytes, not"), (flip, "their hash")])
def test_lost_bytes_of_a_page_are_fetched_again(
    followed: Installation, spoil: Callable[[Path], None], why: str
) -> None:
    (page,) = followed.home.raw.glob("*/*")
    before = page.read_bytes()
    page.chmod(0o644)
    spoil(page)
    (told,) = mend(followed, thorough=True)
    assert why in told and "a.txt" in told
    assert snapshots.HOP.stale([PARTITION], followed) == {PARTITION}
    snapshots.HOP.run(followed, [PARTITION])
    assert page.read_bytes() == before
    assert followed.lake.n_rows(SNAPSHOTS, PARTITION) == 1


def test_tables_of_another_version_are_conformed_or_made_anew(followed: Installation) -> None:
    for table, column in (("snapshots", "label_notes"), ("rejections", "reason")):
        path = stored(followed, table)
        data = pq.read_table(path)
        pq.write_table(data.drop_columns([column]), path)
    ledger, derived = sorted(mend(followed), reverse=True)
    assert "without label_notes" in ledger and "was brought to this version's columns" in ledger
    assert "without reason" in derived and "made anew" in derived
    kept = followed.lake.read(SNAPSHOTS, PARTITION)
    assert kept is not None and kept.schema.remove_metadata() == SNAPSHOTS.arrow_schema()
    assert not snapshots.HOP.stale([PARTITION], followed), "nothing need be fetched again"
    assert not stored(followed, "rejections").exists()


def test_files_of_another_version_are_told_in_one_line(followed: Installation) -> None:
    path = stored(followed, "rejections")
    data = pq.read_table(path).drop_columns(["reason"])
    pq.write_table(data, path)
    for code in ("980000", "970000"):
        pq.write_table(data, path.with_name(f"{code}.parquet"))
    (told,) = mend(followed)
    assert "970000.parquet (and 2 files like it) was written by another version" in told and "without reason" in told
    assert not list(path.parent.glob("*.parquet"))


def test_what_another_version_found_sound_is_held_against_the_columns_of_this_one(followed: Installation) -> None:
    path = stored(followed, "snapshots")
    data = pq.read_table(path)
    pq.write_table(data.drop_columns(["label_notes"]), path)
    # as that version leaves it after its run: the file has the columns that its table had
    stat = path.stat()
    VERIFIED.write(followed.home, Sound("of other columns", {str(path): [stat.st_size, stat.st_mtime_ns]}))
    (told,) = mend(followed)
    assert "without label_notes" in told and "was brought to this version's columns" in told
    assert mend(followed) == []


def test_a_column_that_may_be_empty_in_one_version_alone_is_another_contract(
    followed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mend(followed) == []
    fields = tuple(replace(field, nullable=True) for field in REJECTIONS.fields)
    theirs = [replace(table, fields=fields) if table is REJECTIONS else table for table in care.RAW_TABLES]
    monkeypatch.setattr(care, "RAW_TABLES", theirs)
    (told,) = mend(followed)
    assert "others may be empty" in told and "its rows are made anew" in told


def test_what_killed_writers_leave_goes(followed: Installation) -> None:
    home = followed.home
    left = [
        home.lake / "reports/2021/990000.parquet.1.ab.tmp",
        home.lake / "_registry/regions.parquet.1.ab.tmp",
        home.raw / "ab/.x.tmp",
        home.root / ".published.ab",
    ]
    left.append(home.releases / ".building-x" / "baogao.duckdb")
    for path in left:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert mend(followed) == []
    assert not any(path.exists() for path in left) and not (home.releases / ".building-x").exists()


@pytest.fixture
def served(followed: Installation) -> Installation:
    for path in followed.home.dbt_files:
        make_warehouse(path)
    publish(sound(followed), SCHEMA, connect)
    return followed


def test_a_damaged_release_gives_way_to_the_newest_sound_one(served: Installation) -> None:
    first = releases.served_id(served.home)
    (served.home.root / "regions.yaml").write_text("regions: []\n", encoding="utf-8")
    second = publish(sound(served), SCHEMA, connect).release
    flip(second.path / "baogao.duckdb")
    told = mend(served)
    assert "has been changed" in told[0] and f"release {first} is served meanwhile" in told[1]
    assert releases.served_id(served.home) == first
    again = publish(served, SCHEMA, connect)
    assert again.built and not releases.damage(again.release, thorough=True)
    assert releases.order(again.release.id) > releases.order(str(first))


def test_no_damaged_release_is_served_in_place_of_a_damaged_one(served: Installation) -> None:
    first = releases.served_id(served.home)
    for lines in ("regions: []\n", "regions: []\n\n"):
        (served.home.root / "regions.yaml").write_text(lines, encoding="utf-8")
        flip(publish(sound(served), SCHEMA, connect).release.path / "baogao.duckdb")
    told = mend(served)
    assert f"release {first} is served meanwhile" in told[1]
    assert releases.served_id(served.home) == first


def test_the_only_release_is_built_again_when_it_is_damaged(served: Installation) -> None:
    former = releases.current(served.home)
    assert former is not None
    truncate(former.path / "baogao.duckdb")
    assert len(mend(served)) == 1
    again = publish(served, SCHEMA, connect)
    assert again.built and again.changes == {"added: new source": 2}


def test_a_link_to_nothing_is_mended(served: Installation) -> None:
    former = releases.served_id(served.home)
    served.home.published.unlink()
    served.home.published.symlink_to("releases/gone")
    told = mend(served)
    assert "which is not there" in told[0] and releases.served_id(served.home) == former


def test_a_damaged_warehouse_is_built_anew_by_the_next_run(served: Installation) -> None:
    (served.home.root / "regions.yaml").write_text("regions: []\n", encoding="utf-8")
    rubbish(served.home.marts)
    state = read_state(sound(served))
    assert builds.is_current(served, state)
    with pytest.raises(releases.ReleaseError, match="built anew"):
        publish(served, SCHEMA, connect)
    assert not builds.is_current(served, state)


def test_a_build_that_was_broken_off_counts_for_nothing(served: Installation) -> None:
    state = read_state(served)
    assert builds.is_current(served, state)
    builds.begin(served, whole=True, waiting=lambda told: None)
    assert not builds.is_current(served, state)
    assert not served.home.warehouse.exists() and not served.home.marts.exists()


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


@pytest.mark.parametrize("name", ["work.duckdb", "marts.duckdb"])
def test_a_build_waits_for_who_has_the_warehouse_open(
    served: Installation, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(builds, "PATIENCE", 1.0)
    command = [sys.executable, "-c", HOLD, str(served.home.root / name)]
    told: list[str] = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(builds.WarehouseInUseError, match=f"process {holder.pid}"):
            builds.begin(served, whole=True, waiting=told.append)
        assert len(told) == 1 and served.home.warehouse.exists()
        holder.communicate()
    builds.begin(served, whole=True, waiting=told.append)


SHARE = """
import sys
from pathlib import Path
from orchestration.home import locking
from sources.home import Home
with locking.step(Home(Path(sys.argv[1])), lambda told: print(told, flush=True)):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_steps_share_a_home_and_a_command_line_has_it_alone(served: Installation) -> None:
    command = [sys.executable, "-c", SHARE, str(served.home.root)]

    def started() -> subprocess.Popen[str]:
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def line(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        return process.stdout.readline()

    with started() as one, started() as other:
        assert line(one) == line(other) == "in\n"
        with pytest.raises(locking.HomeInUseError), locking.only_process(served.home):
            pass
        one.communicate()
        other.communicate()
    with locking.only_process(served.home):
        with locking.step(served.home, pytest.fail):
            pass
        waiting = started()
        assert "goes on when it has ended" in line(waiting)
    assert line(waiting) == "in\n"
    waiting.communicate()


def test_a_clock_set_back_hides_no_page_and_no_release(served: Installation) -> None:
    (row,) = served.lake.read(SNAPSHOTS, PARTITION).to_pylist()  # type: ignore[union-attr]
    entry = served.entries()[PARTITION][0]
    ahead = {**row, "retrieved_at": row["retrieved_at"].replace(year=2040)}
    changed = make_row(entry, url=row["url"], outcome="changed", sha256="b" * 64)
    assert newest([ahead, changed])["a.txt", 1]["sha256"] == "b" * 64
    assert standing([ahead, changed])["a.txt", 1]["sha256"] == "b" * 64
    web = [entry.__class__("http://127.0.0.1/x", "990100", None, None, 2021)]
    assert snapshots.addresses_due(web, {snapshots.CHECKED: "4000000000"}, 24, now=1e9)
    former = releases.current(served.home)
    assert former is not None
    future = former.path.rename(served.home.releases / "20400101T000000Z")
    manifest = future / releases.MANIFEST
    manifest.chmod(0o644)
    manifest.write_text(json.dumps({**former.manifest, "inputs": "other"}), encoding="utf-8")
    releases.swap(served.home, future.name)
    ids = [publish(served, SCHEMA, connect).release.id]
    assert ids == ["20400101T000000Z-2"] and releases.list_releases(served.home)[0].served
    assert releases.rollback(served.home) == "20400101T000000Z"
    numbers = [f"x-{number}" for number in range(2, 12)]
    assert sorted(numbers, key=releases.order) == numbers


@pytest.mark.parametrize(
    "said",
    ["[Errno 28] No space left on device: '/x'", "database or disk is full", "attempt to write a readonly database",
     "[Errno 30] Read-only file system: '/x'", "[Errno 13] Permission denied: '/x'", "database is locked",
     "unable to open database file", "[Errno 4] Interrupted system call: '/x'", "[Errno 5] Input/output error"],
)  # fmt: skip
def test_what_the_machine_says_comes_with_a_remedy(said: str) -> None:
    told = remedy(said)
    assert told and "run again" in told and "the last release stays" in told
    assert remedy("KeyError: 'x'") is None and explain(KeyError("x")) is None


def test_a_busy_machine_makes_no_document_hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    for load, seconds in ((0.5, 20.0), (2.0, 20.0), (17.0, 170.0)):
        monkeypatch.setattr("os.getloadavg", lambda load=load: (load, load, load))
        assert bounded.patience(20.0) == seconds


@pytest.mark.parametrize("content", [b"\xff\xfe", b"storage: [", b"no_such_setting: 1\n"])
def test_settings_of_dagster_that_are_none_are_named(installation: Installation, content: bytes) -> None:
    from orchestration.cockpit.instance import ensure_dagster_home, open_instance

    path = ensure_dagster_home(installation.home) / "dagster.yaml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"dagster.yaml can't be used .* delete it"):
        open_instance(installation.home, pytest.fail).__enter__()
    path.unlink()
    with open_instance(installation.home, pytest.fail):
        assert path.stat().st_size > 0


def test_damaged_records_of_dagster_begin_anew(installation: Installation) -> None:
    from orchestration.cockpit.instance import open_instance

    with open_instance(installation.home, pytest.fail):
        pass
    records = installation.home.dagster / "history" / "runs.db"
    records.write_bytes(b"no database" * 100)
    told: list[str] = []
    with open_instance(installation.home, told.append) as instance:
        assert instance.get_runs() == []
    assert len(told) == 1 and "begin anew" in told[0]
