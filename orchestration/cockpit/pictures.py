"""Small pictures for the metadata of assets: coverage, trends, targets and outcomes, as PNG in Markdown.

What belongs here: drawing plain data. What does not: where the data comes from (``facts.py``), Dagster, the charts of
the dashboard. Drawn with Pillow, in some 20 ms: every run draws a handful, and matplotlib takes a second to load and
half a second for each.
"""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sources.fonts import font_file

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

BLUE, ORANGE, GREY, PALE, INK = "#3b6ea8", "#d9822b", "#9aa5b1", "#e4e7eb", "#1f2933"
#: one for each line of a picture
LINE_COLOURS = (BLUE, ORANGE, "#4c9f70", "#b3475a", "#7b61a8", "#8c6d46", "#c76fae", "#5f6b7a")
#: series in one picture that an eye can tell apart
MOST_LINES = len(LINE_COLOURS)
#: colours of a cell, from the least to the most, and of a place without one
LEAST, MOST, EMPTY = (222, 235, 247), (8, 48, 107), "#f4f1ea"
#: pictures are drawn so many times as large and then reduced, which smooths every edge
_LARGER = 2
_CELL = (22, 17)
_SMALL, _TITLE = 10, 13


def grid(cells: Mapping[tuple[str, str], float], title: str, unit: str) -> str:
    """Draw `cells` ((row, column) → number) as a map with the columns' totals above it; empty text for no cell.

    Rows and columns are shown in their sorted order, and only those that have a cell.
    """
    if not cells:
        return ""
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    most = max(*cells.values(), 0) or 1
    totals = [sum(cells.get((row, column), 0) for row in rows) for column in columns]
    wide, high = _CELL
    left, top = _widest(rows) + 10, 110
    right, bottom = left + wide * len(columns), top + high * len(rows)
    page = _Page(right + 90, max(bottom + _widest(columns) + 14, top + 110), title)
    tallest = max(totals) or 1
    for at, total in enumerate(totals):
        x = left + at * wide
        page.box((x + 2, top - 8 - 66 * total / tallest, x + wide - 2, top - 8), BLUE)
    page.words((left - 6, top - 8 - 66), f"{tallest:,.0f}", "rm")
    page.box((left, top, right, bottom), EMPTY)
    for (row, column), value in cells.items():
        x, y = left + wide * columns.index(column), top + high * rows.index(row)
        page.box((x, y, x + wide - 1, y + high - 1), _shade(value / most))
    for at, row in enumerate(rows):
        page.words((left - 6, top + high * (at + 0.5)), row, "rm")
    for at, column in enumerate(columns):
        page.upright((left + wide * (at + 0.5), bottom + 6), column)
    for step in range(20):
        share = step / 19
        page.box((right + 16, top + 80 - 4 * step, right + 28, top + 84 - 4 * step), _shade(share))
    page.words((right + 34, top + 6), f"{most:,.0f}", "lm")
    page.words((right + 34, top + 82), "0", "lm")
    page.words((right + 16, top + 98), unit, "lm")
    return page.markdown()


def lines(series: Mapping[str, Sequence[tuple[int, float]]], title: str, unit: str) -> str:
    """Draw each series of (year, number); the first MOST_LINES of them. Empty text for no point."""
    shown = {name: sorted(points) for name, points in list(series.items())[:MOST_LINES] if points}
    if not shown:
        return ""
    years = sorted({year for points in shown.values() for year, _ in points})
    values = [value for points in shown.values() for _, value in points]
    alone = int(len(years) == 1)
    frame = _Frame((70, 40, 500, 230), (years[0] - alone, years[-1] + alone), _around(min(values), max(values)))
    page = _Page(520 + _widest(shown) + 30, 270, title)
    for value in _ticks(*frame.up):
        page.line([frame.at(end, value) for end in frame.along], PALE)
        page.words((64, frame.at(years[0], value)[1]), f"{value:g}", "rm")
    for year in years[:: math.ceil(len(years) / 14)]:
        page.words((frame.at(year, frame.up[0])[0], 246), str(year), "mm")
    page.words((14, 40), unit, "lm")
    for number, (name, points) in enumerate(shown.items()):
        colour = LINE_COLOURS[number]
        spots = [frame.at(year, value) for year, value in points]
        page.line(spots, colour, 1.6)
        for spot in spots:
            page.dot(spot, colour)
        page.dot((522, 46 + 16 * number), colour)
        page.words((532, 46 + 16 * number), name, "lm")
    return page.markdown()


def gaps(rows: Sequence[tuple[str, float, float]], title: str, unit: str) -> str:
    """Draw (name, target, outcome) as two points joined by a line, in the order given. Empty text for no row."""
    if not rows:
        return ""
    values = [value for _, target, outcome in rows for value in (target, outcome)]
    left, bottom = _widest([name for name, _, _ in rows]) + 24, 40 + 18 * len(rows)
    frame = _Frame((left, 40, left + 380, bottom), _around(min(values), max(values)), (0, 1))
    page = _Page(left + 480, bottom + 44, title)
    for value in _ticks(*frame.along):
        x, _ = frame.at(value, 0)
        page.line([(x, 40), (x, bottom)], PALE)
        page.words((x, bottom + 12), f"{value:g}", "mm")
    page.words((left + 190, bottom + 28), unit, "mm")
    for at, (name, target, outcome) in enumerate(rows):
        y = 40 + 18 * (at + 0.5)
        first, second = (frame.at(target, 0)[0], y), (frame.at(outcome, 0)[0], y)
        page.line([first, second], GREY, 1.4)
        page.dot(first, ORANGE, 4)
        page.dot(second, BLUE, 4)
        page.words((left - 12, y), name, "rm")
    for at, (what, colour) in enumerate((("target", ORANGE), ("outcome", BLUE))):
        page.dot((left + 400, 46 + 16 * at), colour, 4)
        page.words((left + 410, 46 + 16 * at), what, "lm")
    return page.markdown()


@dataclass(frozen=True)
class _Frame:
    """Where values lie on the page: the points of its `box`, and the values at the ends of both axes."""

    box: tuple[float, float, float, float]
    along: tuple[float, float]
    up: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, top, right, bottom = self.box
        across = (x - self.along[0]) / (self.along[1] - self.along[0])
        height = (y - self.up[0]) / (self.up[1] - self.up[0])
        return left + (right - left) * across, bottom - (bottom - top) * height


class _Page:
    """A white picture of `width` × `height` points with a title; everything on it is given in points."""

    def __init__(self, width: float, height: float, title: str) -> None:
        from PIL import Image, ImageDraw

        width = max(width, 40 + _font(_TITLE).getlength(title) / _LARGER)
        self.title = title
        self.image = Image.new("RGB", (math.ceil(width * _LARGER), math.ceil(height * _LARGER)), "white")
        self.draw = ImageDraw.Draw(self.image)
        self.words((12, 16), title, "lm", _TITLE)

    def box(self, corners: tuple[float, float, float, float], colour: Any) -> None:
        left, top, right, bottom = (round(value * _LARGER) for value in corners)
        self.draw.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), fill=colour)

    def line(self, spots: Sequence[tuple[float, float]], colour: str, width: float = 1) -> None:
        points = [(x * _LARGER, y * _LARGER) for x, y in spots]
        self.draw.line(points, fill=colour, width=round(width * _LARGER), joint="curve")

    def dot(self, spot: tuple[float, float], colour: str, radius: float = 2.6) -> None:
        x, y, r = spot[0] * _LARGER, spot[1] * _LARGER, radius * _LARGER
        self.draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)

    def words(self, spot: tuple[float, float], text: str, anchor: str, size: int = _SMALL) -> None:
        self.draw.text((spot[0] * _LARGER, spot[1] * _LARGER), text, fill=INK, font=_font(size), anchor=anchor)

    def upright(self, spot: tuple[float, float], text: str) -> None:
        """Write `text` from below upwards, its end at `spot`."""
        from PIL import Image, ImageDraw

        font = _font(_SMALL)
        strip = Image.new("RGB", (math.ceil(font.getlength(text)), (_SMALL + 4) * _LARGER), "white")
        ImageDraw.Draw(strip).text((0, strip.height / 2), text, fill=INK, font=font, anchor="lm")
        turned = strip.rotate(90, expand=True)
        self.image.paste(turned, (round(spot[0] * _LARGER - turned.width / 2), round(spot[1] * _LARGER)))

    def markdown(self) -> str:
        """Return the picture as Markdown, in a palette of 64 colours: it is stored with every materialization."""
        packed = io.BytesIO()
        self.image.reduce(_LARGER).quantize(64).save(packed, format="png")
        return f"![{self.title}](data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()})"


@cache
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(font_file()), size * _LARGER)


def _widest(texts: Sequence[str] | Mapping[str, Any]) -> float:
    return max(_font(_SMALL).getlength(text) for text in texts) / _LARGER


def _shade(share: float) -> tuple[int, int, int]:
    red, green, blue = (round(low + (high - low) * share) for low, high in zip(LEAST, MOST, strict=True))
    return red, green, blue


def _step(low: float, high: float) -> float:
    """Return the distance of ticks: 1, 2 or 5 times a power of ten, so that there are 4 to 9 of them."""
    rough = (high - low) / 6 or 1.0
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough)


def _around(low: float, high: float) -> tuple[float, float]:
    """Return the ticks below and above what is shown; of one value alone, one step to each side."""
    step = _step(low, high)
    if low == high:
        return low - step, high + step
    return math.floor(low / step) * step, math.ceil(high / step) * step


def _ticks(low: float, high: float) -> list[float]:
    step = _step(low, high)
    first = math.ceil(low / step - 1e-9)
    return [round(number * step, 10) for number in range(first, math.floor(high / step + 1e-9) + 1)]
