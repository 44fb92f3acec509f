"""Kinds of bad rows, each made of a sound row of a real run over the sample, and the gate that is there for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
Change = Mapping[str, Any] | Callable[[Row], Row]


@dataclass(frozen=True, eq=False)
class Plant:
    """`change` spoils a sound row of `table`; `gate` is the expectation meant for it.

    `twice`: the fault is that the row stands there twice. `stops`: the whole partition keeps its former file.
    """

    table: str
    what: str
    gate: str
    change: Change
    twice: bool = False
    stops: bool = False

    def spoil(self, row: Row) -> Row:
        made = dict(self.change(row)) if callable(self.change) else dict(self.change)
        return {**row, **made}


def _shifted(by: int) -> Callable[[Row], Row]:
    return lambda row: {name: row[name] + by for name in ("sentence_start", "char_start", "char_end")}


def _without_number(row: Row) -> Row:
    return {"value": None, "canonical_value": None, "status": "actual"}


OBS, REJ, REP, SEN, SNA, TER = "observations", "rejections", "reports", "sentences", "snapshots", "term_counts"
SHA = "0" * 64
#: the sound row of observations is a growth in percent, told of one year, printed with digits
PLANTS: tuple[Plant, ...] = (
    Plant(OBS, "a number of a report that nobody has", "report_known", {"report_id": "nobody"}),
    Plant(OBS, "an indicator that is on no list", "indicator_known", {"indicator": "happiness"}),
    Plant(OBS, "another value than the words print", "number_printed", lambda r: {
        "value": r["value"] + 1, "canonical_value": r["canonical_value"] + 1}),
    Plant(OBS, "offsets that cut beside the number in its sentence", "surface_in_sentence", lambda r: {
        "char_start": r["char_start"] - 1, "char_end": r["char_end"] - 1}),
    Plant(OBS, "offsets that are too wide", "span_has_length", lambda r: {"char_end": r["char_end"] + 1}),
    Plant(OBS, "a sentence that stands elsewhere in the text", "text_holds_it", _shifted(7)),
    Plant(OBS, "no number and no relation", "value_or_relation", {
        "value": None, "canonical_value": None, "relation": None}),
    Plant(OBS, "a range that falls", "range_ascends", lambda r: {"value_upper": r["value"] - 1}),
    Plant(OBS, "a period that ends before it starts", "period_ascends", lambda r: {
        "period_start": r["period_end"] + 2, "horizon": "span"}),
    Plant(OBS, "an annual figure over five years", "horizon_fits_period", lambda r: {
        "period_start": r["period_end"] - 4}),
    Plant(OBS, "a value that was not converted", "unit_converted", {"canonical_value": None}),
    Plant(OBS, "a range whose upper end was not converted", "range_converted", lambda r: {
        "value_upper": r["value"] + 1, "canonical_value_upper": None}),
    Plant(OBS, "in step with something, as a result", "relation_is_target", lambda r: {
        **_without_number(r), "relation": "in_step"}),
    Plant(OBS, "a result of the year after next", "result_is_past", lambda r: {
        "status": "actual", "period_start": r["period_end"] + 3, "period_end": r["period_end"] + 3}),
    Plant(OBS, "a growth in yuan", "unit_fits_indicator", {"canonical_unit": "元"}),
    Plant(OBS, "a canonical value ten thousand times too large", "conversion_true", lambda r: {
        "canonical_value": r["canonical_value"] * 1e4}),
    Plant(OBS, "a gross product of a few yuan", "value_possible", lambda r: {
        "indicator": "gdp", "measure": "level", "unit": "元", "canonical_unit": "元"}),
    Plant(OBS, "a period that starts in 1066", "period_start_plausible", {"period_start": 1066, "horizon": "span"}),
    Plant(OBS, "a period that ends in 2999", "period_end_plausible", {"period_end": 2999, "horizon": "span"}),
    Plant(OBS, "a fall by more than all", "growth_plausible", {"value": -120.0, "canonical_value": -120.0}),
    Plant(OBS, "an average growth of 900 % a year", "avg_growth_plausible", {
        "measure": "avg_growth", "value": 900.0, "canonical_value": 900.0}),
    Plant(OBS, "a share of 140 %", "share_plausible", {
        "measure": "share", "value": 140.0, "canonical_value": 140.0}),
    Plant(OBS, "a doubt of 120 %", "doubt_is_a_chance", {"doubt": 1.2}),
    Plant(OBS, "a negative multiple", "multiple_plausible", {
        "measure": "multiple", "unit": "倍", "value": -2.0, "canonical_value": -2.0, "canonical_unit": "倍"}),
    Plant(OBS, "a measure that the contract does not know", "measure_in_vocabulary", {"measure": "speed"}),
    Plant(OBS, "a status that the contract does not know", "status_in_vocabulary", {"status": "rumoured"}),
    Plant(OBS, "no sentence", "sentence_present", {"sentence": None}),
    Plant(OBS, "the same number twice", "key_unique", {}, twice=True, stops=True),
    Plant(REJ, "a reason that the contract does not know", "reason_in_vocabulary", {"reason": "weather"}),
    Plant(REJ, "offsets that are too wide", "span_has_length", lambda r: {"char_end": r["char_end"] + 1}),
    Plant(REJ, "a sentence that stands elsewhere in the text", "text_holds_it", _shifted(7)),
    Plant(REJ, "a number of a report that nobody has", "report_known", {"report_id": "nobody"}),
    Plant(REJ, "a detail that is no text", "fits_contract", {"detail": {"not": "text"}}, stops=True),
    Plant(REP, "a report of the year 223", "report_year_plausible", {
        "report_year": 223, "review_year": 222, "meeting_date": None}),
    Plant(REP, "accepted, and nobody knows whose it is", "identity_known", {"region_code": None}),
    Plant(REP, "refused without a reason", "refusal_says_why", {"accepted": False, "refusal_reason": None}),
    Plant(REP, "accepted, and refused", "accepted_not_refused", {"refusal_reason": "spun"}),
    Plant(REP, "a budget report, accepted", "kind_readable", {"kind": "budget_report"}),
    Plant(REP, "accepted without text", "accepted_has_text", {
        "text": None, "n_chars": 0, "text_sha256": None, "sections": None}),
    Plant(REP, "a text full of replacement characters", "decoded", lambda r: {
        "text": "\ufffd" * r["n_chars"], "text_sha256": None}),
    Plant(REP, "a review of next year", "review_before_goals", lambda r: {"review_year": r["report_year"] + 1}),
    Plant(REP, "a meeting of twenty years ago", "meeting_fits_year", lambda r: {
        "meeting_date": dt.date(r["report_year"] - 20, 1, 9)}),
    Plant(REP, "a section behind the end of the text", "sections_in_order", lambda r: {
        "sections": f'[{{"section": "front", "title": "", "char_start": 0, "char_end": {r["n_chars"] + 1}}}]'}),
    Plant(REP, "a confidence of 120 %", "confidence_is_a_share", {"identity_confidence": 1.2}),
    Plant(REP, "a length that is not the text's", "length_is_true", lambda r: {
        "n_chars": r["n_chars"] + 1}, stops=True),
    Plant(REP, "the hash of another text", "text_hash_is_true", {"text_sha256": SHA}, stops=True),
    Plant(SEN, "a sentence that stands elsewhere in the text", "text_holds_it", lambda r: {
        "char_start": r["char_start"] + 3, "char_end": r["char_end"] + 3}),
    Plant(SEN, "offsets that are too narrow", "span_has_length", lambda r: {"char_start": r["char_start"] + 1}),
    Plant(SEN, "a section that the contract does not know", "section_in_vocabulary", lambda r: {
        "section": "chorus", "char_start": r["char_start"] + 2, "char_end": r["char_end"] + 2}),
    Plant(SEN, "a sentence of a report that nobody has", "report_known", {"report_id": "nobody"}),
    Plant(SEN, "the same sentence twice", "key_unique", {}, twice=True, stops=True),
    Plant(SNA, "a hash that is none", "sha256_well_formed", {"sha256": "xyz"}),
    Plant(SNA, "an empty page, stored", "bytes_not_empty", {"n_bytes": 0}),
    Plant(SNA, "an HTTP status of 7", "http_status_known", {"http_status": 7}),
    Plant(SNA, "stored without a hash", "stored_has_hash", {"sha256": None}),
    Plant(SNA, "stored without a size", "stored_has_size", {"n_bytes": None}),
    Plant(SNA, "failed without a word", "failure_says_why", {"outcome": "failed", "error": None}),
    Plant(SNA, "changed into the same bytes", "change_is_one", lambda r: {
        "outcome": "changed", "previous_sha256": r["sha256"]}),
    Plant(TER, "a term that occurs minus once", "substrings_not_negative", {"substring_count": -1}),
    Plant(TER, "a token that occurs minus once", "tokens_not_negative", {"token_count": -1}),
    Plant(TER, "a report without characters", "chars_present", {"n_chars": 0}),
    Plant(TER, "more words than tokens", "words_within_tokens", lambda r: {"n_tokens_words": r["n_tokens_all"] + 1}),
    Plant(TER, "a term more often than there are tokens", "term_within_tokens", lambda r: {
        "token_count": r["n_tokens_all"] + 1}),
    Plant(TER, "a token that is a term which jieba splits", "split_is_no_token", {"token_count": 1, "is_token": False}),
    Plant(TER, "a term that fills more than the text", "term_fits_text", lambda r: {
        "substring_count": r["n_chars"] * 3}),
    Plant(TER, "more characters than the report has", "chars_fit_report", {"n_chars": 10**7}),
    Plant(TER, "counts of a report that nobody has", "report_known", {"report_id": "nobody"}),
)  # fmt: skip
