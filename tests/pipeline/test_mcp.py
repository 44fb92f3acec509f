"""`baogao mcp` over the release of the sample's reports: questions by the protocol's own client."""

from __future__ import annotations

import asyncio
import csv
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import published_home
import pytest
from command_line import baogao
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from baogao.questions import cell_of, key_called
from dashboard.store import Store, _opened, served_store
from orchestration.answers import questions
from sources.home import REPOSITORY, Home

NAMES = {"990100": ("霁川市", "Jichuan City", "霁川", "990100"), "990000": ("澜岳省", "lanyue", "澜岳", "990000")}
Asked = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def home(once: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return published_home.world(once, tmp_path_factory.mktemp("mcp") / "world").home


@pytest.fixture(scope="module")
def store(home: Path) -> Store:
    found = served_store(Home(home))
    assert found
    return found


def truth() -> Iterator[tuple[str, str, int, str, float]]:
    """Yield region, indicator, year, side and value of the growth in percent that our own truth has of one year."""
    with (REPOSITORY / "samples" / "truth.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            plain = (
                row["measure"] == "growth" and row["unit"] == "%" and row["tier"] == "base" and row["scope"] == "self"
            )
            # the goal that a reviewer changed
            known = row["report_id"] in published_home.GOOD and (row["report_id"], row["value"]) != ("990100_2022", "7")
            if plain and known and row["period_start"] == row["period_end"] and not row["optional"]:
                side = "target" if row["status"] == "target" else "result"
                yield row["report_id"][:6], row["indicator"], int(row["period_end"]), side, float(row["value"])


def there() -> list[tuple[Asked, Callable[[dict[str, Any]], object], object]]:
    """Return twenty questions of five kinds, what to take of the answer, and what it is by truth.csv and the texts."""
    asked: list[tuple[Asked, Callable[[dict[str, Any]], object], object]] = []
    for number, (region, indicator, year, side, value) in enumerate(list(truth())[:16]):
        name = NAMES[region][number % 4]
        of, level = {"indicator": indicator, "measure": "growth"}, "city" if region == "990100" else "province"

        def in_rows(answer: dict[str, Any], region: str = region, year: int = year, side: str = side) -> object:
            return [row[side]["value"] for row in answer["rows"] if (row["region_id"], row["year"]) == (region, year)]

        asked.append(
            [
                (("value", {"region": name, "year": year, "side": side, **of}), in_rows, [value]),
                (("series", {"region": name, **of}), in_rows, [value]),
                (("compare", {"regions": ["澜岳", "霁川"], **of}), in_rows, [value]),
                (("table", {"level": level, "year": year, **of}), in_rows, [value]),
            ][number // 4]  # type: ignore[arg-type]
        )
    for phrase in ("乡村振兴", "数字经济", "營商環境", "民生"):
        plain = phrase.replace("營商環境", "营商环境")
        texts = [(REPOSITORY / "samples/reports" / f"{name}.txt").read_text("utf-8") for name in published_home.GOOD]
        saying = sorted(name for name, text in zip(published_home.GOOD, texts, strict=True) if plain in text)
        asked.append(
            (
                ("who_says", {"phrase": phrase}),
                lambda answer: sorted(f"{row['region_id']}_{row['report_year']}" for row in answer["saying"]),
                saying,
            )
        )
    return asked


def gdp(region: str, year: int, side: str, indicator: str = "gdp", measure: str | None = None) -> Asked:
    return "value", {"region": region, "indicator": indicator, "year": year, "side": side, "measure": measure}


NOT_THERE: list[tuple[Asked, str]] = [
    (gdp("霁川", 1990, "target"), "outside"), (gdp("霁川", 2035, "result"), "outside"),
    (gdp("霁川市", 2023, "result"), "outside"), (gdp("襄樊市", 2009, "result"), "not_in_catalogue"),
    (gdp("Beijing", 2022, "target"), "not_in_catalogue"), (gdp("榆舟市", 2022, "target"), "refused"),
    (gdp("霁川", 2022, "target", "energy_intensity_gdp"), "as_assigned"),
    (gdp("澜岳省", 2022, "target", "resident_disposable_income"), "in_step"),
    (gdp("霁川", 2022, "target", "grain_output", "level"), "not_told"),
    (gdp("霁川", 2022, "target", measure="level"), "told_otherwise"),
    (gdp("霁川", 2022, "target", measure="multiple"), "measure_unknown"),
    (gdp("阴阳市", 2022, "target"), "region_unknown"), (gdp("朝阳区", 2022, "target"), "region_shared"),
    (gdp("霁川", 2022, "target", "龙舟"), "indicator_unknown"),
    (("series", {"region": "襄阳", "indicator": "GDP"}), "not_in_catalogue"),
    (("compare", {"regions": ["鼓楼区", "霁川"], "indicator": "GDP"}), "region_shared"),
    (("table", {"level": "national", "indicator": "GDP"}), "no_region_of_level"),
    (("table", {"level": "city", "indicator": "GDP", "year": 1990}), "outside"),
    (("who_says", {"phrase": "此语无人说过"}), "nobody_says"),
    (("coverage", {"region": "襄樊"}), "not_in_catalogue"),
]  # fmt: skip


def figures_in(answer: Any) -> list[object]:
    """Return all that stands in a field of a value, anywhere in an answer."""
    if isinstance(answer, list):
        return [one for part in answer for one in figures_in(part)]
    if not isinstance(answer, dict):
        return []
    own = [answer[name] for name in ("value", "value_upper", "told", "gap", "times", "doubt") if answer.get(name)]
    return own + [one for part in answer.values() for one in figures_in(part)]


async def ask(server: StdioServerParameters | str, asked: Sequence[Asked]) -> tuple[Any, list[Any]]:
    async with Client(server) as client:
        tools = (await client.list_tools()).tools
        return tools, [await client.call_tool(tool, arguments) for tool, arguments in asked]


def checked(answers: Sequence[Any], release: str) -> None:
    """Hold answers to ``there`` and NOT_THERE, one after the other, against what they must be."""
    for (asked, taken, value), answer in zip(there(), answers, strict=False):
        assert not answer.is_error and taken(answer.structured_content) == value, (asked, answer)
        assert answer.structured_content["release"] == release
    for (asked, code), answer in zip(NOT_THERE, answers[len(there()) :], strict=True):
        told = answer.structured_content
        assert not answer.is_error and told["why"] and told["why"]["code"] == code, (asked, told)
        assert told["why"]["may_conclude"] and told["why"]["may_not_conclude"] and told["release"] == release
        assert figures_in(told) == [], asked


@pytest.mark.processes
def test_forty_questions_over_stdio(home: Path, store: Store) -> None:
    assert len(there()) == 20 and len(NOT_THERE) == 20
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "orchestration.cli", "mcp", "--home", str(home)], cwd=REPOSITORY
    )
    wrong = ("value", {"region": "霁川", "indicator": "gdp", "year": 2022, "side": "goal"})
    asked = [*(one for one, *_ in there()), *(one for one, _ in NOT_THERE), wrong, ("who_says", {"phrase": " "})]
    tools, (*answers, no_side, no_phrase) = asyncio.run(ask(server, asked))
    assert [tool.name for tool in tools] == [question.__name__ for question in questions.QUESTIONS]
    for tool in tools:
        assert tool.annotations.read_only_hint and not tool.annotations.open_world_hint and tool.description
        assert "store" not in tool.input_schema["properties"] and "release" in tool.output_schema["properties"]
    checked(answers, store.release)
    assert no_side.is_error and "'target' or 'result'" in no_side.content[0].text
    assert no_phrase.is_error and "the phrase is empty" in no_phrase.content[0].text


@pytest.mark.slow
@pytest.mark.processes
def test_forty_questions_over_http_and_nobody_elses_page(home: Path, store: Store) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "orchestration.cli", "mcp", "--http", f"127.0.0.1:{port}", "--home", str(home)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            assert server.stderr and f"http://127.0.0.1:{port}/mcp".encode() in server.stderr.readline()
            _wait_for(port)
            asked = [*(one for one, *_ in there()), *(one for one, _ in NOT_THERE)]
            _, answers = asyncio.run(ask(f"http://127.0.0.1:{port}/mcp", asked))
            checked(answers, store.release)
            # a page whose name leads to this machine, and one of another site
            for headers, status in (({"Host": "evil.example"}, 421), ({"Origin": "http://evil.example"}, 403)):
                assert _status(port, headers) == status
        finally:
            server.terminate()
            server.communicate(timeout=30)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            _status(port, {})
            return
        except URLError:
            time.sleep(0.1)
    pytest.fail("the server does not answer")


def _status(port: int, headers: dict[str, str]) -> int:
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream", **headers}
    try:
        with urlopen(Request(f"http://127.0.0.1:{port}/mcp", body, sent), timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def test_a_figure_stands_with_all_that_is_behind_it(store: Store) -> None:
    answer = questions.value(store, "霁川", "国内生产总值", 2022, "target")
    (row,) = answer.rows
    assert row.target and answer.why is None and row.result is None
    cell = cell_of(store, key_called(store, "990100/2022/gdp_tgt_g_pct"))
    assert (row.target.cell, row.target.sentence, row.target.sentence_en) == (cell.key, cell.sentence, cell.sentence_en)
    assert (row.target.value, row.target.unit, row.target.told) == (7.25, "%", "≈7.25%")
    # what a reviewer has said is beyond doubt
    assert row.target.doubt is None and row.target.address == cell.address and row.verdict == "missed"
    (told,) = questions.value(store, "霁川", "国内生产总值", 2022, "result").rows
    assert told.result and 0 < (told.result.doubt or 0) < 1
    assert cell.key in answer.citation and cell.sentence in answer.citation and store.release in answer.citation


def test_a_goal_without_a_number_stands_with_its_sentence(store: Store) -> None:
    answer = questions.value(store, "澜岳", "居民人均可支配收入", 2022, "target")
    (row,) = answer.rows
    assert row.target and row.target.why and row.target.value is None and "与经济增长基本同步" in row.target.sentence


def test_other_measures_are_named_and_a_shared_name_is_asked_back(store: Store) -> None:
    otherwise = questions.value(store, "霁川", "GDP", 2022, "target", "level")
    assert otherwise.also_told_in == ["growth"]
    shared = questions.value(store, "朝阳区", "GDP", 2022, "target")
    assert {place.region_id for place in shared.places} >= {"110105", "220104"} and shared.asked == "朝阳区"
    assert questions.regions(store, "霁川").places[0].n_figures > 0
    near_it = questions.indicators(store, "区生产总")
    assert near_it.why and "gdp" in {one.indicator for one in near_it.indicators}
    assert len(questions.indicators(store).indicators) > 100


def test_without_texts_numbers_sentences_are_searched_and_that_is_said(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Store, "no_texts", lambda self: "texts_elsewhere")
    said = questions.who_says(store, "地区生产总值", "霁川", 2022, 2022)
    assert said.why and said.why.code == "texts_elsewhere" and said.sentences and not said.saying
    assert {(one.region_id, one.report_year) for one in said.sentences} == {("990100", 2022)}
    assert all("地区生产总值" in (one.sentence or "") for one in said.sentences)


def test_a_release_is_opened_by_many_threads_at_once(store: Store) -> None:
    for _ in range(20):
        _opened.cache_clear()
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(lambda _: int(store.ask("select 1 as one")["one"][0]), range(8))) == {1}


def test_coverage_says_what_each_state_means(store: Store) -> None:
    told = questions.coverage(store, level="city")
    by_state = {row.state.split("_")[0]: row for row in told.rows}
    assert by_state["retrieved"].why is None and by_state["refused"].why and by_state["refused"].why.code == "refused"
    assert sum(told.states.values()) >= len(told.rows)


def test_what_cannot_be_served_is_told(home: Path, tmp_path: Path) -> None:
    for arguments, told in (
        (("--http", "8765", "--home", home), "give an address and a port"),
        (("--release", "20200101T000000Z", "--home", home), "there are: "),
        (("--home", tmp_path), "nothing has been published yet"),
    ):
        done = baogao("mcp", *arguments)
        assert done.code == 1 and told in done.err, done.err
