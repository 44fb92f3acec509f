"""The plots of the benchmark page: cost against size and releases in a row (docs/images/benchmarks*.png).

What belongs here: drawing. What does not: measuring.
"""

from __future__ import annotations

import math
from pathlib import Path

from benchmarks.history import History
from benchmarks.releases import TITLES, Measured


def plot(histories: list[History], path: Path) -> None:
    """Draw time and memory over the number of reports, both axes logarithmic, with jieba and a line of equal growth."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    sizes = [history.n_reports for history in histories]
    figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
    left.plot(sizes, [h.first.wall for h in histories], "o-", label="baogao run, two cores")
    left.plot(sizes, [h.yardstick for h in histories], "s--", label="jieba.lcut alone, one core")
    left.plot(
        sizes,
        [histories[-1].first.wall * size / sizes[-1] for size in sizes],
        ":",
        color="grey",
        label="in proportion to the reports",
    )
    more = [history for history in histories if history.one_more]
    left.plot([h.n_reports for h in more], [h.one_more.wall for h in more if h.one_more], "^-", label="one more report")
    left.set_ylabel("seconds by the clock")
    left.set_title("From bytes to a published release")
    right.plot(sizes, [h.first.peak_memory / 1e6 for h in histories], "o-", label="peak memory (MB)")
    right.plot(sizes, [sum(h.disk.values()) / 1e6 for h in histories], "s-", label="on disk, everything (MB)")
    right.plot(sizes, [h.megabytes for h in histories], ":", color="grey", label="the texts themselves (MB)")
    right.set_ylabel("MB")
    right.set_title("Memory and disk")
    for axes in (left, right):
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.set_xlabel("reports of some 45 KB")
        axes.grid(alpha=0.3)
        axes.legend(frameon=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)


def plot_releases(rows: list[Measured], path: Path) -> None:
    """Draw each figure over the rows, in their order; where a cell is empty there is neither point nor line."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    figure, panels = plt.subplots(1, len(TITLES), figsize=(13, 3.4), layout="constrained")
    for axes, (name, title) in zip(panels, TITLES.items(), strict=True):
        points = [(at, value) for at, row in enumerate(rows) if (value := getattr(row, name)) is not None]
        # a line ends where a cell is empty
        axes.plot([math.nan if (value := getattr(row, name)) is None else value for row in rows], "o-", markersize=4)
        for at, value in points:
            told = f"{value:.3g}" if value < 1000 else f"{value:,.0f}"
            axes.annotate(told, (at, value), (0, 5), textcoords="offset points", ha="center", fontsize=8)
        axes.set_title(title, fontsize=10)
        axes.set_ylim(0, 1.2 * max(value for _, value in points))
        axes.set_xlim(-0.6, len(rows) - 0.4)
        axes.set_xticks(range(len(rows)), [row.name for row in rows], rotation=60, fontsize=8)
        axes.tick_params(axis="y", labelsize=8)
        axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
