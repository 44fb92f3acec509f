"""Sixty questions on the real files, answered from the texts by a reader who saw no output, put to `baogao mcp`.

questions.csv holds a row for each figure of an answer, or for each report that says a phrase: value, file with the hash
of its bytes, and offsets in its text where the reader noted them; no sentence of it.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from command_line import baogao
from mcp import Client
from mcp.client.stdio import StdioServerParameters

from dashboard.store import served_store
from sources.home import REPOSITORY, Home

CORPUS = REPOSITORY.parent / "shared" / "corpus"
Row = dict[str, str]
#: what a value is told in → in what the warehouse holds it
FACTORS = {"亿元": 1e8, "万亿元": 1e12, "亿美元": 1e8, "万吨": 1e4, "亿斤": 5e4, "万人": 1e4}

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.exists(), reason="../shared/corpus is not there"),
]


def questions() -> dict[str, list[Row]]:
    """Return the rows of each question."""
    found: dict[str, list[Row]] = defaultdict(list)
    with (Path(__file__).parent / "questions.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            found[row["id"]].append(row)
    return found


@pytest.fixture(scope="module")
def home(once: Callable[..., Path]) -> Path:
    return once("corpus", _publish_corpus) / "home"


def _publish_corpus(folder: Path) -> None:
    done = baogao("run", "--catalogue", CORPUS / "catalogue.csv", "--home", folder / "home")
    assert "published: release" in done.out, done.err


def _call(rows: list[Row]) -> tuple[str, dict[str, Any]]:
    """Return the tool and its arguments for a question. Districts are named by code: other provinces have the names."""
    first = rows[0]
    if first["kind"] == "who_says":
        return "who_says", {"phrase": first["phrase"], "limit": 300}
    of = {"indicator": first["indicator"], "measure": first["measure"] or None}
    year = int(first["year"])
    if first["kind"] == "table":
        return "table", {**of, "level": "province", "year": year, "by": first["side"], "limit": 60}
    places = [row["region_id"] or row["region"] for row in rows]
    if first["kind"] == "compare":
        return "compare", {**of, "regions": places, "first_year": year, "last_year": year}
    return "value", {**of, "region": places[0], "year": year, "side": first["side"]}


async def _ask(home: Path, calls: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "orchestration.cli", "mcp", "--home", str(home)], cwd=REPOSITORY
    )
    async with Client(server) as client:
        return [(await client.call_tool(tool, arguments)).structured_content or {} for tool, arguments in calls]


def _wrong(rows: list[Row], answer: dict[str, Any], documents: dict[str, tuple[str, int]]) -> object:
    """Return what of an answer is not what the reader found; nothing where it is right."""
    kind = rows[0]["kind"]
    if kind == "who_says":
        # of a report that lies there in several files the release searches one
        told = {documents[row["file"]] for row in rows if row["file"] in documents}
        said = {(row["region_id"], row["report_year"]) for row in answer["saying"]}
        return said ^ told
    side = rows[0]["side"]
    figures = {row["region_id"]: row[side] for row in answer["rows"]}
    if kind == "not_there":
        (figure,) = figures.values()
        return figure["value"] if figure["value"] is not None or not figure["why"] else None
    if kind == "one_value":
        figures = dict.fromkeys([rows[0]["region_id"]], *figures.values())
    return [(row["region_id"], row["value"], figures.get(row["region_id"])) for row in rows if not _is(row, figures)]


def _is(row: Row, figures: dict[str, Any]) -> bool:
    figure = figures.get(row["region_id"])
    factor = FACTORS.get(row["unit"], 1)
    return figure is not None and all(
        value is not None and abs(value - float(wanted) * factor) <= 1e-6 * abs(float(wanted) * factor)
        for value, wanted in ((figure["value"], row["value"]), (figure["value_upper"], row["value_upper"]))
        if wanted
    )


def _documents(home: Path) -> dict[str, tuple[str, int]]:
    """Return the region and report year of each file whose text the release searches."""
    store = served_store(Home(home))
    assert store
    found = store.ask(
        "select distinct location, region_id, report_year from dim_report where accepted and is_preferred"
    )
    return {
        "/".join(Path(str(row["location"]).split("#")[0]).parts[-2:]): (row["region_id"], row["report_year"])
        for row in found.to_dict("records")
    }


def test_the_files_are_those_that_were_read() -> None:
    for row in {row["file"]: row for rows in questions().values() for row in rows if row["file"]}.values():
        assert hashlib.sha256((CORPUS / row["file"]).read_bytes()).hexdigest().startswith(row["sha256"]), row["file"]


def test_sixty_questions_over_stdio(home: Path) -> None:
    asked = questions()
    answers = asyncio.run(_ask(home, [_call(rows) for rows in asked.values()]))
    documents = _documents(home)
    wrong = {key: found for (key, rows), answer in zip(asked.items(), answers, strict=True)
             if (found := _wrong(rows, answer, documents))}  # fmt: skip
    assert len(asked) == 60 and not wrong, wrong
