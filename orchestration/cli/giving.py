"""`baogao release deposit`, `baogao release pages`: a release as others take it, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption
from orchestration.cli.saying import echo
from orchestration.home.installation import Installation
from orchestration.home.releases import Release, current, find_release

FolderArgument = Annotated[Path, typer.Argument(help="Folder to make; it must not be there")]
ReleaseOption = Annotated[
    str | None, typer.Option("--release", help="Release, as `baogao release list` names it [default: the served one]")
]


def deposit_command(folder: FolderArgument, release_id: ReleaseOption = None, home: HomeOption = None) -> None:
    """Make FOLDER as Zenodo or a Dataverse takes it: data, descriptions, citation, licence, error card, hashes."""
    from dashboard.texts import load_texts
    from orchestration.cockpit.dbt_project import read_manifest
    from orchestration.home.installation import open_installation
    from orchestration.release.deposit.writing import write_deposit
    from orchestration.release.schema import of_manifest

    installation = open_installation(home)
    found = _wanted(installation, release_id)
    settings = installation.settings.deposit
    dataset, names = write_deposit(found, folder, of_manifest(read_manifest()), settings, load_texts())
    echo(f"release {found.id}, {len(names)} files, in {folder}")
    if dataset.missing:
        fields = ", ".join(dataset.missing)
        where = installation.home.root / "baogao.toml"
        echo(f"not said, and archives ask for it: {fields}; fill in [deposit] of {where} and make it again", err=True)


def pages_command(folder: FolderArgument, release_id: ReleaseOption = None, home: HomeOption = None) -> None:
    """Make FOLDER pages of a release that open from a disk or any web host: series, sentences, tiles, coverage."""
    from sources.registry.latin import readings_of

    from dashboard.texts import Texts, load_texts
    from orchestration.cockpit.dbt_project import read_manifest
    from orchestration.home.installation import open_installation
    from orchestration.release.pages.site import write_pages
    from orchestration.release.schema import of_manifest

    def latin(name: str, code: str) -> tuple[str, tuple[str, ...]]:
        return Texts("en").region_short(name, code).removesuffix(f" {name}"), readings_of(name)

    installation = open_installation(home)
    found = _wanted(installation, release_id)
    settings = installation.settings.deposit
    size = write_pages(found, folder, of_manifest(read_manifest()), settings, load_texts(), latin)
    echo(f"release {found.id}, {size / 1e6:,.1f} MB of pages; open {folder / 'index.html'}")


def _wanted(installation: Installation, release_id: str | None) -> Release:
    """Return the release asked for, or the served one, with its files here. Raises UserError where there is none."""
    from orchestration.home import shared_releases

    if release_id:
        shared_releases.ensure(installation, release_id)
        return find_release(installation.home, release_id)
    found = current(installation.home)
    if found is None:
        raise UserError("nothing has been published yet; run: baogao run --catalogue FILE.csv")
    return found
