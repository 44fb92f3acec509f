"""Many damaged files of every form, read and extracted as a run does it: `python -m tests.unit.document`.

What belongs here: the count of what becomes of them. What does not: how files are damaged (``mutated.py``,
``hostile.py``, ``spoilt.py``). Each file is a task of the bounded pool, with the limits of a run in time and memory; of
every accepted number the offsets must slice to its surface.
"""

from __future__ import annotations

import io
import random
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from sources.bounded import Failure, run_bounded
from sources.document.forms import pdf
from sources.document.reports import report_rows
from sources.extraction import ReportContext, extract
from sources.partitions import Partition
from sources.registry.regions import load_regions

from . import hostile, mutated, spoilt
from .pages import LINES as OF_NOWHERE
from .pages import html

Task = tuple[str, int]
#: the report is of a place that the registry knows, so that many of its copies are accepted
LINES = [line.replace("云溪县", "清坞县") for line in OF_NOWHERE]
#: files of each form where the command line says nothing else
FORMS = {"txt": 25_000, "html": 25_000, "docx": 25_000, "pdf": 25_000, "mht": 2_000,
         "doc": 2_000, "rtf": 2_000, "ofd": 2_000, "wordxml": 2_000, "zip": 2_000, "picture": 300}  # fmt: skip
#: seconds that a file may take
PATIENCE = {"picture": 60.0}
_MOVES = (
    "。",
    "\t",
    "\n",
    "各位代表：",
    "2031年",
    "12.6%",
    "万",
    "（",
    "\ufffd",
    "⁵",
    "一、2030年工作回顾\n",
    "政府工作报告\n",
)


@cache
def _pdf() -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0)
    canvas.setFont("STSong-Light", 11)
    for number, line in enumerate(LINES):
        canvas.drawString(60, 780 - 18 * number, line[:44])
    canvas.save()
    return out.getvalue()


def _moved(text: str, chance: random.Random) -> str:
    """Return a text whose lines and phrases were moved, doubled and parted: damage to its structure."""
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(text) + 1)
        end = min(len(text), start + int(chance.expovariate(1 / 30)))
        at, piece = chance.randrange(len(text) + 1), text[start:end]
        text = chance.choice((text[:start] + text[end:], text[:at] + piece * chance.choice((1, 1, 3)) + text[at:],
                              text[:at] + chance.choice(_MOVES) + text[at:]))  # fmt: skip
    return text


def file_of(form: str, seed: int) -> bytes:
    """Return the damaged file of a form; the same for the same seed."""
    chance = random.Random(f"{form}-{seed}")
    moved = _moved("\n".join(LINES), chance) if seed % 2 else "\n".join(LINES)
    if form == "txt":
        data = moved.encode(chance.choice(("utf-8", "gb18030", "utf-16")))
        return mutated.damaged(data, chance) if seed % 3 else data
    if form == "html":
        if seed % 4 == 0:
            return mutated.damaged(html("".join(f"<p>{line}</p>" for line in moved.split("\n"))).encode(), chance)
        return hostile.mutated(seed)
    if form == "mht":
        return mutated.damaged(hostile.SEEDS[-1], chance)
    if form == "docx":
        data = hostile.docx(hostile.word_xml(moved.split("\n")))
        return mutated.inside(data, chance) if seed % 3 else mutated.damaged(data, chance)
    if form == "pdf":
        return mutated.damaged(_pdf(), chance)
    if form == "picture":
        return spoilt.spoilt(seed)
    return next(mutated.mutations(form, 1, seed))


def read(task: Task) -> tuple[str, float]:
    """Return what became of a file (`accepted`, or the refusal's reason) and the seconds that it took."""
    form, seed = task
    # a PDF whose text is lost would go to OCR, which pictures try: here it ends as where the extra is not installed
    pdf.ocr_installed = lambda: False  # type: ignore[assignment]
    start = time.process_time()
    rows = report_rows(
        f"{form}-{seed}", [file_of(form, seed)], None, load_regions(), Partition("unlabelled", "undated")
    )
    for row in rows:
        if row.get("report_year") is None or not row.get("text"):
            continue
        text = row["text"]
        found = extract(text, ReportContext("r", row["report_year"], row["region_name"] or "", row["level"] or ""))
        for each in found.observations:
            if text[each["char_start"] : each["char_end"]] != each["surface"]:
                raise AssertionError(f"offsets of {each['surface']!r} lead elsewhere")
    outcome = "accepted" if any(row["accepted"] for row in rows) else str(rows[0]["refusal_reason"])
    return outcome, time.process_time() - start


def sweep(form: str, count: int, first: int, workers: int) -> tuple[Counter[str], float, list[str]]:
    """Return how often each outcome came, the longest time in seconds of CPU, and what failed."""
    tasks: Iterator[Task] = ((form, seed) for seed in range(first, first + count))
    outcomes: Counter[str] = Counter()
    longest, failed = 0.0, []
    preload = ("sources.document.reports", "sources.extraction", "tests.unit.document.sweep")
    for task, value in run_bounded(read, tasks, workers=workers, timeout=PATIENCE.get(form, 20.0), preload=preload):
        if isinstance(value, Failure):
            outcomes[value.reason] += 1
            failed.append(f"{task[0]} seed {task[1]}: {value.reason}, {value.detail}")
        else:
            outcomes[value[0]] += 1
            longest = max(longest, value[1])
    return outcomes, longest, failed
