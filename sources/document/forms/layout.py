"""Places of text on a page put into the order in which they are read: rows, columns, margins, ink that nobody read.

What belongs here: geometry. What does not: what is written there (``recognition.py``), joining printed lines into
paragraphs (``cleaning/wrap.py``). Lengths are pixels of the page; a page is level (``ocr.py`` turns it).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from sources.document.forms.pictures import Grey
from sources.document.forms.recognition import Quad

#: longest side of the picture in which ink is looked for
_INK_SIDE = 1_600
#: boxes that each of two columns has at least, and how much of them spans most of its column
_FEWEST_IN_COLUMN, _FULL_SHARE = 5, 0.5


@dataclass(frozen=True)
class Box:
    """Where something is printed: edges in pixels, and its number among what was found, -1 for ink that is no line."""

    left: float
    top: float
    right: float
    bottom: float
    number: int

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def tilt(quads: Sequence[Quad]) -> float:
    """Return by how many degrees lines fall to the right, 0 where no line is long enough to tell."""
    angles = []
    for quad in quads:
        step = (quad[1] - quad[0] + quad[2] - quad[3]) / 2
        if step[0] > 6 * float(np.linalg.norm(quad[3] - quad[0])):
            angles.append(float(np.degrees(np.arctan2(step[1], step[0]))))
    return median(angles) if angles else 0.0


def is_sideways(quads: Sequence[Quad]) -> bool:
    """Tell whether most lines run from top to bottom: the page lies on its side."""
    upright = 0.0
    for quad in quads:
        width, height = (float(np.linalg.norm(quad[0] - quad[at])) for at in (1, 3))
        if max(width, height) > 2 * min(width, height):
            upright += height if height > width else -width
    return upright > 0


def boxes_of(quads: Sequence[Quad]) -> list[Box]:
    """Return the quads' boxes without those that lie inside of another."""
    boxes = []
    for number, quad in enumerate(quads):
        # a level line's edges are the means of its corners': the corners of one that tilts a little stick out
        left, right = float(quad[[0, 3], 0].mean()), float(quad[[1, 2], 0].mean())
        top, bottom = float(quad[[0, 1], 1].mean()), float(quad[[2, 3], 1].mean())
        boxes.append(Box(left, top, right, bottom, number))
    return [box for box in boxes if not any(_lies_in(box, other) for other in boxes if other is not box)]


def _lies_in(box: Box, other: Box) -> bool:
    wide = min(box.right, other.right) - max(box.left, other.left)
    high = min(box.bottom, other.bottom) - max(box.top, other.top)
    covered = max(0.0, wide) * max(0.0, high) > 0.7 * max(1.0, box.width * box.height)
    return covered and (box.width * box.height, box.number) < (other.width * other.height, other.number)


def size_of(boxes: Sequence[Box]) -> float:
    """Return the height of a line of print: the median, lines weighing by their length."""
    if not boxes:
        return 0.0
    ordered = sorted(boxes, key=lambda b: b.height)
    weights = np.cumsum([max(b.width, 1.0) for b in ordered])
    return ordered[int(np.searchsorted(weights, weights[-1] / 2))].height


def unread_ink(page: Grey, quads: Sequence[Quad], boxes: Sequence[Box]) -> list[Box]:
    """Return what looks like characters beside or between the lines found, and is in no box.

    A line or the end of one that detection missed must leave a trace: the lines around it would be joined over it.
    """
    import cv2

    size = size_of(boxes)
    scale = min(1.0, _INK_SIDE / max(page.shape))
    if not size or size * scale < 6:
        return []
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else page
    small = cv2.medianBlur(small, 3)  # grains are no ink
    ink = cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 51, 40)
    grown = np.ones((3, 3), np.uint8)
    read = np.zeros_like(ink)
    for quad in quads:
        cv2.fillPoly(read, [np.round(quad * scale).astype(np.int32)], 255)
    ink[cv2.dilate(read, grown) > 0] = 0
    _, _, parts, _ = cv2.connectedComponentsWithStats(cv2.dilate(ink, grown), connectivity=8)
    found = [Box(x / scale, y / scale, (x + w) / scale, (y + h) / scale, -1) for x, y, w, h, _ in parts[1:20_000]]
    left, right = min(b.left for b in boxes), max(b.right for b in boxes)
    marks = [
        b
        for b in found
        if 0.4 * size < b.height < 1.3 * size and 0.1 * size < b.width < 3 * size
        and left - size < b.left and b.right < right + size
    ]  # fmt: skip
    return [run for run in _runs(marks, size) if run.width > 1.6 * size or _beside(run, boxes, size)]


def _runs(marks: list[Box], size: float) -> list[Box]:
    """Join marks that stand side by side."""
    runs: list[Box] = []
    for mark in sorted(marks, key=lambda b: b.left):
        for at, run in enumerate(runs):
            if abs(run.middle - mark.middle) < 0.5 * size and mark.left - run.right < 1.5 * size:
                runs[at] = Box(
                    run.left, min(run.top, mark.top), max(run.right, mark.right), max(run.bottom, mark.bottom), -1
                )
                break
        else:
            runs.append(mark)
    return runs


def _beside(mark: Box, boxes: Sequence[Box], size: float) -> bool:
    return any(
        abs(mark.middle - box.middle) < 0.5 * size and max(box.left - mark.right, mark.left - box.right) < 1.2 * size
        for box in boxes
    )


def rows(boxes: Sequence[Box]) -> list[list[Box]]:
    """Return boxes side by side as rows, from the top to the bottom, each from the left to the right."""
    found: list[list[Box]] = []
    for box in sorted(boxes, key=lambda b: b.middle):
        for row in reversed(found[-3:]):
            nearest = min(row, key=lambda b: max(box.left - b.right, b.left - box.right))
            if abs(nearest.middle - box.middle) < 0.4 * max(nearest.height, box.height):
                row.append(box)
                break
        else:
            found.append([box])
    return [sorted(row, key=lambda b: b.left) for row in found]


def in_reading_order(boxes: Sequence[Box]) -> list[list[list[Box]]]:
    """Return the columns of a page one after the other, each as its rows.

    What spans both columns (a heading) parts the page: what stands above it is read before what stands below.
    """
    gutter = _gutter(boxes)
    if gutter is None:
        return [rows(boxes)] if boxes else []
    across = sorted((b for b in boxes if b.left < gutter < b.right), key=lambda b: b.middle)
    columns: list[list[list[Box]]] = []
    top = float("-inf")
    for border in [*across, None]:
        bottom = border.middle if border else float("inf")
        between = [b for b in boxes if top < b.middle < bottom and b not in across]
        for side in ([b for b in between if b.right <= gutter], [b for b in between if b.left >= gutter]):
            if side:
                columns.append(rows(side))
        if border:
            columns.append([[border]])
            top = bottom
    return columns


def _gutter(boxes: Sequence[Box]) -> float | None:
    """Return where two columns of running text meet, None where there is one column, or a table."""
    if len(boxes) < 2 * _FEWEST_IN_COLUMN:
        return None
    left, right = min(b.left for b in boxes), max(b.right for b in boxes)
    best: tuple[int, float] | None = None
    for share in range(35, 66):
        at = left + (right - left) * share / 100
        crossing = sum(b.left < at < b.right for b in boxes)
        if crossing <= 0.25 * len(boxes) and (best is None or crossing < best[0]):
            best = (crossing, at)
    if best is None:
        return None
    sides = [b for b in boxes if b.right <= best[1]], [b for b in boxes if b.left >= best[1]]
    for side in sides:
        if len(side) < _FEWEST_IN_COLUMN:
            return None
        span = max(b.right for b in side) - min(b.left for b in side)
        full = sum(b.width > 0.8 * span and b.width > 7 * b.height for b in side)
        if full < _FULL_SHARE * len(side):  # cells of a table are shorter than their column
            return None
    return best[1]


def margin(column: Sequence[Sequence[Box]], size: float) -> float:
    """Return where a column's lines begin that are not indented: the leftmost place that several have."""
    lefts = sorted(row[0].left for row in column)
    for left in lefts:
        if sum(abs(left - other) < 0.4 * size for other in lefts) >= max(1, 0.1 * len(lefts)):
            return left
    return lefts[0] if lefts else 0.0
