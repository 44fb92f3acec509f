"""The benchmark measures real work and writes what it measured."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks import against, floors, pieces, releases
from benchmarks.history import History, Ran
from benchmarks.measure import Speed, measure, to_jieba
from benchmarks.page import page
from benchmarks.texts import CORPUS_NAME, SAMPLE, Material, read_material
from sources.home import REPOSITORY


def test_ratio_and_page_come_from_the_measurement() -> None:
    material = read_material("two reports", sorted(SAMPLE.glob("*.txt"))[:2])
    assert len(material.reports) == 2
    speed = measure(material, turns=1)
    assert speed.extraction > 0
    assert abs(speed.ratio - speed.extraction / speed.jieba) < 1e-9  # one turn: the same two figures
    assert f"| {speed.jieba:.2f} | **{speed.ratio:.2f}** |" in page([speed], 0.5, 1, [])


def test_texts_are_repeated_as_a_whole() -> None:
    files = sorted(SAMPLE.glob("*.txt"))[:1]
    once = read_material("one", files)
    more = read_material("one", files, at_least=2.5 * once.megabytes)
    assert len(more.reports) == 3
    assert more.megabytes >= 2.5 * once.megabytes


def test_two_checkouts_are_equal_where_all_turns_gave_the_same_but_for_versions() -> None:
    def turn(value: int, version: str) -> against.Turn:
        rows = [{"value": value, "rule_version": version}]
        return against.Turn(**pieces.measured(lambda: iter([rows, ("end", None)])))  # type: ignore[arg-type]

    pairs = [(turn(1, "old"), turn(1, "new")), (turn(1, "old"), turn(1, "new"))]
    assert against.same(pairs)
    assert against.row("extraction", pairs).endswith("| yes |")
    pairs.append((turn(1, "old"), turn(2, "new")))
    assert not against.same(pairs)
    assert against.row("extraction", pairs).endswith("| **no** |")


def test_the_ratio_is_the_median_over_pairs_taken_together() -> None:
    pairs = [(against.Turn(old, old, ""), against.Turn(new, new, "")) for old, new in ((1, 0.5), (4, 3), (2, 0.8))]
    assert "| 2.000 | 0.800 | **0.500** | 0.500 |" in against.row("docx", pairs)


def test_extraction_has_fallen_behind_neither_jieba_nor_its_own_rows() -> None:
    kept, reports = floors.kept(), floors.material()
    renew = "if it should be so: python -m benchmarks floors"
    assert floors.rows_of(reports) == kept.rows, (
        f"the rows of the sample are others than on {kept.measured_on}; {renew}"
    )
    ratio = floors.extraction_to_jieba(reports)
    assert ratio >= floors.FALL * kept.extraction_to_jieba, (
        f"{ratio:.2f} times as fast as jieba.lcut, {kept.extraction_to_jieba} on {kept.measured_on}; {renew}"
    )


def test_work_is_held_against_jieba_with_the_processes_that_it_waits_for() -> None:
    material = read_material("one report", sorted(SAMPLE.glob("*.txt"))[:1])

    def busy(seconds: float) -> None:
        code = f"import time\nwhile time.process_time() < {seconds}: pass"
        subprocess.run([sys.executable, "-c", code], check=True)

    short, long = (to_jieba(partial(busy, seconds), material) for seconds in (0.1, 0.6))
    assert long > 2 * short > 0


def test_the_page_shows_the_releases_as_they_stand_in_the_file() -> None:
    text = (REPOSITORY / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    assert releases.table(releases.kept()) in text
    assert (REPOSITORY / "benchmarks" / "reading.md").read_text(encoding="utf-8").strip() in text
    assert (REPOSITORY / "docs" / "images" / "benchmarks_releases.png").is_file()


def test_a_measured_history_is_a_row_of_its_commit(tmp_path: Path) -> None:
    path = tmp_path / "releases.csv"
    path.write_bytes(releases.KEPT.read_bytes())
    before = releases.kept(path)
    ran = Ran(wall=100.04, cpu=150, peak_memory=1_500_400_000, hops=(), load=(0, 0))
    history = History(5999, 260, 599, ran, None, yardstick=200, yardstick_cpu=200, yardstick_share=1)
    speed = Speed(Material(CORPUS_NAME, ()), 2.5, 1.0, 2.504)
    row = releases.measured_here([speed], [history])
    assert row and (row.extraction_to_jieba, row.first_seconds, row.first_to_jieba) == (2.5, 100.0, 0.5)
    assert (row.one_more_seconds, row.peak_memory_mb) == (None, 1500)
    for _ in range(2):
        releases.keep(row, path)
    assert releases.kept(path) == [*(one for one in before if one.commit != row.commit), row]
    assert releases.table([row]).splitlines()[-1].endswith(" | 2.5 | 100 | 0.5 |  | 1500 |")
    assert releases.measured_here([speed], [replace(history, n_reports=600)]) is None
