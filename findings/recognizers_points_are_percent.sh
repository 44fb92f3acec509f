#!/usr/bin/env bash
# recognizers-text-number 1.0.2a2 (Microsoft's), recognize_percentage, Chinese: percentage points come out as a percentage. 失业率下降0.3个百分点
# (the rate fell by 0.3 points, say from 5.5 to 5.2) has the value 0.3%, of the same type as 下降0.3% (from 5.5 to 5.48), and nothing of the
# result but its text tells them apart. 成, tenths, beside them are read as percent, rightly.
#
# Seen: 0.3个百分点 → percentage 0.3%; 0.3% → percentage 0.3%; 一成五 → percentage 15%.
# It needs emoji below 2, which its requirements do not say: with a newer one nothing can be imported.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install recognizers-text-number==1.0.2a2 recognizers-text==1.0.2a2 emoji==1.7.0
"$folder/venv/bin/python" -W ignore - <<'PY'
import sys

from recognizers_number import Culture, recognize_percentage

EXPECTED = {
    "失业率下降0.3个百分点": ("0.3个百分点", "percentage", {"value": "0.3%"}),
    "失业率下降0.3%": ("0.3%", "percentage", {"value": "0.3%"}),
    "产量增长一成五": ("一成五", "percentage", {"value": "15%"}),
}
seen = {}
for text in EXPECTED:
    (found,) = recognize_percentage(text, Culture.Chinese)
    seen[text] = (found.text, found.type_name, found.resolution)
    print(text, *seen[text])
sys.exit(seen != EXPECTED)
PY
echo "as described"
