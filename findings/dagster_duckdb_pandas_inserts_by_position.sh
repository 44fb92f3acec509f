#!/usr/bin/env bash
# dagster-duckdb-pandas 0.29.27 (dagster 1.13.27, DuckDB 1.5.5, pandas 2.3.3): DuckDBPandasIOManager makes a table of the first frame and puts
# every later partition into it by the position of its columns, not by their names. A frame whose columns come in another order, as
# those of a pivot in order of appearance do, is stored with goals as results and results as goals; types fit, the run succeeds.
#
# Seen: of 2022 (year, result 5.8, target 7.0) and 2023 (year, target 6.5, result 6.1) the table says for 2023 result 6.5, target 6.1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install dagster==1.13.27 dagster-duckdb==0.29.27 dagster-duckdb-pandas==0.29.27 duckdb==1.5.5 pandas==2.3.3
cd "$folder"
DAGSTER_DISABLE_TELEMETRY=true "$folder/venv/bin/python" -W ignore - <<'PY' 2>"$folder/log" || { cat "$folder/log"; exit 1; }
import sys

import dagster as dg
import duckdb
import pandas as pd
from dagster_duckdb_pandas import DuckDBPandasIOManager

TOLD = {"2022": {"result": 5.8, "target": 7.0}, "2023": {"target": 6.5, "result": 6.1}}


@dg.asset(partitions_def=dg.StaticPartitionsDefinition(list(TOLD)), metadata={"partition_expr": "year"})
def growth(context: dg.AssetExecutionContext) -> pd.DataFrame:
    return pd.DataFrame([{"year": context.partition_key, **TOLD[context.partition_key]}])


manager = DuckDBPandasIOManager(database="growth.duckdb", schema="main")
done = [dg.materialize([growth], partition_key=year, resources={"io_manager": manager}).success for year in TOLD]
seen = duckdb.connect("growth.duckdb").execute("select year, result, target from growth order by year").fetchall()
print(done, seen)
sys.exit(done != [True, True] or seen != [("2022", 5.8, 7.0), ("2023", 6.5, 6.1)])
PY
echo "as described"
