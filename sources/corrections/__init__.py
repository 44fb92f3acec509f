"""Known errors of a source, corrected in the open: what it prints, what is right, why, and until when we keep asking.

What belongs here: reading and checking the entries. Applying them is the warehouse's (``int_observations``), overruling
our own reading of a sentence is not (that is a review: ``sources/extraction/review.py``).

An entry is guarded: it names the value that it expects to find. When the page mends itself, or our reading changes,
it matches nothing and the build fails, so that the entry is removed instead of lying about. It also expires.

```yaml
- report_id: "990100_2022"      # the document; in quotes, or YAML reads 9901002022
  indicator: gdp
  measure: growth
  status: actual
  period_end: 2021
  expect: 86                    # as written, in the text's unit
  correct: 8.6
  reason: the decimal point is lost; next year's report and the yearbook say 8.6
  status_of_source: reported    # reported, confirmed, unanswered
  author: who decided
  expires: 2027-12-31
```
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import yaml

from sources.errors import BaogaoError
from sources.tables import MEASURES, STATUSES, Field, Table
from sources.yaml_text import load_yaml

SHIPPED = Path(__file__).resolve().parent / "corrections.yaml"
SOURCE_STATES = ("reported", "confirmed", "unanswered")

CORRECTIONS = Table(
    "corrections",
    "Guarded, expiring corrections of known source errors",
    key=("correction_id",),
    fields=(
        Field("correction_id", "string", "Report, indicator, measure, status and year, joined by bars", nullable=False),
        Field("report_id", "string", "The document that errs", nullable=False),
        Field("indicator", "string", "Code of the indicator", nullable=False),
        Field("measure", "string", "What the number measures", False, MEASURES),
        Field("status", "string", "actual, estimated, target", False, STATUSES),
        Field("period_end", "int", "Last year of the number's period", nullable=False),
        Field("expect", "float", "The wrong number as written: the guard", nullable=False),
        Field("correct", "float", "The right number, in the same unit", nullable=False),
        Field("reason", "string", "Why it is wrong and how the right one is known", nullable=False),
        Field("status_of_source", "string", "What the publisher says", False, SOURCE_STATES),
        Field("author", "string", "Who decided", nullable=False),
        Field("expires", "date", "From this day on the entry must be looked at again", nullable=False),
    ),
)

_WANTED = {"string": "text in quotes", "int": "a whole number", "float": "a number", "date": "a date YYYY-MM-DD"}


class CorrectionsError(BaogaoError):
    """A corrections file can't be used; says which file and entry, and what to do."""


def read_corrections(paths: Iterable[Path]) -> list[dict[str, Any]]:
    """Return the rows of CORRECTIONS from the YAML files that exist among `paths`.

    Raises CorrectionsError for an unreadable file, an unknown or missing key, a wrong value, or an entry given twice.
    """
    rows: dict[str, dict[str, Any]] = {}
    for path in paths:
        if not path.exists():
            continue
        for number, entry in enumerate(_entries(path), start=1):
            row = _row(f"{path.name}, entry {number}", entry)
            if row["correction_id"] in rows:
                raise CorrectionsError(
                    "{name}, entry {number}: {correction_id} is corrected twice",
                    name=path.name,
                    number=number,
                    correction_id=row["correction_id"],
                )
            rows[row["correction_id"]] = row
    return [rows[key] for key in sorted(rows)]


def _entries(path: Path) -> list[Any]:
    try:
        content = load_yaml(path.read_text(encoding="utf-8")) or []
    except (OSError, yaml.YAMLError) as error:
        raise CorrectionsError("{path} can't be read: {error}", path=path, error=error) from error
    if not isinstance(content, list):
        raise CorrectionsError("{path}: expected a list of entries (see sources/corrections/__init__.py)", path=path)
    return content


def _row(where: str, entry: Any) -> dict[str, Any]:
    wanted = [name for name in CORRECTIONS.columns if name != "correction_id"]
    if not isinstance(entry, dict):
        raise CorrectionsError("{where}: expected the keys {wanted}", where=where, wanted=", ".join(wanted))
    missing, unknown = set(wanted) - set(entry), set(entry) - set(wanted)
    if missing or unknown:
        raise CorrectionsError(
            "{where}: missing keys {missing}, unknown keys {unknown}",
            where=where,
            missing=sorted(missing),
            unknown=sorted(unknown),
        )
    row: dict[str, Any] = {}
    for name in wanted:
        row[name] = _value(where, CORRECTIONS.field(name), entry[name])
    row["correction_id"] = "|".join(
        str(row[name]) for name in ("report_id", "indicator", "measure", "status", "period_end")
    )
    return row


def _value(where: str, field: Field, given: Any) -> Any:
    converters: dict[str, Callable[[Any], Any]] = {"string": _text, "int": int, "float": float, "date": _date}
    try:
        value = converters[field.dtype](given)
    except (TypeError, ValueError) as error:
        raise CorrectionsError(
            "{where}: {name} is {given!r}, expected {wanted}",
            where=where,
            name=field.name,
            given=given,
            wanted=_WANTED[field.dtype],
        ) from error
    if value == "" or (field.allowed and value not in field.allowed):
        raise CorrectionsError(
            "{where}: {name} is {given!r}, expected {allowed}",
            where=where,
            name=field.name,
            given=given,
            allowed=", ".join(field.allowed) or "a value",
        )
    return value


def _text(given: Any) -> str:
    """Take text alone: YAML reads an unquoted 990100_2022 as the number 9901002022."""
    if not isinstance(given, str):
        raise TypeError("not text")
    return given


def _date(given: Any) -> dt.date:
    return given if isinstance(given, dt.date) else dt.date.fromisoformat(str(given))
