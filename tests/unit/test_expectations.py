"""Every expectation of every suite has a row here that makes it fail, and a healthy row that passes all."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pandas as pd
import pytest

import expectations
from expectations import Verdict
from expectations.suite import REPORT_COLUMNS
from expectations.suites import SUITES
from expectations.suites._indicators import possible
from sources.tables import BY_NAME

PARTITION = "990000|2023"
SHA = "0" * 64

HEALTHY: dict[str, dict[str, Any]] = {
    "snapshots": {
        "location": "a.html",
        "page": 1,
        "url": "file:a.html",
        "retrieved_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        "sha256": SHA,
        "n_bytes": 10,
        "http_status": 200,
        "outcome": "new",
    },
    "reports": {
        "report_id": "a",
        "location": "a.html",
        "part": 1,
        "region_code": "990100",
        "level": "city",
        "report_year": 2023,
        "review_year": 2022,
        "meeting_date": dt.date(2023, 1, 9),
        "kind": "work_report",
        "completeness": "complete",
        "identity": "confirmed",
        "identity_confidence": 0.9,
        "accepted": True,
        "n_chars": 4,
        "text": "各位代表",
        "text_sha256": hashlib.sha256("各位代表".encode()).hexdigest(),
        "sections": '[{"section": "front", "title": "", "char_start": 0, "char_end": 4}]',
        "published_at": dt.date(2023, 1, 12),
        "parser_version": "1",
    },
    "observations": {
        "report_id": "a",
        "observation_id": "o",
        "indicator": "gdp",
        "measure": "growth",
        "value": 5.0,
        "unit": "%",
        "qualifier": "exact",
        "status": "actual",
        "period_start": 2022,
        "period_end": 2022,
        "scope": "self",
        "canonical_value": 5.0,
        "doubt": 0.1,
        "canonical_unit": "%",
        "horizon": "annual",
        "tier": "base",
        "basis": "headline",
        "section": "review_year",
        "sentence": "生产总值增长5%。",
        "sentence_start": 10,
        "surface": "5%",
        "char_start": 16,
        "char_end": 18,
        "quote": "生产总值增长5%",
        "rule": "subject_verb_number",
        "rule_version": "1",
        "lexicon_version": "1",
    },
    "rejections": {
        "report_id": "a",
        "rejection_id": "x",
        "surface": "5个",
        "char_start": 12,
        "char_end": 14,
        "sentence": "建成5个。",
        "sentence_start": 10,
        "section": "review_year",
        "reason": "no_indicator",
        "rule_version": "1",
        "rule": "by_its_form",
    },
    "sentences": {
        "report_id": "a",
        "char_start": 0,
        "char_end": 1000,
        "section": "tasks",
        "sentence": "一" * 999 + "。",
    },
    "term_counts": {
        "report_id": "a",
        "dictionary": "environment",
        "dictionary_version": "1",
        "term": "绿色",
        "substring_count": 3,
        "token_count": 2,
        "is_token": True,
        "n_chars": 100,
        "n_tokens_all": 60,
        "n_tokens_words": 50,
    },
}

#: the accepted report behind a healthy row of each table that is taken from one
REPORT: dict[str, Any] = {
    "report_year": 2023,
    "level": "city",
    "kind": "work_report",
    "completeness": "complete",
    "n_chars": 1000,
    "n_observations": 1,
    "n_rejections": 1,
}
TEXTS = {
    "observations": "一" * 10 + "生产总值增长5%。",
    "rejections": "一" * 10 + "建成5个。",
    "sentences": "一" * 999 + "。",
    "term_counts": "绿" * 200,
}
FAILED = {"outcome": "failed", "error": "no answer", "sha256": None}
REFUSED = {"accepted": False, "refusal_reason": "not_a_report", "refusal_detail": "a page of news"}

#: (table, expectation) → what to change in the report behind the row; None: there is no such report
SICK_REPORTS: dict[tuple[str, str], dict[str, Any] | None] = {
    ("observations", "text_holds_it"): {"text": "一" * 99},
    ("observations", "report_known"): None,
    ("observations", "enough_for_its_length"): {"n_chars": 9000},
    ("observations", "not_too_many"): {"n_chars": 3000},
    ("rejections", "text_holds_it"): {"text": "一" * 99},
    ("rejections", "report_known"): None,
    ("rejections", "rejected_share"): {"n_observations": 1, "n_rejections": 99},
    ("sentences", "text_holds_it"): {"text": "二" * 1000},
    ("sentences", "report_known"): None,
    ("sentences", "covered_share"): {"n_chars": 2000},
    ("term_counts", "report_known"): None,
}

#: (table, expectation) → what to change in the healthy row (or in several) so that just this judgement fails
SICK: dict[tuple[str, str], dict[str, Any] | list[dict[str, Any]]] = {
    ("snapshots", "sha256_well_formed"): {"sha256": "xyz"},
    ("snapshots", "bytes_not_empty"): {"n_bytes": 0},
    ("snapshots", "http_status_known"): {"http_status": 7},
    ("snapshots", "stored_has_hash"): {"sha256": None},
    ("snapshots", "failure_says_why"): {"outcome": "failed", "error": None},
    ("snapshots", "stored_has_size"): {"n_bytes": None},
    ("snapshots", "change_is_one"): {"outcome": "changed", "previous_sha256": SHA},
    ("snapshots", "fetched_in_the_past"): {"retrieved_at": dt.datetime(2999, 1, 1, tzinfo=dt.UTC)},
    ("snapshots", "failed_share"): [{"location": f"{n}.html", **(FAILED if n else {})} for n in range(4)],
    ("reports", "accepted_not_refused"): {"refusal_reason": "spun"},
    ("reports", "text_hash_is_true"): {"text_sha256": SHA},
    ("reports", "sections_in_order"): {
        "sections": '[{"section": "front", "title": "", "char_start": 0, "char_end": 5}]'
    },
    ("reports", "published_after_meeting"): {"published_at": dt.date(2022, 1, 9)},
    ("reports", "refused_share"): [{"report_id": f"r{n}", **(REFUSED if n > 1 else {})} for n in range(6)],
    ("reports", "report_year_plausible"): {"report_year": 223, "review_year": 222, "meeting_date": None},
    ("reports", "confidence_is_a_share"): {"identity_confidence": 1.2},
    ("reports", "identity_known"): {"region_code": None},
    ("reports", "refusal_says_why"): {"accepted": False, "refusal_reason": None},
    ("reports", "kind_readable"): {"kind": "budget_report"},
    ("reports", "accepted_has_text"): {"text": None, "n_chars": 0},
    ("reports", "length_is_true"): {"n_chars": 5},
    ("reports", "decoded"): {"text": "\ufffd位代表"},
    ("reports", "review_before_goals"): {"review_year": 2024},
    ("reports", "meeting_fits_year"): {"meeting_date": dt.date(2020, 1, 9)},
    ("observations", "surface_in_sentence"): {"char_start": 15, "char_end": 17},
    ("observations", "span_has_length"): {"char_end": 19},
    ("observations", "value_or_relation"): {"value": None, "canonical_value": None},
    ("observations", "range_ascends"): {"value_upper": 4.0},
    ("observations", "period_ascends"): {"period_start": 2023, "horizon": "span"},
    ("observations", "horizon_fits_period"): {"period_start": 2018},
    ("observations", "unit_converted"): {"canonical_value": None},
    ("observations", "relation_is_target"): {"value": None, "canonical_value": None, "relation": "in_step"},
    ("observations", "period_start_plausible"): {"period_start": 1900, "horizon": "span"},
    ("observations", "period_end_plausible"): {"period_end": 2999, "horizon": "span"},
    ("observations", "growth_plausible"): {"value": -120.0},
    ("observations", "avg_growth_plausible"): {"measure": "avg_growth", "value": 900.0},
    ("observations", "share_plausible"): {"measure": "share", "value": 140.0},
    ("observations", "doubt_is_a_chance"): {"doubt": 1.2},
    ("observations", "doubt_told"): {"doubt": None},
    ("observations", "multiple_plausible"): {"measure": "multiple", "value": -2.0},
    ("observations", "range_converted"): {"value_upper": 6.0},
    ("observations", "result_is_past"): {"period_start": 2024, "period_end": 2024},
    ("observations", "indicator_known"): {"indicator": "happiness"},
    ("observations", "number_printed"): {"value": 6.0, "canonical_value": 6.0},
    ("observations", "unit_fits_indicator"): {"canonical_unit": "元"},
    ("observations", "conversion_true"): {"canonical_value": 50.0},
    ("observations", "value_possible"): {"measure": "level", "unit": "元", "canonical_unit": "元"},
    ("observations", "value_plausible"): {"value": 500.0, "canonical_value": 500.0, "reviewed": "a person"},
    ("observations", "one_base_goal"): [
        {"observation_id": "o1", "status": "target"},
        {"observation_id": "o2", "status": "target", "value": 6.0},
    ],
    ("observations", "observations_per_report"): {},  # one observation alone is too few
    ("observations", "text_holds_it"): {},
    ("observations", "report_known"): {},
    ("observations", "enough_for_its_length"): {},
    ("observations", "not_too_many"): [{"observation_id": f"n{n}"} for n in range(100)],
    ("rejections", "text_holds_it"): {},
    ("rejections", "report_known"): {},
    ("rejections", "rejected_share"): {},
    ("sentences", "text_holds_it"): {},
    ("sentences", "report_known"): {},
    ("sentences", "covered_share"): {},
    ("sentences", "span_has_length"): {"char_end": 999},
    ("term_counts", "report_known"): {},
    ("term_counts", "chars_fit_report"): {"n_chars": 201},
    ("rejections", "surface_in_sentence"): {"char_start": 10, "char_end": 12},
    ("rejections", "span_has_length"): {"char_end": 99},
    ("term_counts", "substrings_not_negative"): {"substring_count": -1},
    ("term_counts", "tokens_not_negative"): {"token_count": -1},
    ("term_counts", "chars_present"): {"n_chars": 0},
    ("term_counts", "words_within_tokens"): {"n_tokens_words": 61},
    ("term_counts", "term_within_tokens"): {"token_count": 61},
    ("term_counts", "split_is_no_token"): {"is_token": False},
    ("term_counts", "term_fits_text"): {"substring_count": 5000},
}


def frame(table: str, *changes: dict[str, Any]) -> pd.DataFrame:
    """A frame of healthy rows with `changes` laid over them; built without the contract's own checks."""
    columns = BY_NAME[table].columns
    return pd.DataFrame([{**HEALTHY[table], "partition": PARTITION, **change} for change in changes], columns=columns)


def contract_cases() -> list[tuple[str, str, list[dict[str, Any]]]]:
    cases: list[tuple[str, str, list[dict[str, Any]]]] = []
    for name, healthy in HEALTHY.items():
        table = BY_NAME[name]
        for field in table.fields:
            if not field.nullable and field.name != "partition":
                cases.append((name, f"{field.name}_present", [{field.name: None}]))
            if field.allowed:
                cases.append((name, f"{field.name}_in_vocabulary", [{field.name: "no such word"}]))
        cases.append((name, "key_unique", [{}, {}]))
        assert set(healthy) <= set(table.columns)
    return cases


CASES = [
    (table, expectation, change if isinstance(change, list) else [change])
    for (table, expectation), change in SICK.items()
] + contract_cases()


def reports_behind(table: str, cases: dict[str, list[dict[str, Any]]]) -> pd.DataFrame | None:
    """The accepted reports of all cases of `table`, each in the partition of its case."""
    if table not in TEXTS:
        return None
    found = []
    for name, changes in cases.items():
        change = SICK_REPORTS.get((table, name), {})
        if change is not None:
            ids = {row.get("report_id", name) for row in changes}
            found += [{**REPORT, "text": TEXTS[table], **change, "partition": name, "report_id": i} for i in ids]
    return pd.DataFrame(found, columns=list(REPORT_COLUMNS))


@pytest.mark.parametrize(
    ("indicator", "unit", "value", "can_be"),
    [
        ("surveyed_unemployment_rate", "%", 5.0, True),
        ("surveyed_unemployment_rate", "%", 69.0, True),
        ("surveyed_unemployment_rate", "%", 71.0, False),
        ("gdp", "元", 1.9e16, True),
        ("gdp", "元", 2.1e16, False),
        ("gdp", "元", 1.1e5, True),
        ("gdp", "元", 9e4, False),
    ],
)
def test_a_rate_is_impossible_some_points_off_and_an_amount_in_another_unit(
    indicator: str, unit: str, value: float, can_be: bool
) -> None:
    bounds = possible(indicator, unit)
    assert bounds and (bounds[0] <= value <= bounds[1]) is can_be


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    """One verdict per table, over a frame in which every case has a partition of its own (and `healthy` has one)."""
    found = {}
    for table in HEALTHY:
        cases = {name: changes for t, name, changes in CASES if t == table} | {"healthy": [{}]}
        rows = [
            {"report_id": name, **_keys(table, name), **change, "partition": name}
            for name, changes in cases.items()
            for change in changes
        ]
        found[table] = expectations.validate(
            table, frame(table, *rows), list(cases), "test", reports_behind(table, cases)
        )
    return found


def _keys(table: str, case: str) -> dict[str, Any]:
    """Keys of its own for a case, so that it does not collide with the others."""
    key = BY_NAME[table].key[0]
    return {key: case}


@pytest.mark.parametrize("table", sorted(HEALTHY))
def test_healthy_row_passes(table: str, verdicts: dict[str, Verdict]) -> None:
    failures = verdicts[table].failures("healthy")
    assert [f["expectation"] for f in failures if f["severity"] != "warning"] == []
    assert "healthy" in set(verdicts[table].passed["partition"])


def test_reports_of_which_an_expectation_failed_are_judged_anew_next_time_and_healthy_ones_are_not(
    verdicts: dict[str, Verdict],
) -> None:
    doubted = verdicts["reports"].doubted
    assert {"kind_readable", "length_is_true", "decoded"} <= doubted and "healthy" not in doubted


@pytest.mark.parametrize(("table", "expectation", "changes"), CASES)
def test_expectation_fails(
    table: str, expectation: str, changes: list[dict[str, Any]], verdicts: dict[str, Verdict]
) -> None:
    severity = {e.name: e.severity for e in SUITES[table].expectations}[expectation]
    verdict = verdicts[table]
    assert expectation in [f["expectation"] for f in verdict.failures(expectation)]
    if severity == "quarantine":
        assert expectation not in set(verdict.passed["partition"])
        caught = verdict.quarantined.set_index("partition").loc[expectation, "expectation"]
        assert expectation in str(caught).split(";")
    if severity == "critical":
        assert expectation in verdict.stopped


def test_every_expectation_has_a_failing_row() -> None:
    covered = {(table, name) for table, name, _ in CASES}
    wanted = {(t, e.name) for t, suite in SUITES.items() for e in suite.expectations if e.name != "partition_present"}
    assert wanted - covered == set()


def test_a_conversion_is_held_to_nine_digits() -> None:
    changes = [{"observation_id": f"o{off}", "canonical_value": 5.0 * (1 + off)} for off in (1e-10, 1e-8)]
    verdict = expectations.validate("observations", frame("observations", *changes), [PARTITION], "test")
    assert list(verdict.passed["observation_id"]) == ["o1e-10"]
    assert [result["expectation"] for result in verdict.failures()].count("conversion_true") == 1


def test_half_of_the_pages_may_fail_and_a_term_without_hits_may_be_longer_than_the_text() -> None:
    pages = [{"location": f"{n}.html", **(FAILED if n % 2 else {})} for n in range(4)]
    told = [
        r["expectation"]
        for r in expectations.validate("snapshots", frame("snapshots", *pages), [PARTITION], "t").failures()
    ]
    assert "failed_share" not in told
    long = "绿" * 300
    rows = [
        {"term": long, "substring_count": n, "token_count": 0, "is_token": False, "dictionary_version": str(place)}
        for place, n in enumerate((0, 0, 1))
    ]
    behind = pd.DataFrame(
        [{**REPORT, "text": TEXTS["term_counts"], "partition": PARTITION, "report_id": "a"}],
        columns=list(REPORT_COLUMNS),
    )
    verdict = expectations.validate("term_counts", frame("term_counts", *rows), [PARTITION], "t", behind)
    failed = {r["expectation"]: r["n_failed"] for r in verdict.failures()}
    assert failed.get("term_fits_text") == failed.get("chars_fit_report") == 1


def test_goals_without_a_basis_are_held_against_each_other_too() -> None:
    goals = [
        {"observation_id": f"o{n}", "status": "target", "basis": None, "value": 5.0 + n, "canonical_value": 5.0 + n,
         "period_start": 2023, "period_end": 2023}
        for n in (0, 1)
    ]  # fmt: skip
    verdict = expectations.validate("observations", frame("observations", *goals), [PARTITION], "t")
    assert {r["expectation"]: r["n_failed"] for r in verdict.failures()}["one_base_goal"] == 2
    alone = expectations.validate("observations", frame("observations", goals[0]), [PARTITION], "t")
    assert "one_base_goal" not in {r["expectation"] for r in alone.failures()}


def test_a_report_that_tells_nothing_tells_too_little() -> None:
    behind = pd.DataFrame(
        [{**REPORT, "partition": PARTITION, "report_id": name} for name in ("a", "silent")],
        columns=list(REPORT_COLUMNS),
    )
    verdict = expectations.validate("observations", frame("observations", {"report_id": "a"}), [PARTITION], "t", behind)
    assert {r["expectation"]: r["n_failed"] for r in verdict.failures()}["observations_per_report"] == 2


def test_one_bad_row_leaves_its_neighbours() -> None:
    rows = frame("observations", {}, {"observation_id": "bad", "surface": "6%"}, {"observation_id": "other"})
    verdict = expectations.validate("observations", rows, [PARTITION], "test")
    assert list(verdict.passed["observation_id"]) == ["o", "other"]
    assert list(verdict.quarantined["observation_id"]) == ["bad"]


def test_empty_partition_is_judged() -> None:
    verdict = expectations.validate("rejections", frame("rejections"), [PARTITION], "test")
    assert {r["partition"] for r in verdict.results} == {PARTITION}
    assert verdict.failures() == []
