"""How Typer breaks help into lines, and which of its words another language can have."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest
import typer
from babel.messages import Catalog, mofile
from relied import relied_on
from rich.cells import cell_len
from typer.testing import CliRunner


def shown(help_text: str) -> list[str]:
    """Return the lines of `--help` of a command whose option has this text, 80 columns wide."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)

    @app.command()
    def command(year: int = typer.Option(..., help=help_text)) -> None: ...

    return CliRunner().invoke(app, ["--help"], terminal_width=80).output.splitlines()


@relied_on(
    "typer",
    "help is broken at spaces, a wide character counts as one column, and a paragraph that begins with `\\b` stays as it is",
    follows="Chinese help is broken into lines before Typer sees it",
    where="orchestration/cli/language.py",
)
def test_lines_of_wide_characters_are_ours_to_break() -> None:
    whole = "按年份列出当前发布版本中各地区的一项或多项指标" * 2
    assert max(cell_len(line) for line in shown(whole)) > 80
    first, second = whole[:20], whole[20:40]
    broken = shown(f"\b\n{first}\n{second}")
    assert max(cell_len(line) for line in broken) <= 80
    assert sum(first in line for line in broken) == sum(second in line for line in broken) == 1


@relied_on(
    "typer",
    "headings, `required`, `default` and unknown commands are asked of gettext's current domain; *Usage:*, *Error:* and "
    "what a bad value is told are English in every language",
    follows="the former are in our catalogue, the latter stay English",
    where="orchestration/cli/language.py",
)
def test_some_words_of_typers_own_are_asked_of_gettext(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalog(locale="zh")
    for word, chinese in (("Options", "选项"), ("required", "必填"), ("Usage: ", "用法：")):
        catalogue.add(word, chinese)
    folder = tmp_path / "zh" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "looked_at.mo").open("wb") as file:
        mofile.write_mo(file, catalogue)
    monkeypatch.setenv("LANGUAGE", "zh")
    domain = gettext.textdomain()
    gettext.bindtextdomain("looked_at", tmp_path)
    gettext.textdomain("looked_at")
    try:
        text = "\n".join(shown("which"))
    finally:
        gettext.textdomain(domain)
    assert "选项:" in text
    assert "[必填]" in text
    assert text.startswith("Usage: ")
