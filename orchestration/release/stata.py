"""A Stata file with what pandas' own writer leaves out: why a number is missing, notes, a numeric id.

What belongs here: the form of the file (.dta 118). What does not: why a cell is empty (``reasons.py``), names and
labels of columns (``schema.py``).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from pandas.io.stata import StataWriterUTF8  # type: ignore[attr-defined]

from orchestration.release.reasons import REASONS
from orchestration.release.schema import PublishedTable

LABEL = 80
_WIDTH = 129
#: a missing value of kind ., .a, .b … as a double, and as a value label's number
_KINDS = dict(enumerate((".", *REASONS)))
_DOUBLE = {letter: struct.unpack(">d", bytes([0x7F, 0xE0, at, 0, 0, 0, 0, 0]))[0] for at, letter in _KINDS.items()}
_LABELLED = {letter: 2_147_483_621 + at for at, letter in _KINDS.items()}


class _Writer(StataWriterUTF8):
    """pandas' writer with `missing` (letters in place of numbers, as a frame of the same shape) and `notes`."""

    def __init__(self, path: Path, frame: pd.DataFrame, missing: pd.DataFrame, notes: Sequence[str], **given: Any):
        # pandas replaces what is missing while it is made
        self.missing, self.notes = missing.set_axis(frame.index), notes
        super().__init__(path, frame, **given)

    def _replace_nans(self, data: pd.DataFrame) -> pd.DataFrame:
        for name in data.columns.intersection(self.missing.columns):
            codes = self.missing[name].map(_DOUBLE).fillna(_DOUBLE["."])
            data[name] = data[name].where(data[name].notna(), codes.to_numpy())
        return super()._replace_nans(data)

    def _write_characteristics(self) -> None:
        self._update_map("characteristics")
        told = [("note0", str(len(self.notes))), *((f"note{at}", note) for at, note in enumerate(self.notes, 1))]
        records = b""
        for name, text in told:
            content = b"_dta".ljust(_WIDTH, b"\0") + name.encode().ljust(_WIDTH, b"\0") + text.encode() + b"\0"
            records += self._tag(struct.pack("<I", len(content)) + content, "ch")
        self._write_bytes(self._tag(records, "characteristics"))


def write_stata(
    panel: pd.DataFrame, missing: pd.DataFrame, table: PublishedTable, path: Path, notes: Sequence[str] = ()
) -> None:
    """Write a .dta of version 118 (UTF-8) with Chinese variable labels and `notes` on the data.

    `missing` has the rows of `panel` and, for each number that is empty, the letter of its reason
    (``reasons.REASONS``): Stata shows it as .a, .b … with a label. `id` numbers the regions, for `xtset id year`.
    """
    frame = panel.copy()
    numbers = [name for name in frame.columns if pd.api.types.is_float_dtype(frame[name])]
    for name in frame.columns:
        column = frame[name]
        if pd.api.types.is_bool_dtype(column):
            frame[name] = column.astype("int8")
        elif not pd.api.types.is_numeric_dtype(column):
            frame[name] = column.astype(object).where(column.notna(), "").map(str)
    # as `egen id = group(region_id)` would count
    ids = pd.Series(pd.Categorical(frame["region_id"]).codes + 1, index=frame.index, dtype="int32")
    frame.insert(0, "id", ids)
    unfit = [name for name in frame.columns if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name)]
    if unfit:
        raise ValueError(f"{table.name}: not a name that Stata takes (ASCII, at most 32 characters): {unfit[:3]}")
    labels = {c: (table.column(c).zh or table.column(c).description)[:LABEL] for c in frame.columns}
    labels["id"] = "地区序号（本文件内）"
    words: dict[float, str] = {_LABELLED[letter]: reason.zh for letter, reason in REASONS.items()}
    value_labels: Mapping[Any, dict[float, str]] = {name: dict(words) for name in numbers}
    _Writer(
        path, frame, missing, notes, write_index=False, variable_labels=labels, version=118, value_labels=value_labels,
        data_label="baogao city-year panel",
    ).write_file()  # fmt: skip
