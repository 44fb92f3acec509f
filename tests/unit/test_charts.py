"""Charts that tell no lie: no line over years that nobody told of, one place a year, axes that say where they begin."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.charts import series_chart, years_without_gap
from dashboard.grids import terms_chart
from dashboard.texts import Scale, Texts

TEXTS = Texts("zh")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(2000, 2026)), min_size=1))
def test_a_run_never_passes_a_year_without_a_record(records: list[tuple[str, int]]) -> None:
    frame = pd.DataFrame(records, columns=["code", "year"])
    frame["run"] = years_without_gap(frame, "code", "year")
    for _, run in frame.groupby("run"):
        years = sorted(set(run["year"]))
        assert years == list(range(years[0], years[-1] + 1)) and run["code"].nunique() == 1
    told = set(zip(frame["code"], frame["year"], strict=True))
    runs = {(code, year): run for code, year, run in frame.itertuples(index=False)}
    assert all(runs[code, year] == runs[code, year + 1] for code, year in told if (code, year + 1) in told)


def points(*values: float, unit: str) -> pd.DataFrame:
    frame = pd.DataFrame({"year": [str(2014 + at) for at in range(len(values))], "middle": values, "low": values})
    return frame.assign(
        fact_id=frame["year"], high=None, code="result", kind="结果", side="result", sign="约", told_by="本级",
        label="", commitment="", run="result 0",
    )  # fmt: skip


def upright(unit: str, *values: float) -> dict[str, Any]:
    chart = series_chart(points(*values, unit=unit), Scale(1.0, unit), TEXTS)
    line: dict[str, Any] = chart.spec["layer"][0]["encoding"]
    assert "xOffset" not in line, "a target and a result of one year stand at that year"
    found: dict[str, Any] = line["y"]
    return found


@pytest.mark.parametrize(
    ("unit", "values", "from_zero", "told"),
    [
        ("亿元", (300.0, 320.0), True, False),
        ("%", (6.5, 7.0), False, True),
        ("%", (-2.0, 7.0), False, False),  # zero is in sight
        ("亿元", (-3.0, 8.0), False, False),
    ],
)
def test_amounts_are_drawn_from_zero_and_rates_say_that_they_are_not(
    unit: str, values: tuple[float, ...], from_zero: bool, told: bool
) -> None:
    y = upright(unit, *values)
    assert (y["scale"]["zero"], y["title"] is not None) == (from_zero, told)


def test_cells_of_terms_tell_the_number_that_their_colour_shows() -> None:
    frame = pd.DataFrame(
        {"term": ["数据", "数据"], "report_year": [2020, 2021], "per_10k_chars": [1.5, 4.0],
         "per_10k_tokens": [2.0, 5.0], "per_10k_words": [2.0, 5.0], "substring_count": [6, 9], "token_count": [5, 8]}
    )  # fmt: skip
    colour, words = terms_chart(frame, "per_10k_chars", TEXTS).spec["layer"]
    assert colour["encoding"]["color"]["field"] == words["encoding"]["text"]["field"] == "per_10k_chars"
