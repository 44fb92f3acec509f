"""Rejections: every unused number with its place and a reason."""

from __future__ import annotations

from expectations.contract import contract_expectations
from expectations.suite import Suite
from expectations.suites._spans import SPANS, derive_spans
from sources.tables import REJECTIONS

SUITE = Suite(table=REJECTIONS.name, derive=derive_spans, rows=(*contract_expectations(REJECTIONS), *SPANS))
