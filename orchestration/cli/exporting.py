"""`baogao export`: copy the served exports to where they are needed."""

from __future__ import annotations

import shutil
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption


class ExportFormat(StrEnum):
    all = "all"
    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"
    dta = "dta"


def register(app: typer.Typer) -> None:
    app.command("export", help="Copy the served exports (Parquet, CSV, Excel, Stata, codebook) to a folder.")(export)


def export(
    folder: Annotated[Path, typer.Argument(help="Folder to copy to; made if it isn't there")],
    form: Annotated[ExportFormat, typer.Option("--format", help="Which form")] = ExportFormat.all,
    home: HomeOption = None,
) -> None:
    """Copy exports of the served release, with codebook, manifest and citation, to FOLDER."""
    from orchestration.home.releases import current
    from sources.home import find_home

    served = current(find_home(home))
    if served is None:
        raise UserError("nothing has been published yet; run: baogao run --catalogue FILE.csv")
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file; name a folder")
    exports = served.path / "exports"
    always = ("codebook.md", "manifest.json", "CHANGES.csv", "CITATION.cff")
    chosen = [
        path
        for path in sorted(exports.rglob("*"))
        if path.is_file() and (path.name in always or form is ExportFormat.all or path.suffix == f".{form.value}")
    ]
    for path in chosen:
        target = folder / path.relative_to(exports)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    typer.echo(f"{len(chosen)} files of release {served.id} in {folder}")
