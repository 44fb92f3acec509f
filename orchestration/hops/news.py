"""What a fetch told that a person wants to know: documents that were not there before, pages that could not be had."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from sources import outgoing
from sources.snapshot.ledger import is_valid, standing

#: outcomes that say that a page could not be had
FAULTS = ("failed", "gone", "refused_by_robots")


def news_of(found: Iterable[Mapping[str, Any]], before: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return what the ledger's new rows `found` tell beside the rows `before`, as plain data for an event's metadata.

    Each item has `kind` (`new`: a document that was not there, or an outcome of FAULTS), `location`, `site`, `told`.
    """
    had = {location for location, _ in standing(before)}
    news: dict[tuple[str, str], dict[str, str]] = {}
    for row in found:
        location = row["location"]
        if row["outcome"] in FAULTS:
            if row["outcome"] == "gone" and int(row["page"]) > 1:
                continue  # the document got shorter
            kind, told = row["outcome"], row["error"] or ""
        elif is_valid(row) and location not in had:
            year = row["label_report_year"]
            kind, told = "new", " ".join(str(part) for part in (row["label_region"], year) if part)
        else:
            continue
        site = urlsplit(location).hostname or "files" if "://" in location else "files"
        shown = outgoing.location(location)  # it goes into mails and into Dagster's records
        news.setdefault((kind, location), {"kind": kind, "location": shown, "site": site, "told": told})
    return list(news.values())
