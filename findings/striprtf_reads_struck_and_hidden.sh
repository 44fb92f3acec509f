#!/usr/bin/env bash
# striprtf 0.0.35: text that a rich text file marks as struck out (\strike), hidden (\v) or deleted by a tracked change
# (\deleted) is returned like any other, without a sign; a raised mark of a note (\super) joins the digits around it. A
# struck 9 before 5.5 becomes 95.5, and a note's 2 before 120 becomes 2120: figures that no page shows.
#
# Seen: '95.5 95.5 95.5 2120'.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install striprtf==0.0.35
"$folder/venv/bin/python" - <<'PY'
import sys

from striprtf.striprtf import rtf_to_text

rtf = r"{\rtf1\ansi {\strike 9}5.5 {\v 9}5.5 {\deleted 9}5.5 {\super 2}120}"
text = rtf_to_text(rtf).strip()
print(repr(text))
sys.exit(text != "95.5 95.5 95.5 2120")
PY
