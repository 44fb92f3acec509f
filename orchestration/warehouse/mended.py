"""A warehouse that stands, mended: the SQL that dbt compiled for it, run in one connection without dbt.

Of a build that mends by dbt two thirds are not SQL. What belongs here: the order of models and tests, what a model of
each kind does with its rows, what the SQL asks of its surroundings, results in the form of dbt's ``run_results.json``.
What does not: any SQL of a model or test (``transforms/dbt_project``; ``macros/touched.sql`` says how it compiles), new
tables, views, seeds and comments, which only dbt makes (docs/warehouse.md).
"""

from __future__ import annotations

import graphlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from orchestration.home.provenance import Changed, partition_of
from sources.lake import Lake
from sources.tables import OBSERVATIONS, RAW_TABLES, SENTENCES, TERM_COUNTS

if TYPE_CHECKING:
    import duckdb

#: the model after which the touched reports are known, and the raw tables of which models then read only theirs
TOUCHED, READ_BY_REPORT = "int_touched_reports", (OBSERVATIONS, SENTENCES, TERM_COUNTS)
#: the analyses that compile to the condition on rows that a model kept by a column does again, and to its batches
_DONE_AGAIN, _BATCHES = "analysis.baogao.done_again_by_{}", "analysis.baogao.batches_by_{}"
#: so many documents are a batch, as macros/batches.sql has it
BATCH = ("BAOGAO_DBT_BATCH", 5000)

Status = Literal["success", "pass", "warn", "fail", "error", "skipped"]
Node = Mapping[str, Any]


@dataclass(frozen=True)
class Result:
    """What became of one model or test; `failures` are the rows that a test found."""

    unique_id: str
    status: Status
    failures: int | None = None
    message: str | None = None

    @property
    def name(self) -> str:
        """The node's name, as Dagster knows it."""
        return self.unique_id.split(".")[2]

    def entry(self) -> dict[str, Any]:
        """Return it in the form of an entry of dbt's ``run_results.json``."""
        return {
            "unique_id": self.unique_id,
            "status": self.status,
            "failures": self.failures,
            "message": self.message,
        }


@dataclass(frozen=True)
class Project:
    """Models and tests of `manifest`, compiled with the variable `mended`, in the order in which dbt builds them."""

    manifest: Mapping[str, Any]
    #: names of models, seeds and tests that stay as the last build left them
    left: frozenset[str] = frozenset()

    @cached_property
    def order(self) -> list[Node]:
        """Tables and tests to be done: whatever hangs on a tested table comes after its tests."""
        nodes, after = self.manifest["nodes"], self._above
        wanted = {name for name, node in nodes.items() if self._is_done(node)}
        before = {name: {other for other in after[name] if other in wanted} for name in wanted}
        for name in wanted:
            if nodes[name]["resource_type"] == "model":
                before[name] |= {test for test in self.tests if self._holds_above(test, name)}
        order = graphlib.TopologicalSorter({name: sorted(before[name]) for name in sorted(wanted)})
        return [nodes[name] for name in order.static_order()]

    @cached_property
    def tests(self) -> list[str]:
        """The tests to be done."""
        nodes = self.manifest["nodes"]
        return sorted(n for n, node in nodes.items() if node["resource_type"] == "test" and self._is_done(node))

    def stopped_by(self, node: Node, ended: Mapping[str, Status]) -> bool:
        """Whether what this node needs was not built, or a test of it failed."""
        name = node["unique_id"]
        if any(ended.get(other) in ("error", "skipped") for other in self._above[name]):
            return True
        failed = (test for test in self.tests if ended.get(test) in ("fail", "error"))
        return node["resource_type"] == "model" and any(self._holds_above(test, name) for test in failed)

    def condition(self, kept_by: str) -> str:
        """Return the condition on the rows that a model kept by this does again."""
        found: str = self.manifest["nodes"][_DONE_AGAIN.format(kept_by.replace(" ", "_"))]["compiled_code"]
        return found

    def batches(self, kept_by: str | None) -> str | None:
        """Return the query for the batches in which a model kept by this is filled; none where that is at once."""
        node = self.manifest["nodes"].get(_BATCHES.format(kept_by))
        return node and str(node["compiled_code"])

    def _is_done(self, node: Node) -> bool:
        kind, how = node["resource_type"], node["config"].get("materialized")
        return node["name"] not in self.left and (
            kind == "test" or (kind == "model" and how in ("table", "incremental"))
        )

    def _holds_above(self, test: str, model: str) -> bool:
        """Whether all that the test reads comes before the model: dbt has the model wait for it."""
        tested = set(self.manifest["nodes"][test]["depends_on"]["nodes"])
        return bool(tested) and tested <= self._above[model]

    @cached_property
    def _above(self) -> dict[str, frozenset[str]]:
        """For each node all models that it is made from, near or far."""
        nodes = self.manifest["nodes"]
        direct = {name: set(node["depends_on"].get("nodes", ())) & nodes.keys() for name, node in nodes.items()}
        found: dict[str, frozenset[str]] = {}
        for name in graphlib.TopologicalSorter(direct).static_order():
            found[name] = frozenset(direct[name]).union(*(found[other] for other in direct[name]))
        return found


@dataclass(frozen=True)
class Surroundings:
    """What compiled SQL asks for: files and partitions that changed, by raw table; settings of the build."""

    lake: Lake
    changed: Changed
    due_year: int
    doubt_max: float
    files: Mapping[str, Mapping[str, list[str]]] = field(init=False)

    def __post_init__(self) -> None:
        found: dict[str, dict[str, list[str]]] = {table.name: {} for table in RAW_TABLES}
        for table, files in found.items():
            for path in self.lake.find(f"{table}/*/*.parquet"):
                place = "/".join([self.lake.root, *path.split("/")[-3:]])
                files.setdefault(partition_of(path), []).append(place)
        object.__setattr__(self, "files", found)

    def variables(self) -> dict[str, Any]:
        """Return DuckDB's variables that are known before the first model."""
        told = {"data": self.changed.data, "verdicts": self.changed.verdicts}
        files = {
            f"changed_{table.name}": self.files_of(
                table.name, self.changed.verdicts if table.name == "gate_results" else self.changed.data
            )
            for table in RAW_TABLES
        }
        keys = {f"changed_{kind}": sorted(partitions) for kind, partitions in told.items()}
        batch = int(os.environ.get(BATCH[0], BATCH[1]))
        return {**files, **keys, "due_year": self.due_year, "doubt_max": self.doubt_max, "batch_reports": batch}

    def files_of(self, table: str, partitions: Sequence[str] | frozenset[str]) -> list[str]:
        """Return the files of some partitions of a raw table, after an empty one that says which columns there are."""
        files = self.files[table]
        empty = f"{self.lake.root}/{table}/_empty/_empty.parquet"
        return [empty, *(path for key in sorted(partitions) for path in files.get(key, ()))]


@contextmanager
def opened(warehouse: Path, others: Iterable[Path], memory: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the files of a warehouse for writing, `others` by their names, with the settings of profiles.yml."""
    import duckdb

    from orchestration.warehouse import functions

    with duckdb.connect(str(warehouse)) as connection:
        for setting in ("TimeZone = 'UTC'", "preserve_insertion_order = false", f"memory_limit = '{memory}'"):
            connection.execute(f"set {setting}")
        for path in others:
            connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as {path.stem}")
        functions.make_known(connection)
        yield connection


def mend(
    connection: duckdb.DuckDBPyConnection, project: Project, around: Surroundings, *, despite_tests: bool = False
) -> Iterator[Result]:
    """Do all of `project` again in the files that `connection` has open; yield what became of each model and test.

    What hangs on a failed model or test of severity error is skipped, on a test not where the build goes on
    `despite_tests`: it is a warning then, as dbt takes it. Each model is one transaction.
    """
    for name, value in around.variables().items():
        _set(connection, name, value)
    ended: dict[str, Status] = {}
    for node in project.order:
        result = _done(connection, project, node, ended, despite_tests)
        ended[result.unique_id] = result.status
        yield result
        if node["name"] == TOUCHED and result.status == "success":
            _tell_touched(connection, node, around)
    for (database,) in connection.execute("select database_name from duckdb_databases() where not internal").fetchall():
        connection.execute(f"checkpoint {database}")


def _done(
    connection: duckdb.DuckDBPyConnection,
    project: Project,
    node: Node,
    ended: Mapping[str, Status],
    despite_tests: bool,
) -> Result:
    import duckdb

    name = node["unique_id"]
    if project.stopped_by(node, ended):
        return Result(name, "skipped")
    try:
        if node["resource_type"] == "test":
            return _tested(connection, node, despite_tests)
        _rebuild(connection, project, node)
    except duckdb.Error as error:
        return Result(name, "error", message=f"{type(error).__name__}: {error}")
    return Result(name, "success", message="OK")


def _rebuild(connection: duckdb.DuckDBPyConnection, project: Project, node: Node) -> None:
    """Put a model's new rows in place of those that it does again, all of them unless it is kept by something.

    Rows are replaced and not the table, so that its columns, their order and their comments stay as dbt made them.
    """
    table, query = node["relation_name"], node["compiled_code"]
    kept_by = node["config"]["meta"].get("kept_by") if node["config"]["materialized"] == "incremental" else None
    again = f" where {project.condition(kept_by)}" if kept_by else ""
    with _transaction(connection):
        # first the new rows: a model may read what it told at the last build
        connection.execute(f"create or replace temp table new_rows as from ({query}) limit 0")
        for batch in _batches(connection, project.batches(kept_by)):
            _set(connection, "batch", batch)
            connection.execute(f"insert into new_rows by name {query}")
        connection.execute("reset variable batch")
        connection.execute(f"delete from {table}{again}")
        connection.execute(f"insert into {table} by name from new_rows")
        connection.execute("drop table new_rows")


def _batches(connection: duckdb.DuckDBPyConnection, query: str | None) -> list[int | None]:
    """Return the batches of a model, a single one without a number where it is filled at once."""
    return [batch for (batch,) in connection.execute(query).fetchall()] if query else [None]


def _tested(connection: duckdb.DuckDBPyConnection, node: Node, despite_tests: bool) -> Result:
    name, warns = node["unique_id"], despite_tests or node["config"]["severity"].lower() == "warn"
    # the shape in which dbt asks
    row = connection.execute(f"select count(*) from (\n{node['compiled_code']}\n) as failing").fetchone()
    failures = int(row[0]) if row else 0
    if not failures:
        return Result(name, "pass", 0)
    told = f"Got {failures} result{'s' if failures > 1 else ''}, configured to {'warn' if warns else 'fail'} if != 0"
    return Result(name, "warn" if warns else "fail", failures, told)


def _tell_touched(connection: duckdb.DuckDBPyConnection, node: Node, around: Surroundings) -> None:
    rows = connection.execute(f"select distinct partition from {node['relation_name']} where is_touched").fetchall()
    partitions = [partition for (partition,) in rows]
    for table in READ_BY_REPORT:
        files = around.files_of(table.name, partitions)
        _set(connection, f"touched_{table.name}", files)


def _set(connection: duckdb.DuckDBPyConnection, name: str, value: Sequence[str] | float | None) -> None:
    # not by a parameter: to look at its type DuckDB loads pandas, which takes a second
    told = "null" if value is None else str(value)
    if value is not None and not isinstance(value, int | float):
        told = "[" + ", ".join("'" + item.replace("'", "''") + "'" for item in value) + "]::varchar[]"
    connection.execute(f"set variable {name} = {told}")


@contextmanager
def _transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
