"""Reports: an accepted document proves what it is, a refused one says why."""

from __future__ import annotations

import pandas as pd

from expectations.contract import between, contract_expectations, holds
from expectations.suite import Suite
from sources.tables import REPORTS

#: kinds from which observations may be taken; others tell other bodies' figures or none
READABLE = ("work_report", "excerpt", "press_summary")
#: replacement characters in a text mean a wrong decoding
MAX_REPLACEMENT_SHARE = 0.001


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
    return frame


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
    ),
)
