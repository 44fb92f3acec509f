#!/usr/bin/env bash
# dlt 1.31.0 with its DuckDB destination (DuckDB 1.5.5), in its usual way of naming: what is no ASCII letter or digit in the name of a
# column becomes one underscore, and underscores at the end become x. All names in Chinese characters alone are thus one column, x, and
# of a row's values the last stays, whatever they mean; the load ends well, without a warning or a failed job. So are names that have
# their Latin letters in common (gdp增速, gdp总量).
#
# Seen: of {地区: 霁州, 年份: 2023, 生产总值: 1234.5, 财政收入: 88.1, gdp增速: 6.5, gdp总量: 7.1} the table has the columns gdpx = 7.1 and
# x = 88.1. With the naming duck_case it has all six.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "dlt[duckdb]==1.31.0" duckdb==1.5.5
cd "$folder"
# the first is dlt's usual way, which is asked for by saying nothing
for naming in snake_case duck_case; do
if [ $naming = duck_case ]; then export SCHEMA__NAMING=$naming; fi
RUNTIME__DLTHUB_TELEMETRY=false "$folder/venv/bin/python" - "$folder" "$naming" <<'PY'
import sys
import warnings

import dlt
import duckdb

folder, naming = sys.argv[1:]
row = {"地区": "霁州", "年份": 2023, "生产总值": 1234.5, "财政收入": 88.1, "gdp增速": 6.5, "gdp总量": 7.1}
file = f"{folder}/{naming}.duckdb"
pipeline = dlt.pipeline(naming, pipelines_dir=folder, destination=dlt.destinations.duckdb(file), dataset_name="reports")
with warnings.catch_warnings(record=True) as told:
    warnings.simplefilter("always")
    info = pipeline.run([row], table_name="panel")
told = [str(one.message) for one in told if "column" in str(one.message) or "生产总值" in str(one.message)]
table = duckdb.connect(file).execute("select columns(c -> c not like '\\_dlt%' escape '\\') from reports.panel")
seen = dict(zip([column[0] for column in table.description], table.fetchone()))
print(naming, seen, info.has_failed_jobs, told)
expected = {"gdpx": 7.1, "x": 88.1} if naming == "snake_case" else row
sys.exit(seen != expected or info.has_failed_jobs or bool(told))
PY
done
echo "as described"
