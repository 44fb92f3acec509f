#!/usr/bin/env bash
# agate 1.14.2, on which csvkit 2.2.0 stands: a cell that ends with % is a number without the sign, so that a column in which some cells
# are percentages and others shares (6.5%, 0.07) is one of numbers in two units, with a mean. With ％, the sign that Chinese input writes,
# or with ‰ the same column is text. dbt-core 1.11.16 with dbt-duckdb 1.11.1 (agate 1.9.1) calls a seed of percentages a number for the
# same reason, and DuckDB, which reads the file, does not: a valid seed can't be loaded.
#
# Seen: csvjson of 6.5%, 0.07 and 5.8 gives 6.5, 0.07, 5.8, csvstat --mean 4.123; of 6.5％ and 0.07, and of 6.5‰ and 0.07, text; dbt seed
# of 6.5%, 7% ends with code 1 and “Could not convert string "6.5%" to 'DOUBLE'”, with 6.5％, 7％ it is loaded as text.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/csvkit"
"$folder/csvkit/bin/pip" -q install csvkit==2.2.0 agate==1.14.2
python3 -m venv "$folder/dbt"
"$folder/dbt/bin/pip" -q install dbt-core==1.11.16 dbt-duckdb==1.11.1 agate==1.9.1 duckdb==1.5.5
cd "$folder"
PATH="$folder/csvkit/bin:$folder/dbt/bin:$PATH" python3 - <<'PY'
import json
import subprocess
import sys
from pathlib import Path


GOALS = Path("seeds/goals.csv")


def call(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False)


def write(goals):
    GOALS.write_text("\n".join(["city,goal", *(f"{at},{goal}" for at, goal in enumerate(goals))]) + "\n", encoding="utf-8")


def cells(goals):
    write(goals)
    return [row["goal"] for row in json.loads(call("csvjson", GOALS).stdout)]


def seeded(goals):
    write(goals)
    done = call("dbt", "--no-use-colors", "seed", "--full-refresh", "--project-dir", ".", "--profiles-dir", ".")
    return done.returncode, "Could not convert string" in done.stdout and "to 'DOUBLE'" in done.stdout


Path("seeds").mkdir()
Path("dbt_project.yml").write_text("name: seeds_alone\nversion: 1.0.0\nprofile: here\n", encoding="utf-8")
Path("profiles.yml").write_text("here: {target: file, outputs: {file: {type: duckdb, path: seeds.duckdb}}}\n", encoding="utf-8")
seen = {}
for goals in (["6.5％", "0.07"], ["6.5‰", "0.07"], ["6.5%", "0.07", "5.8"]):
    seen[tuple(goals)] = cells(goals)
mean = call("csvstat", "--mean", "-c", "goal", GOALS).stdout.strip()
percent, wide = seeded(["6.5%", "7%"]), seeded(["6.5％", "7％"])
print(seen, mean, percent, wide)
expected = {
    ("6.5％", "0.07"): ["6.5％", "0.07"],
    ("6.5‰", "0.07"): ["6.5‰", "0.07"],
    ("6.5%", "0.07", "5.8"): [6.5, 0.07, 5.8],
}
sys.exit(seen != expected or mean != "4.123" or percent != (1, True) or wide != (0, False))
PY
echo "as described"
