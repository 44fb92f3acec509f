"""`baogao dashboard|export|superset`: the served release in a browser, as files, and in Apache Superset.

What belongs here: arguments, what a person sees. What does not: the pages (``dashboard``), the files and the archive
(``orchestration/release``).
"""

from __future__ import annotations

import socket
import threading
import webbrowser
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dashboard.serve import serve
from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption, HostOption, PortOption, ReplaceOption
from orchestration.cli.saying import echo
from orchestration.home.releases import current, served_id
from sources.home import Home, find_home
from sources.settings import load_settings

NOTHING_PUBLISHED = "nothing has been published yet; run: baogao run --catalogue FILE.csv"


def fetched_home(given: Path | None, *, follow: bool = False) -> Home:
    """Return the home to look at, having fetched the served release where machines share a store.

    `follow`: and later ones, as long as this process lives.
    """
    home = find_home(given)
    if load_settings(home).store:
        from orchestration.home import shared_releases
        from orchestration.home.installation import open_installation

        installation = open_installation(home.root)
        shared_releases.fetch(installation, look=True)
        if follow:
            shared_releases.follow(installation)
    return home


class ExportFormat(StrEnum):
    all = "all"
    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"
    dta = "dta"


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to copy to; made if it isn't there")],
    form: Annotated[ExportFormat, typer.Option("--format", help="Which form")] = ExportFormat.all,
    replace: ReplaceOption = False,
    home: HomeOption = None,
) -> None:
    """Copy exports of the served release, with codebook, manifest and citation, to FOLDER."""
    from orchestration.release.copies import copy_out, files_of

    served = current(fetched_home(home))
    if served is None:
        raise UserError(NOTHING_PUBLISHED)
    exports = served.path / "exports"
    always = ("codebook.md", "manifest.json", "CHANGES.csv", "CITATION.cff")
    chosen = [
        path
        for path in files_of(served)
        if path.is_relative_to(exports)
        and (path.name in always or form is ExportFormat.all or f".{form.value}" in path.suffixes)
    ]
    copy_out(served, exports, chosen, folder, replace=replace, plain=True)
    echo(f"{len(chosen)} files of release {served.id} in {folder}")
    if not served.kept:
        echo(f"to cite it, have it stay: baogao release keep {served.id}")


def dashboard(
    home: HomeOption = None,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8501,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the browser as well")] = False,
) -> None:
    """Serve charts of the published release, each number with its sentence; end with Ctrl-C."""
    looked_at = fetched_home(home, follow=True)
    names = load_settings(looked_at).serve.names
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UserError(
                "can't listen on {host} port {port}: {strerror}; name another one: --port {free}",
                host=host,
                port=port,
                strerror=error.strerror,
                free=port + 1,
            ) from error
    release = served_id(looked_at)
    address = f"http://{host}:{port}"
    shown = f"release {release}" if release else "nothing published yet; the page says what to do"
    echo(f"dashboard of {looked_at.root} ({shown}) at {address} (Ctrl-C ends it)")
    if open_browser:
        threading.Timer(2.0, webbrowser.open, [address]).start()
    serve(looked_at, host, port, names)


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
    from orchestration.release.superset_bundle import write_bundle

    published = fetched_home(home).published_database
    if not published.is_file():
        raise UserError(NOTHING_PUBLISHED)
    if archive.suffix != ".zip" or archive.is_dir():
        raise UserError("{archive}: Superset imports .zip files; name one", archive=archive)
    if not archive.absolute().parent.is_dir():
        raise UserError("{parent}: no such folder", parent=archive.absolute().parent)
    path = seen_as or str(published)
    with duckdb_at(published) as connection:
        charts = write_bundle(archive, connection, path)
    echo(f"{archive}: a dashboard of {len(charts)} charts over {path}")
    echo("in Superset: Dashboards, the import button at the top right, this file (docs/bi.md says more)")
