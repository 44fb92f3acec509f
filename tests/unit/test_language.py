"""Help in Chinese: every text has one, the compiled catalogue is that of the words, and a terminal shows it whole."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import typer.core
from babel.messages import Catalog, mofile, pofile
from rich.cells import cell_len
from typer.testing import CliRunner

from orchestration.cli import COMMANDS
from orchestration.cli import app as lazy
from orchestration.cli.language import CATALOGUES, DOMAIN, speak, wanted
from orchestration.cli.whole import app

WORDS = CATALOGUES / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"
CHINESE = re.compile("[一-鿿]")


def helps() -> set[str]:
    """Return every text that help shows."""
    found: set[str] = set()

    def walk(command: object) -> None:
        found.update(text for text in [command.help, *(each.help for each in command.params)] if text)  # type: ignore[attr-defined]
        for inner in getattr(command, "commands", {}).values():
            walk(inner)

    walk(typer.main.get_command(app))
    return found


def texts(catalogue: Catalog) -> dict[str, str]:
    return {str(each.id): str(each.string) for each in catalogue if each.id}


def words() -> dict[str, str]:
    with WORDS.open("rb") as file:
        return texts(pofile.read_po(file))


@pytest.fixture
def speaking(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    """A process in an empty home that says nothing of its language; the test's own is put back afterwards."""
    for name in ("BAOGAO_LANGUAGE", "LANGUAGE", "LC_ALL", "LC_MESSAGES"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("BAOGAO_HOME", str(tmp_path))
    domain = gettext.textdomain()
    yield monkeypatch
    gettext.textdomain(domain)


def test_every_text_of_help_is_there_in_chinese_and_no_other() -> None:
    written = words()
    assert helps() - set(written) == set(), f"write them into {WORDS}"
    typers = "".join(path.read_text(encoding="utf-8") for path in Path(typer.core.__file__).parent.rglob("*.py"))
    assert [text for text in written if text not in helps() and f'"{text}"' not in typers] == []
    assert [text for text, chinese in written.items() if not CHINESE.search(chinese)] == []
    fields = re.compile(r"\{[^}]*\}")
    assert [text for text, chinese in written.items() if fields.findall(text) != fields.findall(chinese)] == []


def test_names_and_numbers_in_a_text_stand_in_its_chinese() -> None:
    name = re.compile(
        r"(?<!\w)--?[a-z]+|\$?[A-Z]{3,}_?[A-Z]*|(?<![\w.])\.[a-z]{2,}\b|\b(?:data|baogao_home)/|\b\d{4}\b|`[^`]+`"
    )
    kept = {"CSV"}
    for text, chinese in words().items():
        assert [each for each in name.findall(text) if each not in chinese and each not in kept] == [], text


def test_the_compiled_catalogue_is_that_of_the_words() -> None:
    path = WORDS.with_suffix(".mo")
    if os.environ.get("BAOGAO_UPDATE_SNAPSHOTS"):
        with WORDS.open("rb") as file, path.open("wb") as compiled:
            mofile.write_mo(compiled, pofile.read_po(file))
    with path.open("rb") as compiled:
        assert texts(mofile.read_mo(compiled)) == words(), "make it anew with BAOGAO_UPDATE_SNAPSHOTS=1"


@pytest.mark.parametrize("command", ["", *COMMANDS, "release keep", "audit draw"])
def test_help_is_chinese_and_fits_a_terminal(speaking: pytest.MonkeyPatch, command: str) -> None:
    speaking.setenv("BAOGAO_LANGUAGE", "zh")
    speak()
    shown = CliRunner().invoke(lazy, [*command.split(), "--help"], terminal_width=80)
    assert shown.exit_code == 0, shown.output
    lines = shown.output.splitlines()
    assert [line for line in lines if cell_len(line) > 100] == [], "80, and what Typer puts behind (its default)"
    english = [text for text in helps() if text in " ".join(shown.output.split())]
    assert english == []
    assert "--help" in shown.output
    assert "显示本说明后退出" in shown.output


def test_an_unknown_command_is_told_in_chinese(speaking: pytest.MonkeyPatch) -> None:
    speaking.setenv("BAOGAO_LANGUAGE", "zh")
    speak()
    shown = CliRunner().invoke(lazy, ["nothing"])
    assert shown.exit_code == 2
    assert "没有命令 'nothing'" in shown.output


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("baogao com", ["compare"]), ("baogao run --qu", ["--quiet"]), ("baogao release ke", ["keep"])],
)
def test_a_shell_completes_commands_and_the_options_of_the_one_that_is_typed(typed: str, expected: list[str]) -> None:
    words = typed.split()
    told = {"_BAOGAO_COMPLETE": "complete_bash", "COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1)}
    shown = CliRunner().invoke(lazy, prog_name="baogao", env=told)
    assert shown.output.split() == expected


def test_english_stays_where_nothing_or_english_is_asked_for(speaking: pytest.MonkeyPatch) -> None:
    speak()
    assert "Rank regions by an indicator" in CliRunner().invoke(lazy, ["compare", "--help"]).output
    speaking.setenv("LANG", "zh_CN.UTF-8")
    assert "给各地区排序" in CliRunner().invoke(lazy, ["compare", "--help"]).output
    speaking.setenv("BAOGAO_LANGUAGE", "en")
    speak()
    assert "Rank regions by an indicator" in CliRunner().invoke(lazy, ["compare", "--help"]).output


def test_the_environment_is_asked_before_the_home(speaking: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = tmp_path / "baogao.toml"
    assert wanted() == ""
    settings.write_text('language = "zh"\n', encoding="utf-8")
    assert wanted() == "zh"
    speaking.setenv("BAOGAO_LANGUAGE", "en")
    assert wanted() == "en"
    speaking.setenv("BAOGAO_LANGUAGE", "français")
    assert wanted() == ""
    speaking.delenv("BAOGAO_LANGUAGE")
    for unreadable in ("language = 3\n", "language = \n"):
        settings.write_text(unreadable, encoding="utf-8")
        assert wanted() == ""
