"""A hop whose work goes document by document: what of a partition is made, in which pieces, in a pool of processes.

What belongs here: the pieces, and what they hold in memory. What does not: what of a partition is taken over, and its
files (``cell.py``); how many pieces are held at once (``flow.py``); any one hop.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

from orchestration.home import memory
from orchestration.home.installation import Installation
from orchestration.hops import progress
from orchestration.hops.cell import Cell, Documents
from orchestration.hops.flow import Batch, flow
from orchestration.hops.hop import Hop, Made, through_gate
from orchestration.hops.outcomes import Outcomes, merge
from sources.partitions import Partition
from sources.tables import Columns, Table

Task = TypeVar("Task")
Value = TypeVar("Value")

#: documents that go through the gate together; the rows of some three times as many are held in memory at once
BATCH = 400


@dataclass(frozen=True)
class Piece(Generic[Task]):
    """Documents of one partition that go through the gate together: some that are made, or some to be judged `again`.

    `last`: no further piece of the partition comes.
    """

    cell: Cell[Task]
    again: Sequence[str] = ()
    last: bool = True


class DocumentHop(Hop, Generic[Task, Value]):
    """A hop whose work goes document by document through a pool of processes."""

    @abstractmethod
    def documents(self, installation: Installation) -> Callable[[Partition], Documents[Task]]:
        """Return what tells the documents of a partition; called once a run."""

    @abstractmethod
    def work(self, tasks: Iterable[Task], workers: int) -> Iterator[tuple[Task, Value]]:
        """Yield (task, what came of it) for every task, in order, from `workers` processes."""

    def processes(self, installation: Installation) -> int:
        """Return how many processes work."""
        return installation.workers

    @abstractmethod
    def name_of(self, task: Task) -> str:
        """Return the document's name, as `documents` has it."""

    @abstractmethod
    def value_of(self, rows: Mapping[Table, Columns]) -> Value:
        """Return what came of a document whose rows lie in the lake."""

    @abstractmethod
    def collect(self, batch: Sequence[Partition], results: Sequence[tuple[Task, Value]]) -> Made:
        """Return the rows of partitions from the results of their documents."""

    def make(self, partitions: Sequence[Partition], installation: Installation) -> Outcomes:
        outcomes: Outcomes = {}
        version = self.version(installation)
        under_way: set[Cell[Task]] = set()

        def finish(pieces: list[Piece[Task]], results: list[tuple[Task, Value]]) -> None:
            found = [*results, *(result for piece in pieces for result in self._judged_again(piece))]
            made = self.collect([piece.cell.partition for piece in pieces], found)
            last = [piece.cell for piece in pieces if piece.last]
            merge(outcomes, through_gate(made, [piece.cell for piece in pieces], last, version))
            under_way.difference_update(last)

        def counted(tasks: Iterable[Task]) -> Iterator[tuple[Task, Value]]:
            for result in self.work(tasks, self.processes(installation)):
                progress.tell(self.name, done=1)
                yield result

        try:
            flow(self._batches(self._cells(partitions, installation, under_way)), counted, finish)
        finally:
            for cell in under_way:
                cell.drop()
        memory.give_back()
        return outcomes

    def _cells(
        self, partitions: Sequence[Partition], installation: Installation, under_way: set[Cell[Task]]
    ) -> Iterator[Cell[Task]]:
        documents_of = self.documents(installation)
        for partition in partitions:
            inputs = self.inputs(partition, installation)
            cell = Cell(installation, self.tables, partition, inputs, documents_of(partition))
            under_way.add(cell)
            progress.tell(self.name, more=len(cell.todo))
            yield cell

    def _judged_again(self, piece: Piece[Task]) -> Iterator[tuple[Task, Value]]:
        if piece.again and piece.cell.documents:
            rows = piece.cell.former_rows(piece.again)
            for task in piece.cell.documents.tasks(piece.again):
                yield task, self.value_of(rows[self.name_of(task)])

    def _batches(self, cells: Iterable[Cell[Task]]) -> Iterator[Batch[Task, list[Piece[Task]]]]:
        """Yield whole partitions of some BATCH documents, and parts of those that have more."""
        group: list[Piece[Task]] = []
        held: list[Task] = []
        size = 0
        for cell in cells:
            here = len(cell.todo) + len(cell.again)
            if group and size + here > BATCH:
                yield Batch(group, held)
                group, held, size = [], [], 0
            if here > BATCH:
                yield from _cut(cell)
                continue
            group.append(Piece(cell, sorted(cell.again)))
            held.extend(_tasks(cell))
            size += here
        if group:
            yield Batch(group, held)


def _tasks(cell: Cell[Task]) -> Iterator[Task]:
    return cell.documents.tasks(cell.todo) if cell.documents else iter(())


def _cut(cell: Cell[Task]) -> Iterator[Batch[Task, list[Piece[Task]]]]:
    """Yield a partition in pieces of BATCH documents: those to be made, then those to be judged again."""
    tasks, again = _tasks(cell), sorted(cell.again)
    for begins in range(0, len(cell.todo), BATCH):
        last = begins + BATCH >= len(cell.todo) and not again
        yield Batch([Piece(cell, last=last)], list(islice(tasks, BATCH)))
    for begins in range(0, len(again), BATCH):
        yield Batch([Piece(cell, again[begins : begins + BATCH], begins + BATCH >= len(again))], [])
