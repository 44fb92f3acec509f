"""Pages of one location to rows of the table `reports`: reading, identity and sections put together.

What belongs here: that glue. What does not: any rule about a document; fetching; the gate before the lake.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from sources import outgoing
from sources.document.identity.fingerprint import fingerprint
from sources.document.identity.identity import Identity, Label, identify
from sources.document.identity.reviews import load_identity_reviews, overrule
from sources.document.read import CleanDocument, Unread, UnreadableDocument, read_file
from sources.document.sections import find_sections
from sources.document.traced import dump_map
from sources.document.version import parser_version
from sources.partitions import Partition
from sources.registry.addresses import region_of_host
from sources.registry.regions import Regions
from sources.report_ids import DIGITS, report_id_of


def report_rows(
    location: str,
    pages: Sequence[bytes],
    label: Label | None,
    regions: Regions,
    partition: Partition,
    *,
    url: str | None = None,
    content_type: str | None = None,
    snapshot_sha256: str | None = None,
    reviews: str | Path | None = None,
    digits: int = DIGITS,
) -> list[dict[str, Any]]:
    """Return the rows of tables.REPORTS for what was fetched from `location`: one per document found.

    `pages` are the bytes of its pages in order; `reviews` is the folder in which a person overrules identities;
    `digits` are those of the ids' hash. What can't be read becomes one row with `accepted` false, a reason and what to
    do; this function raises nothing on odd input, only ReviewError where the reviews themselves can't be used.
    """
    overruling = load_identity_reviews(Path(reviews)) if reviews else ()
    web = url if url and urlsplit(url).scheme in ("http", "https") else None
    host = region_of_host(urlsplit(web).hostname) if web else None
    try:
        documents = read_file(list(pages), name=_name(location), content_type=content_type, url=web)
    except UnreadableDocument as error:
        row = refusal_row(location, label, partition, error.reason, error.detail, digits=digits)
        return [{**row, "url": web, "snapshot_sha256": snapshot_sha256}]
    rows = []
    for document in documents:
        if isinstance(document, Unread):
            row = refusal_row(
                location, label, partition, document.reason, document.detail, part=document.part, digits=digits
            )
            rows.append({**row, "url": web, "snapshot_sha256": snapshot_sha256})
            continue
        found = identify(document, label, regions, host)
        if overruling:
            text_sha256 = hashlib.sha256(document.text.encode()).hexdigest()
            found = overrule(found, overruling, regions, location=location, part=document.part, text_sha256=text_sha256)
        row = _row(report_id_of(location, document.part if len(documents) > 1 else None, digits), document, found)
        rows.append(
            {
                "partition": str(partition),
                "location": location,
                **row,
                "url": web,
                "snapshot_sha256": snapshot_sha256,
                **_label_columns(label),
                "parser_version": parser_version(),
            }
        )
    return rows


def refusal_row(
    location: str,
    label: Label | None,
    partition: Partition,
    reason: str,
    detail: str,
    *,
    part: int | None = None,
    digits: int = DIGITS,
) -> dict[str, Any]:
    """Return the row of a document of which no text could be had; `detail` says what was seen and what to do.

    `part` is given where it is one of several in its file.
    """
    return {
        "partition": str(partition),
        "report_id": report_id_of(location, part, digits),
        "location": location,
        "part": part or 1,
        "kind": "other",
        "completeness": "partial",
        "identity": "unknown",
        "accepted": False,
        "refusal_reason": reason,
        "refusal_detail": outgoing.line(detail),
        "n_chars": 0,
        **_label_columns(label),
        "parser_version": parser_version(),
    }


def _name(location: str) -> str:
    return unquote(urlsplit(location).path).rsplit("/", 1)[-1] or location


def _label_columns(label: Label | None) -> dict[str, Any]:
    return {f"label_{name}": value for name, value in asdict(label or Label()).items()}


def _row(report_id: str, document: CleanDocument, found: Identity) -> dict[str, Any]:
    broken_off = "preview_end" in document.signs
    return {
        "report_id": report_id,
        "part": document.part,
        "form": document.form,
        "region_code": found.region_code,
        "region_name": found.region_name,
        "level": found.level,
        "report_year": found.report_year,
        "review_year": found.review_year,
        "meeting_date": found.meeting_date,
        "sitting": found.sitting,
        "congress_session": found.congress_session,
        "title": document.title or found.title,
        "speaker": found.speaker,
        "publisher": document.publisher,
        "published_at": document.published_at,
        "kind": found.kind,
        "completeness": "partial" if broken_off else found.completeness,
        "completeness_signs": ";".join([*found.completeness_signs, *document.signs]) or None,
        "identity": found.identity,
        "identity_confidence": found.confidence,
        "identity_evidence": found.evidence_json,
        "accepted": found.accepted,
        "refusal_reason": found.refusal_reason,
        "refusal_detail": outgoing.line(found.refusal_detail) if found.refusal_detail else None,
        "flags": ";".join([*document.flags, *found.flags]) or None,
        "text_sha256": hashlib.sha256(document.text.encode()).hexdigest(),
        "text_fingerprint": fingerprint(document.text),
        "n_chars": len(document.text),
        "text": document.text,
        "sections": _sections(document.text, found),
        "source_map": dump_map(document.source_map),
    }


def _sections(text: str, found: Identity) -> str | None:
    if not found.accepted or found.report_year is None:
        return None
    return json.dumps([asdict(section) for section in find_sections(text, found.report_year)], ensure_ascii=False)
