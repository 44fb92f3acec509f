#!/usr/bin/env bash
# ibis 12.0.0 on DuckDB 1.5.5 (its default backend): what is reckoned from a DECIMAL column comes back with as many decimals as the column
# has, in silence. Rates are printed with one decimal and kept as DECIMAL(4, 1): the mean of 5.2 and 5.3 is 5.2, their variance 0.0, each
# one's distance from the mean 0.0; the logarithms of 172.6 and 182.6 are both 5.2, so that their difference, the growth, is none. The
# statement that ibis writes is right, and DuckDB answers it in floating numbers; they are rounded to the type that ibis expects, that
# of the column. A quotient is left alone: 5.2 / 100 is 0.052.
#
# Seen: mean 5.2, standard deviation 0.1, variance 0.0 (the same statement in DuckDB: 5.25, 0.0707, 0.005); logarithms 5.2 and 5.2 (5.151 and
# 5.2073); 172.6 × 5.2 / 100 is 9.0 (8.9752).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install "ibis-framework[duckdb]==12.0.0" duckdb==1.5.5 pandas==3.1.1 pyarrow==26.0.1
"$folder/venv/bin/python" -W error -W ignore::DeprecationWarning - <<'PY'
import sys
from decimal import Decimal

import ibis

connection = ibis.duckdb.connect()
connection.raw_sql(
    """create table report as select 2023 as year, 172.6::decimal(10, 1) as gdp, 5.2::decimal(4, 1) as growth
    union all select 2024, 182.6, 5.3"""
)
report = connection.table("report")
growth = report.growth
questions = {
    "over the years": report.aggregate(mean=growth.mean(), deviation=growth.std(), variance=growth.var()),
    "of each year": report.order_by("year").select(
        logarithm=report.gdp.ln(), rise=report.gdp * (growth / 100), distance=growth - growth.mean(), share=growth / 100
    ),
}
seen, by_hand = {}, {}
for name, question in questions.items():
    seen[name] = [tuple(row) for row in question.to_pandas().itertuples(index=False)]
    by_hand[name] = [
        tuple(round(float(value), 4) for value in row) for row in connection.raw_sql(ibis.to_sql(question)).fetchall()
    ]
    print(name, *question.columns, seen[name], "by hand", by_hand[name])
EXPECTED = {
    "over the years": [(Decimal("5.2"), Decimal("0.1"), Decimal("0.0"))],
    "of each year": [
        (Decimal("5.2"), Decimal("9.0"), Decimal("0.0"), 5.2 / 100),
        (Decimal("5.2"), Decimal("9.7"), Decimal("0.0"), 5.3 / 100),
    ],
}
RIGHT = {
    "over the years": [(5.25, 0.0707, 0.005)],
    "of each year": [(5.151, 8.9752, -0.05, 0.052), (5.2073, 9.6778, 0.05, 0.053)],
}
sys.exit(seen != EXPECTED or by_hand != RIGHT)
PY
echo "as described"
