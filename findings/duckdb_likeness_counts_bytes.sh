#!/usr/bin/env bash
# DuckDB 1.5.5: levenshtein, damerau_levenshtein, jaro_similarity, jaro_winkler_similarity and jaccard compare the bytes of
# UTF-8, while length and substring count characters. How far two names of places are apart then hangs on how near their
# characters stand in Unicode: 一 and 七 are 78 % alike, two characters that change places are 6 edits where rapidfuzz
# counts 1, one changed character is 1 edit (沙 for 治) or 3 (石 for 山).
#
# Seen: '1 3 6 0.778 0.822 0.5 2'; rapidfuzz 3.14.6 on the same: '1 1 1 0.0'.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install duckdb==1.5.5 rapidfuzz==3.14.6
"$folder/venv/bin/python" - <<'PY'
import sys

import duckdb
from rapidfuzz.distance import DamerauLevenshtein, Jaro, Levenshtein

seen = duckdb.sql(
    """select levenshtein('甲治', '甲沙'), levenshtein('乙山', '乙石'), damerau_levenshtein('甲治', '治甲'),
    round(jaro_similarity('一', '七'), 3), round(jaro_winkler_similarity('一', '七'), 3), jaccard('一', '七'),
    length('甲治')"""
).fetchone()
by_character = (
    Levenshtein.distance("甲治", "甲沙"),
    Levenshtein.distance("乙山", "乙石"),
    DamerauLevenshtein.distance("甲治", "治甲"),
    Jaro.similarity("一", "七"),
)
print(*seen, "|", *by_character)
sys.exit(seen != (1, 3, 6, 0.778, 0.822, 0.5, 2) or by_character != (1, 1, 1, 0.0))
PY
