"""`baogao audit draw` over the release of the sample's reports: what a reader is shown stands in the text like that."""

from __future__ import annotations

import hashlib
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import published_home
import pytest
from command_line import baogao

from orchestration.home.releases import current
from orchestration.release.sampling import CONTEXT, SamplingError, draw
from sources.home import Home
from sources.lake import Lake
from sources.quality.audits import Draw, Item, read_draw
from sources.tables import REPORTS

ENDS = "。！？\n"


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(published_home.world(once, tmp_path_factory.mktemp("audit") / "world").home)


@pytest.fixture(scope="module")
def release(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(home.published / "baogao.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def drawn(home: Home) -> Draw:
    done = baogao("audit", "draw", "--cells", "40", "--places", "30", "--seed", "7", "--home", home.root)
    assert done.code == 0, done.err
    served = current(home)
    assert served
    return read_draw(home.reviews, f"{served.id}-7")


@pytest.fixture(scope="module")
def texts(home: Home) -> dict[str, dict[str, Any]]:
    lake = Lake(str(home.lake))
    rows = [row for key in lake.partitions(REPORTS.name) for row in held(lake, key)]
    return {row["report_id"]: row for row in rows if row["text"]}


def held(lake: Lake, partition: Any) -> list[dict[str, Any]]:
    table = lake.read(REPORTS, partition, ["report_id", "text", "title", "location"])
    return table.to_pylist() if table is not None else []


def test_what_a_reader_sees_is_what_stands_around_the_figure(drawn: Draw, texts: dict[str, dict[str, Any]]) -> None:
    assert Counter(item.kind for item in drawn.items) == {"cell": 40, "place": 30}
    assert len({item.item_id for item in drawn.items}) == 70
    for item in drawn.items:
        report = texts[item.report_id]
        text, begin = report["text"], item.sentence_start
        stop = begin + len(item.sentence)
        assert item.text_sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert item.surface == text[item.char_start : item.char_end] and item.surface
        assert begin <= item.char_start and item.char_end <= stop
        assert item.sentence == text[begin:stop] and (begin == 0 or text[begin - 1] in ENDS)
        assert not set(item.sentence[:-1]) & set(ENDS) and (stop == len(text) or item.sentence[-1] in ENDS)
        assert item.before == text[max(0, begin - CONTEXT) : begin] and item.after == text[stop : stop + CONTEXT]
        assert item.source == " · ".join(told for told in (report["title"], report["location"]) if told)


def test_a_cell_is_a_published_value_of_its_stratum(drawn: Draw, release: duckdb.DuckDBPyConnection) -> None:
    cells = [item for item in drawn.items if item.kind == "cell"]
    rows = release.execute(
        "select c.fact_id, c.status_class, coalesce(i.headline, false), o.doubt, o.report_id, o.char_start, "
        "o.char_end, o.indicator, o.measure, o.printed_value, o.unit, c.region_name from fct_city_year_indicator as c "
        "join fct_observation as o using (observation_id) left join dim_indicator as i on i.indicator = o.indicator "
        "where o.surface is not null"
    ).fetchall()
    by_fact = {row[0]: row[1:] for row in rows}
    most_doubtful = sorted((row[3] or 0.0 for row in rows), reverse=True)[len(rows) // 10]
    sizes = Counter(_stratum(row[1], row[2], row[3], most_doubtful) for row in rows)
    assert {name: size for name, size in drawn.strata.items() if name != "place"} == sizes
    assert len(sizes) > 2 and {item.stratum for item in cells} == sizes.keys()
    for item in cells:
        status, headline, doubt, report, start, end, *reading = by_fact[item.reading["fact_id"]]
        assert item.stratum == _stratum(status, headline, doubt, most_doubtful)
        assert (item.report_id, item.char_start, item.char_end) == (report, start, end)
        assert [item.reading[n] for n in ("indicator", "measure", "printed_value", "unit", "region_name")] == reading


def _stratum(status: str, headline: bool, doubt: float | None, most_doubtful: float) -> str:
    doubtful = "doubtful" if (doubt or 0.0) > most_doubtful else "plain"
    return f"cell {status} {'headline' if headline else 'other'} {doubtful}"


def test_a_place_is_a_figure_that_nothing_was_read_from(drawn: Draw, release: duckdb.DuckDBPyConnection) -> None:
    places = [item for item in drawn.items if item.kind == "place"]
    assert drawn.strata["place"] > len(places)
    assert all(re.match(r"[0-9０-９]", item.surface) and item.reading == {} for item in places)
    for item in places:
        (read,) = release.execute(
            "select count(*) from fct_observation where report_id = $1 and char_start < $3 and char_end > $2",
            [item.report_id, item.char_start, item.char_end],
        ).fetchone() or (0,)
        assert not read, item.surface
    assert len({item.report_id for item in places}) > 1, "of one report alone"


def test_the_same_seed_draws_the_same_and_another_others(
    drawn: Draw, home: Home, release: duckdb.DuckDBPyConnection
) -> None:
    def of(seed: int, where: str = "") -> Draw:
        found = draw(release, Lake(str(home.lake)), drawn.release, cells=40, places=30, seed=seed, where=where)
        assert found.seed == seed and found.where == where
        return found

    assert of(7) == drawn
    other, cities = of(8), of(7, "level = 'city'")
    for kind in ("cell", "place"):
        assert _ids(other, kind) != _ids(drawn, kind)
    assert other.strata == drawn.strata and cities.audit_id != drawn.audit_id
    assert sum(cities.strata.values()) < sum(drawn.strata.values())
    with pytest.raises(SamplingError, match="no published value holds 'year = 1066'"):
        of(7, "year = 1066")
    with pytest.raises(SamplingError, match="--where 'wealth = 1'"):
        of(7, "wealth = 1")


def _ids(one: Draw, kind: str) -> set[str]:
    return {item.item_id for item in one.items if item.kind == kind}


def test_where_the_text_is_gone_a_cell_shows_its_sentence_at_its_place(
    drawn: Draw, home: Home, texts: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    shutil.copyfile(home.published / "baogao.duckdb", tmp_path / "copy.duckdb")
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as connection:
        connection.execute("update dim_report set title = null where region_code = '990000'")
        found = draw(connection, Lake(str(tmp_path)), drawn.release, cells=40, places=30, seed=7, where="")
    assert Counter(item.kind for item in found.items) == {"cell": 40} and found.strata["place"] == 0
    known = {item.item_id: item for item in drawn.items}
    assert len({item.source for item in found.items} & {report["location"] for report in texts.values()}) == 1
    for item in found.items:
        report, then = texts[item.report_id], known[item.item_id]
        assert item.source == report["location" if item.reading["telling_code"] == "990000" else "title"]
        assert item.after == "" and _shown(item) == _shown(then)


def _shown(item: Item) -> tuple[Any, ...]:
    return item.surface, item.char_start, item.char_end, item.sentence.strip(), item.text_sha256
