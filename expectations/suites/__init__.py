"""One module per raw table; `SUITES` finds a table's suite by its name."""

from __future__ import annotations

from expectations.suite import Suite
from expectations.suites import observations, rejections, reports, sentences, snapshots, term_counts

SUITES: dict[str, Suite] = {
    module.SUITE.table: module.SUITE
    for module in (snapshots, reports, observations, rejections, sentences, term_counts)
}
