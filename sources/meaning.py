"""Versions of rules by what they mean: a hash that comments, docstrings, formatting and moved files leave as it is.

What belongs here: which part of a module or of a file of data says what it does. What does not: which modules and data
the rows of a table are made by (``document/version.py``, ``extraction/__init__.py``, ``terms/__init__.py``).

Of a module its statements count, without docstrings, places in the file, and annotations that nothing reads; and the
names that it imports. From which module of ours a name comes does not count, so that a file may move, unless two of
the modules define it. A file of data counts by what a parser makes of it (YAML, CSV), any other by its bytes. Example:

    from sources.document.clocks import compact        from sources.document.identity.clocks import compact

    def year(text: str) -> int:                        def year(text):  # of the meeting
        '''The year.'''                                    return int(compact(text)[:4], base=10)
        return int(
            compact(text)[:4], base=10)

mean the same; with ``base=8`` the meaning is another.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sources import kept
from sources.former_versions import FORMER

#: what is imported from them serves annotations, or is the same wherever it comes from
_TYPES = frozenset({"__future__", "typing", "typing_extensions", "collections.abc"})
#: fields of a node of a syntax tree that say nothing of what it does
_SILENT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_DIGITS = 12
#: files that are remembered; beyond it, after many edits, the memory begins anew
_KEPT, _MOST_KEPT = "meaning", 1000


def version_of(modules: Iterable[Path], data: Iterable[Path] = (), more: str = "") -> str:
    """Return the version of rules: 12 hexadecimal digits over what `modules` and `data` mean, and over `more`.

    Where `FORMER` knows them by another name, that one is returned. Raises SyntaxError where a module can't be parsed,
    OSError where a file can't be read.
    """
    hashed = meaning_of(modules, data, more)
    return FORMER.get(hashed, hashed)


def meaning_of(modules: Iterable[Path], data: Iterable[Path] = (), more: str = "") -> str:
    """Return `version_of` without a look at `FORMER`."""
    read = [Module(**told) for told in _told_of(modules)]
    files = list(data)
    contents = sorted([path.name, told] for path, told in zip(files, _told_of(files), strict=True))
    definers = Counter(name for module in read for name in module.defines)
    said = sorted([module.body, sorted(_names(module, definers))] for module in read if module.body or module.imports)
    return _hash(json.dumps([said, contents, more]).encode())[:_DIGITS]


@dataclass(frozen=True)
class Module:
    """What a module says: a hash of its statements (empty where it has none), its imports, the names that it defines.

    An import is [module, the name taken from it or "" for the module itself, the name that it has here].
    """

    body: str
    imports: list[list[str]]
    defines: list[str]


def _names(module: Module, definers: Counter[str]) -> Iterator[list[str]]:
    """Yield the imports of `module`, ours without a path; `definers` counts the modules that define a name."""
    for origin, name, here in module.imports:
        if not origin.startswith(("sources.", ".")):
            yield [origin, name, here]
        elif not name:
            yield ["", origin.rpartition(".")[2], here]
        else:
            yield [origin.rpartition(".")[2] if definers[name] > 1 else "", name, here]


def read_module(source: bytes) -> Module:
    """Return what a module says. Raises SyntaxError."""
    tree, stripped = ast.parse(source), _Stripped()
    defines = sorted({name for statement in tree.body for name in _defined(statement)})
    stripped.visit(tree)
    body = _hash(json.dumps(_plain(tree)).encode()) if tree.body else ""
    return Module(body, [list(told) for told in sorted(stripped.imports)], defines)


def _defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))


class _Stripped(ast.NodeTransformer):
    """Takes out of a syntax tree what does nothing, and its imports, wherever they stand, to `imports`."""

    def __init__(self) -> None:
        self.imports: set[tuple[str, str, str]] = set()
        self._fields: set[ast.stmt] = set()

    def visit_Import(self, node: ast.Import) -> None:
        self.imports |= {(alias.name, "", alias.asname or alias.name) for alias in node.names}

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module not in _TYPES:
            origin = "." * node.level + (node.module or "")
            self.imports |= {(origin, alias.name, alias.asname or alias.name) for alias in node.names}

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        # a docstring, or three dots in the place of a body
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, node: ast.Pass) -> None:
        return None

    def visit_If(self, node: ast.If) -> ast.AST | None:
        for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        return None if for_types else self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self._fields |= {part for part in node.body if isinstance(part, ast.AnnAssign)}
        return self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        if not node.decorator_list:  # which may read them
            node.returns = None
            for part in ast.walk(node.args):
                if isinstance(part, ast.arg):
                    part.annotation = None
        return self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node in self._fields:  # a class has its fields by them
            return self.generic_visit(node)
        return self.generic_visit(ast.Assign([node.target], node.value)) if node.value else None

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        # some versions of Python put empty text between the parts
        node.values = [part for part in node.values if not (isinstance(part, ast.Constant) and part.value == "")]
        return self.generic_visit(node)


def _plain(node: Any) -> Any:
    """Return a node as lists, the same in every version of Python: its kind, and its fields that hold something."""
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if isinstance(node, ast.Constant):
        # repr() of a text is another where a version of Python knows more characters
        return [type(node.value).__name__, node.value if isinstance(node.value, str) else repr(node.value)]
    if not isinstance(node, ast.AST):
        return node
    fields = [(name, value) for name, value in ast.iter_fields(node) if name not in _SILENT]
    return [type(node).__name__, *([name, _plain(value)] for name, value in fields if value not in (None, []))]


def read_data(name: str, content: bytes) -> str:
    """Return a hash of what a file of data says; in YAML and CSV order and values count, comments and quotes don't."""
    if name.endswith(".yaml"):
        from sources.yaml_text import load_yaml

        loaded = load_yaml(content)
        return _hash(json.dumps(loaded, ensure_ascii=False, default=repr).encode())
    if name.endswith(".csv"):
        rows = csv.reader(content.decode("utf-8-sig").splitlines(keepends=True))
        return _hash(json.dumps(list(filter(None, rows)), ensure_ascii=False).encode())
    return _hash(content)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _told_of(paths: Iterable[Path]) -> list[Any]:
    """Return what modules (as the fields of `Module`) or files of data say, as kept from an earlier look if it was."""
    known, told, new = _known(), [], {}
    for path in paths:
        content = path.read_bytes()
        key = f"{path.suffix} {_hash(content)}"
        if key not in known:
            said = vars(read_module(content)) if path.suffix == ".py" else read_data(path.name, content)
            known[key] = new[key] = said
        told.append(known[key])
    if new:
        kept.write(_KEPT, _this(), known if len(known) <= _MOST_KEPT else new)
    return told


@cache
def _known() -> dict[str, Any]:
    """Return what was read before, by the hash of a file's bytes: to parse all modules takes half a second."""
    return kept.read(_KEPT, _this()) or {}


@cache
def _this() -> bytes:
    # of no use to another version of this module
    return Path(__file__).read_bytes()
