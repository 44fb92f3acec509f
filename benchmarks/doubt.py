"""Train the model of doubt on kept facts: `make doubt` writes sources/extraction/doubt.json and draws its reliability.

A logistic regression with a ridge, by Newton's method: the same facts give the same weights. Its ridge is chosen on
out-of-fold readings, folds by report. What judges it are the first runs on the sets of JUDGED, which it never sees.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.first_run import FACTS, rows_of
from sources.extraction.doubt import MODEL, Model, Signs, features
from sources.quality.estimate import wilson

JUDGED = ("set17d", "set17e", "set18", "set19")
RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0)
FOLDS, BINS, PLACES = 10, 10, 5
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "images" / "doubt.png"


@dataclass(frozen=True)
class Readings:
    """Readings with their file, their signs, and whether one of their fields is wrong."""

    files: list[str]
    signs: list[Signs]
    wrong: np.ndarray

    def of(self, chosen: np.ndarray) -> Readings:
        at = np.flatnonzero(chosen)
        return Readings([self.files[i] for i in at], [self.signs[i] for i in at], self.wrong[at])


def readings() -> Readings:
    rows = [row for row in rows_of(FACTS) if row["outcome"] in ("right", "wrong")]
    wrong = np.array([row["outcome"] == "wrong" for row in rows], float)
    return Readings([row["file"] for row in rows], [json.loads(row["signs"]) for row in rows], wrong)


def seen_in(data: Readings) -> Counter[str]:
    """Return how often each rule and each indicator was read."""
    seen: Counter[str] = Counter()
    for signs in data.signs:
        seen["rule=" + ":".join(signs[name] for name in ("way", "what", "years"))] += 1
        seen[f"indicator={signs['indicator']}"] += 1
    return seen


def fit(data: Readings, ridge: float) -> Model:
    """Return the model that the readings give."""
    seen = seen_in(data)
    sizes = [features(signs, seen) for signs in data.signs]
    names = sorted({name for row in sizes for name in row})
    matrix = np.array([[1.0, *(row.get(name, 0.0) for name in names)] for row in sizes])
    penalty = np.diag([0.0, *[ridge] * len(names)])
    weights = np.zeros(len(names) + 1)
    for _ in range(50):
        chance = 1 / (1 + np.exp(-matrix @ weights))
        slope = matrix.T @ (data.wrong - chance) - penalty @ weights
        curve = (matrix * (chance * (1 - chance))[:, None]).T @ matrix + penalty
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    rounded = [round(float(weight), PLACES) for weight in weights]
    return Model(rounded[0], dict(zip(names, rounded[1:], strict=True)), dict(sorted(seen.items())))


def doubts(model: Model, data: Readings) -> np.ndarray:
    return np.array([model.doubt(signs) for signs in data.signs])


def out_of_fold(data: Readings, ridge: float) -> np.ndarray:
    """Return each reading's doubt by a model that saw no reading of its report."""
    fold = np.array([int(hashlib.sha256(name.encode()).hexdigest(), 16) % FOLDS for name in data.files])
    told = np.zeros(len(data.files))
    for number in range(FOLDS):
        told[fold == number] = doubts(fit(data.of(fold != number), ridge), data.of(fold == number))
    return told


def loss(told: np.ndarray, wrong: np.ndarray) -> float:
    return float(-np.mean(wrong * np.log(told) + (1 - wrong) * np.log(1 - told)))


def bins(told: np.ndarray, wrong: np.ndarray) -> list[tuple[float, float, int]]:
    """Return (mean doubt, share wrong, readings) of tenths of the readings, the least doubtful first."""
    parts = np.array_split(np.argsort(told, kind="stable"), BINS)
    return [(float(told[part].mean()), float(wrong[part].mean()), len(part)) for part in parts]


def judge(told: np.ndarray, wrong: np.ndarray) -> dict[str, Any]:
    """Return expected calibration error over tenths, and the share of all errors in the most doubtful tenth."""
    found = bins(told, wrong)
    tenth = np.argsort(-told, kind="stable")[: len(told) // 10]
    caught, errors = int(wrong[tenth].sum()), int(wrong.sum())
    share = wilson(caught, errors)
    assert share
    return {
        "readings": len(told), "errors": errors,
        "calibration_error": round(sum(abs(mean - rate) * n for mean, rate, n in found) / len(told), 4),
        "errors_in_most_doubtful_tenth": round(share.estimate, 4),
        "interval": [round(share.lower, 4), round(share.upper, 4)],
    }  # fmt: skip


def draw(told: np.ndarray, wrong: np.ndarray) -> None:
    """Draw the reliability diagram of the judged readings, the same bytes for the same readings."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.2), layout="constrained")
    axes = figure.add_subplot()
    for mean, rate, n in bins(told, wrong):
        share = wilson(round(rate * n), n)
        assert share
        axes.plot([100 * mean] * 2, [100 * share.lower, 100 * share.upper], color="#1d4ed8", linewidth=1.5)
        axes.plot(100 * mean, 100 * rate, "o", color="#1d4ed8")
    edge = 105 * max(mean for mean, _, _ in bins(told, wrong))
    axes.plot([0, edge], [0, edge], color="#9ca3af", linewidth=1, linestyle="--")
    axes.set(xlabel="doubt, mean of a tenth of the readings (%)", ylabel="of these wrong (%), with 95 % interval")
    figure.savefig(PICTURE, dpi=110, metadata={"Software": None})


def main() -> None:
    data = readings()
    held = np.array([name.split("/")[0] in JUDGED for name in data.files])
    training, judged = data.of(~held), data.of(held)
    ridge = min(RIDGES, key=lambda one: loss(out_of_fold(training, one), training.wrong))
    model = fit(training, ridge)
    told = doubts(model, judged)
    kept = {
        "intercept": model.intercept, "weights": model.weights, "seen": model.seen, "ridge": ridge,
        "trained_on": {"readings": len(training.files), "errors": int(training.wrong.sum())},
        "out_of_fold": judge(out_of_fold(training, ridge), training.wrong),
        "judged_on": {"sets": list(JUDGED), "files": len(set(judged.files)), **judge(told, judged.wrong)},
        "facts": hashlib.sha256(FACTS.read_bytes()).hexdigest(),
    }  # fmt: skip
    MODEL.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draw(told, judged.wrong)
    print(json.dumps({name: kept[name] for name in ("ridge", "trained_on", "out_of_fold", "judged_on")}, indent=1))


if __name__ == "__main__":
    main()
