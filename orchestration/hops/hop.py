"""What a hop is: one object that says what it reads and makes, when that is stale, and does the work.

What belongs here: what every hop has, and the way of rows through the gate. What does not: work document by document
(``document_hop.py``), any one hop (a file each, listed in ``__init__.py``), how a page is fetched, read or extracted
(``sources``), Dagster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from orchestration.home import fingerprints, provenance
from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops import gate
from orchestration.hops.cell import Cell
from orchestration.hops.gate import Rows
from orchestration.hops.outcomes import Outcome, Outcomes
from sources.partitions import Partition
from sources.tables import Columns, Table


@dataclass(frozen=True)
class Made:
    """Rows that a hop made, before the gate: those of its tables, and what is to be told or stored with them.

    `reports` are the accepted reports behind the rows, see ``gate.reports_behind``. `outdated` are decisions of people
    on the first table that no longer fit, `metadata` is stored with a partition's files. `failed` are documents that
    could not be worked through: there are no rows of them. `once` are documents whose rows the next run must not take
    over, whatever stays the same; failed ones are among them without being named.
    """

    rows: Mapping[Table, Mapping[Partition, Columns]]
    reports: Columns | None = None
    outdated: Mapping[Partition, list[str]] = field(default_factory=dict)
    metadata: Mapping[Partition, dict[str, str]] = field(default_factory=dict)
    failed: Mapping[Partition, list[gate.FailedDocument]] = field(default_factory=dict)
    once: Mapping[Partition, Collection[str]] = field(default_factory=dict)


class Hop(ABC):
    """One step from catalogue to raw tables.

    `name` is that of its step, `title` what a person reads beside the bar. `reads` are the assets that it is made from.
    `tables` are written together or not at all.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    reads: ClassVar[tuple[str, ...]]
    tables: ClassVar[tuple[Table, ...]]
    #: whether it asks addresses, so that only so many runs at once may, and an age from which on they are asked again
    fetches: ClassVar[bool] = False

    @abstractmethod
    def versions(self, installation: Installation | None = None) -> dict[str, str]:
        """Return the versions of rules and data that rows depend on, by the names that a release's manifest has.

        An `installation` may have data of its own; without one they are those that baogao comes with.
        """

    def version(self, installation: Installation | None = None) -> str:
        """Return all `versions` in one, as verdicts and assets carry it."""
        return "-".join(self.versions(installation).values())

    @abstractmethod
    def inputs(self, partition: Partition, installation: Installation) -> Inputs:
        """Return all that the partition's rows are made from, by name: what the hop reads, and its `versions`."""

    def why_stale(
        self, partition: Partition, installation: Installation, refetch_hours: float = 24.0
    ) -> frozenset[str]:
        """Return the names of the inputs that a file of the partition was not made from; none where all are current.

        See ``provenance.changed_inputs``, also for names of other reasons.
        """
        inputs = self.inputs(partition, installation)
        found = (provenance.changed_inputs(installation.lake, table, partition, inputs) for table in self.tables)
        return frozenset().union(*found)

    def stale(
        self, partitions: Iterable[Partition], installation: Installation, refetch_hours: float = 24.0
    ) -> frozenset[Partition]:
        """Return those of `partitions` that the hop would change or look at again.

        `refetch_hours`: the age from which on an address is asked again.
        """
        return frozenset(p for p in partitions if self.why_stale(p, installation, refetch_hours))

    def run(self, installation: Installation, partitions: Sequence[Partition], refetch_hours: float = 24.0) -> Outcomes:
        """Do what is stale of `partitions` and nothing else; return what became of each of them, by table.

        Raises ChangedError where machines share a store and another has written one of them since this began.
        """
        with installation.viewing():
            outcomes = self.make(sorted(self.stale(partitions, installation, refetch_hours)), installation)
            return with_unchanged(outcomes, self.tables, partitions, installation)

    @abstractmethod
    def make(self, partitions: Sequence[Partition], installation: Installation) -> Outcomes:
        """Make the rows of `partitions` anew and write them through the gate."""

    def load(self) -> None:  # noqa: B027 - most workers need nothing of their own
        """Load what a worker needs, once, in the server that workers are forked from."""

    def write(self, made: Made, partitions: Iterable[Partition], installation: Installation) -> Outcomes:
        """Judge all partitions of all tables, then write them, with what they were made from."""
        cells = [
            Cell[Any](installation, self.tables, p, self.inputs(p, installation), metadata=made.metadata.get(p))
            for p in partitions
        ]
        try:
            return through_gate(made, cells, cells, self.version(installation))
        finally:
            for cell in cells:
                cell.drop()


def through_gate(made: Made, cells: Sequence[Cell[Any]], last: Collection[Cell[Any]], version: str) -> Outcomes:
    """Judge a piece of each of `cells`; write those of which it is the `last`, and return what became of them."""
    outcomes: Outcomes = {table.name: {} for table in made.rows}
    if not cells:
        return outcomes
    by_partition = {cell.partition: cell for cell in cells}
    judged = {}
    for table, rows in made.rows.items():
        former = {p: by_partition[p].with_former(table, rows[p], failed) for p, failed in made.failed.items()}
        judged[table] = gate.judge(table, {**rows, **former}, version, made.reports, _others(table, cells))
    for cell in cells:
        cell.tell(made.outdated.get(cell.partition, ()), made.failed.get(cell.partition, ()))
        cell.add({table: found[cell.partition] for table, found in judged.items()}, made.once.get(cell.partition, ()))
        if cell in last:
            for table, outcome in cell.close().items():
                outcomes[table.name][cell.partition] = outcome
    return outcomes


def _others(table: Table, cells: Sequence[Cell[Any]]) -> Columns | None:
    found = [others for cell in cells if len(others := cell.others(table)) > 1]
    names = found[0] if found else ()
    return {name: [value for columns in found for value in columns[name]] for name in names} or None


def with_unchanged(
    outcomes: Outcomes, tables: Sequence[Table], partitions: Sequence[Partition], installation: Installation
) -> Outcomes:
    """Add to `outcomes` those of `partitions` that were left as they are."""
    for table in tables:
        found = outcomes.setdefault(table.name, {})
        for partition in partitions:
            if partition not in found:
                # what the gate said of the rows still holds of them
                found[partition] = Outcome(
                    n_rows=installation.lake.n_rows(table, partition),
                    unchanged=True,
                    failures=gate.failed_verdicts_on(installation.lake, table, partition),
                )
    return outcomes


def read_rows(installation: Installation, table: Table, partition: Partition) -> Rows:
    """Return the rows of a partition as they lie in the lake, none where it has no file."""
    data = installation.lake.read(table, partition)
    return [] if data is None else data.to_pylist()


def reviews_hash(installation: Installation, pattern: str) -> str:
    """Return the hash of the decisions of people in the files reviews/`pattern`.yaml."""
    return fingerprints.of_files(installation.reviews, [f"{pattern}.yaml"])
