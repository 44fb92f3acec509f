"""What dbt and dagster-dbt have where ours stands in: names, parameters, results."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import jinja2
import pytest
from relied import relied_on

from sources.home import REPOSITORY

TOUCHED = REPOSITORY / "transforms" / "dbt_project" / "macros" / "touched.sql"


class _ReturnedError(Exception):
    """Carries what a macro returns, as dbt's own `return` does."""


def _return(value: object) -> None:
    raise _ReturnedError(value)


def macros(text: str, **context: object) -> Any:
    """Return a module with the macros of a file."""
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])  # it writes SQL
    return environment.from_string(text, globals={"return": _return, **context}).module


def returned(macro: Any, *arguments: object) -> Any:
    with pytest.raises(_ReturnedError) as raised:
        macro(*arguments)
    return raised.value.args[0]


def dbt_macro_file(ending: str) -> str:
    spec = find_spec("dbt.include.global_project")
    assert spec is not None
    assert spec.origin
    return (Path(spec.origin).parent / "macros" / ending).read_text(encoding="utf-8")


class Column:
    def __init__(self, name: str, kind: str) -> None:
        self.name, self.expanded_data_type = name, kind

    def can_expand_to(self, other_column: Column) -> bool:
        return self.expanded_data_type.startswith("varchar") and other_column.expanded_data_type.startswith("varchar")


@relied_on(
    "dbt-adapters",
    "`diff_column_data_types(source_columns, target_columns)` is dispatched by adapter; the default returns column and new "
    "type of each column that both have with types that differ and can't be widened, in the order of the source",
    follows="`duckdb__diff_column_data_types` returns the same, with one look at each column instead of all for each",
    where="transforms/dbt_project/macros/touched.sql",
)
def test_our_difference_of_columns_is_dbts() -> None:
    own = TOUCHED.read_text(encoding="utf-8")
    theirs = dbt_macro_file("materializations/models/incremental/column_helpers.sql")
    assert "adapter.dispatch('diff_column_data_types', 'dbt')(source_columns, target_columns)" in theirs
    start = own.index("{% macro duckdb__diff_column_data_types")
    ours = macros(own[start:]).duckdb__diff_column_data_types
    begin = theirs.index("{% macro default__diff_column_data_types")
    end = theirs.index("endmacro", begin)
    default = macros(theirs[begin:end] + "endmacro %}").default__diff_column_data_types
    new = [Column("a", "bigint"), Column("b", "varchar(9)"), Column("c", "date"), Column("d", "double")]
    old = [Column("d", "integer"), Column("a", "integer"), Column("b", "varchar(3)"), Column("c", "date")]
    differing = returned(ours, new, old)
    assert differing == returned(default, new, old)
    assert differing == [{"column_name": "a", "new_type": "bigint"}, {"column_name": "d", "new_type": "double"}]


@relied_on(
    "dbt-adapters",
    "`persist_docs(relation, model, for_relation, for_columns)` is a macro that only dispatches, and a project's macro of "
    "that name goes before it",
    follows="ours dispatches for a table that is made anew, and does nothing for one that is added to",
    where="transforms/dbt_project/macros/touched.sql",
)
def test_persist_docs_only_dispatches() -> None:
    theirs = dbt_macro_file("adapters/persist_docs.sql")
    begin = theirs.index("{% macro persist_docs")
    body = theirs[begin : theirs.index("{% endmacro", begin)]
    call = "return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns))"
    head = "macro persist_docs(relation, model, for_relation=true, for_columns=true)"
    assert head in body
    assert call in body
    assert body.count("{{") == 1
    own = TOUCHED.read_text(encoding="utf-8")
    assert head in own
    assert call in own


@relied_on(
    "dbt-adapters",
    "the strategy of an incremental model may be any name: dbt looks for a macro `get_incremental_<name>_sql`",
    follows="`replace` is a strategy of ours",
    where="transforms/dbt_project/macros/touched.sql",
)
def test_a_strategy_is_found_by_the_name_of_its_macro() -> None:
    from dbt.adapters.base.impl import BaseAdapter

    class Asked:
        def valid_incremental_strategies(self) -> list[str]:
            return ["append"]

        def builtin_incremental_strategies(self) -> list[str]:
            return ["append", "merge"]

    ours = object()
    found = BaseAdapter.get_incremental_strategy_macro(
        Asked(),  # type: ignore[arg-type]
        {"get_incremental_replace_sql": ours},
        "replace",
    )
    assert found is ours


@relied_on(
    "dagster-dbt",
    "where `dbt.version` can't be imported it does without dbt-core: it takes the selection of everything from the "
    "manifest, and has kinds and states of nodes of its own, texts as dbt's are",
    follows="it is imported as if dbt-core were not there: that loads 840 modules less",
    where="orchestration/cockpit/dbt_project.py",
)
def test_dagster_dbt_does_without_dbt_core() -> None:
    code = (
        "import sys; sys.modules['dbt.version'] = None\n"
        "from dagster_dbt import compat, utils\n"
        "assert compat.DBT_PYTHON_VERSION is None\n"
        "nodes = {'model.a.b': {}, 'test.a.c': {}}\n"
        "assert utils.select_unique_ids('fqn:*', '', '', None, {'nodes': nodes}) == set(nodes)\n"
        "print(*sorted(map(str, compat.NodeStatus)), *compat.REFABLE_NODE_TYPES)"
    )
    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {"success", "error", "fail", "warn", "skipped", "pass", "model", "seed", "snapshot"} <= set(told)


@relied_on(
    "dagster-dbt",
    "`DbtCliResource.cli` asks `_cli_version` (which starts dbt for it: two seconds) and, below 2, has "
    "`_initialize_dbt_core_adapter(args)` make an adapter in this process (two more)",
    follows="`Dbt` answers the first from the package's own version, the second with none",
    where="orchestration/cockpit/dbt_project.py",
    private=True,
)
def test_what_is_prepared_before_dbt_starts() -> None:
    from dagster_dbt import DbtCliResource

    from orchestration.cockpit.dbt_project import Dbt

    theirs = vars(DbtCliResource)
    assert "check_output([self.dbt_executable" in inspect.getsource(theirs["_cli_version"].func)
    assert list(inspect.signature(theirs["_initialize_dbt_core_adapter"]).parameters) == ["self", "args"]
    caller = inspect.getsource(DbtCliResource.cli)
    assert "self._cli_version.major < 2" in caller
    assert "self._initialize_dbt_core_adapter(args)" in caller
    assert {"_cli_version", "_initialize_dbt_core_adapter"} <= set(vars(Dbt))
    assert metadata.version("dbt-core").split(".")[0] == "1"
