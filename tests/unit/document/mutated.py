"""Files damaged by chance, the same at each run: what a reader must survive besides what a hand thinks of."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import samples

from .forms import ofd, printed, rtf, word_2003, zipped
from .hostile import PARAGRAPH
from .pages import LINES

SAMPLES = Path(samples.__file__).parent / "forms"
_NUMBERS = (b"0", b"-1", b"65535", b"4294967295", b"99999999999", b"1e308", b"nan")


def originals() -> dict[str, list[bytes]]:
    """Return whole files of each form, small ones so that damage hits what matters."""
    doc, rich = (SAMPLES / "marked.doc").read_bytes(), (SAMPLES / "marked.rtf").read_bytes()
    table = r"\trowd\intbl 标{\super 2}\cell{\field{\*\fldinst A}{\fldrslt 31}}\cell\row\pard{\footnote 注}{\shptxt 框}"
    pages = ofd([printed(LINES[:6]), printed(LINES[6:])], template=printed(LINES[:1]))
    return {
        "doc": [doc],
        "rtf": [
            rich,
            rtf(rf"{table}{{\shp{{\shptxt 框}}}}\u20840\'c8\'ab{{\listtext 1.\tab}}{{\strike 9}}{PARAGRAPH}\bin3 abc"),
        ],
        "ofd": [pages, (SAMPLES / "990100_2024.ofd").read_bytes()],
        "wordxml": [word_2003()],
        "zip": [zipped({"一.doc": doc, "二.rtf": rtf(PARAGRAPH), "三.ofd": pages, "四.txt": PARAGRAPH.encode()})],
    }


def mutations(form: str, count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` damaged files of a form; of archives, every second one is damaged inside and packed anew."""
    chance = random.Random(f"{form}-{seed}")
    files = originals()[form]
    for number in range(count):
        data = files[number % len(files)]
        if form in ("ofd", "zip") and number // len(files) % 2:
            yield inside(data, chance)
        else:
            yield damaged(data, chance)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Return the bytes after one to eight blows."""
    found = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        start = chance.randrange(len(found) + 1)
        end = min(len(found), start + chance.choice((1, 2, 4, 30, 500)))
        blow = chance.randrange(8)
        if blow < 2:
            found[start:end] = bytes(chance.randrange(256) for _ in range(end - start))
        elif blow == 2:
            found[start:end] = chance.choice((b"\x00", b"\xff")) * (end - start)
        elif blow == 3:
            del found[start:end]
        elif blow == 4:
            found[start:start] = found[start:end] * chance.choice((1, 2, 50))
        elif blow == 5:
            found[start:end] = chance.choice(_NUMBERS)
        elif blow == 6:
            at = chance.randrange(len(found) + 1)
            found[start:end] = found[at : at + end - start]
        elif chance.random() < 0.3:
            del found[start:]
    return bytes(found)


def inside(data: bytes, chance: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        struck = chance.choice(source.namelist())
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, damaged(content, chance) if name == struck else content)
    return buffer.getvalue()
