"""A person overrules the machine: identities decided by hand in YAML files, each entry with its reason.

What belongs here: reading `reviews/identities*.yaml` and applying it to an `Identity`. What does not: how identities
are found (``identity.py``), reviews of observations (``sources/extraction``).

    - location: https://www.example.gov.cn/report.html   # as in the catalogue
      part: 1                                            # optional: which document of the file
      text_sha256: 4bf5…                                 # optional: holds only for this very text
      set: {region_code: "990100", report_year: 2022, kind: work_report, accepted: true}
      reason: the page names neither place nor year; the printed gazette does
      by: A. Reviewer, 2026-01-05
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sources.errors import BaogaoError
from sources.tables import KINDS, REFUSALS

if TYPE_CHECKING:  # who only reads what people decided waits for no dictionary
    from sources.document.identity.identity import Identity
    from sources.registry.regions import Regions

FILES = "identities*.yaml"
_SETTABLE = {
    "region_code",
    "report_year",
    "kind",
    "sitting",
    "meeting_date",
    "accepted",
    "refusal_reason",
    "refusal_detail",
}
_KEYS = {"location", "part", "text_sha256", "set", "reason", "by"}


class ReviewError(BaogaoError):
    """An entry of the file can't be used; says which and why."""


@dataclass(frozen=True)
class IdentityReview:
    location: str
    changes: Mapping[str, Any]
    reason: str
    by: str
    part: int | None = None
    text_sha256: str | None = None

    def concerns(self, location: str, part: int, text_sha256: str | None) -> bool:
        return (
            self.location == location
            and self.part in (None, part)
            and (self.text_sha256 is None or (text_sha256 or "").startswith(self.text_sha256))
        )


def load_identity_reviews(folder: Path) -> tuple[IdentityReview, ...]:
    """Return the entries of all `identities*.yaml` of a folder, by file name. Raises ReviewError naming the entry."""
    return tuple(review for path in sorted(folder.glob(FILES)) for review in _read(path))


def _read(path: Path) -> Iterator[IdentityReview]:
    import yaml  # where nobody decided anything, nothing loads it

    from sources.yaml_text import load_yaml

    try:
        content = load_yaml(path.read_text(encoding="utf-8")) or []
    except yaml.YAMLError as error:
        raise ReviewError(f"{path} is not valid YAML: {error}") from error
    if not isinstance(content, list):
        raise ReviewError(f"{path}: expected a list of entries, each with location, set, reason, by")
    for number, entry in enumerate(content, start=1):
        yield _review(path, number, entry)


def _review(path: Path, number: int, entry: Any) -> IdentityReview:
    where = f"{path}, entry {number}"
    if not isinstance(entry, dict) or set(entry) - _KEYS or not {"location", "set", "reason", "by"} <= set(entry):
        raise ReviewError(f"{where}: needs location, set, reason, by; may have part, text_sha256; found {entry!r}")
    changes = entry["set"]
    if not isinstance(changes, dict) or not changes or set(changes) - _SETTABLE:
        raise ReviewError(f"{where}: set must be a mapping of {', '.join(sorted(_SETTABLE))}")
    if changes.get("kind", KINDS[0]) not in KINDS:
        raise ReviewError(f"{where}: kind must be one of {', '.join(KINDS)}")
    if changes.get("refusal_reason", REFUSALS[0]) not in REFUSALS:
        raise ReviewError(f"{where}: refusal_reason must be one of {', '.join(REFUSALS)}")
    part = entry.get("part")
    return IdentityReview(
        location=str(entry["location"]),
        changes=changes,
        reason=str(entry["reason"]),
        by=str(entry["by"]),
        part=int(part) if part is not None else None,
        text_sha256=str(entry["text_sha256"]) if entry.get("text_sha256") else None,
    )


def overrule(
    found: Identity,
    reviews: tuple[IdentityReview, ...],
    regions: Regions,
    *,
    location: str,
    part: int = 1,
    text_sha256: str | None = None,
) -> Identity:
    """Return `found` as the reviews for this document leave it; the evidence names who decided and why.

    A region or year that was set by hand makes the identity `confirmed` with confidence 1. Raises ReviewError where a
    code is unknown in that year.
    """
    for review in reviews:
        if review.concerns(location, part, text_sha256):
            found = _apply(found, review, regions)
    return found


def _apply(found: Identity, review: IdentityReview, regions: Regions) -> Identity:
    changes = dict(review.changes)
    year = changes.get("report_year", found.report_year)
    if "region_code" in changes:
        region = regions.by_code(str(changes["region_code"]), year)
        if region is None:
            raise ReviewError(f"review of {review.location}: no region {changes['region_code']} in {year}")
        changes |= {"region_code": region.code, "region_name": region.name, "level": region.level}
    if changes.get("accepted"):
        changes |= {"refusal_reason": None, "refusal_detail": None}
    if "region_code" in changes or "report_year" in changes:
        changes |= {"identity": "confirmed", "confidence": 1.0}
    evidence = found.evidence | {"reviewed": f"{review.by}: {review.reason}"}
    return replace(found, **changes, evidence=evidence)
