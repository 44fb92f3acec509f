"""`python -P pieces.py NAME CORPUS`: one piece of work, turn by turn, in whatever checkout the interpreter belongs to.

What belongs here: the pieces that ``against.py`` holds two checkouts against each other by. What does not: comparing.

A piece takes the folder of the corpus (``docx``, ``html``, ``pdf``, ``text`` below it, as in ../shared/corpus, or the
sample's reports), gets ready, and returns a turn: a call that gives its results one by one. Getting ready and hashing
don't count. Only what both checkouts have may be imported, and inside the piece: this file is run from one checkout
with the modules of the other. Each line on standard input asks for a turn; the answer is a line of JSON: `cpu` and
`wall` in seconds, those of ended child processes among `cpu`, and `sha256` of all results.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

Turn = Callable[[], Iterator[object]]
#: of <linux/prctl.h>
_PR_SET_CHILD_SUBREAPER = 36
#: what tells which rules wrote a row, and no more
_VERSIONS = ("rule_version", "lexicon_version", "parser_version")


def _files(corpus: Path, form: str) -> list[Path]:
    found = sorted([*(corpus / form).glob("*.*"), *corpus.glob(f"*.{'txt' if form == 'text' else form}")])
    if not found:
        raise SystemExit(f"{corpus} holds no files of the form {form}: name a folder that does with --corpus")
    return found


def _clean_texts(corpus: Path) -> list[tuple[str, Any]]:
    """Return the clean texts of all reports in plain text, each with its context."""
    from sources.document.reports import report_rows
    from sources.extraction import ReportContext
    from sources.partitions import Partition
    from sources.registry.regions import load_regions

    regions, partition = load_regions(), Partition("unlabelled", "undated")
    fields = ("report_id", "report_year", "region_name", "level", "kind", "meeting_date", "region_code")
    return [
        (row["text"], ReportContext(**{field: row[field] for field in fields}))
        for path in _files(corpus, "text")
        for row in report_rows(path.name, [path.read_bytes()], None, regions, partition)
        if row["accepted"] and row["report_year"] is not None
    ]


def extraction(corpus: Path) -> Turn:
    """Clean text to rows, as ``measure.py`` times it."""
    from sources.extraction import extract

    texts = _clean_texts(corpus)

    def turn() -> Iterator[object]:
        for text, context in texts:
            found = extract(text, context)
            yield found.observations, found.rejections

    return turn


def words(corpus: Path) -> Turn:
    """`jieba.lcut` of the same texts: the yardstick."""
    import logging

    import jieba

    jieba.setLogLevel(logging.ERROR)
    jieba.initialize()
    texts = [text for text, _ in _clean_texts(corpus)]
    return lambda: (jieba.lcut(text) for text in texts)


def _reading(form: str) -> Callable[[Path], Turn]:
    def prepare(corpus: Path) -> Turn:
        from sources.document.read import UnreadableDocument, read_file

        files = [(path.name, path.read_bytes()) for path in _files(corpus, form)]

        def turn() -> Iterator[object]:
            for name, data in files:
                try:
                    yield name, read_file([data], name=name)
                except UnreadableDocument as error:
                    yield name, error.reason, error.detail

        return turn

    prepare.__doc__ = f"Bytes of files of the form {form} to clean text with its map, without identity."
    return prepare


def reports(corpus: Path) -> Turn:
    """Bytes of all forms to rows of `reports`: clean text, identity, sections."""
    from sources.document.reports import report_rows
    from sources.partitions import Partition
    from sources.registry.regions import load_regions

    regions, partition = load_regions(), Partition("unlabelled", "undated")
    files = [
        (path.name, path.read_bytes()) for form in ("docx", "html", "pdf", "text") for path in _files(corpus, form)
    ]
    return lambda: (report_rows(name, [data], None, regions, partition) for name, data in files)


def one_file(corpus: Path) -> Turn:
    """`baogao extract` of one report, from the start of its process to the end of the last one that it started."""
    # a process that outlives the one that started it is ours then, and its time is counted (Linux)
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    program = [sys.executable, "-m", "orchestration.cli", "extract", _files(corpus, "text")[0], "--format", "jsonl"]

    def turn() -> Iterator[object]:
        printed = subprocess.run(program, check=True, stdout=subprocess.PIPE).stdout
        with suppress(ChildProcessError):
            while True:
                os.wait()
        yield [json.loads(line) for line in printed.splitlines()]

    return turn


#: name → piece
PIECES: dict[str, Callable[[Path], Turn]] = {
    "extraction": extraction,
    "words": words,
    "docx": _reading("docx"),
    "html": _reading("html"),
    "pdf": _reading("pdf"),
    "text": _reading("text"),
    "reports": reports,
    "one-file": one_file,
}


def _plain(result: object) -> object:
    """Return a result without the versions of the rules that made it."""
    if isinstance(result, dict):
        return {key: _plain(value) for key, value in result.items() if key not in _VERSIONS}
    return [_plain(each) for each in result] if isinstance(result, list | tuple) else result  # others as they print


def _cpu() -> float:
    told = os.times()
    return time.process_time() + told.children_user + told.children_system


def measured(turn: Turn) -> dict[str, object]:
    """Take one turn and return its `cpu`, `wall` and `sha256`."""
    cpu = wall = 0.0
    digest, results = hashlib.sha256(), turn()
    while True:
        before = time.perf_counter(), _cpu()
        result = next(results, None)
        cpu, wall = cpu + _cpu() - before[1], wall + time.perf_counter() - before[0]
        if result is None:
            return {"cpu": cpu, "wall": wall, "sha256": digest.hexdigest()}
        digest.update(json.dumps(_plain(result), ensure_ascii=False, default=str, sort_keys=True).encode())


def main() -> None:
    # whatever a library prints is no answer
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    turn = PIECES[sys.argv[1]](Path(sys.argv[2]))
    for _ in sys.stdin:
        print(json.dumps(measured(turn)), file=answers, flush=True)


if __name__ == "__main__":
    main()
