"""Why nothing may be published, and a person's word against it: which verdict, how to see it, who overruled it.

What does not belong here: judging (``gates.py``, the suites), building (``build.py``).
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from orchestration.home.installation import Installation
from orchestration.home.note import Note
from orchestration.home.provenance import State, project_hash
from orchestration.hops import gate
from orchestration.warehouse import builds
from sources.home import Home

SHOWN = 10
#: columns of gate_results that name a verdict
KEY = ("table_name", "partition", "expectation", "column_name")
REMEDY = (
    "See them with `baogao status`, or among the asset's checks in `baogao ui`; mend what they name and run again. "
    'To publish all the same, on record: baogao release publish --override "REASON"'
)


@dataclass(frozen=True)
class Refusal:
    """One bad verdict. `key` names it as in the table gate_results; `overridable`: a person may publish in spite."""

    key: str
    told: str
    overridable: bool = True

    @classmethod
    def of_verdict(cls, verdict: dict[str, Any]) -> Refusal:
        """Return the refusal that follows from a row of gate_results."""
        return cls(
            key_of(verdict),
            f"{verdict['table_name']} {verdict['partition']}: {verdict['expectation']} failed at "
            f"{verdict['checked_at']:%Y-%m-%d %H:%M} UTC, {verdict['n_failed']} row(s) "
            f"({verdict['observed'] or 'see gate_results'})",
        )

    def __str__(self) -> str:
        return self.told


@dataclass(frozen=True)
class Override:
    """A person's decision to publish in spite of bad verdicts: who, why, when, and (once published) which."""

    by: str
    reason: str
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    refusals: tuple[Refusal, ...] = ()

    def of(self, refusals: Sequence[Refusal]) -> Override:
        return replace(self, refusals=(*self.refusals, *refusals))

    def record(self) -> dict[str, Any]:
        """Return what the manifest keeps."""
        verdicts = [{"verdict": refusal.key, "told": refusal.told} for refusal in self.refusals]
        return {"by": self.by, "at": self.at, "reason": self.reason, "verdicts": verdicts}


def override_of(reason: str, by: str) -> Override | None:
    """Return the override that was asked for, None without a reason; `by` falls back to this machine's user."""
    if not reason.strip():
        return None
    return Override(by.strip() or getpass.getuser(), reason.strip())


def key_of(verdict: dict[str, Any]) -> str:
    """Return the key of a row of gate_results, as the mart of that name has it."""
    return "|".join(str(verdict[name]) for name in KEY)


def refusals(installation: Installation, state: State, override: Override | None = None) -> list[Refusal]:
    """Return why nothing may be published now: a bad verdict on any ancestor, whoever ran it.

    `state` is what lake, registry and models are now. A warehouse that is not whole can't be published by any override.
    """
    verdicts = gate.failed_verdicts(installation.lake)
    found = [Refusal.of_verdict(v) for v in verdicts if gate.stops(v)]
    build = builds.last_build(installation)
    found += [Refusal(key_of(v), f"dbt test {v['expectation']}: {v['observed']}") for v in test_verdicts(build)]
    if build.error:
        found.append(Refusal("dbt", f"dbt: {build.error}", overridable=False))
    elif build.inputs != state.hash and (override or not found):
        told = "the warehouse was not built from what the lake holds now; run the warehouse first"
        found.append(Refusal("warehouse", told, overridable=False))
    return found


def test_verdicts(build: builds.Build) -> list[dict[str, Any]]:
    """Return the dbt tests that failed, in the form of gate_results."""
    told_at = datetime.fromisoformat(build.built_at) if build.built_at else datetime.now(UTC)
    return [
        {
            "partition": "warehouse",
            "table_name": "dbt",
            "expectation": test["name"],
            "column_name": "",
            "severity": "critical",
            "success": False,
            "n_rows": 0,
            "n_failed": int(test.get("failures") or 0),
            "observed": test.get("message"),
            "examples": None,
            "checked_at": told_at,
            "code_version": project_hash()[:12],
        }
        for test in build.failed_tests
    ]


def refuse(found: Sequence[Refusal]) -> str:
    """Return the message of a refusal: which verdicts, how to see them, what to do."""
    shown = "; ".join(map(str, found[:SHOWN])) + (f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else "")
    remedy = f". {REMEDY}" if all(refusal.overridable for refusal in found) else ""
    return f"nothing is published, the former release stays: {shown}{remedy}"


@dataclass(frozen=True)
class Attempt:
    """What became of the last attempt to publish. `verdicts`: those on the release itself that did not hold; `removed`:
    the releases that went to make room."""

    at: str = ""
    release: str = ""
    refused: tuple[str, ...] = ()
    verdicts: tuple[dict[str, Any], ...] = ()
    removed: tuple[str, ...] = ()


ATTEMPT = Note("publication.json", Attempt)


def last_attempt(home: Home) -> Attempt:
    """Return the last attempt, an empty one before the first or where its note is damaged."""
    return ATTEMPT.read(home) or Attempt()


def record_attempt(
    home: Home,
    release: str,
    refused: Sequence[Refusal],
    verdicts: Sequence[dict[str, Any]],
    removed: Sequence[str] = (),
) -> None:
    """Keep what became of an attempt, for `baogao status` and for the check of the asset `release`."""
    bad = tuple({**v, "checked_at": str(v["checked_at"])} for v in verdicts if not v["success"])
    at = datetime.now(UTC).isoformat(timespec="seconds")
    ATTEMPT.write(home, Attempt(at, release, tuple(map(str, refused)), bad, tuple(removed)))
