"""Pictures spoilt by chance, and what the pool's processes do with them: importable, plain functions."""

from __future__ import annotations

import io
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from sources.document.read import UnreadableDocument, read_document
from sources.extraction import ReportContext, extract
from sources.fonts import font_file

LINES = ("地区生产总值完成1697.6亿元，增长3.4%。", "一般公共预算收入148.63亿元，增长2.6%。", "粮食总产量310.9万吨。")
FORMS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP")


def spoilt(seed: int) -> bytes:
    """Return a picture of LINES in some form, its looks changed, and for two seeds of three its bytes too."""
    chance = random.Random(seed)
    page = _looks(_printed(), chance)
    out = io.BytesIO()
    form = FORMS[seed % len(FORMS)]
    many = {"save_all": True, "append_images": [page.rotate(180)]} if form in ("TIFF", "GIF") and seed % 2 else {}
    page.save(out, form, **many)
    data = bytearray(out.getvalue())
    if seed % 3:
        _bytes(data, chance)
    return bytes(data)


def _printed() -> Image.Image:
    font = ImageFont.truetype(str(font_file()), 26)
    page = Image.new("L", (640, 190), 255)
    for number, line in enumerate(LINES):
        ImageDraw.Draw(page).text((20, 20 + 50 * number), line, font=font, fill=0)
    return page


def _looks(page: Image.Image, chance: random.Random) -> Image.Image:
    draw = ImageDraw.Draw(page)
    for _ in range(chance.randrange(4)):
        left, top = chance.randrange(600), chance.randrange(160)
        place = (left, top, left + chance.randrange(2, 60), top + chance.randrange(2, 40))
        if chance.random() < 0.5:
            draw.rectangle(place, fill=chance.randrange(256))
        else:
            page.paste(page.crop(place), (chance.randrange(600), chance.randrange(160)))
    what = chance.randrange(7)
    if what == 0:
        page = page.rotate(chance.uniform(-180, 180), expand=True, fillcolor=255)
    elif what == 1:
        page = page.filter(ImageFilter.GaussianBlur(chance.uniform(0.5, 4)))
    elif what == 2:
        page = page.resize((chance.randrange(13, 1500), chance.randrange(13, 900)))
    elif what == 3:
        page = page.convert("RGB").point(lambda value: 255 - value)
    elif what == 4:
        page = page.effect_spread(chance.randrange(1, 9))
    elif what == 5:
        page = page.crop((chance.randrange(300), chance.randrange(90), 330 + chance.randrange(600), 190))
    return page


def _bytes(data: bytearray, chance: random.Random) -> None:
    for _ in range(chance.choice((1, 1, 3, 30))):
        at = chance.randrange(len(data))
        what = chance.randrange(4)
        if what == 0:
            data[at] = chance.randrange(256)
        elif what == 1:
            del data[at : at + chance.randrange(1, 200)]
        elif what == 2:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 40)))
        else:
            other = chance.randrange(len(data))
            data[at : at + 16] = data[other : other + 16]
        if len(data) < 8:
            data += b"\0" * 8


def read(path: str) -> tuple[str, list[tuple[str, str]]]:
    """Return what reading a picture ends with, and of each number its surface and what stands at its offsets."""
    data = Path(path).read_bytes()
    try:
        documents = read_document([data], name=path)
    except UnreadableDocument as error:
        return error.reason, []
    numbers = []
    for document in documents:
        found = extract(document.text, ReportContext("x", 2023, "榆舟市", "city"))
        for row in found.observations:
            if row["value"] is not None:
                numbers.append((row["surface"], document.text[row["char_start"] : row["char_end"]]))
    return "text", numbers
