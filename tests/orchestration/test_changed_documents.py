"""Rows of unchanged documents are taken over: a history of changes ends as all made at once, and costs what changed."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from gate_rows import rejection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.home import documents, fingerprints
from orchestration.home.installation import Installation
from orchestration.hops import HOPS, accepted, document_hop, gate, judging, progress, reports
from orchestration.hops.cell import Cell, Documents
from orchestration.hops.hop import Made, through_gate
from orchestration.hops.outcomes import raise_if_stopped
from sources.home import Home
from sources.partitions import Partition
from sources.settings import Settings
from sources.tables import GATE_RESULTS, REJECTIONS, REPORTS

REGIONS = {"990100": "霁川市", "990200": "榆舟市"}
TABLES = [table for hop in HOPS[1:] for table in hop.tables]
CELL = Partition("990000", "2021")
THEMES = (
    "乡村振兴", "科技创新", "生态保护", "民生保障", "教育改革", "医疗服务", "交通建设", "城市更新", "社会治理",
    "营商环境", "文化事业", "安全生产", "粮食生产", "水利工程", "对外开放", "政务服务", "财政管理", "养老事业",
    "就业工作", "产业升级",
)  # fmt: skip

pytestmark = pytest.mark.processes


@dataclass(frozen=True)
class Document:
    """A line of the catalogue, the text of its file and what a person decided about it."""

    figure: int
    region: str = "990100"
    label: str = "990100"
    year: int = 2021
    overruled: bool = False

    @property
    def text(self) -> str:
        name, n = REGIONS[self.region], self.figure
        if not n:
            return "页面不存在"
        return (
            f"{name}2021年政府工作报告\n——2021年1月12日在{name}第八届人民代表大会第六次会议上\n{name}市长　张某\n\n"
            f"各位代表：\n现在，我代表{name}人民政府，向大会作政府工作报告，请予审议。\n一、2020年工作回顾\n"
            f"全市地区生产总值增长{n}.5%，一般公共预算收入{n}2.3亿元，城镇新增就业{n}.6万人。走访群众{n}次。\n"
            f"{''.join(f'坚持抓好{theme}，完善{theme}的制度，落实各项责任。' for theme in THEMES)}\n"
            f"二、2021年工作安排\n今年的主要预期目标是：地区生产总值增长{n}%以上，城镇登记失业率控制在{n}%以内。\n"
        )


World = dict[str, Document]


@dataclass
class Homes:
    """A folder of documents, a home that follows its changes, and how many documents each hop worked on at the last."""

    folder: Path
    world: World = field(default_factory=dict)
    worked_on: Counter[str] = field(default_factory=Counter)

    def run(self, world: World, home: str = "mended") -> Installation:
        self.world = world
        for location, document in world.items():
            place = self.folder / location
            if not place.exists() or place.read_text(encoding="utf-8") != document.text:
                place.write_text(document.text, encoding="utf-8")
        catalogue = self.folder / "catalogue.csv"
        with catalogue.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["location", "region_code", "region", "level", "report_year"])
            writer.writerows([place, document.label, "", "", document.year] for place, document in world.items())
        installation = Installation(Home(self.folder / home).create(), Settings(workers=1))
        installation.follow(catalogue)
        installation.home.reviews.mkdir(exist_ok=True)
        overruled = [
            {"location": place, "set": {"sitting": 2}, "reason": "gazette", "by": "A. Reviewer"}
            for place, document in world.items()
            if document.overruled
        ]
        (installation.home.reviews / "identities.yaml").write_text(yaml.safe_dump(overruled), encoding="utf-8")
        installation = Installation(installation.home, installation.settings)
        self.worked_on.clear()
        with progress.listening(lambda hop, done, _more: self.worked_on.update({hop: done})):
            for hop in HOPS:
                raise_if_stopped(hop.run(installation, sorted(installation.entries())))
        return installation

    def at_once(self) -> Installation:
        return self.run(self.world, home=f"anew{len(list(self.folder.glob('anew*')))}")


def held(installation: Installation) -> dict[str, Any]:
    """Return all rows, verdicts, what is set aside, and what files tell of their rows; no clocks."""
    lake, found = installation.lake, {}
    for partition in sorted(installation.entries()):
        for table in TABLES:
            data, verdicts = (
                lake.read(table, partition),
                pq.read_table(lake.path(GATE_RESULTS.name, partition, table.name)),
            )
            assert data is not None
            told = lake.metadata(table, partition)
            found[f"{table.name} {partition}"] = (
                sorted(json.dumps(row, default=str, sort_keys=True) for row in data.to_pylist()),
                sorted(json.dumps(row, default=str) for row in verdicts.drop(["checked_at"]).to_pylist()),
                [told[name] for name in (fingerprints.INPUTS, fingerprints.CONTENT, fingerprints.SUBSTANCE)]
                if table is not REPORTS  # whose first input is the ledger, a history of its own
                else told[fingerprints.SUBSTANCE],
                lake.long_metadata(table, partition, documents.DOCUMENTS),
            )
    return found


def test_what_changed_is_made_and_all_else_taken_over(tmp_path: Path) -> None:
    homes = Homes(tmp_path)
    world = {f"{n}.txt": Document(n, region) for n, region in enumerate(["990100", "990200"] * 3)}
    homes.run(world)
    assert homes.worked_on["reports"] == 6 and homes.worked_on["observations"] == 5, "the first says nothing"
    world = {**world, "3.txt": replace(world["3.txt"], figure=7), "4.txt": replace(world["4.txt"], label="990200")}
    del world["2.txt"]
    world["5.txt"] = replace(world["5.txt"], overruled=True)
    mended = homes.run(world)
    # relabelled and overruled texts are read again, and say of themselves what they said before
    assert homes.worked_on["reports"] == 3 and homes.worked_on["term_counts"] <= 2
    assert 1 <= homes.worked_on["observations"] <= 2
    assert held(mended) == held(homes.at_once())


def operations() -> st.SearchStrategy[list[tuple[str, str, Document]]]:
    document = st.builds(
        Document,
        figure=st.integers(0, 9),
        region=st.sampled_from(sorted(REGIONS)),
        label=st.sampled_from(sorted(REGIONS)),
        year=st.sampled_from([2021, 2021, 2021, 2022]),
        overruled=st.booleans(),
    )
    place = st.sampled_from([f"{n}.txt" for n in range(7)])
    return st.lists(st.tuples(st.sampled_from(["put", "put", "relabel", "remove"]), place, document), min_size=1)


def here(function: Any, tasks: Iterable[Any], **_limits: Any) -> Iterator[tuple[Any, Any]]:
    for task in tasks:
        yield task, function(task)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(start=operations(), steps=st.lists(operations(), min_size=1, max_size=3), batch=st.sampled_from([2, 400]))
def test_any_history_ends_as_all_made_at_once(
    tmp_path_factory: pytest.TempPathFactory, start: Any, steps: Any, batch: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(document_hop, "BATCH", batch)
        # the same work without processes, which would take most of the time: the test above has them
        patch.setattr(reports, "run_bounded", here)
        patch.setattr(accepted, "run_bounded", here)
        patch.setattr(judging, "judge", judging._judged)
        homes = Homes(tmp_path_factory.mktemp("history"))
        world: World = {"always.txt": Document(3)}
        for step in [start, *steps]:
            for what, place, document in step:
                if what == "remove":
                    world.pop(place, None)
                elif what == "put" or place not in world:
                    world[place] = document
                else:
                    world[place] = replace(world[place], label=document.label, year=document.year)
            mended = homes.run(dict(world))
        patch.setattr(document_hop, "BATCH", 400)
        assert held(mended) == held(homes.at_once())


def judged_cell(installation: Installation, reasons: dict[str, str]) -> tuple[set[str], set[str], list[str]]:
    """Put a rejection with the reason told for each report through the gate, unless the file's own can be taken over.

    Return the reports that are taken over, those that are judged again, and those that are made.
    """
    made_from = {report: documents.key(report, reason) for report, reason in reasons.items()}
    under_way = Cell[Any](installation, (REJECTIONS,), CELL, made_from, Documents("report_id", made_from, iter))
    again = under_way.former_rows(under_way.again)
    rows = [rejection(str(CELL), n, report_id=name, reason=reasons[name]) for n, name in enumerate(sorted(reasons))]
    made = REJECTIONS.columns_of([row for row in rows if row["report_id"] in under_way.todo])
    columns = REJECTIONS.joined([made, *(found[REJECTIONS] for found in again.values())])
    through_gate(Made({REJECTIONS: {CELL: columns}}), [under_way], [under_way], "v")
    return set(under_way.sound), set(under_way.again), under_way.todo


def stored(installation: Installation) -> list[str]:
    data = installation.lake.read(REJECTIONS, CELL)
    assert data is not None
    return sorted(data["report_id"].to_pylist())


def test_a_document_with_rows_set_aside_is_made_again(installation: Installation) -> None:
    reasons = {"a": "date", "b": "weather"}
    assert judged_cell(installation, reasons) == (set(), set(), ["a", "b"])
    assert judged_cell(installation, reasons) == ({"a"}, set(), ["b"]) and stored(installation) == ["a"]
    failed = gate.failed_verdicts_on(installation.lake, REJECTIONS, CELL)
    assert [(v["expectation"], v["n_failed"], v["n_rows"]) for v in failed] == [("reason_in_vocabulary", 1, 2)]
    assert judged_cell(installation, {**reasons, "b": "rank"}) == ({"a"}, set(), ["b"])
    assert stored(installation) == ["a", "b"] and not gate.failed_verdicts_on(installation.lake, REJECTIONS, CELL)


def test_rows_that_other_suites_judged_are_judged_again_but_not_made(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    reasons = {"a": "date", "b": "rank"}
    judged_cell(installation, reasons)
    monkeypatch.setattr(judging, "suites_version", lambda: "stricter")
    assert judged_cell(installation, reasons) == (set(), {"a", "b"}, [])
    assert judged_cell(installation, {**reasons, "c": "name"}) == ({"a", "b"}, set(), ["c"])
    assert stored(installation) == ["a", "b", "c"]


def test_two_documents_of_one_id_stop_the_partition_also_when_one_is_taken_over(installation: Installation) -> None:
    row = {
        "report_id": "one", "part": 1, "kind": "other", "completeness": "partial", "identity": "unknown", "n_chars": 0,
        "accepted": False, "refusal_reason": "unreadable", "refusal_detail": "empty", "parser_version": "p",
    }  # fmt: skip

    def write(*places: str) -> list[str]:
        made_from = {place: documents.key(place) for place in places}
        under_way = Cell[Any](installation, (REPORTS,), CELL, made_from, Documents("location", made_from, iter))
        columns = REPORTS.columns_of([{**row, "location": place} for place in under_way.todo])
        made = Made({REPORTS: {CELL: columns}})
        return through_gate(made, [under_way], [under_way], "v")[REPORTS.name][CELL].stopped

    assert write("here.txt") == []
    (why,) = write("here.txt", "there.txt")
    assert why.startswith("key_unique: two documents have the id one")
    assert installation.lake.n_rows(REPORTS, CELL) == 1, "the former file stands"
