"""The gate in the writing step: what may be written, what is set aside, what keeps the former file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from gate_rows import rejection

from expectations.suites import SUITES
from orchestration.home.installation import Installation
from orchestration.home.provenance import hash_of
from orchestration.hops import gate
from orchestration.hops.cell import Cell
from sources.partitions import Partition
from sources.tables import REJECTIONS

PARTITION = Partition("990000", "2021")


def _write(installation: Installation, rows: list[dict[str, Any]], inputs: str = "i") -> list[str]:
    judged = gate.judge(REJECTIONS, {PARTITION: REJECTIONS.columns_of(rows)}, "v1")
    cell = Cell[Any](installation, (REJECTIONS,), PARTITION, {"reports": inputs})
    cell.add({REJECTIONS: judged[PARTITION]})
    return cell.close()[REJECTIONS].stopped


def _stored(installation: Installation) -> list[str]:
    data = installation.lake.read(REJECTIONS, PARTITION)
    return [] if data is None else data.column("rejection_id").to_pylist()


def test_sound_rows_are_written_with_their_fingerprint_and_verdict(installation: Installation) -> None:
    assert _write(installation, [rejection(str(PARTITION), 1), rejection(str(PARTITION), 2)]) == []
    assert _stored(installation) == ["r1", "r2"]
    assert installation.lake.metadata(REJECTIONS, PARTITION)["inputs"] == hash_of({"reports": "i"})
    # one row says that all of the suite held
    (verdict,) = gate.newest_verdicts(installation.lake)
    held = f"{len(SUITES['rejections'].expectations)} expectations held"
    assert (verdict["expectation"], verdict["success"], verdict["n_rows"]) == ("all_others", True, 2)
    assert (verdict["n_failed"], verdict["observed"]) == (0, held)


def test_a_bad_row_is_set_aside_with_the_expectations_name_and_the_rest_written(installation: Installation) -> None:
    bad = rejection(str(PARTITION), 2, reason="weather")
    assert _write(installation, [rejection(str(PARTITION), 1), bad]) == []
    assert _stored(installation) == ["r1"]
    aside = pq.read_table(gate.quarantine_path(installation, "rejections", PARTITION)).to_pylist()
    assert [(row["rejection_id"], row["expectation"]) for row in aside] == [("r2", "reason_in_vocabulary")]
    assert aside[0]["sentence"] == "历时3天。"
    failed, others = gate.newest_verdicts(installation.lake)
    assert (failed["expectation"], failed["success"]) == ("reason_in_vocabulary", False)
    held = f"{len(SUITES['rejections'].expectations) - 1} expectations held"
    assert (others["expectation"], others["success"], others["observed"]) == ("all_others", True, held)
    # once the row is right, nothing is left in the quarantine
    _write(installation, [rejection(str(PARTITION), 1), rejection(str(PARTITION), 2)])
    assert not Path(gate.quarantine_path(installation, "rejections", PARTITION)).exists()


def test_a_critical_failure_keeps_the_former_file_and_leaves_its_verdict(installation: Installation) -> None:
    _write(installation, [rejection(str(PARTITION), 1)], inputs="former")
    stopped = _write(installation, [rejection(str(PARTITION), 5), rejection(str(PARTITION), 5)], inputs="newer")
    assert stopped and "key_unique" in stopped[0]
    assert _stored(installation) == ["r1"]
    assert installation.lake.metadata(REJECTIONS, PARTITION)["inputs"] == hash_of({"reports": "former"})
    failed = [v for v in gate.newest_verdicts(installation.lake) if not v["success"]]
    assert [(v["expectation"], v["severity"]) for v in failed] == [("key_unique", "critical")]


def test_a_type_that_the_contract_does_not_know_stops_the_partition(installation: Installation) -> None:
    stopped = _write(installation, [rejection(str(PARTITION), 1, detail={"not": "text"})])
    assert stopped and "detail" in stopped[0]
    assert _stored(installation) == []
    failed = [v for v in gate.newest_verdicts(installation.lake) if not v["success"]]
    assert [v["expectation"] for v in failed] == ["fits_contract"]


def test_a_run_that_finds_nothing_changed_tells_the_verdict_that_stands(installation: Installation) -> None:
    from orchestration.hops.hop import with_unchanged

    _write(installation, [rejection(str(PARTITION), 1), rejection(str(PARTITION), 2, reason="weather")])
    (failure,) = with_unchanged({}, (REJECTIONS,), [PARTITION], installation)["rejections"][PARTITION].failures
    assert (failure["expectation"], failure["severity"]) == ("reason_in_vocabulary", "quarantine")
    _write(installation, [rejection(str(PARTITION), 1)])
    assert with_unchanged({}, (REJECTIONS,), [PARTITION], installation)["rejections"][PARTITION].failures == []
