"""Reports: an accepted document proves what it is, a refused one says why."""

from __future__ import annotations

import hashlib
import json

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Suite
from sources.tables import REPORTS

#: kinds from which observations may be taken; others tell other bodies' figures or none
READABLE = ("work_report", "excerpt", "press_summary")
#: replacement characters in a text mean a wrong decoding
MAX_REPLACEMENT_SHARE = 0.001
#: days by which a page may be dated before the meeting whose speech it prints (texts handed out beforehand)
EARLY_DAYS = 30
#: of a partition's documents at most so many are refused without a fault of ours, and documents enough to tell
MOST_REFUSED, ENOUGH_DOCUMENTS = 0.5, 6


def _derive(frame: pd.DataFrame) -> pd.DataFrame:
    accepted = frame["accepted"].astype(bool)
    text = frame["text"].fillna("")
    frame["_identity_known"] = ~accepted | (frame["region_code"].notna() & frame["report_year"].notna())
    frame["_refusal_says_why"] = accepted | (frame["refusal_reason"].notna() & frame["refusal_detail"].notna())
    frame["_accepted_kind_readable"] = ~accepted | frame["kind"].isin(READABLE)
    frame["_accepted_has_text"] = ~accepted | text.str.len().gt(0)
    frame["_length_is_true"] = text.str.len() == frame["n_chars"]
    frame["_decoded"] = [t.count("\ufffd") <= MAX_REPLACEMENT_SHARE * len(t) for t in text]
    review, year = frame["review_year"], frame["report_year"]
    frame["_review_before_goals"] = review.isna() | year.isna() | review.le(year)
    meeting = pd.to_datetime(frame["meeting_date"], errors="coerce").dt.year
    frame["_meeting_fits_year"] = meeting.isna() | year.isna() | (meeting - year).isin([-1, 0])
    frame["_accepted_not_refused"] = ~accepted | frame["refusal_reason"].isna()
    frame["_hash_is_true"] = [
        None if not (told and text) else hashlib.sha256(text.encode()).hexdigest() == told
        for told, text in zip(frame["text_sha256"], text, strict=True)
    ]
    frame["_sections_fit"] = [
        None if not told else _in_order(told, len(text)) for told, text in zip(frame["sections"], text, strict=True)
    ]
    early = pd.to_datetime(frame["meeting_date"], errors="coerce") - pd.to_datetime(
        frame["published_at"], errors="coerce"
    )
    frame["_published_after_meeting"] = (early <= pd.Timedelta(days=EARLY_DAYS)).astype(object).where(early.notna())
    return frame


def _in_order(sections: str, length: int) -> bool:
    """Whether the sections follow each other inside the text."""
    at = 0
    try:
        for section in json.loads(sections):
            if not at <= section["char_start"] <= section["char_end"] <= length:
                return False
            at = section["char_end"]
    except (ValueError, TypeError, KeyError):
        return False
    return True


def _summarise(frame: pd.DataFrame, partitions: list[str], reports: pd.DataFrame) -> pd.DataFrame:
    """Return a row per partition: `n_documents`, and the `_refused_share` where there are enough to tell."""
    found = pd.DataFrame({"partition": partitions})
    accepted = frame["accepted"].astype(bool).groupby(frame["partition"])
    found["n_documents"] = found["partition"].map(accepted.size()).fillna(0)
    found["n_accepted"] = found["partition"].map(accepted.sum()).fillna(0)
    share = (1 - found["n_accepted"] / found["n_documents"].clip(lower=1)).astype(float)
    return found.assign(_refused_share=share.where(found["n_documents"] >= ENOUGH_DOCUMENTS))


SUITE = Suite(
    table=REPORTS.name,
    derive=_derive,
    rows=(
        *contract_expectations(REPORTS),
        between("report_year_plausible", "report_year", 1978, 2100, "quarantine", "no work report of that year"),
        between("confidence_is_a_share", "identity_confidence", 0, 1, "quarantine", "a confidence lies in 0 to 1"),
        holds("identity_known", "_identity_known", "quarantine", "an accepted report needs region and year"),
        holds("refusal_says_why", "_refusal_says_why", "quarantine", "a refused document must say why"),
        holds("kind_readable", "_accepted_kind_readable", "quarantine", "a document of this kind is not read"),
        holds("accepted_has_text", "_accepted_has_text", "quarantine", "an accepted report without text"),
        holds("length_is_true", "_length_is_true", "critical", "n_chars is not the text's length: offsets would lie"),
        holds("decoded", "_decoded", "quarantine", "the text holds replacement characters: decoded wrongly"),
        holds("review_before_goals", "_review_before_goals", "quarantine", "a report reviews no year after its own"),
        holds(
            "meeting_fits_year", "_meeting_fits_year", "quarantine", "the meeting is not in the year or the one before"
        ),
        holds("accepted_not_refused", "_accepted_not_refused", "quarantine", "accepted, and a reason for refusing it"),
        holds("text_hash_is_true", "_hash_is_true", "critical", "text_sha256 is of another text: offsets would lie"),
        holds("sections_in_order", "_sections_fit", "quarantine", "sections overlap or lie outside the text"),
        holds(
            "published_after_meeting",
            "_published_after_meeting",
            "warning",
            "the page is dated long before the meeting: one of the two dates is of something else",
        ),
    ),
    summarise=_summarise,
    counted=("accepted",),
    partitions=(
        between(
            "refused_share",
            "_refused_share",
            0,
            MOST_REFUSED,
            "warning",
            "most documents were refused: the catalogue points to something else, or a site changed",
        ),
    ),
)
