"""The registry as Parquet: complete, sorted, equal bytes for equal registries."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from sources.corrections import CorrectionsError
from sources.registry import export
from sources.registry.export import REGISTRY_TABLES, export_registry
from sources.registry.regions import RegionsError, load_regions


def rows(lake: Path, table: str) -> list[dict]:
    return pq.read_table(lake / "_registry" / f"{table}.parquet").to_pylist()


def test_all_tables_have_the_schema_of_their_contract(tmp_path: Path) -> None:
    paths = export_registry(tmp_path)
    assert [Path(path).stem for path in paths] == [table.name for table in REGISTRY_TABLES]
    for table in REGISTRY_TABLES:
        written = pq.read_table(tmp_path / "_registry" / f"{table.name}.parquet")
        assert written.schema.remove_metadata() == table.arrow_schema()
        keys = [tuple(row[column] for column in table.key) for row in written.to_pylist()]
        assert len(keys) == len(set(keys)), f"{table.name}: key stands twice"
    assert not list((tmp_path / "_registry").glob("*.tmp"))


def test_equal_registries_give_equal_bytes(tmp_path: Path) -> None:
    first = [Path(path).read_bytes() for path in export_registry(tmp_path / "a")]
    assert [Path(path).read_bytes() for path in export_registry(tmp_path / "b")] == first


def test_regions_keep_code_span_and_names(tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(
        'regions:\n  - {code: "990777", name: 试点县, level: county, parent: "100000"}\n', encoding="utf-8"
    )
    export_registry(tmp_path, overlay=overlay)
    regions = rows(tmp_path, "regions")
    assert len(regions) == len(load_regions(overlay).all())
    own = next(row for row in regions if row["code"] == "990777")
    assert (own["name"], own["level"], own["parent_code"], own["last_year"]) == ("试点县", "county", "100000", None)
    assert {"试点县", "试点"} <= {row["name"] for row in rows(tmp_path, "region_names") if row["code"] == "990777"}


def test_indicators_keep_the_order_of_the_list(tmp_path: Path) -> None:
    export_registry(tmp_path)
    indicators = rows(tmp_path, "indicators")
    assert [row["position"] for row in indicators] == list(range(1, len(indicators) + 1))
    assert indicators[0]["code"] == "gdp" and indicators[0]["headline"]
    known = {row["code"] for row in indicators}
    assert {row["code"] for row in rows(tmp_path, "indicator_names")} == known


def test_wrong_files_leave_nothing_written(tmp_path: Path) -> None:
    broken = tmp_path / "overlay.yaml"
    broken.write_text("zones: []\n", encoding="utf-8")
    with pytest.raises(RegionsError, match=r"overlay\.yaml"):
        export_registry(tmp_path / "lake", overlay=broken)
    (tmp_path / "corrections.yaml").write_text("- {a: 1}\n", encoding="utf-8")
    with pytest.raises(CorrectionsError, match="entry 1"):
        export_registry(tmp_path / "lake", reviews=tmp_path)
    (tmp_path / "x.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(ValueError, match=r"lexicon file x\.yaml is no valid YAML"):
        export.read_lexicon(tmp_path)
    assert not (tmp_path / "lake").exists()
