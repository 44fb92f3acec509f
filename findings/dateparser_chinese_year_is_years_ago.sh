#!/usr/bin/env bash
# dateparser 1.5.0, language zh: a year without a month ("2024年", as in "2024年上半年") is read as so many years before now: with
# 2026-11-28 as the base it is 28 November of the year 2. A year with month and day is read right, and in one sentence
# search_dates finds both kinds without a sign that tells them apart.
#
# Seen: '2 2024-03-05', for '2024年上半年增长5%' the year 2, and for '2023年增长5%，2024年3月5日开幕' the years 3 and 2024.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install dateparser==1.5.0
"$folder/venv/bin/python" - <<'PY'
import sys
from datetime import datetime

import dateparser
from dateparser.search import search_dates

options = {"languages": ["zh"], "settings": {"RELATIVE_BASE": datetime(2026, 11, 28)}}
alone = dateparser.parse("2024年", **options)
whole = dateparser.parse("2024年3月5日", **options)
found = search_dates("2024年上半年增长5%", **options)
both = search_dates("2023年增长5%，2024年3月5日开幕", **options)
print(alone and alone.year, whole and whole.date(), found, both)
right = alone is not None and alone.year == 2 and whole == datetime(2024, 3, 5)
right = right and found is not None and found[0][1].year == 2
sys.exit(not (right and both is not None and [date.year for _, date in both] == [3, 2024]))
PY
