"""`baogao cell`: one cell of a release by its key, with its sentence and its citation.

What belongs here: arguments, what a person sees. What does not: what is behind the cell (``baogao.questions``) and the
forms of citations (``baogao.citing``), which dashboard and client have too.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.looking import NOTHING_PUBLISHED, fetched_home
from orchestration.cli.options import HomeOption
from orchestration.cli.saying import echo
from sources import outgoing
from sources.home import Home

if TYPE_CHECKING:
    from dashboard.store import Store


class Form(StrEnum):
    plain = "plain"
    biblatex = "biblatex"
    csl = "csl"
    gbt7714 = "gbt7714"


def store_called(home: Home, release: str | None) -> Store:
    """Return a kept release by its id, without one the served one. Raises UserError."""
    from dashboard.store import kept_releases, kept_store, served_store

    store = kept_store(home, release) if release else served_store(home)
    if store is None and not kept_releases(home):
        raise UserError(NOTHING_PUBLISHED)
    if store is None:
        raise UserError(
            "no release {release!r} is kept here; there are: {known}",
            release=release,
            known=", ".join(kept_releases(home)),
        )
    return store


def cell(
    key: Annotated[
        str,
        typer.Argument(help="release/region/year/column; without release of the served one", metavar="KEY"),
    ],
    form: Annotated[Form | None, typer.Option("--cite", help="Print its citation alone, in this form")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all that is known of it as JSON")] = False,
    home: HomeOption = None,
) -> None:
    """Show a cell of the panel: value or why there is none, the sentence in Chinese and English, address, citation."""
    from baogao.citing import cite
    from baogao.questions import cell_of, key_called

    release, *rest = key.strip().split("/")
    store = store_called(fetched_home(home), release if len(rest) == 3 else None)
    found = cell_of(store, key_called(store, key))
    if as_json:
        sys.stdout.write(json.dumps(dataclasses.asdict(found), ensure_ascii=False, indent=1, default=str) + "\n")
        return
    if form:
        sys.stdout.write(cite(found, form.value) + "\n")
        return
    place = f"{found.region_name} {found.region_en}".strip()
    told = (found.key, f"{place}, {found.year}, {found.meaning}: {found.told}", found.sentence, found.sentence_en)
    for line in (*told, found.address, cite(found)):
        if line:
            echo(outgoing.lines(line))
