"""Chinese characters are drawn, not boxed, on a machine that has no font of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from orchestration.home import fonts
from sources.fonts import FILE_NAME

FONTCONFIG = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{0}/none</dir><cachedir>{0}/cache</cachedir></fontconfig>
"""
# two characters without a glyph are the same box; with a font they differ
DRAW = """
import sys
from orchestration.home import fonts
from sources.fonts import FILE_NAME
def vega(text):
    import vl_convert
    spec = {"data": {"values": [{"t": text}]}, "mark": {"type": "text", "fontSize": 40},
            "encoding": {"text": {"field": "t"}}, "config": {"font": fonts.use_in_vega()}}
    return vl_convert.vegalite_to_png(spec, vl_version="6.4")
def plot(text):
    from orchestration.cockpit.pictures import gaps
    return gaps([(text, 1.0, 2.0)], "", "%")
draw = vega if sys.argv[1] == "vega" else plot
first, second, again = draw("霁"), draw("川"), draw("霁")
sys.exit(not (first == again != second))
"""


def test_the_folder_holds_this_font_alone() -> None:
    assert [path.name for path in fonts.font_folder().iterdir()] == [FILE_NAME]


def test_pictures_have_glyphs_without_fonts_of_the_machine(tmp_path: Path) -> None:
    (tmp_path / "fonts.conf").write_text(FONTCONFIG.format(tmp_path), encoding="utf-8")
    bare = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    for library in ("vega", "pictures"):
        done = subprocess.run([sys.executable, "-c", DRAW, library], env=bare, capture_output=True, text=True)
        assert done.returncode == 0, (library, done.stderr[-2000:])
