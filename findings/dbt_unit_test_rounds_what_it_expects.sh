#!/usr/bin/env bash
# dbt-core 1.11.16 with dbt-duckdb 1.11.1 and DuckDB 1.5.5: a unit test casts the rows that it expects to the types that the model gives, and
# DuckDB rounds a text with decimals that is cast to a whole number. A model that makes 7 of a growth of 6.7 % thus passes the test that
# wants 6.7, and one that wants 7.4; the slip that such a test is written for is the one that it can't see. Rows that are given are cast
# to the types of what they stand for in the same way, so that a test of decimals may run on none.
#
# Seen: with growth::integer tests that expect 6.7, 7.4 and 7 pass, one that expects 6 fails; without the cast 6.7 alone passes. With
# whole numbers in what is read, 6.7 given and 7 expected pass.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install dbt-core==1.11.16 dbt-duckdb==1.11.1 duckdb==1.5.5
mkdir -p "$folder/project/models"
cd "$folder/project"
DBT_SEND_ANONYMOUS_USAGE_STATS=false PATH="$folder/venv/bin:$PATH" python3 - <<'PY'
import json
import subprocess
import sys
from pathlib import Path

EXPECTED = (6, 6.7, 7, 7.4)
TEST = """
  - name: {name}
    model: panel
    given: [{{input: ref('told'), rows: [{{city: a, growth: 6.7}}]}}]
    expect: {{rows: [{{city: a, growth: {expected}}}]}}
"""
Path("dbt_project.yml").write_text("name: units\nversion: 1.0.0\nprofile: here\n", encoding="utf-8")
Path("profiles.yml").write_text("here: {target: file, outputs: {file: {type: duckdb, path: units.duckdb}}}\n", encoding="utf-8")
tests = "".join(TEST.format(name=f"wants_{at}", expected=expected) for at, expected in enumerate(EXPECTED))
Path("models/units.yml").write_text(f"unit_tests:{tests}", encoding="utf-8")


def passing(told, growth):
    Path("models/told.sql").write_text(f"select 'a' as city, {told} as growth", encoding="utf-8")
    Path("models/panel.sql").write_text(f"select city, {growth} as growth from {{{{ ref('told') }}}}", encoding="utf-8")
    for command in (["run", "--empty"], ["test"]):
        subprocess.run(["dbt", "--quiet", *command, "--project-dir", ".", "--profiles-dir", "."], capture_output=True, check=False)
    results = json.loads(Path("target/run_results.json").read_text(encoding="utf-8"))["results"]
    return sorted(EXPECTED[int(one["unique_id"][-1])] for one in results if one["status"] == "pass")


rounded, kept, read = passing("6.7::double", "growth::integer"), passing("6.7::double", "growth"), passing("7", "growth::double")
print(rounded, kept, read)
sys.exit(rounded != [6.7, 7, 7.4] or kept != [6.7] or read != [7])
PY
echo "as described"
