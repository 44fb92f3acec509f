"""The benchmark measures real work and writes what it measured."""

from __future__ import annotations

from benchmarks.measure import measure
from benchmarks.page import page
from benchmarks.texts import SAMPLE, read_material


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
