#!/usr/bin/env bash
# frictionless 5.21.0, describe, extract and write: a column of ranges such as goals of growth have (6-7, 7-8, 10-12: percent) is of type
# yearmonth where the upper ends are at most 12, so that 6-7 is July of the year 6 and is written as 6-07; validate finds nothing wrong.
# Where one of ten has a higher end (12-15) the column stays yearmonth, and that cell is empty. With a single value (6.5) or half of the
# ends above 12 the column is text, as it stands.
#
# Seen: of 6-7, 7-8 and 10-12 yearmonth, written 6-07, 7-08, 10-12, valid; of nine 6-7 and 12-15 yearmonth, the last None, a type-error;
# of 6-7, 6.5 and of 7-8, 12-15 string, unchanged.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install frictionless==5.21.0
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import sys
from pathlib import Path

from frictionless import Resource, describe, extract, validate

COLUMNS = {
    "low": ["6-7", "7-8", "10-12"],
    "one_high": ["6-7"] * 9 + ["12-15"],
    "single": ["6-7", "6.5"],
    "half_high": ["7-8", "12-15"],
}
# type, what is written, whether the file is valid
EXPECTED = {
    "low": ("yearmonth", ["6-07", "7-08", "10-12"], True),
    "one_high": ("yearmonth", ["6-07"] * 9 + [""], False),
    "single": ("string", ["6-7", "6.5"], True),
    "half_high": ("string", ["7-8", "12-15"], True),
}
seen = {}
for name, goals in COLUMNS.items():
    path = f"{name}.csv"
    rows = [f"{at},{goal}" for at, goal in enumerate(goals)]
    Path(path).write_text("\n".join(["city,goal", *rows]) + "\n", encoding="utf-8")
    Resource(path).write(Resource(f"{name}_written.csv"))
    written = [line.split(",")[1] for line in Path(f"{name}_written.csv").read_text(encoding="utf-8").split()[1:]]
    seen[name] = (describe(path).schema.fields[1].type, written, validate(path).valid)
    print(name, *seen[name], extract(path)[name][-1])
sys.exit(seen != EXPECTED)
PY
echo "as described"
