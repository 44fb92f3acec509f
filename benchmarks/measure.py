"""Timing of extraction beside jieba on the same texts, turn by turn in one process.

What belongs here: the clock. What does not: texts, printing.
"""

from __future__ import annotations

import logging
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median

import jieba

from benchmarks.texts import Material
from sources.extraction import extract

_START = """
import time
before = time.perf_counter()
from sources.extraction import ReportContext, extract
extract("全市生产总值增长6%。", ReportContext("start", 2024))
print(time.perf_counter() - before)
"""


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians over the turns: MB/s of UTF-8, and how many times as fast as jieba extraction was in one turn."""

    material: Material
    extraction: float
    jieba: float
    ratio: float

    @property
    def milliseconds_per_report(self) -> float:
        """Time of extraction for one report."""
        return 1000 * self.material.megabytes / self.extraction / len(self.material.reports)


def _seconds(work: Callable[[], object]) -> float:
    """CPU time of this process, so that a busy machine counts as little as possible."""
    before = time.process_time()
    work()
    return time.process_time() - before


def _turn(material: Material) -> tuple[float, float]:
    """Return seconds of extraction and of jieba.lcut, text by text one after the other: a load meets both alike."""
    mine = others = 0.0
    for text, context in material.reports:
        mine += _seconds(partial(extract, text, context))
        others += _seconds(partial(jieba.lcut, text))
    return mine, others


def to_jieba(work: Callable[[], object], material: Material) -> float:
    """Return the processor's time that `work` takes over that of jieba.lcut on `material`.

    Processes count that `work` starts and waits for. jieba reads once before and once after, so that a load meets both.
    """
    _wake_jieba()

    def cut() -> None:
        for text, _ in material.reports:
            jieba.lcut(text)

    before, mine, after = (_seconds_with_processes(each) for each in (cut, work, cut))
    return 2 * mine / (before + after)


def _seconds_with_processes(work: Callable[[], object]) -> float:
    """CPU time of this process and of those that ended meanwhile and were waited for."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    of = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in of)


def _wake_jieba() -> None:
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()


def measure(material: Material, turns: int) -> Speed:
    """Time extraction and jieba.lcut on all texts in turn, after one turn that only warms up."""
    _wake_jieba()
    pairs = [_turn(material) for _ in range(turns + 1)][1:]
    size = material.megabytes
    return Speed(
        material,
        extraction=size / median(mine for mine, _ in pairs),
        jieba=size / median(other for _, other in pairs),
        ratio=median(other / mine for mine, other in pairs),
    )


def start_seconds(turns: int) -> float:
    """Return the time from nothing to the first sentence read, in a fresh process: imports, lexicon, automaton."""
    told = [
        subprocess.run([sys.executable, "-c", _START], check=True, capture_output=True, text=True).stdout
        for _ in range(turns)
    ]
    return median(map(float, told))
