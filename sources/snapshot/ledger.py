"""The ledger of fetches: rows of `tables.SNAPSHOTS`, which of them are news, and which snapshot is valid.

What belongs here: judging rows against the rows before them. What does not: fetching, storing bytes, files.

The ledger only grows, and only by news. A fetch that tells what the newest row of its page already tells (the same
bytes, the same failure) adds no row, so that a daily crawl of pages that never change leaves no trace but time spent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sources import outgoing

if TYPE_CHECKING:
    # the crawling process needs no tables, and pandas costs it seconds to start
    from sources.registry.catalogue import CatalogueEntry

Row = dict[str, Any]
PageKey = tuple[str, int]

VALID = ("new", "changed", "unchanged")
#: in place of an outcome: the catalogue no longer names the document
WITHDRAWN = "withdrawn"
#: columns that say which page a row is about
_WHICH = ("partition", "location", "page", "url")
#: page of a cover that only links to the document; kept as evidence and for conditional requests, never read as text
COVER_PAGE = 0


def labels(entry: CatalogueEntry) -> Row:
    """Return the columns that carry the catalogue's claims."""
    return {
        "label_region_code": entry.region_code,
        "label_region": entry.region,
        "label_level": entry.level,
        "label_report_year": entry.report_year,
        "label_notes": json.dumps(entry.notes, ensure_ascii=False, sort_keys=True) if entry.notes else None,
    }


def make_row(entry: CatalogueEntry, *, url: str, outcome: str, page: int = 1, **values: Any) -> Row:
    """Return a row of tables.SNAPSHOTS for `entry`; `values` are further columns, `retrieved_at` defaults to now."""
    row: Row = {
        "partition": str(entry.partition),
        "location": entry.location,
        "page": page,
        "url": url,
        "final_url": None,
        "retrieved_at": datetime.now(UTC),
        "http_status": None,
        "content_type": None,
        "charset": None,
        "sha256": None,
        "n_bytes": None,
        "etag": None,
        "last_modified": None,
        "previous_sha256": None,
        "outcome": outcome,
        "error": None,
    }
    return {**row, **{name: _safe(name, value) for name, value in values.items()}, **labels(entry)}


def _safe(name: str, value: Any) -> Any:
    """Return a value of a row without what a terminal would obey or what lets somebody in: a site may send anything."""
    if not isinstance(value, str):
        return value
    if name in ("etag", "last_modified"):  # sent back as they came, or not at all
        return value if outgoing.is_plain(value) else None
    return outgoing.line(value) if name in ("error", "content_type", "charset") else value


def newest(rows: Iterable[Mapping[str, Any]]) -> dict[PageKey, Row]:
    """Return the newest row of each page, whatever it told."""
    return _newest(rows, valid_only=False)


def newest_valid(rows: Iterable[Mapping[str, Any]]) -> dict[PageKey, Row]:
    """Return the newest row of each page that holds the page's bytes."""
    return _newest(rows, valid_only=True)


def _newest(rows: Iterable[Mapping[str, Any]], *, valid_only: bool) -> dict[PageKey, Row]:
    found: dict[PageKey, Row] = {}
    for row in rows:
        if valid_only and not is_valid(row):
            continue
        key = (row["location"], int(row["page"]))
        if key not in found or _is_later(row, found[key]):
            found[key] = {name: _empty_to_none(value) for name, value in row.items()}
    return found


def _is_later(row: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """Return whether `row`, which stands behind `before`, tells of a later fetch.

    In one ledger it does, whatever the clock said: clocks are set back. Between ledgers (a document whose label has
    changed stands in two) only the clock can tell.
    """
    return row.get("partition") == before.get("partition") or bool(before["retrieved_at"] <= row["retrieved_at"])


def is_valid(row: Mapping[str, Any]) -> bool:
    return row["outcome"] in VALID and bool(row["sha256"])


def outcome_of(sha256: str, former: Mapping[str, Any] | None) -> str:
    """Return what good bytes tell beside the page's former valid row."""
    if former is None:
        return "new"
    return "unchanged" if former["sha256"] == sha256 else "changed"


def is_news(row: Mapping[str, Any], last: Mapping[str, Any] | None) -> bool:
    """Return whether `row` tells something that `last`, the newest row of its page, does not tell already.

    New labels are news (they belong to the row), and so is a page that is back after a failure.
    """
    if last is None or row["outcome"] in ("new", "changed"):
        return True
    if any(_empty_to_none(row[name]) != _empty_to_none(last.get(name)) for name in row if name.startswith("label_")):
        return True
    if row["outcome"] == "unchanged":
        return last["outcome"] not in VALID
    return (row["outcome"], _fault(row)) != (last["outcome"], _fault(last))


def withdrawn(rows: Iterable[Mapping[str, Any]], claimed: Collection[str]) -> list[Row]:
    """Return a row for each page in the ledger `rows` of one partition whose document is none of the locations
    `claimed`, unless that was told already: the catalogue speaks of it no longer, and neither may coverage.

    Its snapshots stay valid: a document that is named again is there at once.
    """
    now = datetime.now(UTC)
    return [
        {
            **dict.fromkeys(row),
            **{name: row[name] for name in row if name in _WHICH or name.startswith("label_")},
            "retrieved_at": now,
            "previous_sha256": _empty_to_none(row["sha256"]),
            "outcome": WITHDRAWN,
            "error": "the catalogue no longer names it",
        }
        for row in newest(rows).values()
        if row["location"] not in claimed and row["outcome"] != WITHDRAWN
    ]


def hold_back(rows: list[Row], former: Mapping[int, Row], last: Mapping[PageKey, Row]) -> list[Row]:
    """Return the rows of one fetch of one document so that old and new pages never mix.

    Where the fetch did not reach the document's end and some page has changed, the changed and new pages become
    failures that keep their bytes: the `former` pages (of `standing`) stay valid together until a later
    fetch gets the whole document. Without a former page, or where the former fetch stopped at the same page, there is
    no whole document to keep: what came is taken. `last` are the newest rows of the ledger.
    """
    stopped = next((row for row in rows if row["outcome"] in ("failed", "refused_by_robots")), None)
    if stopped is None or not former or not any(row["outcome"] == "changed" for row in rows):
        return rows
    key = (stopped["location"], int(stopped["page"]))
    settled = all(is_valid(last[row["location"], page]) for page, row in former.items())
    if key in last and key[1] not in former and settled:
        return rows
    return [_held_back(row, stopped) if row["outcome"] in ("changed", "new") else row for row in rows]


def _held_back(row: Row, stopped: Row) -> Row:
    told = re.match(r"catalogue row \d+: ", str(stopped["error"] or ""))
    reason = (
        f"{told[0] if told else ''}{row['url']}: has changed, but page {stopped['page']} could not be had; "
        "the document's former pages stay valid until it can be had whole"
    )
    return {**row, "outcome": "failed", "error": reason}


def _fault(row: Mapping[str, Any]) -> str:
    """Return the error without the catalogue's row number, which changes whenever a row is put in above."""
    return re.sub(r"^catalogue row \d+: ", "", str(_empty_to_none(row.get("error")) or ""))


def _empty_to_none(value: Any) -> Any:
    """Rows that went through pandas carry NaN for an empty cell."""
    return None if value is None or value != value else value


def latest(rows: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Return per location the newest valid pages, ordered by location and page: what is to be read.

    A page that failed, or a document that is gone from its site, keeps its former snapshot. A later page that the
    document no longer has is left out, and so is a cover page.
    """
    return [row for (_, page), row in sorted(standing(rows).items()) if page != COVER_PAGE]


def standing(rows: Iterable[Mapping[str, Any]]) -> dict[PageKey, Row]:
    """Return the newest valid row of each page but those that their document has lost since (`gone`).

    A lost page stays lost, whatever fails afterwards, until it is had again.
    """
    rows = list(rows)
    told = [row for row in rows if is_valid(row) or (row["outcome"] == "gone" and int(row["page"]) > 1)]
    return {key: row for key, row in newest(told).items() if is_valid(row)}
