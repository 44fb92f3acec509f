"""Drawing an audit from a release: published cells, and places in the texts that nothing was read from.

What belongs here: who is drawn and with what probability. What does not: the files and the estimate
(``sources/quality/audits.py``). Units are ordered by a hash of seed and unit, and the first of each stratum are drawn:
the same seed and release give the same sample, whatever the order in which units are met.
"""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.errors import BaogaoError
from sources.lake import Lake
from sources.partitions import Partition
from sources.quality.audits import Draw, Item
from sources.tables import REPORTS

if TYPE_CHECKING:
    import duckdb

#: characters of the text shown before and behind the sentence
CONTEXT = 120
#: cells drawn of a stratum at least, so that each has a share
LEAST = 2
_NUMBER = re.compile(r"(?<![\d.．])[0-9０-９]+(?:[.．][0-9０-９]+)?(?:\s*[%％‰]|[万亿千百十]*)")
#: what is no figure by its own form: dates, sessions, ordinals
_BEHIND, _BEFORE = re.compile(r"\s*(?:年|月|日|届|次会议|、|[.．](?!\d))"), re.compile(r"(?:第|〔|“|十)\s*\Z")
_SENTENCE = re.compile(r"[^。！？\n]*[。！？\n]?")

CELLS = """
    select c.fact_id, c.status_class, c.region_name, c.year, o.*, r.text_sha256, r.title, r.location, r.partition,
        r.region_code as telling_code,
        coalesce(i.headline, false) as headline
    from (select * from fct_city_year_indicator where {where}) as c
    join fct_observation as o using (observation_id)
    join dim_report as r on r.report_id = o.report_id
    left join dim_indicator as i on i.indicator = o.indicator
    where o.surface is not null
"""
READING = ("indicator", "measure", "printed_value", "value_upper", "unit", "qualifier", "status", "period_start",
           "period_end", "scope", "tier", "basis", "rule", "observation_id", "fact_id", "doubt",
           "period_evidence", "region_name", "telling_code", "report_year")  # fmt: skip


class SamplingError(BaogaoError):
    """Nothing can be drawn; the message says why and what to do."""


@dataclass(frozen=True)
class Text:
    """A report's text as the lake has it, with its hash and where it is from."""

    text: str
    sha256: str
    source: str


def draw(
    connection: duckdb.DuckDBPyConnection, lake: Lake, release: str, *, cells: int, places: int, seed: int, where: str
) -> Draw:
    """Draw `cells` published values that hold `where` (a condition of SQL on fct_city_year_indicator) and as many
    `places` in the reports that these are from. Raises SamplingError where none is there or the condition is none."""
    found = _cells(connection, where)
    if not found:
        raise SamplingError(
            "no published value holds {where!r}; leave --where out, or look at fct_city_year_indicator", where=where
        )
    texts = dict(_texts(lake, found))
    highest = _most_doubtful(found)
    by_stratum: dict[str, list[dict[str, Any]]] = {}
    for row in found:
        by_stratum.setdefault(_stratum(row, highest), []).append(row)
    wanted = allocate({name: len(rows) for name, rows in by_stratum.items()}, cells)
    items = [
        _cell(name, row, texts)
        for name, rows in sorted(by_stratum.items())
        for row in heapq.nsmallest(wanted[name], rows, key=lambda row: _rank(seed, row["fact_id"]))
    ]
    read: dict[str, list[tuple[int, int]]] = {}
    for report, start, end in connection.execute(
        "select report_id, char_start, char_end from fct_observation where char_start is not null"
    ).fetchall():
        read.setdefault(report, []).append((start, end))
    unread = [
        (report, *span)
        for report, told in sorted(texts.items())
        for span in numbers_unread(told.text, read.get(report, []))
    ]
    drawn = heapq.nsmallest(places, unread, key=lambda one: _rank(seed, texts[one[0]].sha256, one[1]))
    items += [_item("place", "place", report, start, end, texts[report], {}) for report, start, end in drawn]
    strata = {name: len(rows) for name, rows in by_stratum.items()} | {"place": len(unread)}
    name = f"{release}-{seed}" + (f"-{hashlib.sha256(where.encode()).hexdigest()[:6]}" if where else "")
    return Draw(name, release, seed, where, dict(sorted(strata.items())), tuple(items))


def _cells(connection: duckdb.DuckDBPyConnection, where: str) -> list[dict[str, Any]]:
    import duckdb

    try:
        cursor = connection.execute(CELLS.format(where=where or "true"))
    except duckdb.Error as error:
        raise SamplingError("--where {where!r}: {error}", where=where, error=str(error).splitlines()[0]) from error
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _texts(lake: Lake, rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Text]]:
    """Yield the texts of the reports behind the cells, where the lake still has the very text."""
    wanted = {row["report_id"]: row for row in rows}
    for key in sorted({row["partition"] for row in wanted.values()}):
        columns = ["report_id", "text", "text_sha256"]
        held = lake.read(REPORTS, Partition.parse(key), columns)
        for told in held.to_pylist() if held is not None else ():
            row = wanted.get(told["report_id"])
            if row is not None and told["text_sha256"] == row["text_sha256"]:
                source = " · ".join(str(part) for part in (row["title"], row["location"]) if part)
                yield told["report_id"], Text(told["text"], told["text_sha256"], source)


def _most_doubtful(rows: list[dict[str, Any]]) -> float:
    """Return the doubt from which on a cell is in the most doubtful tenth."""
    doubts = sorted((row.get("doubt") or 0.0 for row in rows), reverse=True)
    return float(doubts[len(doubts) // 10])


def _stratum(row: Mapping[str, Any], highest: float) -> str:
    doubtful = "doubtful" if (row.get("doubt") or 0.0) > highest else "plain"
    return f"cell {row['status_class']} {'headline' if row['headline'] else 'other'} {doubtful}"


def allocate(sizes: Mapping[str, int], n: int) -> dict[str, int]:
    """Return how many units each stratum gives: as its size is of all, at least LEAST where `n` allows.

    Together they are `n`, where the strata can give as many.
    """
    total, least = sum(sizes.values()), max(1, min(LEAST, n // len(sizes)))
    exact = {name: n * size / total for name, size in sizes.items()}
    given = {name: min(sizes[name], max(least, int(share))) for name, share in exact.items()}
    for name in sorted(exact, key=lambda name: (int(exact[name]) - exact[name], name)):
        if sum(given.values()) < n and given[name] < sizes[name]:
            given[name] += 1
    while sum(given.values()) > max(n, len(given)):
        given[max(given, key=lambda name: (given[name], name))] -= 1
    return given


def _rank(seed: int, *unit: object) -> bytes:
    return hashlib.sha256("|".join(map(str, (seed, *unit))).encode()).digest()


def numbers_unread(text: str, read: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans of the figures of a text that no span of `read` touches; dates and ordinals are none."""
    taken = Counter(at for start, end in read for at in range(start, end))
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if not (_BEHIND.match(text, end) or _BEFORE.search(text, max(0, start - 4), start)) and not any(
            taken[at] for at in range(start, end)
        ):
            yield start, end


def _cell(stratum: str, row: Mapping[str, Any], texts: Mapping[str, Text]) -> Item:
    reading = {name: row.get(name) for name in READING}
    told = texts.get(row["report_id"])
    if told is None:  # the lake has another text by now: the sentence alone, at its place
        told = Text(" " * row["sentence_start"] + row["sentence"], row["text_sha256"], row["title"] or row["location"])
    return _item("cell", stratum, row["report_id"], row["char_start"], row["char_end"], told, reading)


def _item(kind: Any, stratum: str, report: str, start: int, end: int, told: Text, reading: dict[str, Any]) -> Item:
    begin = max(told.text.rfind(mark, 0, start) for mark in "。！？\n") + 1
    match = _SENTENCE.match(told.text, begin)
    stop = max(match.end() if match else end, end)
    unit = _rank(0, kind, told.sha256, start, end, *(str(reading.get(name)) for name in ("indicator", "measure")))
    return Item(
        item_id=unit.hex()[:16], kind=kind, stratum=stratum, report_id=report, text_sha256=told.sha256,
        char_start=start, char_end=end, surface=told.text[start:end], sentence=told.text[begin:stop],
        sentence_start=begin, before=told.text[max(0, begin - CONTEXT) : begin],
        after=told.text[stop : stop + CONTEXT], source=told.source, reading=reading,
    )  # fmt: skip
