"""Reviewed files: where a person overrules the machine about one observation.

What belongs here: the form of the file, its checks, and its application to an extraction. What does not: rules; a fault
that occurs twice belongs into the grammar or the lexicon.

A reviewed file is YAML, a list of::

    - report_id: 990100_2022
      quote: 地区生产总值增长8%       # the words in the report that hold the number, exactly
      surface: 8%                    # the number with its unit
      indicator: gdp                 # which observation; with `action: add` the one to make
      action: change                 # change, remove or add (add: the number was rejected)
      set: {status: target, period_start: 2022, period_end: 2022}
      by: 王某
      reason: 表格里的目标栏

In a home they lie in ``reviews/observations*.yaml``. Where `set` changes value, unit, measure or indicator, the
canonical value follows by itself.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from sources.extraction.grammar.quantity import find_quantities
from sources.extraction.lexicon import load_lexicon
from sources.extraction.resolve import to_canonical
from sources.extraction.types import Extraction

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


def read_review(path: Path) -> list[Decision]:
    """Read a reviewed file. Raises ReviewError where it does not fit the form."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or []
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
    """Apply the decisions about one report in place; return those that no longer fit, for the caller to show.

    A decision whose number can't be found, or that changes nothing, is outdated and is told rather than skipped.
    """
    outdated: list[str] = []
    for decision in decisions:
        if decision.report_id != report_id:
            continue
        rows = extraction.rejections if decision.action == "add" else extraction.observations
        fits = [row for row in rows if _fits(row, decision)]
        if len(fits) != 1:
            outdated.append(
                f"{report_id}: {decision.surface} in {decision.quote!r}: {len(fits)} numbers fit, expected one"
            )
            continue
        row = fits[0]
        note = f"{decision.by}: {decision.reason}"
        if decision.action == "remove":
            extraction.observations.remove(row)
            extraction.rejections.append(_removed(row, note))
        elif decision.action == "change":
            if all(row.get(key) == value for key, value in decision.set.items()):
                outdated.append(f"{report_id}: {decision.surface} in {decision.quote!r}: the machine says the same now")
                continue
            row.update(decision.set)
            row["reviewed"] = note
            _convert(row, decision)
        else:
            extraction.rejections.remove(row)
            extraction.observations.append(_added(row, decision, note))
    return outdated


def _fits(row: dict[str, Any], decision: Decision) -> bool:
    same = row["surface"] == decision.surface and decision.quote in row["sentence"]
    return same and ("indicator" not in row or row["indicator"] == decision.indicator)


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
        "lexicon_version": "", "flags": None, "reviewed": note,
    }  # fmt: skip
    row = {**base, **decision.set}
    _convert(row, decision)
    return row


def _convert(row: dict[str, Any], decision: Decision) -> None:
    """Bring the canonical value up to date where what it follows from was set and it was not.

    Raises ReviewError where the unit is unknown.
    """
    if set(_CANONICAL) & set(decision.set) or not {"value", "value_upper", "unit", "measure", "indicator"} & set(
        decision.set
    ):
        return
    if row["value"] is None:
        row.update(dict.fromkeys(_CANONICAL))
        return
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
