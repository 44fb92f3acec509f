"""`baogao superset`: the dashboard for Apache Superset, as the archive that Superset imports.

What belongs here: arguments, what a person sees. What does not: the archive (``orchestration/release``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption


def register(app: typer.Typer) -> None:
    app.command("superset", help="Write a dashboard of the served release for Apache Superset to import.")(superset)


def superset(
    archive: Annotated[Path, typer.Argument(help="Archive to write")] = Path("baogao_superset.zip"),
    seen_as: Annotated[
        str | None,
        typer.Option(
            "--seen-as",
            help="Absolute path of the published file on the Superset server [default: its path here]",
            show_default=False,
        ),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Write ARCHIVE; the dashboard follows later releases by itself, since the file's path stays."""
    from orchestration.home.database import duckdb_at
    from orchestration.release.superset_bundle import BundleError, write_bundle
    from sources.home import find_home

    published = find_home(home).published_database
    if not published.is_file():
        raise UserError("nothing has been published yet; run: baogao run --catalogue FILE.csv")
    if archive.suffix != ".zip" or archive.is_dir():
        raise UserError(f"{archive}: Superset imports .zip files; name one")
    if not archive.absolute().parent.is_dir():
        raise UserError(f"{archive.absolute().parent}: no such folder")
    path = seen_as or str(published)
    try:
        with duckdb_at(published) as connection:
            charts = write_bundle(archive, connection, path)
    except BundleError as error:
        raise UserError(str(error)) from error
    typer.echo(f"{archive}: a dashboard of {len(charts)} charts over {path}")
    typer.echo("in Superset: Dashboards, the import button at the top right, this file (docs/bi.md says more)")
