"""What DuckDB does with files, types and text, as the warehouse and its exports rely on it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow.parquet as pq
import pytest
from relied import relied_on


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


@relied_on(
    "duckdb",
    "a file that is open in this process is opened a second time with the same configuration only: another "
    "`memory_limit`, or `read_only`, is a ConnectionException",
    follows="the limit is set by a statement after opening",
    where="orchestration/home/database.py",
)
def test_a_file_is_opened_again_with_the_same_configuration_only(tmp_path: Path) -> None:
    path = str(tmp_path / "a.duckdb")
    with duckdb.connect(path):
        with pytest.raises(duckdb.ConnectionException, match="different configuration"):
            duckdb.connect(path, config={"memory_limit": "800MB"})
        with pytest.raises(duckdb.ConnectionException, match="different configuration"):
            duckdb.connect(path, read_only=True)
        with duckdb.connect(path) as again:
            again.execute("set memory_limit = '800MB'")


@relied_on(
    "duckdb",
    "who has a file open for writing holds a POSIX lock on it, and lets go of it when the connection closes",
    follows="who else has work.duckdb open is asked of the kernel, before dbt begins",
    where="orchestration/warehouse/builds.py",
)
def test_an_open_file_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "a.duckdb"
    ask = (
        f"import fcntl\nhandle = open({str(path)!r}, 'r+b')\n"
        "try:\n    fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)\n    print('free')\n"
        "except OSError as error:\n    print(error.errno in (11, 13))\n"
    )

    def asked() -> str:
        return subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout.strip()

    with duckdb.connect(str(path)) as opened:
        opened.execute("create table t as select 1 as i")
        assert asked() == "True"
    assert asked() == "free"


@relied_on(
    "duckdb",
    "the sum of whole numbers is a HUGEINT, which Parquet gets as a floating number (`double`)",
    follows="models cast their sums; the published tables hold no HUGEINT",
    where="transforms/dbt_project/models/marts/dim_report.sql",
)
def test_a_sum_of_whole_numbers_is_written_as_a_floating_number(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    connection.execute(
        f"copy (select sum(i) as s, sum(i)::bigint as b from range(10) as r(i)) to '{tmp_path / 'x.parquet'}'"
    )
    assert connection.sql("select typeof(sum(i)) from range(10) as r(i)").fetchone() == ("HUGEINT",)
    assert [str(kind) for kind in pq.read_schema(tmp_path / "x.parquet").types] == ["double", "int64"]


@relied_on(
    "duckdb",
    "the type of a column in pandas hangs on its rows: INTEGER is int32, with an empty cell Int32; BOOLEAN bool, with one "
    "`boolean`; by way of Arrow float64 and object",
    follows="what is written for Stata is made of one type first; numbers of the panel are DOUBLE",
    where="orchestration/release/exports.py",
)
def test_the_type_of_a_column_hangs_on_its_empty_cells(connection: duckdb.DuckDBPyConnection) -> None:
    def types(*rows: str) -> list[str]:
        query = f"select * from (values {', '.join(rows)}) as t(i, b)"
        relation = connection.sql(query)
        return [str(kind) for frame in (relation.df(), relation.to_arrow_table().to_pandas()) for kind in frame.dtypes]

    assert types("(1, true)") == ["int32", "bool", "int32", "bool"]
    assert types("(1, true)", "(null, null)") == ["Int32", "boolean", "float64", "object"]


@relied_on(
    "duckdb",
    "`hash` is promised for no other version; in this one 政府工作报告 gives 14439322417724356996",
    follows="a file's hash of rows has DuckDB's version in it: after a raise all files of a release are written once",
    where="orchestration/release/exports.py",
)
def test_hashes_are_those_of_this_version(connection: duckdb.DuckDBPyConnection) -> None:
    assert connection.sql("select hash('政府工作报告'), hash(1)").fetchone() == (
        14439322417724356996,
        4717996019076358352,
    )


@relied_on(
    "duckdb",
    "a CSV has no byte order mark and no option for one; a header that begins with U+FEFF is written without quotes",
    follows="the mark, without which a spreadsheet shows rubbish, is the first character of the header",
    where="orchestration/release/exports.py",
)
def test_a_header_may_begin_with_the_byte_order_mark(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    connection.execute(f"copy (select '甲' as \"\ufeff地区\", 1 as v) to '{path}' (format csv, header)")
    assert path.read_bytes() == "地区,v\n甲,1\n".encode("utf-8-sig")
    assert list(pd.read_csv(path).columns) == ["地区", "v"]


@relied_on(
    "duckdb",
    "in a Parquet file a text of 900 bytes has no least and greatest value, a truth value has",
    follows="files of a release are compared by a hash of their rows, never by statistics",
    where="orchestration/release/exports.py",
)
def test_long_texts_have_no_statistics(connection: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    connection.execute(f"copy (select repeat('字', 300) as v, true as ok) to '{tmp_path / 'x.parquet'}'")
    group = pq.read_metadata(tmp_path / "x.parquet").row_group(0)
    assert [group.column(at).statistics.has_min_max for at in (0, 1)] == [False, True]


@relied_on(
    "duckdb",
    "text is ordered by code points: 上 (U+4E0A) before 乙 (U+4E59), Latin before Han",
    follows="files are sorted by code, so that the same rows give the same bytes",
    where="orchestration/release/exports.py",
)
def test_text_is_ordered_by_code_points(connection: duckdb.DuckDBPyConnection) -> None:
    found = connection.sql("select n from (values ('乙'), ('A'), ('上'), ('重'), ('长')) as t(n) order by n").fetchall()
    assert [name for (name,) in found] == sorted("乙A上重长")
