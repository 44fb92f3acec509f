"""Audits of an installation: which cells and places were drawn, what readers said of them, what follows.

What belongs here: the files in ``reviews/audits/<audit>/`` and the estimates from them. What does not: the drawing
(``orchestration/release/sampling.py``), how they are shown.

`draw.json` holds the sample: items bound to the hash of a text and to offsets in it, so that they outlive new rules.
`answers_<reader>.jsonl` holds one reader's answers, a line each; the last one on an item counts.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from sources.errors import BaogaoError
from sources.quality.card import estimate_row
from sources.quality.estimate import Share, Stratum, stratified

FOLDER, DRAW = "audits", "draw.json"
#: what a reader can say of a cell, and of a place where nothing was read
ANSWERS = {"cell": ("right", "wrong", "doubtful"), "place": ("right", "missed", "doubtful")}
#: fields that can be wrong, in the order of their keys; `none` means that the number is no observation at all
FIELDS = ("indicator", "measure", "value", "unit", "qualifier", "status", "period", "scope", "none")
#: the reader whose answers hold where others disagree
SETTLED = "settled"
_READER = re.compile(r"[\w-]{1,40}")


class AuditError(BaogaoError):
    """An audit's files can't be used, or an answer is none; the message says which and what to do."""


@dataclass(frozen=True)
class Item:
    """One cell (a published value) or place (a number in a text that nothing was read from) to be judged."""

    item_id: str
    kind: Literal["cell", "place"]
    stratum: str
    report_id: str
    text_sha256: str
    char_start: int
    char_end: int
    surface: str
    sentence: str
    sentence_start: int
    before: str
    after: str
    source: str
    reading: Mapping[str, Any]


@dataclass(frozen=True)
class Draw:
    """A sample. `strata`: name → units in the release; `where`: the condition on cells, empty for all."""

    audit_id: str
    release: str
    seed: int
    where: str
    strata: Mapping[str, int]
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Answer:
    """What one reader said of one item; `field` names what is wrong of a cell, `at` is the time in UTC."""

    item_id: str
    answer: str
    field: str = ""
    at: str = ""


def write_draw(reviews: Path, draw: Draw) -> Path:
    """Write the sample; return its file. Raises AuditError where another one lies there under the same name."""
    path = reviews / FOLDER / draw.audit_id / DRAW
    content = json.dumps(asdict(draw), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") != content:
        raise AuditError(
            "{path} holds another sample already; draw with another --seed, or remove {parent}",
            path=path,
            parent=path.parent,
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def list_audits(reviews: Path) -> list[str]:
    """Return the names of the audits, the newest release last."""
    return sorted(path.parent.name for path in (reviews / FOLDER).glob(f"*/{DRAW}"))


def read_draw(reviews: Path, audit_id: str) -> Draw:
    """Return a sample. Raises AuditError where there is none of that name, or its file is damaged."""
    path = reviews / FOLDER / audit_id / DRAW
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Draw(**{**content, "items": tuple(Item(**item) for item in content["items"])})
    except FileNotFoundError as error:
        known = ", ".join(list_audits(reviews)) or "none; draw one: baogao audit draw"
        raise AuditError("there is no audit {audit_id}; there are: {known}", audit_id=audit_id, known=known) from error
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise AuditError(
            "{path} can't be read ({error}); draw it again with the same seed", path=path, error=error
        ) from error


def answer(reviews: Path, draw: Draw, reader: str, given: Answer) -> None:
    """Add one answer to the file of `reader`. Raises AuditError where reader, item or answer is none."""
    item = next((item for item in draw.items if item.item_id == given.item_id), None)
    if item is None or given.answer not in ANSWERS[item.kind]:
        raise AuditError(
            "{item_id}: {answer!r} is no answer of audit {audit_id}",
            item_id=given.item_id,
            answer=given.answer,
            audit_id=draw.audit_id,
        )
    if (given.answer == "wrong") != bool(given.field) or (given.field and given.field not in FIELDS):
        raise AuditError(
            "{item_id}: {field!r} is no field that can be wrong; one of: {fields}",
            item_id=given.item_id,
            field=given.field,
            fields=", ".join(FIELDS),
        )
    with _file(reviews, draw.audit_id, reader).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(asdict(given), ensure_ascii=False) + "\n")


def _file(reviews: Path, audit_id: str, reader: str) -> Path:
    if not _READER.fullmatch(reader):
        raise AuditError("{reader!r} can't name a reader: letters, digits, - and _ alone, at most 40", reader=reader)
    return reviews / FOLDER / audit_id / f"answers_{reader}.jsonl"


def answers_of(reviews: Path, audit_id: str, reader: str) -> dict[str, Answer]:
    """Return item → the last answer of one reader. Raises AuditError where a line can't be read."""
    path = _file(reviews, audit_id, reader)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    try:
        given = [Answer(**json.loads(line)) for line in lines if line.strip()]
    except (ValueError, TypeError) as error:
        raise AuditError("{path}: a line is no answer ({error}); remove it", path=path, error=error) from error
    return {one.item_id: one for one in given}


def readers(reviews: Path, audit_id: str) -> dict[str, dict[str, Answer]]:
    """Return reader → item → answer."""
    found = sorted((reviews / FOLDER / audit_id).glob("answers_*.jsonl"))
    names = [path.stem.removeprefix("answers_") for path in found]
    return {name: answers_of(reviews, audit_id, name) for name in names}


@dataclass(frozen=True)
class Result:
    """What an audit says. `settled`: item → right, wrong or missed; `open`: item → reader → what each said, where they
    disagree or say doubtful; precision and recall are None before each cell, and place, was judged."""

    settled: Mapping[str, str]
    open: Mapping[str, Mapping[str, str]]
    precision: Share | None
    recall: Share | None
    n_cells: int
    n_places: int


def result_of(draw: Draw, said: Mapping[str, Mapping[str, Answer]]) -> Result:
    """Return the estimates of an audit, once each cell, or place, was judged: the doubtful ones come first, so that a
    part of them says nothing of all.

    What readers disagree on, or call doubtful, is left out until `settled` by a reader of that name. Facts missed are
    those of the text's other numbers, as many as the places stand for, and those read with a wrong field.
    """
    settled: dict[str, str] = {}
    left: dict[str, dict[str, str]] = {}
    for item in draw.items:
        told = {reader: given[item.item_id] for reader, given in said.items() if item.item_id in given}
        verdicts = {SETTLED: told[SETTLED].answer} if SETTLED in told else {n: a.answer for n, a in told.items()}
        if len(set(verdicts.values())) == 1 and "doubtful" not in verdicts.values():
            settled[item.item_id] = next(iter(verdicts.values()))
        elif verdicts:
            left[item.item_id] = {name: f"{a.answer} {a.field}".strip() for name, a in told.items()}
    cells, places = list(_strata(draw, settled, "cell")), list(_strata(draw, settled, "place"))
    whole = {item.kind for item in draw.items} - {
        item.kind for item in draw.items if item.item_id not in settled and item.item_id not in left
    }
    precision = stratified(cells) if "cell" in whole else None
    unread = stratified(places) if "place" in whole else None
    recall = None
    if precision and unread:
        rows, not_read = sum(s.size for s in cells), sum(s.size for s in places)
        recall = Share(
            *(
                _part(right * rows, rows + not_read * (1 - share))
                for right, share in zip(
                    (precision.estimate, precision.lower, precision.upper),
                    (unread.estimate, unread.lower, unread.upper),
                    strict=True,
                )
            )
        )
    return Result(settled, left, precision, recall, sum(s.n for s in cells), sum(s.n for s in places))


def _part(right: float, facts: float) -> float:
    return right / facts if facts else 1.0


def _strata(draw: Draw, settled: Mapping[str, str], kind: str) -> Iterator[Stratum]:
    judged = [(item.stratum, settled[item.item_id]) for item in draw.items
              if item.kind == kind and item.item_id in settled]  # fmt: skip
    n = Counter(stratum for stratum, _ in judged)
    right = Counter(stratum for stratum, verdict in judged if verdict == "right")
    for stratum, size in draw.strata.items():
        if stratum.startswith(kind):
            yield Stratum(size, n[stratum], right[stratum])


def audit_rows(reviews: Path | None) -> Iterator[dict[str, Any]]:
    """Yield the rows of QUALITY_ESTIMATES of a home's audits."""
    for audit_id in list_audits(reviews) if reviews else ():
        draw = read_draw(reviews, audit_id)  # type: ignore[arg-type]
        result = result_of(draw, readers(reviews, audit_id))  # type: ignore[arg-type]
        for figure, share, kind in (("precision", result.precision, "cell"), ("recall", result.recall, "place")):
            judged = [item for item in draw.items if item.kind == kind and item.item_id in result.settled]
            if share:
                # one over a part of the release says nothing of a number outside it
                breakdown = "reference_set" if draw.where else "all"
                yield estimate_row(
                    "audit", breakdown, {"reference_set": audit_id}, figure, share, draw.release,
                    n_own=len(judged), n=len(judged), n_files=len({item.report_id for item in judged}),
                    n_right=sum(result.settled[item.item_id] == "right" for item in judged),
                )  # fmt: skip
