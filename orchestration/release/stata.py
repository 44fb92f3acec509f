"""Stata files with what pandas' own writer leaves out: why a number is missing, notes, a numeric id.

What belongs here: the form of the file (.dta 118). What does not: why a cell is empty (``reasons.py``), words of codes
(``baogao.words``), names and labels of columns (``schema.py``).
"""

from __future__ import annotations

import re
import string
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.io.stata import StataWriterUTF8  # type: ignore[attr-defined]

from baogao.words import words_for
from orchestration.release.schema import PANEL_KEYS, PublishedTable

LABEL = 80
#: Stata's own, in place of when a file was written: the same rows are the same file whenever they are
DAY_ZERO = datetime(1960, 1, 1)
_WIDTH = 129
_ROWS_AT_ONCE = 5_000
#: a missing value of kind ., .a, .b … as a double, and as a value label's number
_KINDS = tuple(enumerate((".", *string.ascii_lowercase)))
_DOUBLE = {letter: struct.unpack(">d", bytes([0x7F, 0xE0, at, 0, 0, 0, 0, 0]))[0] for at, letter in _KINDS}
_LABELLED = {letter: 2_147_483_621 + at for at, letter in _KINDS}


class _Writer(StataWriterUTF8):
    """pandas' writer with `missing` (letters in place of numbers, as a frame of the same shape) and `notes`."""

    def __init__(self, path: Path, frame: pd.DataFrame, missing: pd.DataFrame, notes: Sequence[str], **given: Any):
        # pandas replaces what is missing while it is made
        self.missing, self.notes = missing.set_axis(frame.index), notes
        super().__init__(path, frame, **given)

    def _replace_nans(self, data: pd.DataFrame) -> pd.DataFrame:
        # column by column: the letters of a whole panel, as numbers, are three times the panel
        for name in data.columns.intersection(self.missing.columns):
            empty = data[name].isna().to_numpy()
            if empty.any():
                at, letters = pd.factorize(self.missing[name].to_numpy(dtype=object)[empty])
                # a cell without a letter is at -1
                doubles = np.array([*(_DOUBLE[letter] for letter in letters), _DOUBLE["."]])
                numbers = data[name].to_numpy(dtype="float64", copy=True)
                numbers[empty] = doubles[at]
                data[name] = numbers
        return super()._replace_nans(data)

    def _write_data(self, records: np.rec.recarray) -> None:
        self._update_map("data")
        self._write_bytes(b"<data>")
        # not the bytes of all rows at once beside the rows
        for begin in range(0, len(records), _ROWS_AT_ONCE):
            self._write_bytes(records[begin : begin + _ROWS_AT_ONCE].tobytes())
        self._write_bytes(b"</data>")

    def _write_characteristics(self) -> None:
        self._update_map("characteristics")
        told = [("note0", str(len(self.notes))), *((f"note{at}", note) for at, note in enumerate(self.notes, 1))]
        records = b""
        for name, text in told:
            content = b"_dta".ljust(_WIDTH, b"\0") + name.encode().ljust(_WIDTH, b"\0") + text.encode() + b"\0"
            records += self._tag(struct.pack("<I", len(content)) + content, "ch")
        self._write_bytes(self._tag(records, "characteristics"))


def write_stata(
    rows: pd.DataFrame,
    table: PublishedTable,
    path: Path,
    notes: Sequence[str] = (),
    missing: pd.DataFrame | None = None,
    letters: Mapping[str, str] | None = None,
    *,
    whole: bool = True,
) -> None:
    """Write rows of `table` as a .dta of version 118 (UTF-8) with Chinese labels of variables and codes, and `notes`.

    `missing` has the rows of `rows` and, for each number that is empty, the letter of its reason, which `letters` tell
    in words: Stata shows it as .a, .b … with a label. Codes are numbered in the order of ``baogao.words``. `id` numbers
    the regions of the file, for `xtset id year`, where the file is `whole`: put together, those of several files would
    not be the same regions'. Raises ValueError for a column whose name Stata does not take.
    """
    frame, value_labels = rows.copy(), dict[str, dict[float, str]]()
    missing = rows[[]] if missing is None else missing
    for name in frame.columns:
        # what says which row it is stays text, as in the panel, so that files can be merged by it
        column, words = frame[name], {} if name in PANEL_KEYS else words_for(name)
        if words and set(column.dropna()) <= words.keys():
            numbers = {code: at for at, code in enumerate(words, 1)}
            frame[name] = column.map(numbers).astype("float32" if column.hasnans else "int8")
            value_labels[name] = {at: words[code][0] for code, at in numbers.items()}
        elif table.column(name).data_type == "boolean" or pd.api.types.is_bool_dtype(column):
            frame[name] = column.astype("float32" if column.hasnans else "int8")
        elif not pd.api.types.is_numeric_dtype(column):
            frame[name] = column.astype(object).where(column.notna(), "").map(str)
        elif name in missing and letters and name not in PANEL_KEYS:
            value_labels[name] = {_LABELLED[letter]: told for letter, told in letters.items()}
    if whole:
        # as `egen id = group(region_id)` would count
        ids = pd.Series(pd.Categorical(frame["region_id"]).codes + 1, index=frame.index, dtype="int32")
        frame.insert(0, "id", ids)
    unfit = [name for name in frame.columns if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,31}", name)]
    if unfit:
        raise ValueError(f"{table.name}: not a name that Stata takes (ASCII, at most 32 characters): {unfit[:3]}")
    labels = {c: (table.column(c).zh or table.column(c).description)[:LABEL] for c in frame.columns}
    if whole:
        labels["id"] = "地区序号（本文件内）"
    _Writer(
        path, frame, missing, notes, write_index=False, variable_labels=labels, version=118, value_labels=value_labels,
        data_label=f"baogao {table.name}", time_stamp=DAY_ZERO,
    ).write_file()  # fmt: skip
