"""What each document's rows in a partition's file were made from, so that those of unchanged ones can be taken over.

A file of the lake carries a record for each of its documents: a hash of all that its rows are made from, rules
included, and the hashes of the rows, from which the partition's follow. What does not belong here: what a document is
made from (``hops``), taking rows over (``hops/cell.py``).
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.home import fingerprints
from sources.lake import Lake
from sources.partitions import Partition
from sources.tables import Table

#: metadata of a file: its records, and the version of the suites that judged its rows
DOCUMENTS, JUDGED_BY = "documents", "judged_by"
#: bytes of each hash of a record: chance makes no two of them equal among 10^9 documents
_BYTES = 12
_NOTHING = bytes(_BYTES)
#: a record as it is stored: whether it is sound, and three hashes
_PACKED = struct.Struct(f"?{_BYTES}s{_BYTES}s{_BYTES}s")


@dataclass(frozen=True)
class Record:
    """One document's rows in a file. Hashes are hexadecimal, `content` and `substance` empty where it has no row.

    `made_from` is empty where the rows may not be taken over; `sound`: no expectation failed on them.
    """

    made_from: str
    content: str
    substance: str
    sound: bool


def key(*parts: object) -> str:
    """Return the hash of all that a document's rows are made from, as records have it."""
    return fingerprints.digest(*parts)[: 2 * _BYTES]


def metadata(records: Iterable[Record], judged_by: str) -> dict[str, str]:
    """Return what a file carries of its documents, with the hashes of its rows that follow from theirs."""
    listed = sorted(records, key=lambda record: (record.made_from, record.content))
    told = b"".join(
        _PACKED.pack(record.sound, *map(_packed, (record.made_from, record.content, record.substance)))
        for record in listed
        if record.made_from
    )
    return {
        fingerprints.CONTENT: fingerprints.of_documents(_packed(r.content) for r in listed if r.content),
        fingerprints.SUBSTANCE: fingerprints.of_documents(_packed(r.substance) for r in listed if r.substance),
        DOCUMENTS: base64.b64encode(told).decode(),
        JUDGED_BY: judged_by,
    }


def records(lake: Lake, table: Table, partition: Partition) -> dict[str, Record]:
    """Return the records of a partition's file by `made_from`; none where it has none. Raises DamagedFileError."""
    told = base64.b64decode(lake.long_metadata(table, partition, DOCUMENTS))
    read = _PACKED.iter_unpack(told)
    return {
        made_from.hex(): Record(made_from.hex(), _unpacked(content), _unpacked(substance), sound)
        for sound, made_from, content, substance in read
    }


def _unpacked(part: bytes) -> str:
    return part.hex() if part != _NOTHING else ""


def _packed(hexadecimal: str) -> bytes:
    return bytes.fromhex(hexadecimal[: 2 * _BYTES]).ljust(_BYTES, b"\0")
