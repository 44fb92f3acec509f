"""One partition under way: what is taken over from its former files, what was judged of it so far, and its new files.

A partition is done in pieces, so that its size is no matter of memory: the rows of a piece are judged and lie on the
disk before those of the next but one are made. Rows of documents whose ``Record`` says that they would come out the
same are copied at the end. What does not belong here: making rows (the hops), judging them (``gate.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from orchestration.home import documents, fingerprints, provenance
from orchestration.home.documents import Record
from orchestration.home.installation import Installation
from orchestration.home.provenance import Inputs
from orchestration.hops import gate, judging
from orchestration.hops.gate import FailedDocument, Judged, Rows
from orchestration.hops.outcomes import Outcome
from sources.lake import Lake
from sources.partitions import Partition
from sources.tables import Columns, Table
from sources.writing import Writing

Task = TypeVar("Task")

#: rows of a partition that a person is shown
PREVIEW = 5
#: characters of a cell of them: a report's text would be held for every partition of a run
PREVIEW_WIDTH = 200


@dataclass(frozen=True)
class Documents(Generic[Task]):
    """The documents of a partition, by the names that the column `by` of the hop's tables has.

    `made_from`: name → hash of all that its rows are made from, versions of rules included (``documents.key``); empty
    where nobody can tell. `tasks` yields one task for each of the documents named, reading what it needs by and by.
    """

    by: str
    made_from: Mapping[str, str]
    tasks: Callable[[Collection[str]], Iterator[Task]]


@dataclass
class _Table:
    """What was judged and written of one table so far. `hashes` and `documents` are by document and by report."""

    writing: Writing
    judged: Judged | None = None
    n_judged: int = 0
    preview: Rows = field(default_factory=list)
    hashes: dict[str, tuple[str, str]] = field(default_factory=dict)
    documents: dict[str, str] = field(default_factory=dict)
    others: Columns = field(default_factory=dict)


class Cell(Generic[Task]):
    """One partition of the tables of a hop, from its former files to its new ones.

    `sound` documents are taken over, `again` taken over but judged again, `todo` made; without `documents` there is one
    piece, with all rows. `inputs` is what the partition is made from, `metadata` is stored with it.
    """

    def __init__(
        self,
        installation: Installation,
        tables: Sequence[Table],
        partition: Partition,
        inputs: Inputs,
        documents: Documents[Task] | None = None,
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self.installation, self.partition, self.inputs = installation, partition, inputs
        self.documents, self.metadata = documents, dict(metadata or {})
        self._records = _records(installation.lake, tables, partition) if documents else {}
        self.sound, self.again = self._taken_over()
        names = documents.made_from if documents else {}
        self.todo = [name for name in names if name not in self.sound and name not in self.again]
        self._once: set[str] = set()
        self._outdated: list[str] = []
        self._failed: list[FailedDocument] = []
        self._tables = {table: _Table(Writing(installation.lake, table, partition)) for table in tables}
        for table, found in self._tables.items():
            self._begin(table, found)

    def _taken_over(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the documents whose rows of all tables are in the former files: those that are sound, and others."""
        if not self.documents:
            return frozenset(), frozenset()
        lake, version = self.installation.lake, judging.suites_version()
        judged = all(
            lake.metadata(table, self.partition).get(documents.JUDGED_BY) == version for table in self._records
        )
        sound: set[str] = set()
        again: set[str] = set()
        for name, made_from in self.documents.made_from.items():
            found = [records.get(made_from) for records in self._records.values()]
            if made_from and all(found):
                (sound if judged and all(record and record.sound for record in found) else again).add(name)
        return frozenset(sound), frozenset(again)

    def _begin(self, table: Table, found: _Table) -> None:
        """Have what is taken over count in what is said of the whole partition, and against documents of one id."""
        if not self.sound or not self.documents or self.documents.by == "report_id":
            return  # as of tables whose documents are reports: their suites look at each by itself
        counted = _counted(table)
        for data in self._former(table, self.sound, ["report_id", self.documents.by, *counted]):
            reports, names = data["report_id"].to_pylist(), data[self.documents.by].to_pylist()
            found.documents |= dict(zip(reports, names, strict=True))
            _extend(found.others, {name: data[name].to_pylist() for name in counted})

    def _former(self, table: Table, names: Collection[str], columns: list[str] | None = None) -> Iterator[Any]:
        assert self.documents
        return self.installation.lake.groups(table, self.partition, self.documents.by, names, columns)

    def others(self, table: Table) -> Columns:
        """Return the rows that are not judged with the next piece: their partition and the suite's `counted`."""
        found = self._tables[table].others
        return {"partition": [str(self.partition)] * len(next(iter(found.values()), [])), **found}

    def former_rows(self, names: Collection[str]) -> dict[str, dict[Table, Columns]]:
        """Return the rows of documents that are taken over, by document and table."""
        assert self.documents
        found: dict[str, dict[Table, Columns]] = {
            name: {table: table.columns_of([]) for table in self._tables} for name in names
        }
        for table in self._tables:
            for data in self._former(table, names):
                columns = data.to_pydict()
                for at, name in enumerate(columns[self.documents.by]):
                    for column, values in columns.items():
                        found[name][table][column].append(values[at])
        return found

    def with_former(self, table: Table, columns: Columns, failed: Sequence[FailedDocument]) -> Columns:
        """Return `columns` with the rows that the former file has of documents that could not be worked through.

        They go through the gate as all others: where the document says something else now, their sentences are not in
        it any more, and they are set aside.
        """
        former: Rows = []
        with suppress(FileNotFoundError):
            for data in self._former(table, [document["report_id"] for document in failed]):
                former += data.to_pylist()
        return table.joined([columns, gate.flagged_former(table, table.columns_of(former))]) if former else columns

    def add(self, judged: Mapping[Table, Judged], once: Collection[str] = ()) -> None:
        """Add a piece: rows of documents that no other piece has; those of documents `once` are never taken over."""
        self._once.update(once)
        for table, verdict in judged.items():
            found = self._tables[table]
            found.n_judged += verdict.n_rows + len(verdict.quarantined)
            self._write(table, found, verdict)
            if self.documents:
                self._remember(table, found, verdict, self.documents.by)
            else:
                self.metadata |= provenance.entry(self.inputs, verdict.columns)
            found.judged = verdict if found.judged is None else gate.together(table, found.judged, verdict)
            found.judged.columns.clear()

    def tell(self, outdated: Sequence[str], failed: Sequence[FailedDocument]) -> None:
        """Have the verdict say which decisions of people no longer fit, and which documents failed; they have no rows
        but former ones, and are tried again, or told again, whenever the partition is written."""
        self._outdated += outdated
        self._failed += failed
        self._once.update(document["report_id"] for document in failed)

    def _write(self, table: Table, found: _Table, verdict: Judged) -> None:
        if len(found.preview) < PREVIEW:
            found.preview += _preview(verdict.columns, PREVIEW - len(found.preview))
        if verdict.stopped:
            return
        try:
            found.writing.add(table.from_columns(verdict.columns))
        except ValueError as error:
            gate.tell_misfit(table, self.partition, verdict, str(error))

    def _remember(self, table: Table, found: _Table, verdict: Judged, by: str) -> None:
        columns = verdict.columns
        found.hashes |= fingerprints.by_document(columns, by)
        aside = [(row["report_id"], row[by]) for row in verdict.quarantined]
        self._once.update(name for _, name in aside)
        if by == "report_id":
            return
        reports = [*zip(columns["report_id"], columns[by], strict=True), *aside]
        if clash := {report for report, _ in reports if report in found.documents}:
            gate.tell_clash(verdict, clash)
        found.documents |= dict(reports)
        _extend(found.others, {name: columns[name] for name in _counted(table)})

    def close(self) -> dict[Table, Outcome]:
        """Write verdicts, and the rows where none forbids it, all tables or none; return what became of each.

        Raises ChangedError where machines share a store and another has written the partition: its files then stand.
        """
        judged = {table: found.judged for table, found in self._tables.items() if found.judged is not None}
        stopped = list(dict.fromkeys(why for verdict in judged.values() for why in verdict.stopped))
        for verdict in list(judged.values())[:1]:
            gate.tell_outdated(verdict, self._outdated)
            gate.tell_failed(verdict, self._failed)
        outcomes = {}
        for table, verdict in judged.items():
            found = self._tables[table]
            for data in self._former(table, self.sound) if self.sound else ():
                found.n_judged += data.num_rows
                found.writing.add(data)
            for result in verdict.results:
                result["n_rows"] = found.n_judged
        for table, verdict in judged.items():
            found = self._tables[table]
            n_rows = found.writing.n_rows
            with gate.writing(self.installation, table, self.partition, verdict) as mark:
                if stopped:
                    found.writing.drop()
                else:
                    found.writing.put({**self.metadata, **self._entry(table, verdict), **mark})
            outcomes[table] = Outcome(
                n_rows=n_rows,
                n_quarantined=len(verdict.quarantined),
                failures=verdict.failures,
                quarantined=verdict.quarantined,
                stopped=list(stopped),
                preview=found.preview,
            )
        return outcomes

    def drop(self) -> None:
        """Leave the former files as they are, and nothing beside them."""
        for found in self._tables.values():
            found.writing.drop()

    def _entry(self, table: Table, verdict: Judged) -> dict[str, str]:
        if not self.documents:
            return {}
        found, records = self._tables[table], []
        doubted = {found.documents.get(report, report) for report in verdict.doubted}
        for name, made_from in self.documents.made_from.items():
            if name in self.sound:
                records.append(self._records[table][made_from])
            else:
                hashes = found.hashes.get(name, ("", ""))
                records.append(Record("" if name in self._once else made_from, *hashes, name not in doubted))
        return provenance.entry_of_documents(self.inputs, records, judging.suites_version())


def _records(lake: Lake, tables: Sequence[Table], partition: Partition) -> dict[Table, dict[str, Record]]:
    return {table: documents.records(lake, table, partition) for table in tables}


def _counted(table: Table) -> tuple[str, ...]:
    from expectations.suites import SUITES

    return SUITES[table.name].counted


def _extend(columns: Columns, more: Mapping[str, Sequence[Any]]) -> None:
    for name, values in more.items():
        columns.setdefault(name, []).extend(values)


def _preview(columns: Columns, most: int) -> Rows:
    return [
        {name: value[:PREVIEW_WIDTH] if isinstance(value, str) else value for name, value in row.items()}
        for row in gate.rows_of(columns, most)
    ]
