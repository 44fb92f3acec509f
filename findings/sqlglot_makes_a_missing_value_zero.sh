#!/usr/bin/env bash
# sqlglot 30.30.0, from DuckDB to SQLite: TRY_CAST, which gives no value where a text is no number, becomes CAST, which in SQLite takes the
# digits that a text begins with, and 0 where there are none. A year that a report leaves open (—) then grows by 0 and counts in the mean,
# 6—7 is 6 and 1,234.5 is 1. No warning is logged, and unsupported_level=RAISE raises nothing; written as TRY(CAST(…)), the same is
# refused (“Unsupported TRY function”).
#
# Seen: of 5.8, —, 6.2 and 持平 DuckDB has mean 6.0 of 2 values, SQLite 3.0 of 4; for —, 持平, 6—7, 6.5左右 and 1,234.5 DuckDB has no value,
# SQLite 0.0, 0.0, 6.0, 6.5 and 1.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install sqlglot==30.30.0 duckdb==1.5.5
"$folder/venv/bin/python" - <<'PY'
import logging
import sqlite3
import sys

import duckdb
import sqlglot

said = []
listener = logging.Handler()
listener.emit = lambda record: said.append(record.getMessage())
logging.getLogger("sqlglot").addHandler(listener)

MEAN = "select avg(try_cast(growth as double)), count(try_cast(growth as double)) from report"
EACH = "select growth, try_cast(growth as double) from report order by year"
STRICT = {"read": "duckdb", "write": "sqlite", "unsupported_level": sqlglot.ErrorLevel.RAISE}
reports = {
    MEAN: ["5.8", "—", "6.2", "持平"],
    EACH: ["5.8", "—", "持平", "6—7", "6.5左右", "1,234.5"],
}
EXPECTED = {
    MEAN: ([(6.0, 2)], [(3.0, 4)]),
    EACH: (
        [("5.8", 5.8), *((text, None) for text in reports[EACH][1:])],
        list(zip(reports[EACH], [5.8, 0.0, 0.0, 6.0, 6.5, 1.0], strict=True)),
    ),
}
seen, alike = {}, True
for query, texts in reports.items():
    rows = ", ".join(f"({2020 + place}, '{text}')" for place, text in enumerate(texts))
    (translated,) = sqlglot.transpile(query, read="duckdb", write="sqlite")
    alike = alike and sqlglot.transpile(query, **STRICT) == [translated]
    seen[query] = ()
    for connection, asked in ((duckdb.connect(), query), (sqlite3.connect(":memory:"), translated)):
        connection.execute("create table report (year integer, growth text)")
        connection.execute(f"insert into report values {rows}")
        seen[query] += (connection.execute(asked).fetchall(),)
    print(translated, *seen[query], "said:", said)
right = seen == EXPECTED and alike and not said
try:
    sqlglot.transpile("select avg(try(cast(growth as double))) from report", **STRICT)
    sys.exit("TRY is translated")
except sqlglot.UnsupportedError as refused:
    print(refused)
sys.exit(not right)
PY
echo "as described"
