"""The plot of cost against size: docs/images/benchmarks.png.

What belongs here: drawing. What does not: measuring.
"""

from __future__ import annotations

from pathlib import Path

from benchmarks.history import History


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
