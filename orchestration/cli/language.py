"""The language of `--help`: Chinese or English, by setting, else as the machine is set.

What belongs here: the choice, and putting it into commands before they are shown. What does not: the words
(``locale/zh/LC_MESSAGES/baogao.po``), the language of tables (`--language`) and of the dashboard.
"""

from __future__ import annotations

import gettext
import os
import tomllib
from pathlib import Path
from typing import Any

from sources.home import find_home

CATALOGUES = Path(__file__).parent / "locale"
DOMAIN = "baogao"
#: columns of an 80-column terminal that are left for a command's text in the list, for an option's, for a paragraph
_LISTED, _OPTION, _PARAGRAPH = 62, 44, 74


def wanted() -> str:
    """Return `zh` or `en` as BAOGAO_LANGUAGE or, without it, `language` of the home's baogao.toml says; else "".

    A file that can't be read, or another word, counts as nothing: the command says so itself (``settings.py``,
    which takes longer to load than `--help` may).
    """
    said: object = os.environ.get("BAOGAO_LANGUAGE")
    if said is None:
        try:
            said = tomllib.loads((find_home().root / "baogao.toml").read_text(encoding="utf-8-sig")).get("language")
        except (OSError, ValueError):
            return ""
    return said if isinstance(said, str) and said in ("zh", "en") else ""


def speak() -> None:
    """Have gettext, which Typer asks too, speak the language that is wanted; else LANGUAGE, LC_ALL, LANG decide."""
    if language := wanted():
        os.environ["BAOGAO_LANGUAGE"] = os.environ["LANGUAGE"] = language  # of processes that are started too
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)


def translated(command: Any, context: Any) -> Any:
    """Return `command` and all below it with help in the language of this process."""
    for option in (*command.params, command.get_help_option(context)):
        if option is not None and option.help:
            option.help = _said(option.help, _OPTION)
    if command.help:
        text = command.help
        command.help = _said(text, _PARAGRAPH)
        if command.help != text:
            command.short_help = _said(text, _LISTED)
    for inner in getattr(command, "commands", {}).values():
        translated(inner, context)
    return command


def _said(text: str, columns: int) -> str:
    """Return the translation broken into lines: Typer breaks at spaces alone, and counts a wide character as one."""
    found = gettext.gettext(text)
    if found == text:
        return text
    from rich.console import Console
    from rich.text import Text

    lines = Text(found).wrap(Console(width=columns), columns)
    return "\n".join(["\b", *(line.plain.rstrip() for line in lines)])
