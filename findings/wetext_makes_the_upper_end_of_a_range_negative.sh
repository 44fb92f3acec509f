#!/usr/bin/env bash
# wetext 0.1.8 (WeTextProcessing's rules): a goal that is a range of two percentages with a hyphen, as reports write growth goals, has a
# negative upper end: 6%-7% is read "six per cent, minus seven per cent". With ～ or — between them, or with one sign for both numbers of
# 个百分点, it is a range. In the other direction years as official documents write them, with 〇 (U+3007, ideographic number zero), are
# converted from behind the first 〇 on: 二〇二四年 is 二〇24年, and 二〇二〇年 stays; with 零 it is 2024年.
#
# Seen: 增长6%-7%左右 增长百分之六百分之负七左右; 6%～7% 百分之六～百分之七; 5-6个百分点 五到六个百分点;
# 二〇二四年一月十日 二〇24/01/10; 二〇一九年 二〇19年; 二〇二〇年 二〇二〇年; 二零二四年 2024年.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install wetext==0.1.8 kaldifst==1.8.3 contractions==0.1.73
"$folder/venv/bin/python" - <<'PY'
import sys

from wetext import Normalizer

EXPECTED = {
    "tn": {
        "增长6%-7%左右": "增长百分之六百分之负七左右",
        "6.5%-7.0%": "百分之六点五百分之负七点零",
        "6%～7%": "百分之六～百分之七",
        "5-6个百分点": "五到六个百分点",
    },
    "itn": {
        "二〇二四年一月十日": "二〇24/01/10",
        "二〇一九年": "二〇19年",
        "二〇二〇年": "二〇二〇年",
        "二零二四年": "2024年",
    },
}
seen = {}
for way, texts in EXPECTED.items():
    normalizer = Normalizer(lang="zh", operator=way)
    seen[way] = {text: normalizer.normalize(text) for text in texts}
    for text, told in seen[way].items():
        print(way, text, told)
sys.exit(seen != EXPECTED)
PY
echo "as described"
