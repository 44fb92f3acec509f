"""Small pictures for the metadata of assets: coverage, trends, targets and outcomes, as PNG in Markdown.

What belongs here: drawing plain data. What does not: where the data comes from (``facts.py``), Dagster, the charts of
the dashboard. matplotlib is loaded when something is drawn.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestration.lib import fonts

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: bytes of one picture; it is stored with every materialization
LARGEST = 60_000
DPI = 80
BLUE, ORANGE, GREY = "#3b6ea8", "#d9822b", "#9aa5b1"
#: series in one picture that an eye can tell apart
MOST_LINES = 8


def grid(cells: Mapping[tuple[str, str], float], title: str, unit: str) -> str:
    """Draw `cells` ((row, column) → number) as a map with the columns' totals above it; empty text for no cell.

    Rows and columns are shown in their sorted order, and only those that have a cell.
    """
    if not cells:
        return ""
    rows = sorted({row for row, _ in cells})
    columns = sorted({column for _, column in cells})
    figure, (above, below) = _figure(
        max(4.5, 0.34 * len(columns) + 2.2), 0.22 * len(rows) + 2.6, heights=(1.1, 0.22 * len(rows) + 0.5)
    )
    totals = [sum(cells.get((row, column), 0) for row in rows) for column in columns]
    above.bar(range(len(columns)), totals, color=BLUE, width=0.8)
    above.set_xlim(-0.5, len(columns) - 0.5)
    above.set_xticks([])
    above.set_title(title, fontsize=10, loc="left")
    _bare(above)
    values = [[cells.get((row, column), float("nan")) for column in columns] for row in rows]
    image = below.imshow(values, aspect="auto", cmap="Blues", vmin=0, interpolation="nearest")
    below.set_xticks(range(len(columns)), columns, rotation=90, fontsize=7)
    below.set_yticks(range(len(rows)), rows, fontsize=7)
    below.set_facecolor("#f4f1ea")
    _bare(below)
    # beside both axes, so that the columns of the two stay above each other
    figure.colorbar(image, ax=[above, below], label=unit, fraction=0.04, pad=0.02).ax.tick_params(labelsize=7)
    return _markdown(figure, title)


def lines(series: Mapping[str, Sequence[tuple[int, float]]], title: str, unit: str) -> str:
    """Draw each series of (year, number); the first MOST_LINES of them. Empty text for no point."""
    shown = {name: sorted(points) for name, points in list(series.items())[:MOST_LINES] if points}
    if not shown:
        return ""
    figure, (axes,) = _figure(6.4, 3.2)
    for name, points in shown.items():
        axes.plot([year for year, _ in points], [value for _, value in points], marker="o", ms=3, lw=1.4, label=name)
    years = sorted({year for points in shown.values() for year, _ in points})
    axes.set_xticks(years if len(years) <= 16 else years[:: len(years) // 12])
    axes.set_ylabel(unit, fontsize=8)
    axes.set_title(title, fontsize=10, loc="left")
    axes.tick_params(labelsize=7)
    axes.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _bare(axes)
    return _markdown(figure, title)


def gaps(rows: Sequence[tuple[str, float, float]], title: str, unit: str) -> str:
    """Draw (name, target, outcome) as two points joined by a line, in the order given. Empty text for no row."""
    if not rows:
        return ""
    figure, (axes,) = _figure(6.4, 0.26 * len(rows) + 1.2)
    for at, (_, target, outcome) in enumerate(rows):
        axes.plot([target, outcome], [at, at], color=GREY, lw=1.2, zorder=1)
    positions = range(len(rows))
    axes.scatter([target for _, target, _ in rows], positions, color=ORANGE, s=22, label="target", zorder=2)
    axes.scatter([outcome for _, _, outcome in rows], positions, color=BLUE, s=22, label="outcome", zorder=2)
    axes.set_yticks(positions, [name for name, _, _ in rows], fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel(unit, fontsize=8)
    axes.tick_params(labelsize=7)
    axes.set_title(title, fontsize=10, loc="left")
    axes.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _bare(axes)
    return _markdown(figure, title)


def _figure(width: float, height: float, heights: Sequence[float] = (1.0,)) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    fonts.use_in_matplotlib()
    # a figure of its own: pyplot keeps global state, which a long-lived process must not
    figure = Figure(figsize=(min(width, 14.0), min(height, 11.0)), dpi=DPI, layout="constrained")
    found: Any = figure.subplots(len(heights), 1, height_ratios=list(heights), squeeze=False)
    return figure, [row[0] for row in found]


def _bare(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(labelsize=7)


def _markdown(figure: Figure, title: str) -> str:
    """Return the picture as Markdown; a palette of 64 colours first, then fewer dots, until it fits LARGEST."""
    from PIL import Image

    for dpi in (DPI, 60, 45):
        drawn, packed = io.BytesIO(), io.BytesIO()
        figure.savefig(drawn, format="png", dpi=dpi)
        Image.open(drawn).convert("RGB").quantize(64).save(packed, format="png", optimize=True)
        if packed.tell() <= LARGEST:
            break
    return f"![{title}](data:image/png;base64,{base64.b64encode(packed.getvalue()).decode()})"
