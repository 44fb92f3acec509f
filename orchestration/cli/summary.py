"""What a person wants to know when a run has ended: what is published and where, counts, refusals, a look inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from orchestration.cli.failures import fetch_failures, unworked_lines
from orchestration.cli.saying import spoken
from orchestration.home.database import duckdb_at
from orchestration.home.installation import Installation
from orchestration.home.releases import Release, current, went_back
from orchestration.hops.gate import OUTDATED, failed_verdicts
from orchestration.hops.reviewed import without_effect
from orchestration.release.refusals import last_attempt
from sources.tables import BY_NAME, OBSERVATIONS, REJECTIONS, REPORTS

SHOWN = 10
#: money is in yuan in the panel; a person reads it in 亿元
PANEL_LOOK = """
    select region_name as 地区, year as 年份, round(gdp_cny / 1e8, 2) as "生产总值(亿元)",
        gdp_growth_pct as "增长(%)", gdp_tgt_g_pct as "目标(%)"
    from city_year_panel where gdp_cny is not null order by year desc, gdp_cny desc limit 5
"""


def summary_lines(installation: Installation) -> Iterator[str]:
    """Yield the lines of the summary."""
    n_documents, reasons = rows_of(installation, REPORTS.name), _refusals(installation)
    n_observations = rows_of(installation, OBSERVATIONS.name)
    yield ""
    yield spoken(
        "{n_documents} documents read, {n_accepted} accepted: {n_observations} observations, "
        "{n_rejections} other numbers",
        n_documents=n_documents,
        n_accepted=n_documents - reasons.total(),
        n_observations=n_observations,
        n_rejections=rows_of(installation, REJECTIONS.name),
    )
    if reasons:
        yield spoken(
            "refused: {reasons}", reasons=", ".join(f"{count} {reason}" for reason, count in reasons.most_common())
        )
    yield from _failed_fetches(installation)
    verdicts = failed_verdicts(installation.lake)
    yield from unworked_lines(verdicts, SHOWN)
    yield from _quarantined(installation, verdicts)
    yield from _reviews(installation, verdicts)
    served = current(installation.home)
    if served is None:
        yield spoken("nothing is published yet")
        return
    yield spoken("published: release {id}", id=served.id)
    if left := went_back(served, installation.home).left:
        yield spoken("  gone back to by hand from {left}; it stays until the raw tables change", left=left)
    override = served.manifest.get("override")
    if override:
        yield spoken(
            "  in spite of {n_verdicts} bad verdict(s), by {by}: {reason} (baogao release list names them)",
            n_verdicts=len(override["verdicts"]),
            by=override["by"],
            reason=override["reason"],
        )
    yield f"  {installation.home.published_database}"
    yield spoken(
        "  {folder} ({forms}codebook.md, CHANGES.csv)",
        folder=installation.home.published / "exports",
        forms=_forms(served),
    )
    for note in served.manifest.get("notes", ()):
        yield f"  {note}"
    if removed := last_attempt(installation.home).removed:
        yield spoken(
            "  {n_removed} former releases went: {removed}; `baogao release keep ID` has one stay",
            n_removed=len(removed),
            removed=", ".join(removed),
        )
    changes = served.manifest.get("changes") or {}
    if changes:
        yield spoken("  cells {changes}", changes=", ".join(f"{what} {count}" for what, count in changes.items()))
    yield from _look(served)
    yield ""
    yield spoken("next: baogao dashboard · baogao status · baogao export FOLDER · baogao release list · baogao ui")


#: forms of exports as a reader calls them, by the ending of their files
FORMS = {"parquet": "Parquet", "csv": "CSV", "xlsx": "Excel", "dta": "Stata"}


def _forms(served: Release) -> str:
    """Return the forms that the release's tables are exported in."""
    exported = [name for name in served.manifest.get("files", {}) if name.startswith("exports/")]
    ending = {name.rsplit(".", 1)[-1] for name in exported if name != "exports/CHANGES.csv"}
    return "".join(f"{told}, " for form, told in FORMS.items() if form in ending)


def _refusals(installation: Installation) -> Counter[str]:
    """Return how many documents were refused for what; partitions whose footers tell of none are not read."""
    lake = installation.lake
    reasons: Counter[str] = Counter()
    for partition in lake.partitions(REPORTS.name):
        told = lake.footer(REPORTS.name, partition)
        if told and told.range.get("accepted", (False,))[0]:
            continue
        data = lake.read(REPORTS, partition, ["accepted", "refusal_reason"])
        reasons.update(row["refusal_reason"] for row in (data.to_pylist() if data else []) if not row["accepted"])
    return reasons


def read_column_rows(installation: Installation, table: str, columns: list[str]) -> list[dict[str, Any]]:
    """Return some columns of all rows of a raw table."""
    rows: list[dict[str, Any]] = []
    for partition in installation.lake.partitions(table):
        data = installation.lake.read(BY_NAME[table], partition, columns)
        rows += [] if data is None else data.to_pylist()
    return rows


def rows_of(installation: Installation, table: str) -> int:
    return sum(installation.lake.n_rows(BY_NAME[table], p) for p in installation.lake.partitions(table))


def _failed_fetches(installation: Installation) -> Iterator[str]:
    errors = fetch_failures(installation)
    if errors:
        documents = {error.location for error in errors}
        yield spoken("{n_documents} documents could not be fetched:", n_documents=len(documents))
        yield from (f"  {error}" for error in errors[:SHOWN])
        if len(errors) > SHOWN:
            yield spoken("  … and {n_errors} more: baogao status", n_errors=len(errors) - SHOWN)


def _quarantined(installation: Installation, verdicts: list[dict[str, Any]]) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for verdict in verdicts:
        if verdict["severity"] == "quarantine":
            counts[f"{verdict['table_name']}: {verdict['expectation']}"] += verdict["n_failed"]
    if counts:
        yield spoken(
            "rows set aside in {folder}: {counts}",
            folder=installation.quarantine,
            counts=", ".join(f"{count} {name}" for name, count in counts.most_common(SHOWN)),
        )


def _look(served: Release) -> Iterator[str]:
    with duckdb_at(served.path / "baogao.duckdb") as connection:
        found = connection.execute(
            "select count(*), count(distinct region_id), min(year), max(year) from city_year_panel"
        )
        row = found.fetchone()
        if row:
            yield spoken(
                "  city_year_panel: {n_rows} region-years of {n_regions} regions, {first} to {last}",
                n_rows=row[0],
                n_regions=row[1],
                first=row[2],
                last=row[3],
            )
        try:
            look = connection.execute(PANEL_LOOK)
        except Exception:  # the panel's columns follow the lexicon; a look is no contract
            return
        names = [column[0] for column in look.description or []]
        yield "  " + " | ".join(names)
        for line in look.fetchall():
            yield "  " + " | ".join(_readable(value) for value in line)


def _readable(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return "" if value is None else str(value)


def _reviews(installation: Installation, verdicts: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the decisions of people that change nothing: no longer fitting, not read, or about no document."""
    told = [line for v in verdicts if v["expectation"] == OUTDATED for line in str(v["observed"]).split("; ")]
    told += without_effect(installation)
    if told:
        where = installation.settings.shared(installation.home, "reviews")
        yield spoken(
            "{n_told} decisions or files in {where} have no effect; mend or remove them:", n_told=len(told), where=where
        )
        yield from (f"  {line}" for line in told[:SHOWN])
