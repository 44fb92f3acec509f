"""Building one release: copy the marts, export, audit, then swap. Any failure leaves the former release serving.

What does not belong here: Dagster; DuckDB is opened by what the caller hands in.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration import hops
from orchestration.home import fingerprints, locking, provenance, releases, shared_releases
from orchestration.home.installation import Installation
from orchestration.home.releases import BUILDING, TEXTS, Release, ReleaseError, Rollback
from orchestration.home.verdicts import stored_verdicts
from orchestration.hops import gate, reviewed
from orchestration.release import codebook, ducklake, gates
from orchestration.release.about import about, cff
from orchestration.release.audit import audit, count
from orchestration.release.changes import Changes, find_changes, write_changes
from orchestration.release.exports import write_panel, write_tables
from orchestration.release.refusals import Override, Refusal, record_attempt, refusals, refuse, test_verdicts
from orchestration.release.schema import PublishedTable
from orchestration.warehouse import builds
from sources.disk import flush_tree, remove_tree, seal
from sources.home import Home
from sources.tables import GATE_RESULTS

if TYPE_CHECKING:
    import duckdb

#: the table that a release's own verdicts are added to
VERDICTS = GATE_RESULTS.name
#: seconds between two interruptions of those who write what nobody wants any more
_ASK_AGAIN = 0.05
#: called with the file and whether it may be written
Connect = Callable[..., AbstractContextManager["duckdb.DuckDBPyConnection"]]


@dataclass(frozen=True)
class Published:
    """What `publish` did. `built` is False where the served release stands (``provenance.current_release``)."""

    release: Release
    built: bool
    counts: dict[str, int]
    changes: dict[str, int]
    pruned: list[str]
    verdicts: list[dict[str, Any]] = field(default_factory=list)


def publish(
    installation: Installation,
    schema: Mapping[str, PublishedTable],
    connect: Connect,
    override: Override | None = None,
) -> Published:
    """Build, audit and serve a new release; return the served one where nothing changed since.

    Raises ReleaseError where a gate forbids it and `override` does not speak against it, or where the audit finds a
    fault, against which nothing speaks: the former release goes on serving. Raises ChangedError where machines share a
    store and another release has been served since this began, LostLockError where the home's lock is no longer held.
    """
    home, address = installation.home, installation.settings.store
    seen = shared_releases.fetch(installation)
    state = provenance.read_state(installation)
    forbidden = refusals(installation, state, override)
    override = _against(installation, forbidden, override)
    standing = provenance.current_release(home, state)
    if standing and _has_its_texts(installation, standing):
        ducklake.follow(installation, standing)
        record_attempt(home, standing.id, [], [])
        return Published(standing, False, standing.manifest.get("rows", {}), {}, [])
    served = releases.current(home)
    release_id = _new_id(home, shared_releases.ids(address))
    folder = home.releases / f"{BUILDING}{release_id}-{secrets.token_hex(3)}"
    try:
        folder.mkdir(parents=True)
        # copying the texts takes the disk, building the release the processor
        with ThreadPoolExecutor(1) as beside:
            taken = beside.submit(take_texts, installation, state, folder, served)
            built = _build(installation, schema, connect, folder, release_id, served, override)
        texts = taken.result()
        _write_manifest(folder, release_id, state.hash, served, built, reviewed.without_effect(installation), texts)
        seal(folder)
        # on disk before the link names it, and before former ones go
        flush_tree(folder)
        locking.confirm(home)
        shared_releases.upload(installation, folder, release_id)
        ducklake.follow(installation, Release(release_id, folder, False, {}))
        locking.confirm(home)  # an upload takes its time
        if address:
            shared_releases.point(address, Rollback(release_id), seen)
        shared_releases.take(folder, installation, release_id)
    except BaseException:
        with suppress(OSError):
            remove_tree(folder)
        raise
    releases.swap(home, release_id)
    record_attempt(home, release_id, [], built.verdicts)
    pruned = releases.prune(home, installation.settings.publish.releases_kept)
    shared_releases.prune(installation, release_id)
    if pruned:
        record_attempt(home, release_id, [], built.verdicts, pruned)
    release = Release(release_id, home.releases / release_id, True, releases.read_manifest(home.releases / release_id))
    return Published(release, True, built.counts, built.changes, pruned, built.verdicts)


@dataclass(frozen=True)
class _Built:
    """What `_build` made: rows by table, changed cells by cause, verdicts on the release, who overruled some, and what
    is known of each export (see ``write_tables``, ``write_panel``)."""

    counts: dict[str, int]
    changes: dict[str, int]
    covered: dict[str, Any]
    verdicts: list[dict[str, Any]]
    override: Override | None
    exports: dict[str, dict[str, str]]
    notes: list[str]


def _against(
    installation: Installation,
    found: list[Refusal],
    override: Override | None,
    verdicts: Sequence[dict[str, Any]] = (),
) -> Override | None:
    """Return `override` with what it speaks against. Raises ReleaseError where it can't or where there is none."""
    standing = [refusal for refusal in found if not (override and refusal.overridable)]
    if standing:
        record_attempt(installation.home, "", standing, verdicts)
        raise ReleaseError(refuse(standing))
    return override.of(found) if override else None


def _build(
    installation: Installation,
    schema: Mapping[str, PublishedTable],
    connect: Connect,
    folder: Path,
    release_id: str,
    served: Release | None,
    override: Override | None,
) -> _Built:
    exports = folder / "exports"
    exports.mkdir(parents=True)
    forms = installation.settings.publish.exports
    database = folder / "baogao.duckdb"
    with _readable_warehouse(installation):
        counts = copy_marts(connect, installation.home.marts, database, schema)
    # the marts have the same rows but for the verdicts, and nobody writes them now: what needs no verdict is written
    # beside the judging, which has the new file to itself
    with connect(installation.home.marts) as marts, _writers(marts) as write:
        panel = write(write_panel, exports, schema, release_id, forms)
        # the longest first, or one writer goes on alone at the end
        names = sorted(schema.keys() - {VERDICTS}, key=lambda name: (-counts[name], name))
        tables = [write(write_tables, exports, {name: schema[name]}, served, forms) for name in names]
        changes, verdicts, override = _judge(installation, schema, connect, database, counts, served, override)
        with connect(database) as connection:
            judged = {name: table for name, table in schema.items() if name == VERDICTS}
            written = write_tables(connection, exports, judged, served, forms)
            covered = _covered(connection)
        notes = panel.result()
        for table in tables:
            written |= table.result()
    write_changes(exports / "CHANGES.csv", changes)
    (exports / "codebook.md").write_text(codebook.markdown(schema, counts), encoding="utf-8")
    dataset = about(release_id, covered, installation.settings.deposit)
    (exports / "CITATION.cff").write_text(cff(dataset), encoding="utf-8")
    return _Built(counts, changes.counts, covered, verdicts, override, written, notes)


@contextmanager
def _writers(marts: duckdb.DuckDBPyConnection) -> Iterator[Callable[..., Future[Any]]]:
    """Yield what has a function called with a reader of `marts`, by one of two threads, and returns its future.

    Who leaves the block has waited for them; where it is left by an error they are broken off.
    """
    readers: list[duckdb.DuckDBPyConnection] = []
    begun: list[Future[Any]] = []
    with ThreadPoolExecutor(2) as beside:

        def write(writer: Callable[..., Any], *told: Any) -> Future[Any]:
            readers.append(marts.cursor())
            begun.append(beside.submit(writer, readers[-1], *told))
            return begun[-1]

        try:
            yield write
        except BaseException:
            # refused or broken off: nobody wants what they write. Only a query that runs can be interrupted
            beside.shutdown(wait=False, cancel_futures=True)
            # `wait` would wait for ever for what was cancelled before a thread had taken it
            while not all(future.done() for future in begun):
                for reader in readers:
                    reader.interrupt()
                time.sleep(_ASK_AGAIN)
            raise


def _judge(
    installation: Installation,
    schema: Mapping[str, PublishedTable],
    connect: Connect,
    database: Path,
    counts: dict[str, int],
    served: Release | None,
    override: Override | None,
) -> tuple[Changes, list[dict[str, Any]], Override | None]:
    """Audit the new file as readers open it and judge it; put the verdicts into it and their number into `counts`."""
    with connect(database) as connection:
        faults = audit(connection, schema, counts)
        if faults:
            told = [Refusal("audit", f"the audit of the new release found: {fault}", False) for fault in faults]
            _against(installation, told, override)
        changes = _changes(served, connection)
    verdicts = gates.judge(database, changes, installation.settings.gates, provenance.project_hash()[:12])
    override = _against(installation, gates.refusals_of(verdicts), override, verdicts)
    if VERDICTS in schema:
        more = [*test_verdicts(builds.last_build(installation)), *stored_verdicts(verdicts)]
        judged = provenance.judged_since(installation)
        known = gate.verdict_table(installation.lake, more, judged)
        with connect(database, read_only=False) as connection:
            counts[VERDICTS] = gates.write_verdicts(connection, known, override, judged)
    return changes, verdicts, override


def _write_manifest(
    folder: Path,
    release_id: str,
    inputs: str,
    served: Release | None,
    built: _Built,
    reviews: list[str],
    texts: dict[str, Any],
) -> None:
    spoken = built.override if built.override and built.override.refusals else None
    manifest = {
        "release": release_id,
        "former_release": served.id if served else None,
        "inputs": inputs,
        "rows": built.counts,
        "changes": built.changes,
        "covered": built.covered,
        "override": spoken.record() if spoken else None,
        "warnings": [f"{v['table_name']}: {v['expectation']}" for v in built.verdicts if not v["success"]],
        "notes": built.notes,
        "reviews_without_effect": reviews,
        "versions": versions(),
        "texts": texts,
        "files": _hashes(folder, built.exports),
    }
    (folder / releases.MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")


def _changes(served: Release | None, connection: duckdb.DuckDBPyConnection) -> Changes:
    """Return what differs from the served release; from none where there is none that can be read."""
    import duckdb

    if served:
        try:
            return find_changes(served.path / "baogao.duckdb", connection)
        except duckdb.Error:
            if not releases.damage(served):
                raise
    return find_changes(None, connection)


@contextmanager
def _readable_warehouse(installation: Installation) -> Iterator[None]:
    """Have the warehouse built anew by the next run where its file can't be read; tell it from a file in use."""
    import duckdb

    path = installation.home.marts
    try:
        yield
    except (duckdb.IOException, duckdb.SerializationException, duckdb.FatalException) as error:
        reason = str(error).splitlines()[0]
        if "Could not set lock" in reason:
            raise ReleaseError(
                "{path} is open in another process ({reason}); close it there and run again", path=path, reason=reason
            ) from error
        if path.exists() and "No space left" not in reason:
            builds.record(installation, builds.Build(error=f"{path} can't be read: {reason}"))
        raise ReleaseError(
            "{path} can't be read ({reason}); run again: it is built anew then", path=path, reason=reason
        ) from error


def copy_marts(connect: Connect, source: Path, target: Path, schema: Mapping[str, PublishedTable]) -> dict[str, int]:
    """Copy the file of the marts, with their comments, to `target`; return the warehouse's counts by table.

    Raises ReleaseError where a published table is missing, duckdb.Error where the file can't be read.
    """
    if not source.exists():
        raise ReleaseError("{source} is missing; run the warehouse again", source=source)
    with connect(source) as connection:  # as long as it is open, nobody writes it
        present = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        if missing := sorted(schema.keys() - present):
            raise ReleaseError("the warehouse has no table {missing}; run the warehouse again", missing=missing[0])
        counts = {name: count(connection, name) for name in schema}
        shutil.copyfile(source, target)
    return counts


def take_texts(
    installation: Installation, state: provenance.State, folder: Path, former: Release | None
) -> dict[str, Any]:
    """Put the reports' sentences into the release at `folder`; return what its manifest says of them.

    That is nothing where the settings keep them out. Where they are those of `former`, its file is linked.
    """
    source = installation.home.texts
    if not installation.settings.publish.texts or not source.exists():
        return {}
    inputs = fingerprints.digest(state.data.get("sentences"), state.data.get("reports"), state.registry, state.models)
    target, told = folder / TEXTS, former.manifest.get("texts") if former else None
    if former and told and told["inputs"] == inputs and (former.path / TEXTS).is_file():
        with suppress(OSError):  # a file system without links
            os.link(former.path / TEXTS, target)
    if not target.exists():
        shutil.copyfile(source, target)
    return {"sha256": releases.file_hash(target), "bytes": target.stat().st_size, "inputs": inputs}


def _has_its_texts(installation: Installation, release: Release) -> bool:
    """Whether a release has texts or none as the settings want it; one that a person went back to stays as it is."""
    wanted = installation.settings.publish.texts and installation.home.texts.exists()
    return bool(release.manifest.get("texts")) == wanted or bool(releases.went_back(release, installation.home).serves)


def versions() -> dict[str, str]:
    """Return the versions of the code that made the release."""
    from importlib.metadata import version

    return {
        "baogao": version("baogao"),
        "duckdb": version("duckdb"),
        "dbt-core": version("dbt-core"),
        **hops.versions(),
        "models": provenance.project_hash()[:12],
    }


def _covered(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    row = connection.execute(
        "select count(distinct region_id), count(*), min(year), max(year) from city_year_panel"
    ).fetchone()
    regions, region_years, first, last = row or (0, 0, None, None)
    return {"regions": regions, "region_years": region_years, "first_year": first, "last_year": last}


def _hashes(folder: Path, known: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.name != TEXTS):
        name = str(path.relative_to(folder))
        told = known.get(name.removeprefix("exports/"), {})
        found[name] = {
            "sha256": told.get("sha256") or releases.file_hash(path),
            "bytes": path.stat().st_size,
            **({"content": told["content"]} if told else {}),
        }
    return found


def _new_id(home: Home, others: Sequence[str] = ()) -> str:
    """Return the UTC time as id, later than that of every release there is: a clock may have been set back.

    `others` are releases elsewhere.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    there = [*others, *(release.id for release in releases.list_releases(home))]
    newest = max(map(releases.order, there), default=("", 0))
    if (stamp, 1) > newest:
        return stamp
    return f"{newest[0]}-{newest[1] + 1}"
