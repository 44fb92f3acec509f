"""Releases that are cited stay, and stay as they are; copies of them are whole."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from test_publication import SCHEMA, change_inputs, connect, make_warehouse, sound
from typer.testing import CliRunner

from orchestration.cli.whole import app
from orchestration.home import releases
from orchestration.home.care import mend
from orchestration.home.installation import Installation, open_installation
from orchestration.home.releases import Release, ReleaseError
from orchestration.home.retention import leftovers
from orchestration.release.build import Published, publish
from orchestration.release.copies import copy_out, files_of
from orchestration.release.refusals import last_attempt
from sources.disk import remove_tree


@pytest.fixture
def two_kept(installation: Installation) -> Installation:
    """A home that keeps one release besides the served one."""
    (installation.home.root / "baogao.toml").write_text("[publish]\nreleases_kept = 1\n", encoding="utf-8")
    return open_installation(installation.home.root)


def another(installation: Installation, number: int) -> Published:
    """Publish once more, with other rows."""
    change_inputs(installation, "regions: []\n" + "\n" * number)
    make_warehouse(installation.home.marts, dim_indicator=", ".join(f"('i{at}')" for at in range(number + 1)))
    return publish(sound(installation), SCHEMA, connect)


def baogao(installation: Installation, *arguments: str) -> str:
    result = CliRunner().invoke(app, [*arguments, "--home", str(installation.home.root)])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_release_that_a_person_keeps_outlives_publishing_and_cleaning(two_kept: Installation) -> None:
    cited, plain = (another(two_kept, number).release.id for number in (1, 2))
    assert "baogao release unkeep" in baogao(two_kept, "release", "keep", cited, "--reason", "cited in a paper")
    published = [another(two_kept, number) for number in (3, 4)]
    assert [one.pruned for one in published] == [[], [plain]]
    assert last_attempt(two_kept.home).removed == (plain,)
    ids = [one.id for one in releases.list_releases(two_kept.home)]
    assert ids == [published[1].release.id, published[0].release.id, cited]
    shown = baogao(two_kept, "release", "list")
    assert "kept: cited in a paper" in shown and f"to go with the next release: {published[0].release.id}" in shown
    assert leftovers(two_kept) == []
    assert releases.rollback(two_kept.home, cited) == cited
    releases.swap(two_kept.home, ids[0])
    baogao(two_kept, "release", "unkeep", cited)
    assert [one.path.name for one in leftovers(two_kept)] == [cited]
    with pytest.raises(ReleaseError, match="was not kept; those kept are: none"):
        releases.unkeep(two_kept.home, cited)
    with pytest.raises(ReleaseError, match=r"no release 'nonsense'; there are: \d"):
        releases.keep(two_kept.home, "nonsense")


def modes(folder: Path) -> set[tuple[bool, int]]:
    return {(path.is_dir(), path.stat().st_mode & 0o777) for path in (folder, *folder.rglob("*"))}


def test_what_was_released_is_read_only_and_goes_all_the_same(two_kept: Installation) -> None:
    first = another(two_kept, 1).release
    assert modes(first.path) == {(False, 0o444), (True, 0o555)}
    second = another(two_kept, 2).release
    shared = "exports/csv/city_year_panel.csv"
    assert (second.path / shared).samefile(first.path / shared)
    another(two_kept, 3)
    assert not first.path.exists(), "pruned, though its folders may not be written"
    assert modes(second.path) == {(False, 0o444), (True, 0o555)}, "a file that went with another release is as it was"
    # a build that was killed between being sealed and being moved
    second.path.rename(second.path.with_name(".building-x"))
    assert mend(two_kept) == [] and not (two_kept.home.releases / ".building-x").exists()


def test_a_damaged_release_is_set_aside_and_stays_read_only(two_kept: Installation) -> None:
    another(two_kept, 1)
    second = another(two_kept, 2).release
    database = second.path / "baogao.duckdb"
    database.chmod(0o644)
    os.truncate(database, 100)
    assert len(mend(two_kept)) == 3
    (aside,) = two_kept.home.root.glob("damaged/*/releases/*")
    assert aside.name == second.id and aside.stat().st_mode & 0o777 == 0o555


@pytest.fixture
def released(two_kept: Installation) -> Release:
    return another(two_kept, 1).release


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def copy(release: Release, folder: Path, *, replace: bool = False) -> None:
    copy_out(release, release.path, files_of(release), folder, replace=replace)


def test_a_release_is_copied_as_a_whole_and_again_over_itself(
    two_kept: Installation, released: Release, tmp_path: Path
) -> None:
    target = tmp_path / "a" / "copy"
    assert released.id in baogao(two_kept, "release", "export", released.id, str(target))
    assert names(target) == names(released.path) and "baogao.duckdb" in names(target)
    assert all(path.stat().st_mode & 0o200 for path in target.rglob("*")), "a copy is its owner's"
    newer = another(two_kept, 2).release
    copy(newer, target)
    assert releases.file_hash(target / "baogao.duckdb") == releases.file_hash(newer.path / "baogao.duckdb")
    assert [path.name for path in target.parent.iterdir()] == ["copy"], "nothing is left beside it"


def test_an_export_never_mixes_releases(two_kept: Installation, released: Release, tmp_path: Path) -> None:
    target = tmp_path / "exports"
    baogao(two_kept, "export", str(target))
    old = target / "csv" / "fct_observation" / "fct_observation_1999.csv"
    old.parent.mkdir()
    old.write_text("of another release", encoding="utf-8")
    before = names(target)
    result = CliRunner().invoke(app, ["export", str(target), "--home", str(two_kept.home.root)])
    assert result.exit_code != 0 and names(target) == before
    told = str(result.exception)
    assert "csv/fct_observation/fct_observation_1999.csv" in told and "--replace" in told
    baogao(two_kept, "export", str(target), "--replace")
    assert names(target) == {name.removesuffix(".gz") for name in names(released.path / "exports")}
    cells = "csv/panel_cell_source/panel_cell_source_2020.csv"
    packed = (released.path / "exports" / f"{cells}.gz").read_bytes()
    assert gzip.decompress(packed) == (target / cells).read_bytes(), "packed in a release, plain where it is copied to"
    assert (target / cells).read_bytes().startswith(b"\xef\xbb\xbf")
    baogao(two_kept, "export", str(target), "--format", "csv", "--replace")
    assert cells in names(target)
    baogao(two_kept, "export", str(target), "--format", "dta", "--replace")
    assert names(target) == {"CHANGES.csv", "CITATION.cff", "city_year_panel.dta", "codebook.md", "manifest.json"}


def test_a_link_in_the_folder_is_not_followed(released: Release, tmp_path: Path) -> None:
    outside = tmp_path / "mine.csv"
    outside.write_text("mine", encoding="utf-8")
    target = tmp_path / "copy"
    copy(released, target)
    link = target / "exports" / "csv" / "dim_region.csv"
    link.unlink()
    link.symlink_to(outside)
    with pytest.raises(ReleaseError, match=r"not of this release: exports/csv/dim_region.csv"):
        copy(released, target)
    copy(released, target, replace=True)
    assert outside.read_text(encoding="utf-8") == "mine" and not link.is_symlink()
    to_folder = tmp_path / "link"
    to_folder.symlink_to(target)
    with pytest.raises(ReleaseError, match="symbolic link"):
        copy(released, to_folder, replace=True)


def test_a_folder_of_somebody_is_never_replaced(released: Release, tmp_path: Path) -> None:
    mine = tmp_path / "documents"
    mine.mkdir()
    (mine / "thesis.tex").write_text("mine", encoding="utf-8")
    with pytest.raises(ReleaseError, match=r"thesis.tex. It is no folder of an earlier export: name a new one"):
        copy(released, mine, replace=True)
    assert names(mine) == {"thesis.tex"}
    with pytest.raises(ReleaseError, match="lies among the releases"):
        copy(released, released.path.parent / "copy")
    with pytest.raises(ReleaseError, match="is a file; name a folder"):
        copy(released, mine / "thesis.tex")


def test_a_copy_that_fails_leaves_nothing(released: Release, tmp_path: Path) -> None:
    changed = released.path / "exports" / "csv" / "dim_region.csv"
    before = changed.read_bytes()
    changed.chmod(0o644)
    changed.write_bytes(before.replace(b"a", b"b"))
    with pytest.raises(ReleaseError, match=r"dim_region.csv is not the file that was released"):
        copy(released, tmp_path / "copy")
    remove_tree(released.path)
    with pytest.raises(ReleaseError, match="went while it was copied"):
        copy(released, tmp_path / "copy")
    assert not [path for path in tmp_path.iterdir() if "copy" in path.name]


def test_a_release_is_on_disk_before_it_is_served_and_before_former_ones_go(
    two_kept: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        another(two_kept, number)
    steps: list[tuple[str, str]] = []
    fsync, rename, replace, rmdir = os.fsync, os.rename, os.replace, os.rmdir

    def watch(name: str, path: object) -> None:
        steps.append((name, str(path)))

    monkeypatch.setattr(os, "fsync", lambda h: (watch("fsync", Path(f"/proc/self/fd/{h}").readlink()), fsync(h))[1])
    monkeypatch.setattr(os, "rename", lambda a, b: (watch("rename", b), rename(a, b))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (watch("replace", b), replace(a, b))[1])
    monkeypatch.setattr(os, "rmdir", lambda a, **o: (watch("rmdir", a), rmdir(a, **o))[1])
    published = another(two_kept, 3)
    assert len(published.pruned) == 1
    release = published.release
    placed = steps.index(("rename", str(release.path)))
    served = steps.index(("replace", str(two_kept.home.published)))
    gone = next(at for at, (what, _) in enumerate(steps) if what == "rmdir")
    assert placed < served < gone
    flushed = {Path(name).name for what, name in steps[:placed] if what == "fsync"}
    built = {path.name for path in release.path.rglob("*")}
    assert built <= flushed and any(name.startswith(releases.BUILDING) for name in flushed)
    assert ("fsync", str(two_kept.home.releases)) in steps[placed:served]
    assert ("fsync", str(two_kept.home.root)) in steps[served:gone]
