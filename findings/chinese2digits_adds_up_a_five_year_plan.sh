#!/usr/bin/env bash
# chinese2digits 6.0.2, takeNumberFromString: behind 十 two digits are put side by side and added to the ten, so that the names of the
# five-year plans, which nearly every report has, are numbers that stand nowhere: “十三五”期间 is “45”期间 (10 + 35), “十四五” 55. In text
# that is replaced nothing of the name is left, and 45 might be a goal.
# The answer has no place for a doubt: the text, what was found in it, the numbers, and the text with them.
#
# Seen: “十一五” 25, “十二五” 35, “十三五” 45, “十四五” 55, “十五五” 65; 十五个百分点 15.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install chinese2digits==6.0.2
"$folder/venv/bin/python" - <<'PY'
import sys

import chinese2digits

EXPECTED = {
    "“十一五”时期": "“25”时期",
    "“十二五”时期": "“35”时期",
    "“十三五”期间": "“45”期间",
    "“十四五”规划": "“55”规划",
    "“十五五”规划": "“65”规划",
    "十五个百分点": "15个百分点",
}
seen = {}
for text in EXPECTED:
    seen[text] = chinese2digits.takeNumberFromString(text)["replacedText"]
    print(text, seen[text])
sys.exit(seen != EXPECTED)
PY
echo "as described"
