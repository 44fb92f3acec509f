#!/usr/bin/env bash
# jionlp 1.5.31, parse_time: the first months of a year in the form that statistics use (2024年1-11月) are the whole year, by an accurate
# "time_point"; 2024年1月至11月 is January alone. 2024年前11个月 and 2024年一至三季度 are spans and read right, so that a figure of eleven
# months stands as the year's where its period is taken from there.
#
# Seen: 2024年1-11月, 2024年1至11月 and 2024年1—11月 2024-01-01 to 2024-12-31, time_point, accurate; 2024年1月至11月 to 2024-01-31;
# 2024年前11个月 to 2024-11-30, 2024年一至三季度 to 2024-09-30, both time_span.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install jionlp==1.5.31
"$folder/venv/bin/python" - <<'PY'
import contextlib
import io
import sys

with contextlib.redirect_stdout(io.StringIO()):
    import jionlp

# type, last day that is read
EXPECTED = {
    "2024年1-11月": ("time_point", "2024-12-31"),
    "2024年1至11月": ("time_point", "2024-12-31"),
    "2024年1—11月": ("time_point", "2024-12-31"),
    "2024年1月至11月": ("time_point", "2024-01-31"),
    "2024年前11个月": ("time_span", "2024-11-30"),
    "2024年一至三季度": ("time_span", "2024-09-30"),
}
read = {text: jionlp.parse_time(text, time_base={"year": 2025, "month": 1, "day": 20}) for text in EXPECTED}
for text, time in read.items():
    print(text, time["type"], time["definition"], *time["time"])
seen = {text: (time["type"], time["time"][1][:10]) for text, time in read.items()}
accurate = all(time["definition"] == "accurate" for time in read.values())
sys.exit(not (accurate and seen == EXPECTED))
PY
echo "as described"
