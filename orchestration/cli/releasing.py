"""`baogao release …`: which releases there are, which one readers see, which ones stay."""

from __future__ import annotations

import csv
import sys
from collections import Counter
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.giving import deposit_command, pages_command
from orchestration.cli.options import ByOption, HomeOption, JsonOption, ReplaceOption
from orchestration.cli.saying import echo, spoken
from orchestration.home.locking import only_process
from orchestration.home.releases import current, find_release, order, served_id, why_kept
from orchestration.release.changes import HEADER, find_changes
from sources import outgoing

COUNTED_BY = ("change", "cause", "column_name")
release = typer.Typer()
release.command("deposit")(deposit_command)
release.command("pages")(pages_command)


@release.command("list")
def list_command(as_json: JsonOption = False, home: HomeOption = None) -> None:
    """List the releases of this home; the served one has a star."""
    from orchestration.home import shared_releases
    from orchestration.home.installation import open_installation

    installation = open_installation(home)
    where, found = installation.home, shared_releases.known(installation)
    if as_json:
        from orchestration.cli.as_json import releases_of, write_json

        write_json(releases_of(installation, found))
        return
    if not found:
        raise UserError("nothing has been published yet; run: baogao run --catalogue FILE.csv")
    for one in found:
        rows = one.manifest.get("rows", {})
        changes = ", ".join(f"{n} {what}" for what, n in one.manifest.get("changes", {}).items()) or "no cell changed"
        star = "*" if one.served else " "
        echo(
            spoken(
                "{star} {id}  {rows} region-years  {changes}",
                star=star,
                id=one.id,
                rows=rows.get("city_year_panel", "?"),
                changes=changes,
            )
        )
        if one.kept:
            reason = why_kept(where, one.id)
            echo("    kept" + (f": {reason}" if reason else ""))
        override = one.manifest.get("override")
        if override:
            verdicts = override["verdicts"]
            echo(
                spoken(
                    "    published in spite of {n_verdicts} bad verdict(s) by {by}, {at}: {reason}",
                    n_verdicts=len(verdicts),
                    by=override["by"],
                    at=override["at"],
                    reason=override["reason"],
                )
            )
            for verdict in verdicts:
                echo(f"      {verdict['told']}")
    number = installation.settings.publish.releases_kept
    # the served release is a former one as soon as another is published
    going = [one.id for one in found if not one.kept][number:]
    if going:
        echo(
            spoken(
                "to go with the next release: {going}; `baogao release keep ID` has one stay", going=", ".join(going)
            )
        )


@release.command("keep")
def keep_command(
    release_id: Annotated[str, typer.Argument(help="Release that is to stay, as `baogao release list` names it")],
    reason: Annotated[str, typer.Option("--reason", help="Why, for those who ask later")] = "",
    home: HomeOption = None,
) -> None:
    """Have a release stay, for example because a paper cites it: neither publishing nor cleaning removes it."""
    from orchestration.home import shared_releases
    from orchestration.home.installation import open_installation

    installation = open_installation(home)
    with only_process(installation.home):
        shared_releases.keep(installation, release_id, reason)
    echo(spoken("release {release_id} stays until: baogao release unkeep {release_id}", release_id=release_id))


@release.command("unkeep")
def unkeep_command(
    release_id: Annotated[str, typer.Argument(help="Release that may go again")],
    home: HomeOption = None,
) -> None:
    """Let a release that was kept go with the others, by age."""
    from orchestration.home import shared_releases
    from orchestration.home.installation import open_installation

    installation = open_installation(home)
    with only_process(installation.home):
        shared_releases.unkeep(installation, release_id)
    echo(spoken("release {release_id} goes with the others again", release_id=release_id))


@release.command("export")
def export_command(
    release_id: Annotated[str, typer.Argument(help="Release, as `baogao release list` names it")],
    folder: Annotated[Path, typer.Argument(help="Folder to copy to; made if it isn't there")],
    replace: ReplaceOption = False,
    home: HomeOption = None,
) -> None:
    """Copy a release as a whole to FOLDER: the DuckDB file and all exports, held against the manifest's hashes."""
    from orchestration.home import shared_releases
    from orchestration.home.installation import open_installation
    from orchestration.release.copies import copy_out, files_of

    installation = open_installation(home)
    shared_releases.ensure(installation, release_id)
    found = find_release(installation.home, release_id)
    paths = files_of(found)
    copy_out(found, found.path, paths, folder, replace=replace)
    echo(spoken("release {id}, {n_paths} files, in {folder}", id=found.id, n_paths=len(paths), folder=folder))


@release.command("publish")
def publish_command(
    override: Annotated[
        str,
        typer.Option("--override", metavar="REASON", help="Publish in spite of bad verdicts, on record with why"),
    ] = "",
    by: ByOption = "",
    home: HomeOption = None,
) -> None:
    """Build what the raw tables hold and publish it, without fetching or reading anything."""
    from orchestration.cli import runner, stopping
    from orchestration.home.installation import open_installation
    from orchestration.release.refusals import override_of

    installation = open_installation(home)
    elsewhere = bool(installation.settings.cluster.engine)  # whose steps hold the lock
    lock = nullcontext() if elsewhere else only_process(installation.home)
    with stopping.telling(installation.home), lock:
        if not any(installation.lake.partitions("reports")):
            raise UserError(
                "{root} holds no report yet; run: baogao run --catalogue FILE.csv", root=installation.home.root
            )
        runner.mend_home(installation)
        echo(spoken("building the warehouse, publishing …"), err=True)
        runner.publish(installation, override_of(override, by))


@release.command("rollback")
def rollback_command(
    release_id: Annotated[str | None, typer.Argument(help="Release to serve [default: the one before]")] = None,
    home: HomeOption = None,
) -> None:
    """Serve an older release again; runs leave it so until the raw tables change."""
    from orchestration.home import shared_releases
    from orchestration.home.installation import open_installation
    from orchestration.release import ducklake

    installation = open_installation(home)
    with only_process(installation.home):
        left = served_id(installation.home)
        echo(
            spoken(
                "serving {release} until the raw tables change",
                release=shared_releases.rollback(installation, release_id),
            )
        )
        if served := current(installation.home):
            ducklake.follow(installation, served)
        if left:
            echo(spoken("to serve {left} again: baogao release rollback {left}", left=left))


@release.command("diff")
def diff_command(
    old: Annotated[str | None, typer.Argument(help="Older release [default: the one before the served]")] = None,
    new: Annotated[str | None, typer.Argument(help="Newer release [default: the served one]")] = None,
    count: Annotated[bool, typer.Option("--count", help="Count the cells by change, cause and column")] = False,
    home: HomeOption = None,
) -> None:
    """Print the cells of the panel that differ between two releases, with the cause, as CSV."""
    from orchestration.home import shared_releases
    from orchestration.home.database import duckdb_at
    from orchestration.home.installation import open_installation

    installation = open_installation(home)
    found = {one.id: one for one in shared_releases.known(installation)}
    newer = new or next((one.id for one in found.values() if one.served), None)
    older = old or next((known for known in found if newer and order(known) < order(newer)), None)
    for wanted in (older, newer):
        if wanted is None or wanted not in found:
            raise UserError(
                "no release {wanted}; there are: {found}"
                if wanted
                else "no release to compare with; there are: {found}",
                wanted=wanted,
                found=", ".join(found) or "none",
            )
    assert older and newer
    for wanted in (older, newer):
        shared_releases.ensure(installation, wanted)
    with duckdb_at(found[newer].path / "baogao.duckdb") as after:
        rows = find_changes(found[older].path / "baogao.duckdb", after).rows
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if count:
        of = [HEADER.index(name) for name in COUNTED_BY]
        writer.writerow([*COUNTED_BY, "cells"])
        writer.writerows([*key, n] for key, n in Counter(tuple(row[i] for i in of) for row in rows).most_common())
    else:
        writer.writerow(HEADER)
        writer.writerows(map(outgoing.cells, rows))
