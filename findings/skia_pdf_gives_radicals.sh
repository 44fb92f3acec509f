#!/usr/bin/env bash
# skia-python 144.1 with Noto Sans CJK SC (of mplfonts 0.0.11): in a PDF drawn by Skia's PDF backend some Chinese
# characters come back as radicals. The font draws 一 (U+4E00) and the Kangxi radical ⼀ (U+2F00) with one glyph; the
# PDF's table from glyphs to characters names the lowest code point that has the glyph, so 一人生高长民食 reads
# ⼀⼈⽣⾼⻓⺠⻝ while the page looks right. Of the radicals of U+2E80–2EF3 nearly all have no compatibility form, so NFKC
# mends the first four of these and leaves the last three.
#
# Seen: text given '⼀⼈⽣⾼⻓⺠⻝', after NFKC '一人生高⻓⺠⻝'.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q install skia-python==144.1 mplfonts==0.0.11 pypdfium2==5.15.2
"$folder/venv/bin/python" - "$folder/page.pdf" <<'PY'
import sys
import unicodedata
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import skia

drawn = "一人生高长民食"
font = next(Path(find_spec("mplfonts").origin).parent.rglob("NotoSansCJKsc*.otf"))
stream = skia.FILEWStream(sys.argv[1])
with skia.PDF.MakeDocument(stream) as document, document.page(400, 200) as canvas:
    canvas.drawString(drawn, 40, 100, skia.Font(skia.Typeface.MakeFromFile(str(font)), 24), skia.Paint())
stream.flush()
del document, stream
read = pypdfium2.PdfDocument(sys.argv[1])[0].get_textpage().get_text_range().strip()
print("drawn", drawn, "read", read, "NFKC", unicodedata.normalize("NFKC", read))
sys.exit(not (read == "⼀⼈⽣⾼⻓⺠⻝" and unicodedata.normalize("NFKC", read) == "一人生高⻓⺠⻝"))
PY
