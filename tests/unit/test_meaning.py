"""What counts as a change of a rule, and what does not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from sources import kept, meaning
from sources.extraction import _HERE as EXTRACTION
from sources.meaning import meaning_of, version_of

RULE = '''
"""Growth."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources.document.clocks import compact
from sources.tables import Field

if TYPE_CHECKING:
    from sources.tables import Columns

LIMIT = 3
_GROWTH = re.compile("增长|上升")


@dataclass
class Found:
    value: float
    unit: str = "%"


def grown(text: str, most: int = LIMIT) -> Any:
    """Return the growth that `text` tells."""
    held: list[str] = []
    if len(text) > most and _GROWTH.search(compact(text)):
        held.append(f"{text!r:>{most}}")
    return held
'''


@pytest.fixture
def version(tmp_path: Path) -> object:
    """Return what gives the version of a module's text, beside a module that defines `compact` and `Field`."""

    def of(source: str, name: str = "rule.py") -> str:
        other = tmp_path / "clocks.py"
        other.write_text("def compact(text): return text", encoding="utf-8")
        path = tmp_path / name
        path.write_text(source, encoding="utf-8")
        return version_of([path, other])

    return of


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LIMIT = 3", "LIMIT = 3  # as in the guide"),
        ('"""Growth."""', '"""How growth is told, and what it is called."""'),
        ('    """Return the growth that `text` tells."""\n', ""),
        ("class Found:", 'class Found:\n    """A figure."""\n'),
        ('re.compile("增长|上升")', "re.compile(\n    '增长'\n    '|上升',\n)"),
        ("LIMIT = 3", "LIMIT: int = 3"),
        ("LIMIT = 3", "LIMIT = 0x3"),
        ("text: str, most: int = LIMIT) -> Any", "text, most=LIMIT) -> list[str]"),
        ("held: list[str] = []", "held = []"),
        ("sources.document.clocks", "sources.document.identity.clocks"),
        ("import TYPE_CHECKING, Any", "import TYPE_CHECKING, Any, Literal"),
        ("import Columns", "import Columns, Table"),
    ],
)
def test_what_does_nothing_does_not_count(version, before: str, after: str) -> None:  # type: ignore[no-untyped-def]
    assert before in RULE
    assert version(RULE.replace(before, after)) == version(RULE)


def test_a_moved_and_renamed_module_with_its_imports_in_another_order_is_the_same(version) -> None:  # type: ignore[no-untyped-def]
    lines = ["from sources.document.clocks import compact\n", "from sources.tables import Field\n"]
    turned = RULE.replace("".join(lines), "from sources.fields import Field\n" + lines[0])
    assert turned != RULE and version(turned, "another.py") == version(RULE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("LIMIT = 3", "LIMIT = 4"),
        ("LIMIT = 3", "LIMIT = 3.0"),
        ("LIMIT = 3", "LIMIT = '3'"),
        ("增长|上升", "增长|上升了"),
        ("增长|上升", "增长|上升 "),
        (" > most", " >= most"),
        (" and ", " or "),
        ("most: int = LIMIT", "most: int = 2"),
        ("value: float\n    unit: str", "unit: str\n    value: float"),
        ("    value: float\n", ""),
        ("@dataclass\n", "@dataclass(frozen=True)\n"),
        ("!r:>", "!s:>"),
        ("    return held", "    return held or None"),
        ("import compact", "import spread as compact"),
        ("import re\n", "import regex as re\n"),
        ("from dataclasses import", "from pydantic.dataclasses import"),
        ('LIMIT = 3\n_GROWTH = re.compile("增长|上升")', '_GROWTH = re.compile("增长|上升")\nLIMIT = 3'),
    ],
)
def test_what_a_rule_does_counts(version, before: str, after: str) -> None:  # type: ignore[no-untyped-def]
    assert before in RULE
    assert version(RULE.replace(before, after)) != version(RULE)


def test_a_name_that_two_modules_define_counts_with_its_module(tmp_path: Path) -> None:
    def of(origin: str) -> str:
        texts = {"one.py": "LIMIT = 3", "two.py": "LIMIT = 4", "rule.py": f"from sources.{origin} import LIMIT"}
        for name, text in texts.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        return version_of([tmp_path / name for name in texts])

    assert of("one") != of("two")
    assert of("one") == of("folder.one")


@pytest.mark.parametrize(
    ("name", "same", "other"),
    [
        (
            "words.yaml",
            ["- {name: 增长, since: 2}\n", "# verbs\n- name: 增长\n  since: 2\n"],
            "- {name: 增长, since: 3}\n",
        ),
        ("order.yaml", ["[一, 二]", "- 一\n- '二'\n"], "[二, 一]"),
        ("codes.csv", ["code,name\r\n990000,省\r\n", 'code,"name"\n990000,省\n\n'], "code,name\n990000,市\n"),
        ("LICENSE", ["of use"], "of use "),
    ],
)
def test_data_counts_by_what_it_says(tmp_path: Path, name: str, same: list[str], other: str) -> None:
    def of(content: str) -> str:
        (tmp_path / name).write_text(content, encoding="utf-8")
        return version_of([], [tmp_path / name])

    assert len({of(content) for content in same}) == 1
    assert of(other) != of(same[0])


def test_a_file_of_data_counts_by_its_name_too(tmp_path: Path) -> None:
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    for path in (one, other):
        path.write_text("[a]", encoding="utf-8")
    assert version_of([], [one]) != version_of([], [other])


def test_real_modules_without_comments_and_formatting_mean_the_same_and_with_another_constant_something_else() -> None:
    for path in sorted((EXTRACTION / "grammar").glob("*.py")):
        source = path.read_bytes()
        tree = ast.parse(source)
        read = meaning.read_module(source)
        assert meaning.read_module(ast.unparse(tree).encode()) == read, path
        constants = [
            node
            for statement in tree.body
            if not isinstance(statement, ast.Expr)
            for node in ast.walk(statement)
            if isinstance(node, ast.Constant) and type(node.value) is int
        ]
        for constant in constants[:1]:
            constant.value += 1
            assert meaning.read_module(ast.unparse(tree).encode()).body != read.body, path
            constant.value -= 1


def test_what_was_kept_of_a_module_is_what_it_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_FOLDER", tmp_path / "kept")
    path = tmp_path / "rule.py"
    path.write_text(RULE, encoding="utf-8")
    meaning._known.cache_clear()
    first = meaning_of([path])
    meaning._known.cache_clear()
    monkeypatch.setattr(meaning, "read_module", None)  # not asked again
    assert meaning_of([path]) == first
    monkeypatch.undo()
    monkeypatch.setattr(kept, "_FOLDER", path / "no" / "folder")
    meaning._known.cache_clear()
    assert meaning_of([path]) == first
    meaning._known.cache_clear()


def test_a_version_goes_by_its_former_name_until_the_rules_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rule.py"
    path.write_text(RULE, encoding="utf-8")
    monkeypatch.setitem(meaning.FORMER, meaning_of([path]), "of old")
    assert version_of([path]) == "of old"
    path.write_text(RULE.replace("LIMIT = 3", "LIMIT = 4"), encoding="utf-8")
    assert version_of([path]) == meaning_of([path])
