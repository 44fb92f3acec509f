#!/usr/bin/env bash
# jionlp 1.5.31, parse_money: an amount told in two units with Arabic digits, as speakers say it (1亿2千万元 is 120 million yuan), is
# read too high: the digit before the larger unit counts again, as tens before the second one (1亿 and 12千万). It says "accurate"
# all the same. In Han numerals alone (一亿二千万元), or with a decimal point (1.2万亿元), such amounts are read right.
#
# Seen: 1亿2千万元 220000000.00, 1万2千亿元 2200000000000.00, 3万5千亿元 6500000000000.00, each "accurate";
# 一亿二千万元 120000000.00, 1.2万亿元 1200000000000.00.
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

# what is read, and what it is
EXPECTED = {
    "1亿2千万元": ("220000000.00", 120_000_000),
    "1万2千亿元": ("2200000000000.00", 1_200_000_000_000),
    "3万5千亿元": ("6500000000000.00", 3_500_000_000_000),
    "一亿二千万元": ("120000000.00", 120_000_000),
    "1.2万亿元": ("1200000000000.00", 1_200_000_000_000),
}
seen = {text: jionlp.parse_money(text) for text in EXPECTED}
for text, read in seen.items():
    print(text, read["num"], read["definition"], "is", EXPECTED[text][1])
sys.exit({text: (read["num"], read["definition"]) for text, read in seen.items()}
         != {text: (number, "accurate") for text, (number, _) in EXPECTED.items()})
PY
echo "as described"
