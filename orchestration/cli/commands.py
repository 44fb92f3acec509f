"""Which commands there are; each one's module is loaded when it is called.

What belongs here: the list of commands. What does not: arguments and what a person sees (the modules beside this one),
the work itself (the other rooms of ``orchestration``, ``sources``, ``dashboard``). Nothing that a command's arguments
need imports Dagster.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from orchestration.cli.extras import asking
from orchestration.cli.language import translated
from orchestration.cli.saying import echo

#: command → the function (or group of commands) behind it, in the module of that name here; and what `--help` says
COMMANDS = {
    "run": ("running:run", "From a catalogue to the published warehouse; does only what is not up to date."),
    "ui": ("running:ui", "Open Dagster's web interface of this installation."),
    "worker": ("working:worker", "Take runs that another machine's `baogao ui` hands out."),
    "discover": (
        "discovering:discover",
        "Look for new reports in the listings of known sites; writes candidates to check.",
    ),
    "extract": (
        "extracting:extract",
        "Print the observations of given files: text, web page, Word, WPS, RTF, PDF, OFD, ZIP, picture.",
    ),
    "explain": (
        "extracting:explain",
        "Show each number of a file or sentence, and the parse or the reason behind it.",
    ),
    "status": ("status:status", "Show coverage, what failed, what is stale, and which release is served."),
    "export": ("looking:export", "Copy the served exports (Parquet, CSV, Excel, Stata, codebook) to a folder."),
    "dashboard": (
        "looking:dashboard",
        "Look at the published release in a browser: series, places, coverage, sentences.",
    ),
    "compare": (
        "comparing:compare",
        "Rank regions by an indicator of the served release: target, result, gap, verdict, why a cell is empty.",
    ),
    "panel": (
        "comparing:panel",
        "Print regions by year from the served release, one or more indicators, each cell with its value or reason.",
    ),
    "cell": (
        "citing:cell",
        "Show one cell of a release by its key: value, sentence (Chinese, English), address, citation.",
    ),
    "say": (
        "says:say",
        "Say who says a phrase in the served release: counts, sentences, first year, how much was searched.",
    ),
    "mcp": (
        "assisting:mcp",
        "Answer assistants' questions about the served release (Model Context Protocol), or say why there is none.",
    ),
    "superset": ("looking:superset", "Write a dashboard of the served release for Apache Superset to import."),
    "audit": ("auditing:audit", "Draw a sample of the release to judge, and report how often it is wrong."),
    "clean": ("cleaning:clean", "Show what need not stay (old releases, logs, snapshots if so set); --yes removes it."),
    "release": ("releasing:release", "List, publish, compare and roll back published releases."),
}
LOOK: dict[str, Any] = {"no_args_is_help": True, "add_completion": False, "rich_markup_mode": None}
#: of the command itself, which has the options that write or show a shell's completion
WHOLE_LOOK: dict[str, Any] = {**LOOK, "add_completion": True}


class LazyGroup(TyperGroup):
    """A group that lists its commands by name and help alone, and loads the one that is called."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        translated(self, ctx)
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)  # unknown names end here, with the nearest known one
        return name, translated(_load(str(name)), ctx), rest


def _load(name: str) -> Any:
    alone = typer.Typer(**LOOK)
    register(alone, name)
    return get_group(alone).commands[name]


def register(group: typer.Typer, name: str) -> None:
    """Give `group` the command `name` with all that its module says of it."""
    place, text = COMMANDS[name]
    module, _, member = place.partition(":")
    found = getattr(import_module(f"{__package__}.{module}"), member)
    if isinstance(found, typer.Typer):
        for command in found.registered_commands:
            assert command.callback
            command.callback = asking(command.callback, name)
        group.add_typer(found, name=name, help=text, no_args_is_help=True)
    else:
        group.command(name, help=text)(asking(found, name))


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        echo(f"baogao {version('baogao')}{' (compiled)' if _compiled() else ''}")
        raise typer.Exit


def _compiled() -> bool:
    """Whether this installation reads by compiled modules (`make wheel-compiled`); the rows are the same."""
    from importlib.machinery import EXTENSION_SUFFIXES
    from pathlib import Path

    import sources

    reading = Path(sources.__file__).parent / "extraction"
    return any((reading / f"engine{suffix}").exists() for suffix in EXTENSION_SUFFIXES)


def whole_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which one this is")
    ] = False,
) -> None:
    """Hold the options that stand before any command."""


app = typer.Typer(
    name="baogao",
    cls=LazyGroup,
    help="Turn Chinese government work reports (政府工作报告) into a city-year warehouse that a researcher can cite.",
    pretty_exceptions_enable=False,
    **WHOLE_LOOK,
)
app.callback(help=app.info.help)(whole_command)
for _name, (_place, _text) in COMMANDS.items():
    app.command(_name, help=_text)(lambda: None)
