#!/usr/bin/env bash
# pycnnum 2.1.1, cn2num: where a size (万, 亿) stands behind a decimal it is dropped, and where it stands behind 千 and 百 it is applied to
# the last of them alone: 十五点六亿 is 15.6, 七千五百万 (75 million) 7,005,000,000, 一万五千亿 (1.5 trillion) a thousand trillion. A year said
# digit by digit is its last digit. No error is raised; sizes behind one character, and numbers without one, are read right.
#
# Seen: 十五点六亿 15.6, 一点二万亿 1.2, 七千五百万 7005000000, 一万五千亿 1000500000000000, 二〇二一 1; 三亿五千万 350000000, 十五万亿
# 15000000000000, 一千零五十 1050, 两千五 2500, 零点八 0.8.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install pycnnum==2.1.1
"$folder/venv/bin/python" - <<'PY'
import sys

from pycnnum import cn2num

# what it means beside what is read
EXPECTED = {
    "十五点六亿": (1_560_000_000, 15.6),
    "一点二万亿": (1_200_000_000_000, 1.2),
    "七千五百万": (75_000_000, 7_005_000_000),
    "一万五千亿": (1_500_000_000_000, 1_000_500_000_000_000),
    "二〇二一": (2021, 1),
    "三亿五千万": (350_000_000, 350_000_000),
    "十五万亿": (15_000_000_000_000, 15_000_000_000_000),
    "一千零五十": (1050, 1050),
    "两千五": (2500, 2500),
    "零点八": (0.8, 0.8),
}
seen = {text: (meant, cn2num(text)) for text, (meant, _) in EXPECTED.items()}
for text, (meant, read) in seen.items():
    print(text, meant, read)
sys.exit(seen != EXPECTED)
PY
echo "as described"
