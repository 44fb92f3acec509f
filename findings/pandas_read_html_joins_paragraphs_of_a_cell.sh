#!/usr/bin/env bash
# pandas 3.1.1 (lxml 6.1.3): read_html puts a space where a cell has a line break (<br>), and nothing between the
# paragraphs or divisions of a cell. Tables saved from a word processor have a paragraph a line, so the two figures of a
# cell become one, and the column stays numeric: 98 and 7.5 are 987.5, 3 and 21 are 321.
#
# Seen: '987.5 321.0 float64', and '120 135' for the cell with a line break.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install pandas==3.1.1 lxml==6.1.3
"$folder/venv/bin/python" - <<'PY'
import io
import sys

import pandas as pd


def values(*cells: str) -> pd.Series:
    rows = "".join(f"<tr><td>{cell}</td></tr>" for cell in cells)
    return pd.read_html(io.StringIO(f"<table><tr><th>亿元</th></tr>{rows}</table>"))[0]["亿元"]


joined = values("<p>98</p><p>7.5</p>", "<div>3</div><div>21</div>")
parted = values("120<br>135")
print(*joined, joined.dtype, repr(parted[0]))
sys.exit((list(joined), str(joined.dtype), parted[0]) != ([987.5, 321.0], "float64", "120 135"))
PY
