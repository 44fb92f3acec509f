"""`python -m benchmarks.yardstick LAKE EVERY`: what a notebook does first, `jieba.lcut` of every text, on one core.

What belongs here: timing jieba on the texts of a lake. What does not: anything of ours; it is the yardstick. Reading
the texts and loading jieba's dictionary do not count. Prints JSON: megabytes (10^6 bytes of UTF-8), partitions (of
all texts), wall and cpu (seconds, of all texts: where EVERY is n, the time of each n-th partition by size).
"""

from __future__ import annotations

import json
import logging
import sys
import time
from pathlib import Path

import jieba
import pyarrow.parquet as pq


def main(lake: Path, every: int) -> None:
    """Measure and print."""
    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    size = measured = 0
    wall = cpu = 0.0
    paths = sorted(path for path in lake.glob("reports/*/*.parquet") if path.stem != "_empty")
    for number, path in enumerate(paths):
        texts = [text for text in pq.read_table(path, columns=["text"])["text"].to_pylist() if text]
        here = sum(len(text.encode()) for text in texts)
        size += here
        if number % every:
            continue
        measured += here
        before = time.perf_counter(), time.process_time()
        for text in texts:
            jieba.lcut(text)
        wall += time.perf_counter() - before[0]
        cpu += time.process_time() - before[1]
    factor = size / measured
    told = {"megabytes": size / 1e6, "partitions": len(paths), "wall": wall * factor, "cpu": cpu * factor}
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
