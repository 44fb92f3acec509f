"""The versions that rows carry cover every module and file that makes the rows: what a rule changes is made anew."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest

from sources import extraction, terms
from sources.document import version as document_rules
from sources.extraction.lexicon import load
from sources.extraction.lexicon.shipped import HERE, INDICATORS_CSV
from sources.home import REPOSITORY
from sources.registry import export

#: what rows are stored in and how words of a refusal are shown, what makes versions, how sentences are searched (with a
#: version of its own), which of two parsers reads YAML, where what was read of our own files is kept; not what rows are
#: made by
SHAPES = {
    "tables.py", "schema.py", "errors.py", "partitions.py", "lake.py", "store.py", "disk.py", "outgoing.py",
    "meaning.py", "former_versions.py", "phrases.py", "yaml_text.py", "kept.py",
}  # fmt: skip
SOURCES = REPOSITORY / "sources"
VERSIONS = {
    "sources.document.reports": document_rules.parser_version.__wrapped__,
    "sources.extraction": extraction.rules_version.__wrapped__,
    "sources.registry.export": export.registry_version.__wrapped__,
    "sources.terms": terms.segmentation_version.__wrapped__,
}


def hashed_by(version: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the files below ``sources`` that go into a version."""
    seen: set[str] = set()

    def listen(modules, data=(), more: str = "") -> str:  # type: ignore[no-untyped-def]
        seen.update(str(path.relative_to(SOURCES)) for path in [*modules, *data])
        return ""

    for module in (document_rules, extraction, export, terms, load):
        monkeypatch.setattr(module, "version_of", listen)
    version()
    return seen


@lru_cache
def imported_by(module: str) -> frozenset[Path]:
    """Return the files of ``sources`` that a module imports, and so on; inside functions too, for types only not."""
    seen: set[Path] = set()
    ahead = [module]
    while ahead:
        path = file_of(ahead.pop())
        if path is None or path in seen:
            continue
        seen.add(path)
        tree = ast.parse(path.read_bytes())
        for node in walk(tree):
            if isinstance(node, ast.Import):
                ahead += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                ahead += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return frozenset(seen)


def walk(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from walk(child)


def file_of(module: str) -> Path | None:
    path = REPOSITORY / Path(*module.split("."))
    found = [p for p in (path.with_suffix(".py"), path / "__init__.py") if p.exists()]
    return found[0] if found and module.startswith("sources.") else None


@pytest.mark.parametrize("module", VERSIONS)
def test_every_module_that_is_imported_is_hashed(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed = hashed_by(VERSIONS[module], monkeypatch)
    imported = {str(path.relative_to(SOURCES)) for path in imported_by(module)}
    says_nothing = {name for name in imported if not ast_says_something(SOURCES / name)}
    assert imported - SHAPES - says_nothing - hashed == set()


@pytest.mark.parametrize("module", VERSIONS)
def test_the_lists_of_further_modules_name_none_that_is_not_imported(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = {name for name in hashed_by(VERSIONS[module], monkeypatch) if name.endswith(".py")}
    own = str(file_of(module).parent.relative_to(SOURCES))  # type: ignore[union-attr]
    imported = {str(path.relative_to(SOURCES)) for path in imported_by(module)}
    assert {name for name in hashed - imported if not name.startswith(own)} == set()


@pytest.mark.parametrize("module", ["sources.document.reports", "sources.extraction", "sources.registry.export"])
def test_every_file_of_data_that_is_named_is_hashed(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module names the shipped files that it reads by a plain text ending in .yaml or .csv."""
    hashed = {Path(name).name for name in hashed_by(VERSIONS[module], monkeypatch)}
    # the lexicon has a version of its own
    monkeypatch.undo()
    lexicon = hashed_by(lambda: str(load.read_lexicon(HERE / "data", INDICATORS_CSV)), monkeypatch)
    hashed |= {Path(name).name for name in lexicon}
    shipped = {path.name for path in SOURCES.rglob("*") if path.suffix in (".yaml", ".csv")}
    named = {name for path in imported_by(module) for name in re.findall(r'"([\w.]+\.(?:yaml|csv))"', path.read_text())}
    assert (named & shipped) - hashed == set()
    assert named & shipped, "the pattern still finds what modules read"


def ast_says_something(path: Path) -> bool:
    from sources.meaning import read_module

    read = read_module(path.read_bytes())
    return bool(read.body or read.imports)
