"""The key of a cell: what is made is read again as it was, and what is none says which part is wrong."""

from __future__ import annotations

from datetime import datetime

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from baogao.cells import EXAMPLE, CellKey, CellKeyError, key_of, parse_key
from sources.home import REPOSITORY
from sources.registry.regions import load_regions

PANEL = REPOSITORY / "transforms/dbt_project/models/marts/_city_year_panel.yml"
COLUMNS = [column["name"] for column in yaml.safe_load(PANEL.read_text(encoding="utf-8"))["models"][0]["columns"]]
REGIONS = sorted({region.id for region in load_regions().all()})
RELEASES = st.builds(
    lambda moment, number: f"{moment:%Y%m%dT%H%M%SZ}{f'-{number}' if number > 1 else ''}",
    st.datetimes(min_value=datetime(2000, 1, 1)),
    st.integers(1, 999),
)


@given(RELEASES, st.sampled_from(REGIONS), st.integers(0, 9999), st.sampled_from(COLUMNS))
def test_a_key_is_read_as_it_was_made(release: str, region: str, year: int, column: str) -> None:
    key = key_of(release, region, year, column)
    assert parse_key(key) == CellKey(release, region, year, column)
    assert str(parse_key(f" {key}\n")) == key


@given(st.text(), st.text(), st.integers(-99_999, 99_999), st.text())
def test_what_can_be_made_can_be_read(release: str, region: str, year: int, column: str) -> None:
    try:
        key = key_of(release, region, year, column)
    except CellKeyError:
        return
    assert parse_key(key) == CellKey(release, region, year, column)


@given(st.text(alphabet="0123456789TZabc_/-:| 年\n", max_size=60))
def test_any_text_is_a_key_or_told_why_not(text: str) -> None:
    try:
        assert str(parse_key(text)) == text.strip()
    except CellKeyError as error:
        assert "is no key of a cell" in str(error)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1 parts, not release/region/year/column"),
        ("990100/2024/gdp_tgt_g_pct", "3 parts"),
        (f"{EXAMPLE}/", "5 parts"),
        ("20261128/990100/2024/gdp_tgt_g_pct", "release is '20261128'"),
        ("20261128T180000Z-0/990100/2024/gdp_tgt_g_pct", "release is"),
        ("20261128T180000Z/霁川市/2024/gdp_tgt_g_pct", "region is '霁川市'"),
        ("20261128T180000Z/９９０１００/2024/gdp_tgt_g_pct", "region is"),
        ("20261128T180000Z/990100/24/gdp_tgt_g_pct", "year is '24'"),
        ("20261128T180000Z/990100/2024/GDP", "column is 'GDP'"),
        ("20261128T180000Z/990100/2024/gdp\nx", "column is"),
    ],
)
def test_what_is_no_key_says_which_part_is_wrong(text: str, told: str) -> None:
    with pytest.raises(CellKeyError, match="no key of a cell") as error:
        parse_key(text)
    assert told in str(error.value) and "\n" not in str(error.value)
