"""What a hop is: one object that says what it reads and makes, when that is stale, and does the work.

What belongs here: the two kinds of hops, and the way of rows through the gate. What does not: any one hop (a file each,
listed in ``__init__.py``), how a page is fetched, read or extracted (``sources``), Dagster.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

from orchestration.home import fingerprints, memory, provenance
from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops import gate, progress
from orchestration.hops.flow import Batch, flow
from orchestration.hops.gate import Judged, Rows
from orchestration.hops.outcomes import Outcome, Outcomes, merge
from sources.partitions import Partition
from sources.tables import Columns, Table

Task = TypeVar("Task")
Value = TypeVar("Value")

#: documents that go through the gate together; the rows of some three times as many are held in memory at once
BATCH = 400
#: rows of a partition kept for a person to look at
PREVIEW = 5
#: characters of a cell of them: a report's text would be held for every partition of a run
PREVIEW_WIDTH = 200


@dataclass(frozen=True)
class Made:
    """Rows that a hop made, before the gate: those of its tables, and what is to be told or stored with them.

    `reports` are the accepted reports behind the rows, see ``gate.reports_behind``. `outdated` are decisions of people
    on the first table that no longer fit, `metadata` is stored with a partition's files. `failed` are documents that
    could not be worked through: there are no rows of them.
    """

    rows: Mapping[Table, Mapping[Partition, Columns]]
    reports: Columns | None = None
    outdated: Mapping[Partition, list[str]] = field(default_factory=dict)
    metadata: Mapping[Partition, dict[str, str]] = field(default_factory=dict)
    failed: Mapping[Partition, list[gate.FailedDocument]] = field(default_factory=dict)


class Hop(ABC):
    """One step from catalogue to raw tables.

    `name` is that of its asset and of its step, `title` what a person reads beside the bar, `group` the group of its
    assets. `reads` are the assets that it is made from. `tables` are written together or not at all.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    group: ClassVar[str]
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
        inputs = {partition: self.inputs(partition, installation) for partition in partitions}
        return through_gate(installation, made, inputs, self.version(installation))


class DocumentHop(Hop, Generic[Task, Value]):
    """A hop whose work goes document by document through a pool of processes."""

    @abstractmethod
    def tasks_of(self, installation: Installation) -> Callable[[Partition], list[Task]]:
        """Return what gives the tasks of a partition, one a document; called once a run."""

    @abstractmethod
    def work(self, tasks: Iterable[Task], workers: int) -> Iterator[tuple[Task, Value]]:
        """Yield (task, what came of it) for every task, in order, from `workers` processes."""

    def processes(self, installation: Installation) -> int:
        """Return how many processes work."""
        return installation.workers

    @abstractmethod
    def collect(self, batch: Sequence[Partition], results: Sequence[tuple[Task, Value]]) -> Made:
        """Return the rows of whole partitions from the results of their documents."""

    def make(self, partitions: Sequence[Partition], installation: Installation) -> Outcomes:
        outcomes: Outcomes = {}

        def finish(batch: list[Partition], results: list[tuple[Task, Value]]) -> None:
            merge(outcomes, self.write(self.collect(batch, results), batch, installation))

        def counted(tasks: Iterable[Task]) -> Iterator[tuple[Task, Value]]:
            for result in self.work(tasks, self.processes(installation)):
                progress.tell(self.name, done=1)
                yield result

        flow(self._batches(partitions, self.tasks_of(installation)), counted, finish)
        memory.give_back()
        return outcomes

    def _batches(
        self, partitions: Sequence[Partition], tasks_of: Callable[[Partition], list[Task]]
    ) -> Iterator[Batch[Task, list[Partition]]]:
        """Yield whole partitions of some BATCH documents."""
        group: list[Partition] = []
        held: list[Task] = []
        for partition in partitions:
            tasks = tasks_of(partition)
            if group and len(held) + len(tasks) > BATCH:
                yield Batch(group, held)
                group, held = [], []
            progress.tell(self.name, more=len(tasks))
            group.append(partition)
            held.extend(tasks)
        if group:
            yield Batch(group, held)


def through_gate(installation: Installation, made: Made, inputs: Mapping[Partition, Inputs], version: str) -> Outcomes:
    """Judge all partitions of all tables, then write them; tables made together are written together or not at all.

    `inputs`: what each partition was made from.
    """
    if not inputs:
        return {}
    rows = {table: gate.with_former(installation.lake, table, made.failed, found) for table, found in made.rows.items()}
    judged = {table: gate.judge(table, columns, version, made.reports) for table, columns in rows.items()}
    for partition, decisions in made.outdated.items():
        gate.tell_outdated(next(iter(judged.values()))[partition], decisions)
    for partition, documents in made.failed.items():
        gate.tell_failed(next(iter(judged.values()))[partition], documents)
    outcomes: Outcomes = {table.name: {} for table in made.rows}
    for partition in sorted(inputs):
        stopped = [why for table in made.rows for why in judged[table][partition].stopped]
        for table in made.rows:
            verdict: Judged = judged[table][partition]
            verdict.stopped[:] = stopped
            kept_back = gate.write(
                installation, table, partition, verdict, inputs[partition], made.metadata.get(partition)
            )
            outcomes[table.name][partition] = Outcome(
                n_rows=verdict.n_rows,
                n_quarantined=len(verdict.quarantined),
                failures=verdict.failures,
                quarantined=verdict.quarantined,
                stopped=kept_back,
                preview=_preview(verdict.columns),
            )
    return outcomes


def _preview(columns: Columns) -> Rows:
    return [
        {name: value[:PREVIEW_WIDTH] if isinstance(value, str) else value for name, value in row.items()}
        for row in gate.rows_of(columns, PREVIEW)
    ]


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
