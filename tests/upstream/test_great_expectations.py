"""How Great Expectations judges empty cells and what it can't evaluate, and what it loads at its head."""

from __future__ import annotations

import ast
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from relied import relied_on

from expectations.runner import _batch_definition, gx

FRAME = pd.DataFrame(
    {"a": [1, 1, 2], "b": [None, None, 3.0], "t": [True, False, None], "v": [1.0, np.nan, 12.0], "e": [None] * 3}
)


def asked(kind: str, **arguments: Any) -> Any:
    expectation = getattr(gx.expectations, kind)(**arguments)
    batch = _batch_definition().get_batch(batch_parameters={"dataframe": FRAME})
    suite = gx.ExpectationSuite(name="asked", expectations=[expectation])
    return batch.validate(suite, result_format={"result_format": "COMPLETE"}).results[0]


def failing(kind: str, **arguments: Any) -> list[int]:
    rows: list[int] = asked(kind, **arguments).result["unexpected_index_list"]
    return rows


@relied_on(
    "great-expectations",
    "empty cells are equal to each other where columns must be unique together: (1, –) and (1, –) fail, both rows; a row "
    "that is empty in all of the columns is left out",
    follows="the key of a raw table is judged so: two rows without an id are one too many",
    where="expectations/contract.py",
)
def test_empty_cells_of_a_key_are_equal() -> None:
    assert failing("ExpectCompoundColumnsToBeUnique", column_list=["a", "b"]) == [0, 1]
    assert failing("ExpectCompoundColumnsToBeUnique", column_list=["b", "e"]) == []


@relied_on(
    "great-expectations",
    "an empty cell fails neither `…to_be_in_set` nor `…to_be_between`",
    follows="that a cell must not be empty is an expectation of its own",
    where="expectations/contract.py",
)
def test_empty_cells_fail_nothing_but_their_own_expectation() -> None:
    assert failing("ExpectColumnValuesToBeInSet", column="t", value_set=[True]) == [1]
    assert failing("ExpectColumnValuesToBeBetween", column="v", min_value=0, max_value=10) == [2]
    assert failing("ExpectColumnValuesToNotBeNull", column="v") == [1]


@relied_on(
    "great-expectations",
    "an expectation that can't be evaluated raises nothing: its result is no success, without rows, and `exception_info` "
    "says so one level deeper than elsewhere, by metric",
    follows="`exception_info` is searched through, and an expectation that raised ends the run",
    where="expectations/runner.py",
)
def test_what_cannot_be_evaluated_is_told_by_metric() -> None:
    result = asked("ExpectColumnValuesToBeInSet", column="gone", value_set=[True])
    assert not result.success
    assert "unexpected_index_list" not in result.result
    assert "raised_exception" not in result.exception_info
    assert any(told["raised_exception"] for told in result.exception_info.values())
    sound = asked("ExpectColumnValuesToNotBeNull", column="a")
    assert sound.exception_info["raised_exception"] is False


@relied_on(
    "great-expectations",
    "altair and scipy.stats are imported at the head of its modules and used inside functions only",
    follows="stand-ins take their place while it loads: it loads in two thirds of the time",
    where="expectations/later.py",
)
def test_what_is_put_off_is_used_inside_functions_only() -> None:
    spec = find_spec("great_expectations")
    assert spec is not None
    assert spec.origin
    importing = {}
    for path in Path(spec.origin).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if "altair" in text or "scipy" in text:
            names = _imported(ast.parse(text))
            if names:
                importing[path.stem] = names & _used_at_the_head(ast.parse(text))
    assert len(importing) >= 3, "nothing is imported at a head any more: what puts it off can go"
    assert not any(importing.values()), importing


def _imported(module: ast.Module) -> set[str]:
    """Return the names that altair, scipy.stats or what is in them have in a module, bound while it loads."""
    found: set[str] = set()
    for node in _at_the_head(module):
        if isinstance(node, ast.Import):
            found |= {a.asname or a.name for a in node.names if a.name in ("altair", "scipy.stats")}
        elif isinstance(node, ast.ImportFrom) and node.module in ("altair", "scipy", "scipy.stats"):
            found |= {a.asname or a.name for a in node.names if node.module != "scipy" or a.name == "stats"}
    return found


def _used_at_the_head(module: ast.Module) -> set[str]:
    return {node.id for node in _at_the_head(module) if isinstance(node, ast.Name)}


def _at_the_head(node: ast.AST) -> list[ast.AST]:
    """Return all nodes that run while a module loads: those of no function's body, and not under TYPE_CHECKING."""
    found: list[ast.AST] = []
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        found += [child, *_at_the_head(child)]
    return found
