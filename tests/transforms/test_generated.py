"""What is derived from the contracts and committed stays equal to them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from sources.registry.export import INDICATORS, read_indicators
from transforms import generate_panel, generate_sources

PROJECT = Path(generate_panel.__file__).parent / "dbt_project"


def test_sources_and_staging_are_those_of_the_contract() -> None:
    for path, text in generate_sources.generated().items():
        assert path.read_text(encoding="utf-8") == text, f"run python -m transforms.generate_sources ({path.name})"


def test_panel_is_that_of_the_indicator_list() -> None:
    written = generate_panel.TARGET.read_text(encoding="utf-8")
    assert written == generate_panel.panel_yaml(), "run python -m transforms.generate_panel"


def test_panel_names_suit_statistics_packages() -> None:
    names = [column.name for column in generate_panel.panel_columns()]
    assert len(names) == len(set(names))
    assert all(name.isascii() and name.isidentifier() and len(name) <= 32 for name in names)
    assert {"gdp_cny", "gdp_growth_pct", "gdp_tgt_g_pct", "gdp_tgt_g_qual"} <= set(names)


def test_a_short_name_that_is_too_long_or_taken_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = read_indicators()
    rows[1] = rows[1] | {"short": rows[0]["short"]}
    monkeypatch.setattr(generate_panel, "read_indicators", lambda: rows)
    with pytest.raises(ValueError, match="stands twice"):
        generate_panel.panel_columns()
    rows[1] = rows[1] | {"short": "人均"}
    with pytest.raises(ValueError, match="give gdp_per_capita a `short`"):
        generate_panel.panel_columns()


def test_indicators_hold_to_their_contract() -> None:
    assert INDICATORS.to_arrow(read_indicators()).num_rows == len(read_indicators()) > 100


def test_every_mart_and_column_is_described_in_both_languages() -> None:
    models = {path.stem for path in (PROJECT / "models" / "marts").glob("*.sql")}
    described = set()
    for path in (PROJECT / "models" / "marts").glob("_*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", []):
            described.add(model["name"])
            assert model["description"] and model["config"]["meta"]["zh"], model["name"]
            for column in model["columns"]:
                what = f"{model['name']}.{column['name']}"
                assert column["description"] and column["config"]["meta"]["zh"] and column["data_type"], what
    assert described == models
