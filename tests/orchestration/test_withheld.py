"""What the newest reading lacks is known, whatever kept it back, and calls for a build; nothing else does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import poison
import pytest
from test_one_bad_document import HERE, SOUND, write_reports, written
from test_one_bad_document import planted as planted

from orchestration.home import fingerprints
from orchestration.home.installation import Installation
from orchestration.home.provenance import changed_partitions, read_state
from orchestration.home.withheld import NOT_READ, withheld
from orchestration.hops import observations
from orchestration.hops.observations import HOP
from sources.tables import REPORTS, WITHHELD

#: what a hop writes together is kept back together
STOPPED = [(str(HERE), table, None) for table in ("observations", "rejections", "sentences")]


def rows(installation: Installation) -> list[tuple[Any, ...]]:
    """Return partition, table, report and detail of what is withheld; of single numbers another test tells."""
    found = withheld(installation)
    assert all(set(row) == set(WITHHELD.columns) for row in found)
    return [(row["partition"], row["table_name"], row["report_id"], row["detail"]) for row in found]


def write_twice(installation: Installation, name: str) -> None:
    """Let the partition hold one report twice: two rows of each number have one key, which the gate stops."""
    write_reports(installation, HERE, [name])
    data = installation.lake.read(REPORTS, HERE)
    assert data is not None
    twice = [*data.to_pylist(), *data.to_pylist()]
    metadata = fingerprints.stored("made by hand", REPORTS.columns_of(twice))
    installation.lake.write(REPORTS, HERE, REPORTS.to_arrow(twice), metadata)


def test_a_partition_that_was_stopped_is_withheld_with_and_without_a_former_file(installation: Installation) -> None:
    write_twice(installation, "a")
    HOP.run(installation, [HERE])
    assert [told[:3] for told in rows(installation)] == STOPPED
    assert all(told[3].startswith(f"{told[1]}: key_unique") for told in rows(installation))
    assert written(installation, HERE) == {}
    write_reports(installation, HERE, ["a"])
    assert [told[:3] for told in rows(installation)] == STOPPED, "the newest verdict still is that one"
    HOP.run(installation, [HERE])
    assert rows(installation) == [] and set(written(installation, HERE)) == {"a"}

    sound = read_state(installation)
    write_twice(installation, "b")
    assert rows(installation) == [(str(HERE), "observations", None, f"observations: {NOT_READ}")]
    HOP.run(installation, [HERE])
    assert [told[:3] for told in rows(installation)] == STOPPED
    assert set(written(installation, HERE)) == {"a"}, "the former file stands"
    # the numbers are the same, what may be said of them is not: the warehouse is built again, once
    stopped = read_state(installation)
    assert stopped.data["observations"] == sound.data["observations"]
    assert str(HERE) in changed_partitions(sound, stopped).data and stopped.hash != sound.hash
    HOP.run(installation, [HERE])
    again = read_state(installation)
    assert again.hash == stopped.hash and again.verdicts != stopped.verdicts, "judged again, with the same verdict"


@pytest.mark.slow
def test_a_document_that_failed_is_withheld_alone(
    installation: Installation, planted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_reports(installation, HERE, ["good", "raise-1"])
    HOP.run(installation, [HERE])
    assert [told[:3] for told in rows(installation)] == [(str(HERE), "observations", "raise-1")]
    assert rows(installation)[0][3].startswith("error: ValueError: no rule expects this")

    monkeypatch.setattr(observations, "extract_one", SOUND)
    write_reports(installation, HERE, ["good", "raise-1"], more="\n各位代表，谢谢大家。")
    HOP.run(installation, [HERE])
    assert rows(installation) == []
    poison.plant(planted)
    write_reports(installation, HERE, ["good", "raise-1"])
    HOP.run(installation, [HERE])
    assert "raise-1" in written(installation, HERE), "its former rows stay"
    assert [told[:3] for told in rows(installation)] == [(str(HERE), "observations", "raise-1")]
