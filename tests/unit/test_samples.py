"""The sample world: it exists nowhere, holds together from year to year, and its truth is what its reports say."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

import samples
from samples.build import build
from samples.world.compose import Report, reports, world
from samples.world.facts import YEARS, printed
from samples.world.sentences import Truth
from sources.partitions import Partition
from sources.registry.catalogue import read_catalogue
from sources.registry.regions import AREA_CODES, load_regions
from sources.tables import MEASURES, QUALIFIERS, RELATIONS, STATUSES

FOLDER = Path(samples.__file__).parent
INDICATORS = FOLDER.parent / "sources" / "registry" / "indicators.csv"


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def told(report: Report, indicator: str, measure: str, year: int, status: str) -> list[Truth]:
    return [
        t
        for t in report.truths
        if (t.indicator, t.measure, t.status, t.scope) == (indicator, measure, status, "self")
        and t.period_start == t.period_end == year
    ]


def by_id() -> dict[str, Report]:
    return {report.report_id: report for report in reports()}


def test_committed_files_are_what_the_world_builds(tmp_path: Path) -> None:
    build(tmp_path)
    built = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    kept = [*FOLDER.glob("*.csv"), *(FOLDER / "site").rglob("*"), *(FOLDER / "reports").rglob("*")]
    assert built == {path.relative_to(FOLDER) for path in kept if path.is_file()}
    # a DOCX depends on the library's template and a PDF on reportlab's version; all else is ours to the byte
    ours = [name for name in built if name.suffix not in (".docx", ".pdf")]
    changed = [name for name in ours if (tmp_path / name).read_bytes() != (FOLDER / name).read_bytes()]
    assert changed == [], "run `python -m samples.build` and commit what it wrote"


def test_folder_stays_small() -> None:
    files = [path for path in FOLDER.rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert sum(path.stat().st_size for path in files) < 5_000_000


def test_no_region_is_real() -> None:
    names = AREA_CODES.read_text("utf-8-sig")
    for region in world().regions.values():
        assert region.short not in names
        assert region.code.startswith("99")


def test_registry_knows_the_regions() -> None:
    registry = load_regions()
    for region in world().regions.values():
        known = registry.by_code(region.code, 2022)
        assert known is not None
        assert (known.name, known.level) == (region.name, region.level)


def test_six_regions_by_four_years() -> None:
    assert len(reports()) == 24
    assert {report.report_id for report in reports()} == {f"{c}_{y}" for c in world().regions for y in YEARS}
    assert all(5000 <= len(report.text) <= 9000 for report in reports())


def test_reports_are_not_one_sentence_again_and_again() -> None:
    """Of the sentences with a figure no wording (figures and names aside) fills more than half of the reports."""
    wordings: dict[str, set[str]] = defaultdict(set)
    for report in reports():
        for line in report.lines:
            for sentence in line.split("。"):
                bare = "".join(c for c in sentence if not c.isdigit() and c not in ".%")
                for word in (report.region.name, report.region.short):
                    bare = bare.replace(word, "")
                if len(bare) > 25 and bare != sentence:
                    wordings[bare].add(report.report_id)
    assert max(map(len, wordings.values())) <= 12


def test_catalogue_is_usable_and_its_files_are_there() -> None:
    catalogue = read_catalogue(FOLDER / "catalogue.csv")
    assert catalogue.problems == ()
    gone = [entry.location for entry in catalogue.entries if not (catalogue.base / entry.location).is_file()]
    assert gone == ["site/990300/990300_2020.html"]
    assert {entry.partition for entry in catalogue.entries} >= {Partition("990000", str(year)) for year in YEARS}


def test_truth_keeps_to_the_guide() -> None:
    with INDICATORS.open(encoding="utf-8", newline="") as handle:
        codes = {row["code"] for row in csv.DictReader(handle)}
    found = rows("truth.csv")
    assert len(found) > 2000
    texts = {path.stem: path.read_text("utf-8") for path in (FOLDER / "reports").glob("*.txt")}
    for row in found:
        assert row["indicator"] in codes, row
        assert row["measure"] in MEASURES, row
        assert row["qualifier"] in QUALIFIERS, row
        assert row["status"] in STATUSES, row
        assert row["quote"] in texts[row["report_id"]], row
        assert row["value"].lstrip("-") in row["quote"], row
        assert int(row["period_start"]) <= int(row["period_end"]), row
    assert {row["measure"] for row in found} == set(MEASURES)
    assert {row["qualifier"] for row in found} == set(QUALIFIERS)
    assert {row["status"] for row in found} == set(STATUSES)
    assert {row["tier"] for row in found} == {"base", "stretch"}
    assert any(row["value_upper"] for row in found)


def test_targets_without_a_number_are_told_apart() -> None:
    found = rows("truth_relations.csv")
    assert {row["relation"] for row in found} == {"in_step", "above", "not_below", "none_set", "as_assigned"}
    assert {row["relation"] for row in found} <= set(RELATIONS)
    texts = {path.stem: path.read_text("utf-8") for path in (FOLDER / "reports").glob("*.txt")}
    assert all(row["quote"] in texts[row["report_id"]] for row in found)


def test_target_of_one_year_is_told_as_result_in_the_next() -> None:
    outcomes = set()
    for region in world().regions.values():
        for year in YEARS[:-1]:
            target = told(by_id()[f"{region.code}_{year}"], "gdp", "growth", year, "target")
            following = by_id()[f"{region.code}_{year + 1}"]
            result = told(following, "gdp", "growth", year, "actual") or told(
                following, "gdp", "growth", year, "estimated"
            )
            assert result, f"{region.name} does not tell its growth of {year}"
            if target and not target[0].relation:
                assert target[0].value is not None and result[0].value is not None
                outcomes.add(result[0].value >= target[0].value)
    assert outcomes == {True, False}


def test_counties_outbid_cities_outbid_the_province() -> None:
    for year in (2021, 2022, 2024):
        goals = {}
        for code in ("990000", "990100", "990121"):
            target = world().get(code, year, "target", "gdp", "growth")
            assert target is not None
            goals[code] = target.values[0].value
        assert goals["990000"] < goals["990100"] < goals["990121"]


def test_a_later_report_revises_a_level() -> None:
    for region in world().regions.values():
        first = told(by_id()[f"{region.code}_2021"], "gdp", "level", 2020, "actual") or told(
            by_id()[f"{region.code}_2021"], "gdp", "level", 2020, "estimated"
        )
        later = told(by_id()[f"{region.code}_2022"], "gdp", "level", 2020, "actual")
        assert first and later and first[0].value and later[0].value
        assert first[0].value != later[0].value
        assert abs(later[0].value / first[0].value - 1) < Decimal("0.01")


def test_upper_region_tells_what_the_lower_tells() -> None:
    names = {region.name: region.code for region in world().regions.values()}
    named = [(report, t) for report in reports() for t in report.truths if t.scope in names]
    assert named
    for report, truth in named:
        own = world().get(names[truth.scope], report.report_year - 1, "actual", truth.indicator, truth.measure)
        assert own is not None and own.values[0].value == truth.value


@pytest.mark.parametrize(
    ("surface", "values"),
    [
        ("6%以上", [("6", None, "at_least", "base")]),
        ("6%—6.5%", [("6", "6.5", "exact", "base")]),
        ("8%以上、力争9%", [("8", None, "at_least", "base"), ("9", None, "exact", "stretch")]),
        ("不低于7%", [("7", None, "at_least", "base")]),
    ],
)
def test_printed_targets(surface: str, values: list[tuple[str, str | None, str, str]]) -> None:
    found = printed(surface).values
    assert [(str(v.value), v.upper and str(v.upper), v.qualifier, v.tier) for v in found] == values


def test_a_target_in_an_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="form that is not known"):
        printed("七个百分点上下")
