"""Reviewed files: where a person overrules the machine about one observation.

What belongs here: the form of the file, its checks, and its application to an extraction (which number is meant:
``reviewed_number.py``). What does not: rules; a fault that occurs twice belongs into the grammar or the lexicon.

A reviewed file is YAML, a list of::

    - report_id: 990100_2022
      quote: 地区生产总值增长8%       # the words in the report that hold the number, exactly
      surface: 8%                    # the number with its unit
      indicator: gdp                 # which observation; with `action: add` the one to make
      action: change                 # change, remove or add (add: the number was rejected)
      set: {status: target, period_start: 2022, period_end: 2022}
      by: 王某
      reason: 表格里的目标栏
      region_code: "990100"          # with report_year: holds for other copies of that report too, wherever they lie
      report_year: 2022

A decision is about a number in a sentence, not about offsets or a rule's name: it is found again where spaces, widths
and marks of the text changed, where rules read the number as another indicator, and in other copies of the report.
Where it can't be found, or changes nothing any more, a line says so.

In a home they lie in ``reviews/observations*.yaml``. Where `set` changes value, unit, measure or indicator, the
canonical value follows by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sources.extraction.reviewed_number import holds_words, numbers_meant
from sources.extraction.types import Extraction
from sources.tables import MEASURES, QUALIFIERS, STATUSES
from sources.yaml_text import load_yaml

_SETTABLE = {
    "indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "period_end",
    "scope", "canonical_value", "canonical_value_upper", "canonical_unit", "horizon", "tier", "basis",
    "base_period", "commitment",
}  # fmt: skip
_CANONICAL = ("canonical_value", "canonical_value_upper", "canonical_unit")
_NEEDED = {"measure", "value", "unit", "status", "period_start", "period_end"}


FILES = "observations*.yaml"


class ReviewError(ValueError):
    """A reviewed file can't be used; the message says which entry and what to do."""


class Decision(BaseModel):
    """One decision of a person."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    report_id: str
    quote: str
    surface: str
    indicator: str
    action: Literal["change", "remove", "add"]
    set: dict[str, Any] = {}
    by: str
    reason: str
    region_code: str | None = None
    report_year: int | None = None

    def concerns(self, report: Mapping[str, Any]) -> bool:
        """Whether it is about this row of the table `reports`: by its id, or as another copy of the same report."""
        return self.report_id == report["report_id"] or (
            self.may_concern(report) and holds_words(report["text"] or "", self.quote)
        )

    def may_concern(self, report: Mapping[str, Any]) -> bool:
        """Whether it `concerns` the row as far as can be told without a look at its text."""
        region, year = report.get("region_code"), report.get("report_year")
        copied = self.region_code is not None and (self.region_code, self.report_year) == (region, year)
        return copied or self.report_id == report["report_id"]

    @property
    def note(self) -> str:
        """Who and why, as the column `reviewed` has it."""
        return f"{self.by}: {self.reason}"

    def __str__(self) -> str:
        return f"{self.surface} in {self.quote!r}"


def decisions_on(
    decisions: Iterable[Decision], report: Mapping[str, Any], row: dict[str, Any], indicator: str | None = None
) -> list[Decision]:
    """Return those about the number of `row` (surface, char_start, sentence, sentence_start) of a row of `reports`.

    With `indicator`, those about that observation alone: one number may tell several.
    """
    return [
        one
        for one in decisions
        if one.may_concern(report)
        and indicator in (None, one.indicator)
        and numbers_meant([row], one.quote, one.surface)
    ]


def read_review(path: Path) -> list[Decision]:
    """Read a reviewed file. Raises ReviewError where it does not fit the form."""
    try:
        content = load_yaml(path.read_text(encoding="utf-8")) or []
        decisions = [Decision.model_validate(item) for item in content]
    except (yaml.YAMLError, ValidationError, TypeError, OSError) as error:
        raise ReviewError(f"{path.name}: {error}") from error
    for at, decision in enumerate(decisions, start=1):
        unknown = set(decision.set) - _SETTABLE
        if unknown:
            raise ReviewError(f"{path.name}: entry {at}: can't set {sorted(unknown)}; settable: {sorted(_SETTABLE)}")
        if decision.action == "add" and not set(decision.set) >= _NEEDED:
            raise ReviewError(f"{path.name}: entry {at}: add needs {sorted(_NEEDED - set(decision.set))} under set")
    return decisions


def load_reviews(folder: Path) -> list[Decision]:
    """Return the decisions of all `observations*.yaml` of a folder, by file name. Raises ReviewError."""
    return [decision for path in sorted(folder.glob(FILES)) for decision in read_review(path)]


def apply_review(extraction: Extraction, decisions: list[Decision], report_id: str) -> list[str]:
    """Apply decisions that concern one report, in place; return a line for each that changes nothing there.

    That is one whose number can't be found, or is refused by now, and one that says what the machine says too.
    """
    told = [(decision, _apply(extraction, decision)) for decision in decisions]
    return [f"{report_id}: {decision}: {why}" for decision, why in told if why]


def _apply(extraction: Extraction, decision: Decision) -> str:
    """Apply one decision; return why nothing was done, or nothing."""
    note = decision.note
    words = (decision.quote, decision.surface)
    read = numbers_meant(extraction.observations, *words)
    refused = numbers_meant(extraction.rejections, *words)
    # rules may read the number as another indicator by now; as several, the one decided about is meant
    same = [row for row in read if row["indicator"] == decision.indicator] or read
    if len(same) > 1 or (not read and len(refused) > 1):
        return f"{len(same) or len(refused)} numbers fit, expected one"
    if not same and not refused:
        return "lost: 0 numbers fit, the text is another one now"
    if not same and decision.action == "add":
        extraction.rejections.remove(refused[0])
        extraction.observations.append(_added(refused[0], decision, note))
        return ""
    if not same:
        told = f"the rules refuse the number now ({refused[0]['reason']}, {refused[0]['rule']})"
        same_now = decision.action == "remove"
        return f"the machine says the same now: {told}" if same_now else f"lost: {told}; write it with `action: add`"
    row = same[0]
    # who changed a field looked at the others, and took the number for that indicator's
    wanted = {"indicator": decision.indicator, **decision.set}
    if decision.action == "remove" and row["indicator"] != decision.indicator:
        return f"lost: the number is read as {row['indicator']} now"
    if decision.action == "remove":
        extraction.observations.remove(row)
        extraction.rejections.append(_removed(row, note))
        return ""
    if all(row.get(key) == value for key, value in wanted.items()):
        return "the machine says the same now"
    row.update(wanted, reviewed=note, doubt=None)
    _convert(row, decision, wanted)
    return ""


def unapplied(decisions: Iterable[Decision], reports: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a line for each decision that concerns none of `reports`: its document is gone, without a copy."""
    left = list(decisions)
    for report in reports:
        left = [decision for decision in left if not decision.concerns(report)]
    return [f"{decision.report_id}: {decision}: lost: no accepted report holds it" for decision in left]


def decision_of(
    report_id: str, sentence: str, surface: str, reading: Mapping[str, Any], field: str, value: str, **more: Any
) -> Decision:
    """Return the decision of a reader who found one field of a reading wrong, `none` where it should not be at all.

    `value` is what the field should be, as typed; years as 2021 or 2016-2020. Raises ReviewError where it can't be.
    """
    wanted: dict[str, Any] = {}
    try:
        if field == "period":
            start, _, end = value.replace("–", "-").partition("-")
            first, last = int(start), int(end or start)
            if first > last:
                raise ValueError("the first year comes after the last")
            wanted = {"period_start": first, "period_end": last, "horizon": "annual" if first == last else "span"}
        elif field == "value":
            wanted = {"value": float(value)}
        elif field != "none":
            wanted = {field: value.strip()}
        told = Decision(
            report_id=report_id, quote=sentence.strip(), surface=surface, indicator=str(reading["indicator"]),
            action="change" if wanted else "remove", set=wanted, **more,
        )  # fmt: skip
    except ValueError as error:
        raise ReviewError(f"{value!r} is no {field}: {error}") from error
    from sources.extraction.lexicon import load_lexicon

    allowed: dict[str, Iterable[str]] = {
        "measure": MEASURES, "status": STATUSES, "qualifier": QUALIFIERS, "indicator": load_lexicon().indicators,
    }  # fmt: skip
    if field in allowed and wanted[field] not in allowed[field]:
        raise ReviewError(f"{value!r} is no {field}; one of: {', '.join(allowed[field])}")
    # what a run could not apply is refused here, before it is written
    _convert({**reading, "value": reading.get("value", reading.get("printed_value")), **wanted}, told, wanted)
    return told


def add_decision(folder: Path, name: str, decision: Decision) -> Path:
    """Add a decision to ``observations_<name>.yaml`` of a home's reviews; return the file."""
    path = folder / f"observations_{name}.yaml"
    entry = {key: value for key, value in decision.model_dump().items() if value not in (None, {})}
    with path.open("a", encoding="utf-8") as stream:
        stream.write(yaml.safe_dump([entry], allow_unicode=True, sort_keys=False))
    return path


def _removed(row: dict[str, Any], note: str) -> dict[str, Any]:
    keys = ("report_id", "surface", "char_start", "char_end", "sentence", "sentence_start", "section", "rule_version")
    return {
        **{key: row[key] for key in keys},
        "rejection_id": row["observation_id"],
        "reason": "no_indicator",
        "detail": f"reviewed: {note}",
        "rule": "reviewed",
    }


def _added(row: dict[str, Any], decision: Decision, note: str) -> dict[str, Any]:
    parts = (row["report_id"], row["char_start"], row["char_end"], decision.indicator, decision.set["measure"])
    base: dict[str, Any] = {
        "report_id": row["report_id"],
        "observation_id": hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:20],
        "indicator": decision.indicator,
        "value_upper": None, "qualifier": "exact", "scope": "self", "canonical_value": None,
        "canonical_value_upper": None,
        "canonical_unit": None, "horizon": "annual", "tier": "base", "basis": "headline", "base_period": None,
        "commitment": None, "relation": None, "relation_ref": None, "section": row["section"],
        "sentence": row["sentence"],
        "sentence_start": row["sentence_start"], "surface": row["surface"], "char_start": row["char_start"],
        "char_end": row["char_end"], "quote": decision.quote, "rule": "reviewed",
        "period_evidence": None, "rule_version": row["rule_version"],
        "lexicon_version": "", "flags": None, "reviewed": note, "doubt": None,
    }  # fmt: skip
    row = {**base, **decision.set}
    _convert(row, decision, decision.set)
    return row


def _convert(row: dict[str, Any], decision: Decision, wanted: Mapping[str, Any]) -> None:
    """Bring the canonical value up to date where what it follows from was set and it was not.

    Raises ReviewError where the unit is unknown.
    """
    if set(_CANONICAL) & set(wanted) or not {"value", "value_upper", "unit", "measure", "indicator"} & set(wanted):
        return
    if row["value"] is None:
        row.update(dict.fromkeys(_CANONICAL))
        return
    # who only reads what people decided waits for no grammar
    from sources.extraction.grammar.quantity import find_quantities
    from sources.extraction.lexicon import load_lexicon
    from sources.extraction.resolve import to_canonical

    indicator = load_lexicon().indicators.get(row["indicator"])
    if indicator is None:
        raise ReviewError(f"{decision.report_id}: {decision.quote}: there is no indicator {row['indicator']!r}")
    values: list[float | None] = []
    unit: str | None = None
    for value in (row["value"], row["value_upper"]):
        if value is None:
            values.append(None)
            continue
        text = f"{abs(value)}{row['unit'] or ''}"
        found = find_quantities(text, 0, len(text))
        if len(found) != 1 or found[0].end != len(text):
            raise ReviewError(
                f"{decision.report_id}: {decision.quote}: the unit {row['unit']!r} is unknown; "
                f"write it as in the report, or set {', '.join(_CANONICAL)} as well"
            )
        converted, _, unit = to_canonical(found[0], indicator, row["measure"], -1 if value < 0 else 1)
        values.append(None if converted is None else float(converted))
    row["canonical_value"], row["canonical_value_upper"], row["canonical_unit"] = *values, unit
