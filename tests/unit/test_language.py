"""Help, errors and sentences in Chinese: every one has its own, with the same fields; a terminal shows help whole."""

from __future__ import annotations

import ast
import gettext
import os
import pickle
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import typer
import typer.core
from babel.messages import Catalog, mofile, pofile
from rich.cells import cell_len
from typer.testing import CliRunner

from baogao.errors import BaogaoError
from orchestration.cli import errors, main
from orchestration.cli.commands import COMMANDS
from orchestration.cli.commands import app as lazy
from orchestration.cli.language import CATALOGUES, DOMAIN, speak, wanted
from orchestration.cli.saying import spoken
from orchestration.cli.whole import app
from orchestration.home.releases import ReleaseError
from sources.home import REPOSITORY

WORDS = CATALOGUES / "zh" / "LC_MESSAGES" / f"{DOMAIN}.po"
CHINESE = re.compile("[一-鿿]")
FIELD = re.compile(r"\{[^}]*\}")
#: rooms whose errors and sentences a person may be shown
ROOMS = ("client", "sources", "orchestration", "dashboard")
#: no rule of reading may hang on words for people: an error of these is English, since their text is part of a version
VERSIONED = ("sources/extraction", "sources/document", "sources/terms", "sources/registry/regions.py")
#: what fills the fields of other sentences
FILLINGS = {"none", "nothing yet", "not built yet", ", stale", "region", "national", "province", "city", "county"}


def helps() -> set[str]:
    """Return every text that help shows."""
    found: set[str] = set()

    def walk(command: object) -> None:
        found.update(text for text in [command.help, *(each.help for each in command.params)] if text)  # type: ignore[attr-defined]
        for inner in getattr(command, "commands", {}).values():
            walk(inner)

    walk(typer.main.get_command(app))
    return found


@cache
def modules() -> dict[str, ast.Module]:
    paths = [path for room in ROOMS for path in sorted((REPOSITORY / room).rglob("*.py"))]
    return {path.relative_to(REPOSITORY).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


@cache
def kinds_of_errors() -> set[str]:
    """Return the names of BaogaoError and of all that are made of it."""
    bases = {
        each.name: {base.id for base in each.bases if isinstance(base, ast.Name)}
        for tree in modules().values() for each in ast.walk(tree) if isinstance(each, ast.ClassDef)
    }  # fmt: skip
    found = {"BaogaoError"}
    while more := {name for name, of in bases.items() if of & found} - found:
        found |= more
    return found


@cache
def first_words() -> list[tuple[str, ast.expr]]:
    """Return, with its file, what stands first where an error is made, by its name or its own `super().__init__`, or
    where `spoken` is called."""
    kinds, found = kinds_of_errors(), []
    for path, tree in modules().items():
        classes = [each for each in ast.walk(tree) if isinstance(each, ast.ClassDef) and each.name in kinds]
        own = {id(inner) for each in classes for inner in ast.walk(each)}
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and call.args:
                name = getattr(call.func, "attr", getattr(call.func, "id", ""))
                if name in kinds or name == "spoken" or (name == "__init__" and id(call) in own):
                    first = call.args[0]
                    found += [
                        (path, one) for one in ([first.body, first.orelse] if isinstance(first, ast.IfExp) else [first])
                    ]
    return found


def sentences() -> set[str]:
    """Return every sentence of an error, or of what commands say, that has words of its own."""
    told = {
        first.value for _, first in first_words() if isinstance(first, ast.Constant) and isinstance(first.value, str)
    }
    remedies = {todo for _, todo in errors._REMEDIES}
    return {each for each in told if re.search("[a-z]{2}", FIELD.sub("", each))} | remedies | FILLINGS


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


def test_every_text_is_there_in_chinese_with_its_fields_and_no_other() -> None:
    written, wanted_there = words(), helps() | sentences()
    assert wanted_there - set(written) == set(), f"write them into {WORDS}"
    typers = "".join(path.read_text(encoding="utf-8") for path in Path(typer.core.__file__).parent.rglob("*.py"))
    assert [text for text in written if text not in wanted_there and f'"{text}"' not in typers] == []
    assert [text for text, chinese in written.items() if not CHINESE.search(chinese)] == []
    differ = [text for text, said in written.items() if sorted(FIELD.findall(text)) != sorted(FIELD.findall(said))]
    assert differ == []


def test_an_error_that_a_person_sees_keeps_its_sentence_apart_from_its_fields() -> None:
    composed = [
        f"{path}:{first.lineno}"
        for path, first in first_words()
        if isinstance(first, ast.JoinedStr | ast.BinOp) and not path.startswith(VERSIONED)
    ]
    assert composed == [], "give the sentence with names in braces, and the fields as keywords"


def test_an_error_is_english_for_programs_and_chinese_for_a_reader_of_chinese(speaking: pytest.MonkeyPatch) -> None:
    inner = BaogaoError("no such file; check the path")
    error = BaogaoError("{what}: {readings}", what="a.txt", readings=inner)
    assert str(error) == "a.txt: no such file; check the path"
    sent = pickle.loads(
        pickle.dumps(ReleaseError("no release {release_id!r}; there are: {known}", release_id="x", known="none"))
    )
    assert str(sent) == "no release 'x'; there are: none"
    speaking.setenv("BAOGAO_LANGUAGE", "zh")
    speak()
    assert errors.explain(error) == "a.txt: 没有这个文件；请检查路径"
    assert errors.explain(sent) == "没有版本 'x'；现有：无"
    assert errors.explain(OSError(28, "No space left on device")).endswith("上一版本保持不变")  # type: ignore[union-attr]
    assert spoken("mended: {line}", line="x") == "已修复：x"
    assert BaogaoError("{as it stands}").said(gettext.gettext) == "{as it stands}"


def test_a_command_tells_its_error_in_chinese(speaking: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    speaking.setenv("BAOGAO_LANGUAGE", "zh")
    for typed, told in {
        "compare --level city": "尚未发布任何版本；请运行：baogao run --catalogue FILE.csv",
        "run --catalogue nowhere.csv": "目录 nowhere.csv：没有这个文件；请检查路径",
        "run --sample --plan --quiet": "--plan 的结果需要显示；请去掉 --quiet",
    }.items():
        speaking.setattr("sys.argv", ["baogao", *typed.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 1 and capsys.readouterr().err.strip() == f"baogao: {told}", typed


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
