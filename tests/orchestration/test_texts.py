"""The reports' sentences beside a release: in one's own home, and in nothing that is given away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from test_publication import SCHEMA, built, connect  # noqa: F401 - fixture

from orchestration.home import releases
from orchestration.home.installation import Installation
from orchestration.home.releases import TEXTS
from orchestration.release.build import publish
from orchestration.release.copies import copy_out, files_of
from sources.settings import PublishSettings, Settings

SAID = "大力发展数字经济。"


@pytest.fixture
def with_texts(built: Installation) -> Iterator[Installation]:  # noqa: F811
    with duckdb.connect(str(built.home.texts)) as connection:
        connection.execute("create table fct_sentence as select $said as sentence", {"said": SAID})
    yield built


def test_a_release_has_its_texts_in_a_file_that_goes_with_no_copy(with_texts: Installation, tmp_path: Path) -> None:
    release = publish(with_texts, SCHEMA, connect).release
    with connect(release.path / TEXTS) as connection:
        assert connection.execute("from fct_sentence").fetchall() == [(SAID,)]
    assert TEXTS not in json.dumps(release.manifest["files"])
    assert set(release.manifest["texts"]) == {"sha256", "bytes", "inputs"}
    assert "baogao say" in (release.path / "exports" / "codebook.md").read_text(encoding="utf-8")
    copy_out(release, release.path, files_of(release), tmp_path / "copy")
    given = [path for path in (tmp_path / "copy").rglob("*") if path.is_file()]
    assert given and not [path for path in given if path.name == TEXTS or SAID.encode() in path.read_bytes()]


def test_texts_that_are_those_of_the_former_release_are_its_file(with_texts: Installation) -> None:
    first = publish(with_texts, SCHEMA, connect).release
    off = Installation(with_texts.home, Settings(publish=PublishSettings(texts=False)))
    second = publish(off, SCHEMA, connect)
    assert second.built and not (second.release.path / TEXTS).exists() and second.release.manifest["texts"] == {}
    assert not publish(off, SCHEMA, connect).built, "it is as the settings want it"
    third = publish(with_texts, SCHEMA, connect)
    assert third.built and (third.release.path / TEXTS).exists()
    assert (first.path / TEXTS).exists(), "a former release keeps its own"


def test_texts_that_were_changed_are_damage_and_missing_ones_are_none(with_texts: Installation) -> None:
    release = publish(with_texts, SCHEMA, connect).release
    assert releases.damage(release) == []
    path = release.path / TEXTS
    path.chmod(0o600)
    path.write_bytes(b"changed")
    assert releases.damage(release) == [f"{path} has been changed"]
    release.path.chmod(0o700)
    path.unlink()
    assert releases.damage(release) == []
