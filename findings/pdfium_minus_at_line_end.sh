#!/usr/bin/env bash
# pypdfium2 5.15.2: a hyphen that stands at the end of a printed line behind a Chinese character comes back as U+FFFE,
# and the line's break behind it is gone, as if a word had been divided there. Behind a digit or a per cent sign the
# same hyphen stays, with its break. In Chinese no word is divided: the sign is the minus of a number on the next line,
# and whoever drops U+FFFE as a non-character turns a fall of 2.3 % into a rise.
#
# Seen: '增长\ufffe2.3%' for the lines 增长- / 2.3%, and '7-\r\n8%' for the lines 7- / 8%.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install pypdfium2==5.15.2 reportlab==5.1.0
"$folder/venv/bin/python" - "$folder/page.pdf" <<'PY'
import sys

import pypdfium2
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
canvas = Canvas(sys.argv[1])
canvas.setFont("STSong-Light", 12)
for place, line in enumerate(["地区生产总值增长-", "2.3%", "粮食产量增长7-", "8%"]):
    canvas.drawString(72, 700 - 20 * place, line)
canvas.save()
text = pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage().get_text_range()
print(repr(text))
behind_letter, behind_digit = "增长\ufffe2.3%" in text, "7-\r\n8%" in text
print("behind a Chinese character:", "U+FFFE, no break" if behind_letter else "otherwise")
print("behind a digit:", "hyphen and break" if behind_digit else "otherwise")
sys.exit(not (behind_letter and behind_digit))
PY
