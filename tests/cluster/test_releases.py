"""Releases in a store: killed at any step the pointer names a whole one; others fetch it, go back, and are refused."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest
from services import S3
from typer.testing import CliRunner

import baogao
from orchestration.cli.whole import app
from orchestration.home import care, releases, shared_releases
from orchestration.home.installation import Installation, open_installation
from orchestration.home.releases import MANIFEST, ReleaseError
from orchestration.release import build
from sources import store
from sources.disk import remove_tree

sys.path += [str(Path(__file__).parents[1] / "orchestration"), str(Path(__file__).parents[1])]
from faults.publishing import in_fork, served_value
from test_publication import ROWS, SCHEMA, connect, make_warehouse, sound


def prepare(installation: Installation, value: int) -> None:
    """Leave a warehouse whose one cell has `value`, made from inputs of its own."""
    installation.home.create()
    make_warehouse(
        installation.home.marts,
        city_year_panel=ROWS["city_year_panel"].replace("5e10", f"{value}.0"),
        panel_cell_source=ROWS["panel_cell_source"].replace("50000000000.0", f"{value}.0"),
    )
    store.put(f"{installation.settings.store}/regions.yaml", f"regions: []  # {value}\n".encode())
    sound(open_installation(installation.home.root))


def publish(home: Path) -> str:
    return build.publish(open_installation(home), SCHEMA, connect).release.id


def read_elsewhere(installation: Installation, home: Path) -> tuple[str, float]:
    """Return the release that another machine is served, held against its manifest, and its cell's value."""
    other = open_installation(home)
    shared_releases.fetch(other)
    served = releases.current(other.home)
    assert served and releases.damage(served, thorough=True) == []
    return served.id, served_value(other.home)


def watch(kill_at: int = 0) -> list[str]:
    """Count what publishing does to the store and to its home; end this process before number `kill_at`."""
    events: list[str] = []

    def watched(owner: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def called(*arguments: Any, **options: Any) -> Any:
            events.append(f"{name} {arguments[1] if name == 'upload' else ''}")
            if len(events) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **options)

        setattr(owner, name, called)

    for owner, name in (
        (build, "_build"), (store, "upload"), (shared_releases, "point"), (shared_releases, "take"),
        (releases, "swap"), (build, "record_attempt"), (releases, "prune"), (store, "remove"),
    ):  # fmt: skip
        watched(owner, name)
    return events


def test_killed_at_each_step_the_pointer_names_a_whole_release(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BAOGAO_PUBLISH_RELEASES_KEPT", "1")
    home, address = installation.home.root, installation.settings.store
    told = tmp_path / "events"

    def again() -> None:
        publish(home)

    def quietly() -> None:
        events = watch()
        publish(home)
        told.write_text("\n".join(events))

    for value in (100, 101, 102):
        prepare(installation, value)
        assert in_fork(quietly) == 0
    events = told.read_text().splitlines()
    kinds = [event.split()[0] for event in events]
    assert kinds.count("upload") > 5 and str(MANIFEST) in events[kinds.index("point") - 1]
    uploads = [number for number, kind in enumerate(kinds) if kind == "upload"]
    removes = [number for number, kind in enumerate(kinds) if kind == "remove"]
    others = [kinds.index(kind) for kind in ("point", "take", "swap")] + removes[-1:]
    assert len(removes) == 2, "the manifest of a former release, then the rest of it"
    value = 102
    for number in [uploads[1], uploads[-1], *others]:
        former, value = value, value + 1
        prepare(installation, value)

        def killed(number: int = number) -> None:
            watch(kill_at=number + 1)
            publish(home)

        assert in_fork(killed) == -signal.SIGKILL, events[number]
        pointed = kinds.index("point") < number
        _, seen = read_elsewhere(installation, tmp_path / "elsewhere")
        assert seen == (value if pointed else former), events[number]
        # the next run repeats what was not done, and leaves nothing of the broken one
        assert in_fork(again) == 0
        assert read_elsewhere(installation, tmp_path / "elsewhere")[1] == served_value(installation.home) == value
        whole, broken, _ = shared_releases._sorted(address)
        # where the killed one was served the next had nothing to publish, and what is too old goes with a later one
        assert len(whole) <= 4 and (pointed or not broken) and not [n for n in store.listing(address) if "tmp" in n]


def test_others_fetch_what_is_served_go_back_and_forth_and_are_refused_when_late(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, other = installation.home.root, tmp_path / "elsewhere"
    ids = []
    for value in (1, 2):
        prepare(installation, value)
        ids.append(publish(home))
    assert read_elsewhere(installation, other) == (ids[1], 2)
    listed = CliRunner().invoke(app, ["release", "list", "--home", str(other)]).output
    assert f"* {ids[1]}" in listed and f"  {ids[0]}" in listed, "the older one is in the store alone"
    asked = ["release", "diff", ids[0], ids[1], "--count", "--home", str(other)]
    assert "gdp_cny" in CliRunner().invoke(app, asked).output
    # one machine goes back, the other follows, and no run of its own undoes it
    assert CliRunner().invoke(app, ["release", "rollback", "--home", str(other)]).exit_code == 0
    shared_releases.fetch(installation)
    assert releases.served_id(installation.home) == ids[0]
    assert publish(home) == ids[0] and read_elsewhere(installation, other) == (ids[0], 1)
    assert shared_releases.rollback(installation, ids[1]) == ids[1]
    assert read_elsewhere(installation, other) == (ids[1], 2)
    # a fresh machine has nothing but the settings
    asked = ["export", str(tmp_path / "exports"), "--home", str(tmp_path / "reader")]
    assert CliRunner().invoke(app, asked).exit_code == 0 and (tmp_path / "exports" / "manifest.json").is_file()
    assert shared_releases.rollback(open_installation(tmp_path / "fresh")) == ids[0]
    with pytest.raises(ReleaseError, match="no release 'nonsense'"):
        shared_releases.rollback(installation, "nonsense")
    # what one keeps stays, and is told elsewhere
    asked = ["release", "keep", ids[0], "--reason", "cited", "--home", str(other)]
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert "kept: cited" in CliRunner().invoke(app, ["release", "list", "--home", str(home)]).output
    assert shared_releases._sorted(installation.settings.store)[2] == {ids[0]}
    assert CliRunner().invoke(app, ["release", "unkeep", ids[0], "--home", str(home)]).exit_code == 0
    assert "kept" not in CliRunner().invoke(app, ["release", "list", "--home", str(other)]).output
    # another publishes while this one builds
    prepare(installation, 3)
    real = build._build

    def meanwhile(*arguments: Any) -> Any:
        shared_releases.rollback(open_installation(other), ids[1])
        return real(*arguments)

    monkeypatch.setattr(build, "_build", meanwhile)
    with pytest.raises(store.ChangedError, match=r"published\.json was written by another run"):
        publish(home)
    assert read_elsewhere(installation, other) == (ids[1], 2)
    monkeypatch.undo()


def test_duckdb_alone_reads_a_release_over_the_network(installation: Installation, s3: S3) -> None:
    prepare(installation, 7)
    address = f"{installation.settings.store}/releases/{publish(installation.home.root)}/baogao.duckdb"
    (httpfs,) = Path(find_spec("duckdb_extension_httpfs").origin).parent.rglob("httpfs.duckdb_extension")  # type: ignore
    with duckdb.connect() as connection:
        connection.load_extension(str(httpfs))
        host = s3.endpoint.removeprefix("http://")
        connection.execute(
            "create secret (type s3, key_id 'key', secret 'secret', url_style 'path', use_ssl false, "
            f"endpoint '{host}')"
        )
        connection.execute(f"attach '{address}' as baogao (read_only)")
        assert connection.execute("select gdp_cny from baogao.city_year_panel").fetchall() == [(7.0,)]


def test_a_fetched_release_that_is_not_whole_is_not_served(installation: Installation, tmp_path: Path) -> None:
    prepare(installation, 1)
    release = publish(installation.home.root)
    store.put(f"{installation.settings.store}/releases/{release}/exports/codebook.md", b"other")
    other = open_installation(tmp_path / "elsewhere")
    with pytest.raises(ReleaseError, match="is not whole"):
        shared_releases.fetch(other)
    assert releases.served_id(other.home) is None and not list(other.home.releases.iterdir())


def test_a_fetched_release_that_was_damaged_since_is_fetched_again(installation: Installation, tmp_path: Path) -> None:
    ids = []
    for value in (1, 2):
        prepare(installation, value)
        ids.append(publish(installation.home.root))
    other = open_installation(tmp_path / "elsewhere")
    shared_releases.fetch(other)

    def damaged(release: str, name: str) -> None:
        path = other.home.releases / release / name
        path.chmod(0o644)
        path.write_bytes(path.read_bytes()[:-1] + b"!")

    damaged(ids[1], "baogao.duckdb")
    shared_releases.fetch(other, look=True)
    assert read_elsewhere(installation, other.home.root) == (ids[1], 2)
    # by the next run
    damaged(ids[1], "baogao.duckdb")
    assert [line for line in care.mend(other) if "it was fetched again" in line]
    assert read_elsewhere(installation, other.home.root) == (ids[1], 2)
    # one that is asked for by name, whichever of its files it is
    shared_releases.ensure(other, ids[0])
    damaged(ids[0], "exports/codebook.md")
    assert shared_releases.rollback(other, ids[0]) == ids[0]
    assert read_elsewhere(installation, other.home.root) == (ids[0], 1)
    assert not list(other.home.releases.glob(f"{releases.BUILDING}*"))
    # where nobody has a whole one, another one is built
    remove_tree(other.home.releases / ids[1])
    damaged(ids[0], "baogao.duckdb")
    store.put(f"{installation.settings.store}/releases/{ids[0]}/exports/codebook.md", b"other")
    assert [line for line in care.mend(other) if "another one is built" in line]


def test_the_client_opens_a_release_of_the_store_and_keeps_it(installation: Installation, tmp_path: Path) -> None:
    prepare(installation, 7)
    release, address, cache = publish(installation.home.root), installation.settings.store, tmp_path / "cache"
    for named in (None, release):
        with baogao.open(address, named, cache=cache) as opened:
            assert opened.release == release
            assert "7.0" in set(opened.ask("select cell_value from panel_cell_source")["cell_value"])
    assert len(list(cache.iterdir())) == 1
    with pytest.raises(baogao.ReleaseNotFoundError, match="there is no release 20200101T000000Z"):
        baogao.open(address, "20200101T000000Z", cache=cache)
