"""Cleaning a collected list of report addresses into the form of a catalogue: how ``addresses.csv`` was made.

What belongs here: the rules by which a collected row becomes a catalogue row, or is left out with a reason. What does
not: fetching, inventing. Nothing is added that the list does not hold: a name is completed from the division codes, a
year that is no year becomes empty, and an address counts as confirmed only where ``addresses_confirmed.csv`` says
when and how.

Run: ``python -m sources.registry.addresses LIST.csv`` (columns level, region, report_year, url).
"""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from sources.registry.regions import Region, Regions, load_regions

HERE = Path(__file__).parent
ADDRESSES = HERE / "addresses.csv"
CONFIRMED = HERE / "addresses_confirmed.csv"
COLUMNS = (
    "location",
    "region_code",
    "region",
    "level",
    "report_year",
    "confirmed",
    "confirmed_at",
    "confirmed_how",
    "given",
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.[a-z]{2,}", re.IGNORECASE)
#: the end of a path that names a document: a file, or an id in the last step
_DOCUMENT = re.compile(r"[^/]+\.\w+$|\d{4,}$")


@dataclass(frozen=True)
class Cleaned:
    """The rows that can be used, and a line for each that can't."""

    rows: tuple[dict[str, str], ...]
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class Confirmation:
    """`at`: the day (ISO) on which the address last gave the report, empty where nobody noted it; `how` it is known."""

    at: str
    how: str


@lru_cache(maxsize=1)
def _hosts() -> dict[str, str]:
    """Return host → region code, of the government sites on which only one region's reports are known."""
    codes: dict[str, set[str]] = defaultdict(set)
    with ADDRESSES.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            codes[urlsplit(row["location"]).hostname or ""].add(row["region_code"])
    return {host: next(iter(found)) for host, found in codes.items() if host.endswith(".gov.cn") and len(found) == 1}


def region_of_host(host: str | None) -> str | None:
    """Return the code of the region whose government's site `host` is; None where the list of addresses is silent."""
    return _hosts().get((host or "").lower())


def clean(collected: list[dict[str, str]], regions: Regions, confirmed: dict[str, Confirmation]) -> Cleaned:
    """Return catalogue rows for `collected`, ordered by code and year."""
    rows: dict[str, dict[str, str]] = {}
    left_out = []
    for number, row in enumerate(collected, start=2):
        url = row["url"].strip()
        fault = _address_fault(url)
        if fault is None and url in rows:
            fault = "stands in the list already"
        if fault:
            left_out.append(f"row {number}: {url}: {fault}")
            continue
        rows[url] = _row(row, url, regions, confirmed)
    ordered = sorted(rows.values(), key=lambda r: (r["region_code"] or "9", r["report_year"], r["location"]))
    return Cleaned(tuple(ordered), tuple(left_out))


def _row(row: dict[str, str], url: str, regions: Regions, confirmed: dict[str, Confirmation]) -> dict[str, str]:
    given_year = row["report_year"].strip()
    year = given_year if re.fullmatch(r"\d{4}", given_year) else ""
    hint = re.match(r"\d{4}", given_year)
    region = find_region(row["region"].strip(), int(hint[0]) if hint else None, row["level"].strip(), regions)
    cleaned = {
        "location": url,
        "region_code": region.code if region else "",
        "region": region.name if region else row["region"].strip(),
        "level": region.level if region else row["level"].strip(),
        "report_year": year,
        "confirmed": "confirmed" if url in confirmed and confirmed[url].at else "unconfirmed",
        "confirmed_at": confirmed[url].at if url in confirmed else "",
        "confirmed_how": confirmed[url].how if url in confirmed else "",
    }
    names = (("region", "region"), ("level", "level"), ("report_year", "report_year"))
    differs = [f"{ours}={row[theirs].strip()}" for ours, theirs in names if cleaned[ours] != row[theirs].strip()]
    return {**cleaned, "given": "; ".join(differs)}


def find_region(name: str, year: int | None, level: str, regions: Regions) -> Region | None:
    """Return the region that a collected name means, or None where it means none or several.

    The name may be a path (province/city/county) or run on into other words; the longest beginning that is a name of
    the year counts. The level decides only between several.
    """
    *parents, last = [part.strip() for part in name.split("/") if part.strip()]
    for length in range(len(last), 1, -1):
        found = regions.by_name(last[:length], year)
        if parents:
            above = {parent.code for part in parents for parent in regions.by_name(part, year)}
            found = [r for r in found if above & {parent.code for parent in regions.parents(r.code, year)}]
        if len(found) > 1:
            found = [r for r in found if r.level == level]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def _address_fault(url: str) -> str | None:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "no address"
    if parts.scheme not in ("http", "https") or not _HOST.fullmatch(parts.hostname or ""):
        return "no address"
    if not _DOCUMENT.search(parts.path) and not parts.query:
        return "a site or a listing, no document"
    return None


def read_confirmed(path: Path = CONFIRMED) -> dict[str, Confirmation]:
    """Return what is known of addresses beside that somebody collected them, by address."""
    with path.open(encoding="utf-8", newline="") as handle:
        return {
            row["location"]: Confirmation(row["confirmed_at"], row["confirmed_how"]) for row in csv.DictReader(handle)
        }


def main(arguments: list[str]) -> int:
    with Path(arguments[0]).open(encoding="utf-8-sig", newline="") as handle:
        cleaned = clean(list(csv.DictReader(handle)), load_regions(), read_confirmed())
    with ADDRESSES.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(cleaned.rows)
    for line in cleaned.left_out:
        sys.stderr.write(f"left out: {line}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
