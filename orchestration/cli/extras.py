"""Which command needs more than the reading core, and what to install where it is not there.

What belongs here: command → extras of pyproject.toml (a test holds that every command is named), and asking for them
before a command begins. What does not: the extras' packages; `ocr`, which who reads a picture asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from typing import Any

from orchestration.cli.errors import UserError

#: extra → a module that comes with it alone
TELLING = {
    "run": "dagster",
    "crawl": "scrapy",
    "dashboard": "streamlit",
    "ocr": "rapidocr",
    "cluster": "dagster_celery",
    "mcp": "mcp",
}
#: command or group of commands → the extras without which it can't begin
NEEDS: dict[str, tuple[str, ...]] = {
    "extract": (),
    "explain": (),
    **dict.fromkeys(("dashboard", "compare", "panel", "cell", "say"), ("dashboard",)),
    "mcp": ("dashboard", "mcp"),
    "discover": ("crawl",),
    "worker": ("run", "cluster"),
    **dict.fromkeys(("run", "ui", "status", "export", "superset", "release", "clean", "audit"), ("run",)),
}


def missing(extras: tuple[str, ...]) -> list[str]:
    """Return those of `extras` that are not installed."""
    return [extra for extra in extras if find_spec(TELLING[extra]) is None]


def asking(callback: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return `callback` of command `name`, which ends with a UserError that names the extras it lacks.

    `--help` answers all the same: it is asked before the command is called.
    """
    extras = NEEDS[name]

    @wraps(callback)  # typer reads the options from the signature
    def called(*arguments: Any, **options: Any) -> Any:
        if lacking := missing(extras):
            raise UserError(
                '`baogao {name}` needs more than the reading core: pip install "baogao[{lacking}]" (or "baogao[all]")',
                name=name,
                lacking=",".join(lacking),
            )
        return callback(*arguments, **options)

    return called
