"""Rooms and arrows: what a folder may import, read from the source, so that a module is found by what it does.

`CONTRIBUTING.md` says what belongs into each room; here stands what each may know of.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter

import pytest

from sources.home import REPOSITORY

PACKAGES = ("client/baogao", "sources", "expectations", "orchestration", "dashboard")
#: from the ground up: a room knows of those below it and of none above
FLOORS = (
    "baogao",
    "sources",
    "expectations",
    "orchestration.home",
    "orchestration.hops",
    "orchestration.warehouse",
    "orchestration.release",
    "orchestration.cluster",
    "orchestration.cockpit",
    "orchestration.answers",
    "orchestration.cli",
)
#: the same within the hop from bytes to documents; what is named stands at the folder's root and is used by all
DOCUMENT = (
    ("dates", "draft", "errors", "genre", "normal", "scan", "sections", "traced"),
    ("identity",),
    ("cleaning",),
    ("forms",),
    ("read", "version"),
    ("reports",),
)
#: all that the dashboard knows of besides itself: releases of a home, fonts, errors, what readers of an audit say
OF_THE_DASHBOARD = {
    "orchestration.home.releases", "orchestration.home.fonts", "sources.home", "sources.fonts", "sources.outgoing",
    "sources.magnitudes", "sources.latin", "sources.phrases", "sources.quality", "sources.quality.audits",
    "sources.extraction.review", "sources.errors", "sources.terms", "sources.yaml_text",
}  # fmt: skip
#: libraries that one room (or two) alone may import
KEPT_TO = {
    "celery": "orchestration.cluster",
    "dagster": ("orchestration.cockpit", "orchestration.cluster"),
    "dagster_celery": "orchestration.cluster",
    "dagster_dbt": "orchestration.cockpit",
    "dbt": ("orchestration.warehouse.dbt_process", "orchestration.warehouse.dbt_plugin"),
    "great_expectations": "expectations",
    "mcp": "orchestration.answers",
    "psycopg2": ("orchestration.home.locking", "orchestration.release.ducklake"),
    "scrapy": "sources.snapshot",
    "streamlit": "dashboard",
    "typer": "orchestration.cli",
}


@cache
def modules() -> dict[str, ast.Module]:
    found = {}
    for package in PACKAGES:
        for path in sorted((REPOSITORY / package).rglob("*.py")):
            parts = path.relative_to((REPOSITORY / package).parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imported(name: str) -> Iterator[str]:
    """Yield every module that `name` imports, inside functions and for types too."""
    for node in ast.walk(modules()[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{name} imports by a relative name"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in modules() else node.module


def own(name: str) -> set[str]:
    return {other for other in imported(name) if other in modules()}


def is_in(name: str, room: str) -> bool:
    return name == room or name.startswith(f"{room}.")


def floor(name: str) -> int | None:
    return next((number for number, room in enumerate(FLOORS) if is_in(name, room)), None)


def document_floor(name: str) -> int:
    part = name.split(".")[2]
    return next(number for number, rooms in enumerate(DOCUMENT) if part in rooms)


def test_every_module_of_ours_has_a_room() -> None:
    assert {name for name in modules() if floor(name) is None} - {"orchestration"} == {
        name for name in modules() if is_in(name, "dashboard")
    }


def test_no_room_knows_of_one_above_it() -> None:
    upward = [
        f"{name} -> {other}"
        for name in modules()
        for other in own(name)
        if (here := floor(name)) is not None and (there := floor(other)) is not None and there > here
    ]
    assert upward == []


def test_no_room_of_the_documents_knows_of_one_above_it() -> None:
    prefix = "sources.document"
    rooms = [name for name in modules() if name.startswith(f"{prefix}.")]
    upward = [
        f"{name} -> {other}"
        for name in rooms
        for other in own(name)
        if other.startswith(f"{prefix}.") and document_floor(other) > document_floor(name)
    ]
    assert upward == []


def test_the_dashboard_reads_a_release_and_nothing_else() -> None:
    mine = [name for name in modules() if is_in(name, "dashboard")]
    assert {other for name in mine for other in own(name) if not is_in(other, "dashboard")} <= OF_THE_DASHBOARD | {
        name for name in modules() if is_in(name, "baogao")
    }
    users = {
        name for name in modules() if not is_in(name, "dashboard") for other in own(name) if is_in(other, "dashboard")
    }
    doors = ("orchestration.cli", "orchestration.answers")
    assert all(any(is_in(user, door) for door in doors) for user in users), "only the command opens it, or asks for it"


@pytest.mark.parametrize("library", KEPT_TO)
def test_a_library_stays_in_its_room(library: str) -> None:
    users = {name for name in modules() for other in imported(name) if is_in(other, library)}
    assert users, f"nobody imports {library}: take it off the list"
    rooms = KEPT_TO[library]
    allowed = (rooms,) if isinstance(rooms, str) else rooms
    assert {name for name in users if not any(is_in(name, room) for room in allowed)} == set()


def test_no_module_waits_for_itself() -> None:
    # a package is what its __init__ imports; that its modules lie in it makes no arrow
    try:
        TopologicalSorter({name: own(name) - {name} for name in modules()}).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' -> '.join(error.args[1])}")
