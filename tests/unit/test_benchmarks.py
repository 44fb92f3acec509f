"""The benchmark measures real work and writes what it measured."""

from __future__ import annotations

from benchmarks import against, floors, pieces
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
