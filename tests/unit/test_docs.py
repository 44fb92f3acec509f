"""The pages for people are true of the code: commands, options, paths and links that they name are there."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
import yaml
from properdocs.config import load_config
from typer.testing import CliRunner

from orchestration.cli.whole import app
from sources.home import REPOSITORY

DOCS = REPOSITORY / "docs"
PAGES = sorted(
    [
        *DOCS.rglob("*.md"),
        *(REPOSITORY / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ]
)
FENCED = re.compile(r"^ *```[^\n]*\n(.*?)^ *```", re.M | re.S)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(
    r"(?:sources|orchestration|expectations|transforms|samples|tests|docs|benchmarks|findings|\.github)/[\w./-]*"
)

page = pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())


def commands() -> dict[str, set[str]]:
    """Return every command of the command line, groups' as `release list`, with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: object, name: str) -> None:
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("-")}  # type: ignore[attr-defined]
        found[name] = options | {"--help"}
        for part, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{name} {part}".strip())

    walk(typer.main.get_command(app), "")
    return found


def calls(text: str) -> Iterator[list[str]]:
    """Yield the words of each call of `baogao` in a page's code, after the command's own name."""
    pieces = [line for block in FENCED.findall(text) for line in block.splitlines()]
    pieces += INLINE.findall(FENCED.sub("", text))
    for piece in pieces:
        for call in re.split(r"[|;&]+", piece.split(" #")[0]):
            try:
                words = shlex.split(call)
            except ValueError:  # a quote that goes on in the next line
                words = call.split()
            if words and words[0] in ("$", "flock"):
                words = words[1:]
            if words and words[0].rsplit("/", 1)[-1] == "baogao" and len(words) > 1:
                yield words[1:]


def slug(heading: str) -> str:
    """Return the anchor of a heading, as Markdown viewers make it."""
    return re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower()).replace(" ", "-")


def test_the_page_of_commands_is_made_of_the_command_line() -> None:
    from typer.cli import app as typer_app

    made = CliRunner().invoke(typer_app, ["orchestration.cli.whole", "utils", "docs", "--name", "baogao"])
    assert made.exit_code == 0, made.output
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert made.output.strip() == written.strip(), "write docs/commands.md anew, as CONTRIBUTING.md says"


def test_every_command_and_option_stands_on_the_page_of_commands() -> None:
    written = (DOCS / "commands.md").read_text(encoding="utf-8")
    sections = {
        title.strip("`"): body for title, body in re.findall(r"^##+ `([^`]+)`\n(.*?)(?=^##|\Z)", written, re.M | re.S)
    }
    for name, options in commands().items():
        if name:
            assert options - set(re.findall(r"-{1,2}[a-z][a-z-]*", sections[f"baogao {name}"])) == set(), name


def test_every_command_has_a_help_text_and_each_of_its_options_too() -> None:
    def walk(command: object, name: str) -> None:
        assert command.help, name  # type: ignore[attr-defined]
        for parameter in command.params:  # type: ignore[attr-defined]
            assert parameter.help, f"{name} {parameter.name}"
        for part, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{name} {part}")

    walk(typer.main.get_command(app), "baogao")


@page
def test_commands_that_are_shown_exist(page: Path) -> None:
    known = commands()
    for words in calls(page.read_text(encoding="utf-8")):
        name = words[0]
        if not re.fullmatch("[a-z]+", name):
            continue
        if len(words) > 1 and f"{name} {words[1]}" in known:
            name = f"{name} {words[1]}"
        assert name in known, f"baogao {' '.join(words)}"
        options = {word.split("=")[0] for word in words if re.match("--[a-z]", word)}
        assert options <= known[name], f"baogao {' '.join(words)}"


def test_calls_are_found_in_code_of_both_kinds() -> None:
    text = "`baogao run --sample`\n```\n.venv/bin/baogao extract a.txt  # baogao no\nx | baogao status\n```\n"
    assert list(calls(text)) == [["extract", "a.txt"], ["status"], ["run", "--sample"]]


@page
def test_links_lead_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        target, _, anchor = link.partition("#")
        if "://" in target or target.startswith("mailto:"):
            continue
        path = (page.parent / target).resolve() if target else page
        assert path.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.+)$", FENCED.sub("", path.read_text(encoding="utf-8")), re.M)
            assert anchor in {slug(heading) for heading in headings}, link


@page
def test_paths_that_are_named_exist(page: Path) -> None:
    for piece in INLINE.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if (match := PATH.fullmatch(piece.split("::")[0])) is not None:
            assert (REPOSITORY / match.group()).exists(), piece


def test_the_site_builds_strictly_holds_every_page_and_loads_nothing_from_elsewhere(tmp_path: Path) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "properdocs", "build", "-q", "--strict", "--site-dir", tmp_path / "site"],
        cwd=REPOSITORY, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    built = {
        path.relative_to(site).with_suffix("").as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("*.html")
    }
    assert {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")} <= set(built)
    assert "政府工作报告" in built["index"]
    elsewhere = re.compile(
        r'<(?:script|img|iframe)[^>]* src="(?:https?:)?//|<link[^>]*stylesheet[^>]* href="(?:https?:)?//'
    )
    assert [name for name, html in built.items() if elsewhere.search(html)] == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.is_relative_to(DOCS)], ids=lambda path: path.name)
def test_the_site_shows_lists_and_code_as_such(page: Path) -> None:
    """Its Markdown wants an empty line before a list, and knows no fenced code within one."""
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^ +```.*$", text, re.M) == []
    plain = FENCED.sub("```\n", text)
    assert re.findall(r"^(?!(?:[-*#]|\d+\.| |```).*\n)\S.*\n((?:- |1\. ).*)$", plain, re.M) == []


def test_every_page_stands_in_the_menu_of_the_site() -> None:
    menu = load_config(str(REPOSITORY / "properdocs.yml"))["nav"]
    listed = [name for part in menu for name in ([part] if isinstance(part, str) else next(iter(part.values())))]
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))


def test_the_changelog_knows_the_version_of_the_code() -> None:
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    titles = re.findall(
        r"^## \[([^\]]+)\](?: - (\d{4}-\d\d-\d\d))?$", (REPOSITORY / "CHANGELOG.md").read_text("utf-8"), re.M
    )
    assert titles[0] == ("Unreleased", "")
    assert titles[1][0] == version
    assert all(day for _, day in titles[1:])


def test_forms_ask_for_what_a_maintainer_needs() -> None:
    folder = REPOSITORY / ".github" / "ISSUE_TEMPLATE"
    asked = {
        path.stem: {item["id"] for item in form["body"] if item.get("validations", {}).get("required")}
        for path in folder.glob("*.yml")
        if "body" in (form := yaml.safe_load(path.read_text(encoding="utf-8")))
    }
    assert asked["wrong_number"] >= {"sentence", "read", "right", "version"}
    assert asked["refused_document"] >= {"refusal", "right", "version"}


def test_ci_and_hooks_call_what_a_desk_calls() -> None:
    steps = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text(encoding="utf-8"))["jobs"]["test"][
        "steps"
    ]
    assert [step["run"] for step in steps if "run" in step] == ["make test"]
    assert "make test" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"].split()[0] for hook in hooks] == [".venv/bin/ruff", ".venv/bin/ruff", ".venv/bin/mypy"]


def test_each_target_of_the_makefile_that_is_named_exists() -> None:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        named = set(re.findall(r"`make ([a-z-]+)", text))
        named |= {m for block in FENCED.findall(text) for m in re.findall(r"^make ([a-z-]+)", block, re.M)}
        assert named <= targets, path.name
    named_tests = re.findall(r"tests/\S+", makefile.split("QUICK :=")[1].split("\n\n")[0])
    assert len(named_tests) >= 10
    assert all((REPOSITORY / name.rstrip("\\")).exists() for name in named_tests)
