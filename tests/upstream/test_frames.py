"""Arrow, pandas and XlsxWriter: what a table becomes in a file."""

from __future__ import annotations

import io
import struct
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from pandas.io.stata import StataWriterUTF8  # type: ignore[attr-defined]
from relied import relied_on


@relied_on(
    "pyarrow",
    "a Parquet file that can't be decoded is a bare OSError whose `errno` is None; one that is not there is a "
    "FileNotFoundError with its number",
    follows="an OSError without a number is a damaged file, one with a number is the machine's",
    where="sources/lake.py",
)
def test_what_cannot_be_decoded_is_an_error_without_a_number(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({"v": ["字"] * 50}), path, compression="zstd", write_page_checksum=True)
    data = bytearray(path.read_bytes())
    data[30] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(OSError, match=r"thrift|checksum|CRC") as told:
        pq.ParquetFile(path, page_checksum_verification=True).read()
    assert type(told.value) is OSError
    assert told.value.errno is None
    with pytest.raises(FileNotFoundError) as gone:
        pa.OSFile(str(tmp_path / "gone.parquet"))
    assert gone.value.errno == 2


@relied_on(
    "pyarrow",
    "of a column without empty cells the footer tells least and greatest value, of truth values and texts; of one of "
    "nothing but empty cells it tells nothing",
    follows="that all verdicts of a file hold is known without a look at its rows",
    where="sources/lake.py",
)
def test_footers_tell_the_range_of_a_column(tmp_path: Path) -> None:
    held = pa.table({"success": [True, True], "outcome": ["ok", "failed"], "none": pa.nulls(2)})
    pq.write_table(held, tmp_path / "x.parquet", compression="zstd")
    group = pq.read_metadata(tmp_path / "x.parquet").row_group(0)
    success, outcome, none = (group.column(at).statistics for at in range(3))
    assert (success.min, success.max, success.null_count) == (True, True, 0)
    assert (outcome.min, outcome.max) == ("failed", "ok")
    assert none is None


@relied_on(
    "pyarrow",
    "`from_pandas=True` takes NaN, NA, NaT and None for empty cells; without it NaN is a number",
    follows="rows become Arrow with it: no NaN is stored",
    where="sources/tables.py",
)
def test_all_empty_cells_of_pandas_are_empty() -> None:
    assert pa.array([1.0, float("nan"), None, pd.NA, pd.NaT], from_pandas=True).null_count == 4
    assert pa.array([1.0, float("nan")]).null_count == 0


@relied_on(
    "pandas",
    "`to_stata` writes a whole number beyond 2^53 as a floating one, with a warning: 9007199254740993 comes back as "
    "…992; an empty cell of Int64 or boolean as missing, of text as an empty text",
    follows="ids are text in the panel; empty text is put in by us",
    where="orchestration/release/exports.py",
)
def test_stata_has_no_large_whole_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.dta"
    frame = pd.DataFrame(
        {
            "big": [2**53 + 1, 1],
            "n": pd.array([pd.NA, 1], dtype="Int64"),
            "b": pd.array([pd.NA, True], dtype="boolean"),
            "s": pd.Series([None, "甲"], dtype="str"),
        }
    )
    with pytest.warns(match="int64 to float64"):
        frame.to_stata(path, write_index=False, version=118)
    read = pd.read_stata(path).iloc[0]
    assert read["big"] == 9007199254740992.0
    assert read["s"] == ""
    assert read[["n", "b"]].isna().all()


@relied_on(
    "pandas",
    "`to_stata` takes a label of 80 characters (Han ones count 1) and raises ValueError at 81; a name that Stata does not "
    "take is not refused but changed: `GDP(%)` becomes `GDP___`, with a warning",
    follows="labels are cut at 80; names are held against Stata's form before",
    where="orchestration/release/exports.py",
)
def test_labels_are_bounded_and_names_are_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.dta"
    frame = pd.DataFrame({"v": [1.0]})
    frame.to_stata(path, write_index=False, version=118, variable_labels={"v": "字" * 80})
    with pd.read_stata(path, iterator=True) as reader:
        assert reader.variable_labels() == {"v": "字" * 80}
    with pytest.raises(ValueError, match="80 characters"):
        frame.to_stata(path, write_index=False, version=118, variable_labels={"v": "字" * 81})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pd.DataFrame({"GDP(%)": [1.0], "if": [1.0]}).to_stata(path, write_index=False, version=118)
    assert list(pd.read_stata(path).columns) == ["GDP___", "_if"]


@relied_on(
    "pandas",
    "`StataWriterUTF8` hands its frame, numbers missing as NaN, to `_replace_nans` while it is made and writes what "
    "comes back, a code of .a as it stands; `_write_characteristics` is called once, after `_write_map`, and "
    "`_update_map`, `_tag` and `_write_bytes` write a block of our own there",
    follows="the writer of the panel overrides both: reasons in place of blanks, notes on the data",
    where="orchestration/release/stata.py",
    private=True,
)
def test_the_stata_writer_lets_missing_values_and_characteristics_be_its_own(tmp_path: Path) -> None:
    code = struct.unpack(">d", bytes([0x7F, 0xE0, 1, 0, 0, 0, 0, 0]))[0]
    path, calls = tmp_path / "x.dta", []

    class Writer(StataWriterUTF8):
        def _replace_nans(self, data: pd.DataFrame) -> pd.DataFrame:
            calls.append(("replace", list(data.columns), data["v"].isna().tolist()))
            data["v"] = data["v"].fillna(code)
            return super()._replace_nans(data)

        def _write_map(self) -> None:
            calls.append(("map",))
            super()._write_map()

        def _write_characteristics(self) -> None:
            calls.append(("characteristics",))
            self._update_map("characteristics")
            self._write_bytes(self._tag(self._tag(b"ours", "ch"), "characteristics"))

    writer = Writer(
        path, pd.DataFrame({"v": [1.5, float("nan")], "w": [float("nan"), 2.5]}), write_index=False, version=118
    )
    assert calls == [("replace", ["v", "w"], [False, True])]
    writer.write_file()
    # the map is written a second time at the end, when it is known where all stands
    assert [call[0] for call in calls] == ["replace", "map", "characteristics", "map"]
    assert b"<characteristics><ch>ours</ch></characteristics>" in path.read_bytes()
    read = pd.read_stata(path, convert_missing=True)
    assert [str(read["v"][1]), str(read["w"][0])] == [".a", "."]


@relied_on(
    "pandas",
    "`StataWriterUTF8` gives `_write_data` all rows at once as one array of records, whose bytes it notes as `data` in "
    "the map and writes between `<data>` and `</data>`, and nothing else",
    follows="the writer of Stata files does the same in slices, so that the bytes of a whole panel are not held beside it",
    where="orchestration/release/stata.py",
    private=True,
)
def test_the_stata_writer_writes_rows_as_the_bytes_of_their_records(tmp_path: Path) -> None:
    class Sliced(StataWriterUTF8):
        def _write_data(self, records: Any) -> None:
            self._update_map("data")
            self._write_bytes(b"<data>")
            for at in range(len(records)):
                self._write_bytes(records[at : at + 1].tobytes())
            self._write_bytes(b"</data>")

    frame = pd.DataFrame({"v": [1.5, 2.5, 3.5], "name": ["霁川市", "", "芷州市"], "code": [1, 2, 3]})
    written = []
    for writer in (StataWriterUTF8, Sliced):
        writer(tmp_path / "x.dta", frame, write_index=False, version=118, time_stamp=datetime(1960, 1, 1)).write_file()
        written.append((tmp_path / "x.dta").read_bytes())
    assert written[0] == written[1] and written[0].count(b"<data>") == 1


@relied_on(
    "xlsxwriter",
    "`autofit` counts a Han character as 8 pixels, half of what it takes: 地区生产总值增长率 gets 79, abcdefghi 68",
    follows="widths are counted, a Han character as two",
    where="orchestration/release/workbook.py",
)
def test_fitted_columns_are_too_narrow_for_han_characters() -> None:
    with xlsxwriter.Workbook(io.BytesIO()) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["地区生产总值增长率", "abcdefghi"])
        sheet.autofit()
        assert [sheet.col_info[at].width for at in (0, 1)] == [79, 68]


@relied_on(
    "xlsxwriter",
    "`write` makes a formula of a text that begins with =, a link of one that begins with http, and raises TypeError for "
    "NaN, unless the workbook's options say otherwise",
    follows="the options say otherwise: a sentence of a report stays a text",
    where="orchestration/release/workbook.py",
)
def test_texts_become_formulas_unless_told_otherwise() -> None:
    def kinds(options: dict[str, bool]) -> list[str]:
        with xlsxwriter.Workbook(io.BytesIO(), options) as book:
            sheet = book.add_worksheet()
            for at, text in enumerate(("=1+1", "http://a.test")):
                sheet.write(at, 0, text)
            return [type(sheet.table[at][0]).__name__ for at in (0, 1)] + [str(len(sheet.hyperlinks))]

    assert kinds({}) == ["Formula", "String", "1"]
    assert kinds({"strings_to_formulas": False, "strings_to_urls": False}) == ["String", "String", "0"]
    with xlsxwriter.Workbook(io.BytesIO()) as book, pytest.raises(TypeError, match="NAN"):
        book.add_worksheet().write_number(0, 0, float("nan"))
