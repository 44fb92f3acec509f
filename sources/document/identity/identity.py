"""Every document proves what it is: region, level, report year, kind, completeness, from its own words.

What belongs here: joining what ``place.py``, ``clocks.py``, ``kind.py`` and ``completeness.py`` found, checking the
catalogue's label against it, and accepting or refusing. What does not: reading bytes (``read.py``), sections
(``sections.py``), duplicates between documents (dbt).

A label is a claim. Where the text says that it speaks for a place, the text wins and the identity says so; where it
leaves several readings, a label that is one of them decides; where it says nothing of its place, the label holds and
the row says so (`region_from_label`). A doubtful year is told in the row, too (`report_year_doubtful`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from sources.document.identity.clocks import SURE, Clocks, compact, read_clocks, read_other_years, split_head
from sources.document.identity.completeness import judge_completeness
from sources.document.identity.kind import Kind, tell_kind
from sources.document.identity.place import Place, find_place, fits
from sources.document.identity.speaker import clean_name, find_speaker
from sources.document.identity.spun import find_spinning
from sources.document.identity.township import find_township
from sources.registry.regions import Region, Regions

ACCEPTED_KINDS = ("work_report", "excerpt", "press_summary")
REPORT_KINDS = (*ACCEPTED_KINDS, "template", "other")
DOUBTFUL = 0.2  # below it a year is a guess, taken only where the label says the same
_SESSION = re.compile(
    r"(?:第?[一二三四五六七八九十]{1,3}届)(?:人民代表大会|人大)(?:常务委员会)?第?[一二三四五六七八九十]{1,3}次(?:全体)?会议"
)
_PREVIOUS = re.compile(r"^(?:上)?(?:确定|以来|提出|通过|的(?!政府工作报告)|审议|部署|闭幕|作出|决定|所)")
_DAY_OF_MEETING = re.compile(
    r"(?<!年)(?P<month>\d{1,2})月(?P<day>\d{1,2})日[^。]{0,40}(?:人民代表大会|人大)[^。]{0,24}会议"
)
_BEGAN_IN_WINTER = re.compile(r"任期[^。]{0,10}年[123]月[^。]{0,14}满[三四五六]年")
_SECOND_HALF = re.compile(
    r"(?:今年|\d{4}年)(?:下半年|后几个月)(?:的)?(?:重点|主要)?工作|下半年(?:的)?(?:重点|主要)?(?:工作|任务)"
)


class Document(Protocol):
    """What this module needs of a clean document (``read.CleanDocument``)."""

    @property
    def text(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def published_at(self) -> date | None: ...
    @property
    def publisher(self) -> str | None: ...
    @property
    def speaker(self) -> str | None: ...
    @property
    def signs(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Label:
    """What the catalogue claims; each part may be missing."""

    region_code: str | None = None
    region: str | None = None
    level: str | None = None
    report_year: int | None = None


@dataclass(frozen=True)
class Identity:
    """What a document is. Fields as the columns of tables.REPORTS; `evidence` maps a field to the words it rests on."""

    kind: str
    completeness: str
    identity: str
    accepted: bool
    confidence: float
    region_code: str | None = None
    region_name: str | None = None
    level: str | None = None
    report_year: int | None = None
    review_year: int | None = None
    meeting_date: date | None = None
    sitting: int | None = None
    congress_session: str | None = None
    title: str | None = None
    speaker: str | None = None
    completeness_signs: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)
    refusal_reason: str | None = None
    refusal_detail: str | None = None

    @property
    def evidence_json(self) -> str:
        return json.dumps(self.evidence, ensure_ascii=False)


def identify(document: Document, label: Label | None, regions: Regions, host: str | None = None) -> Identity:
    """Identify `document`, checking `label` against it. Never raises on odd text: it refuses with a reason.

    `host` is the code of the region whose government's site the document comes from, where that is known.
    """
    text = compact(document.text)
    kind = _tell_kind(text, document, regions)
    clocks = read_clocks(text, document.title, document.published_at, news=kind.kind == "press_summary")
    if kind.kind in REPORT_KINDS:
        year, year_note = _settle_year(clocks, label)
        review = clocks.review_year
    else:
        year, review = read_other_years(kind.kind, text, document.title)
        year_note = "inferred" if year else "silent"
    if kind.kind == "township_report":
        place = Place(None, 0.0, False, {}, unknown_name=kind.place)
    else:
        place = find_place(text, document.title, document.publisher, year or review, regions, host)
    if kind.refusal == "masked" and not place.sure:
        place = replace(place, region=None, candidates=())
    region, region_note = _settle_region(place, label, year, regions, kind)
    completeness, signs = judge_completeness(document.text, kind.kind, region.level if region else None)
    identity = _verdict(region, year, region_note, year_note)
    found = Identity(
        kind=kind.kind,
        completeness=completeness,
        identity=identity,
        accepted=False,
        confidence=round(min(place.score if region else 0.0, clocks.score), 2),
        region_code=region.code if region else None,
        region_name=region.name if region else place.unknown_name,
        level=region.level if region else None,
        report_year=year,
        review_year=review or (year - 1 if year else None),
        meeting_date=_meeting_date(clocks, kind, text, year),
        sitting=_sitting(text, clocks, kind, year, signs),
        congress_session=_session(text),
        title=document.title or _title(document.text),
        speaker=clean_name(document.speaker) or find_speaker(document.text),
        completeness_signs=signs,
        flags=_doubts(place, clocks, region_note, year_note, kind),
        evidence=_evidence(kind, place, clocks, region_note, year_note),
    )
    return _accept(found, kind, clocks, place, find_spinning(text))


def _tell_kind(text: str, document: Document, regions: Regions) -> Kind:
    kind = tell_kind(text, document.title, document.text.splitlines()[:40])
    if "compiled" in document.signs:
        what = "the page says that its text was put together from other material: look for the report itself"
        return Kind("other", kind.words, "not_a_report", what)
    if kind.kind not in (*ACCEPTED_KINDS, "other", "other_body_report"):
        return kind
    township = find_township(text, document.title, regions)
    if township is None or kind.refusal == "unreadable":
        return kind
    name, words = township
    what = f"the report of {name or 'a township or street'}, below the county"
    return Kind("township_report", words, "below_county", f"{what} ({words}): no level of the warehouse", name)


def _doubts(place: Place, clocks: Clocks, region_note: str, year_note: str, kind: Kind) -> tuple[str, ...]:
    if kind.kind not in ACCEPTED_KINDS:
        return ()
    doubts = {
        "region_from_label": region_note == "label_alone",
        "region_from_own_words": region_note == "inferred" and "own_words" in place.words,
        "region_doubtful": place.region is not None
        and region_note != "confirmed"
        and bool({"among_homonyms", "contradicted"} & set(place.words)),
        "report_year_doubtful": clocks.report_year is not None and clocks.score < SURE and year_note != "confirmed",
    }
    return tuple(name for name, holds in doubts.items() if holds)


def _settle_year(clocks: Clocks, label: Label | None) -> tuple[int | None, str]:
    """Return the year and how it stands to the label: confirmed, inferred, contradicts_label, silent."""
    claimed = label.report_year if label else None
    if clocks.report_year is None:
        return None, "silent"
    if claimed is None:
        return clocks.report_year, "inferred"
    if claimed == clocks.report_year:
        return claimed, "confirmed"
    if clocks.score >= SURE:
        return clocks.report_year, "contradicts_label"
    allowed = clocks.bounds.not_before <= claimed <= clocks.bounds.not_after
    votes = clocks.votes
    if allowed and votes.get(claimed, 0) >= 0.3 * max(votes.values(), default=0):
        return claimed, "confirmed"
    return clocks.report_year, "contradicts_label"


def _settle_region(
    place: Place, label: Label | None, year: int | None, regions: Regions, kind: Kind
) -> tuple[Region | None, str]:
    """Return the region and how it stands to the label: confirmed, inferred, contradicts_label, label_alone, silent."""
    claimed = _claimed_regions(label, year, regions)
    found = place.region
    if found is None:
        return _from_label(place, claimed, kind)
    if not claimed:
        return found, "inferred"
    if any(same_place(region, found) for region in claimed):
        return found, "confirmed"
    rivals = [region for region in claimed if region.name in place.rivals]
    if not place.sure and len(rivals) == 1:
        return rivals[0], "confirmed"
    if not place.sure and "own_words" in place.words and len(claimed) == 1 and fits(claimed[0], place.class_word):
        return claimed[0], "label_alone"  # nobody says in whose name he speaks: no such saying outvotes a label
    return found, "contradicts_label"


def _from_label(place: Place, claimed: list[Region], kind: Kind) -> tuple[Region | None, str]:
    """Return what a label decides where the text names no region: one of its homonyms, or one that it does not deny."""
    among = [region for region in claimed if any(same_place(region, one) for one in place.candidates)]
    if len(among) == 1:
        return among[0], "confirmed"
    denied = place.unknown_name or place.candidates or kind.refusal
    if denied or len(claimed) != 1 or not fits(claimed[0], place.class_word):
        return None, "silent"
    return claimed[0], "label_alone"


def _claimed_regions(label: Label | None, year: int | None, regions: Regions) -> list[Region]:
    """Return what the label may mean: the region of its code, else those of its name (a name can have homonyms)."""
    if label is None:
        return []
    if label.region_code:
        region = regions.by_code(label.region_code, year) or regions.by_code(label.region_code)
        return [region] if region else []
    return regions.by_name(label.region, year) if label.region else []


def same_place(one: Region, other: Region) -> bool:
    """Whether two codes mean one region: the same id, or a county that became a district, a zone that became one."""
    return one.code == other.code or one.id == other.id or other.code in one.successors or one.code in other.successors


def _verdict(region: Region | None, year: int | None, region_note: str, year_note: str) -> str:
    if region is None or year is None:
        return "unknown"
    if "contradicts_label" in (region_note, year_note):
        return "contradicts_label"
    return "confirmed" if region_note == year_note == "confirmed" else "inferred"


def _sitting(text: str, clocks: Clocks, kind: Kind, year: int | None, signs: tuple[str, ...]) -> int | None:
    """2 for a sitting after an election in mid-year that sets no goals for a whole year: an earlier one set them.

    A text that breaks off may have set them behind its end.
    """
    if kind.kind not in ACCEPTED_KINDS or year is None:
        return None
    # a term that began in January and is over ends in January
    new_year = clocks.meeting_date is None and bool(_BEGAN_IN_WINTER.search(text))
    mid_year = not new_year and (clocks.meeting_date is None or 4 <= clocks.meeting_date.month <= 12)
    half_year_goals = clocks.term_review and clocks.meeting_date is not None and bool(_SECOND_HALF.search(text))
    no_goals = (
        "no_closing" not in signs
        and clocks.term_review
        and not clocks.annual_goals
        and ("horizon" in clocks.words or "goals" not in clocks.words)
    )
    looks_ahead = bool(re.search(r"(?:今后|未来)五年", text))
    return 2 if mid_year and looks_ahead and (no_goals or half_year_goals) else 1


def _meeting_date(clocks: Clocks, kind: Kind, text: str, year: int | None) -> date | None:
    """Return the date on the face; a newspaper names month and day alone (1月6日，…人民代表大会…会议开幕)."""
    if kind.kind == "statistical_bulletin":
        return None
    told = _DAY_OF_MEETING.search(text[:600]) if kind.kind in ("excerpt", "press_summary") else None
    if clocks.meeting_date or told is None or year is None:
        return clocks.meeting_date
    month, day = int(told["month"]), int(told["day"])
    try:
        return date(year - 1 if month >= 11 else year, month, day)
    except ValueError:
        return None


def _session(text: str) -> str | None:
    """Return the congress and session on the report's face; the body names the one before, whose goals it reviews."""
    head = split_head(text)[0]
    for match in _SESSION.finditer(head):
        if not _PREVIOUS.match(head[match.end() :]) or head[match.end() :].startswith("上的"):
            return match[0]
    return None


def _title(text: str) -> str | None:
    for line in text.splitlines()[:60]:
        flat = re.sub(r"\s+", "", line)
        if re.search(r"政府工作报告|管委会工作报告", flat) and len(flat) <= 60 and not re.search(r"代表|审议|。", flat):
            return flat
    return None


def _evidence(kind: Kind, place: Place, clocks: Clocks, region_note: str, year_note: str) -> dict[str, str]:
    words = {"kind": kind.words, "region": region_note, "report_year": year_note}
    words |= {f"region.{name}": found for name, found in place.words.items()}
    words |= {f"year.{name}": found for name, found in clocks.words.items()}
    if place.rivals:
        words["region.rivals"] = "、".join(place.rivals)
    if place.candidates:
        words["region.candidates"] = "、".join(f"{one.code} {one.name}" for one in place.candidates)
    return {name: found for name, found in words.items() if found}


def _accept(found: Identity, kind: Kind, clocks: Clocks, place: Place, spinning: str | None) -> Identity:
    def refuse(reason: str, detail: str) -> Identity:
        return replace(found, refusal_reason=reason, refusal_detail=detail)

    if kind.refusal:
        return refuse(kind.refusal, kind.detail or "")
    if spinning:
        return refuse("spun", f"{spinning}; look for the original publication")
    impossible = clocks.bounds.contradict(found.report_year) if found.report_year else None
    if impossible and clocks.score >= SURE:
        return refuse("spun", f"years were changed: {impossible}; look for the original publication")
    if impossible and found.evidence.get("report_year") != "confirmed":
        return refuse(
            "no_identity", f"the year is in doubt: {impossible}; say it in the catalogue or review it by hand"
        )
    if found.region_code is None:
        name = place.unknown_name
        if name:
            return refuse("no_identity", f"region {name!r} is in no list: add it to a region overlay")
        if place.candidates:
            several = "、".join(f"{one.code} {one.name}" for one in place.candidates)
            return refuse("no_identity", f"several places have its name ({several}): say the code in the catalogue")
        return refuse("no_identity", "the text names no region that it speaks for: check the page or review it by hand")
    if found.report_year is None:
        return refuse("no_identity", "no heading, date or title tells the year: review it by hand")
    if clocks.score < DOUBTFUL and found.evidence.get("report_year") != "confirmed":
        years = ", ".join(str(year) for year in sorted(clocks.votes, key=lambda year: -clocks.votes[year])[:3])
        return refuse("no_identity", f"the year is doubtful ({years}): say it in the catalogue or review it by hand")
    return replace(found, accepted=True)
