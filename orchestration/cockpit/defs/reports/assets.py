"""From bytes to documents: clean text, identity, sections."""

from collections.abc import Iterator

import dagster as dg

from orchestration.cockpit import partitions, results
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import locking
from orchestration.hops import hops
from sources.document.reports import PARSER_VERSION
from sources.tables import REPORTS, SNAPSHOTS


@dg.multi_asset(
    name="reports",
    specs=[results.raw_spec(REPORTS, "reports", [SNAPSHOTS.name], PARSER_VERSION)],
    check_specs=[results.gate_check(REPORTS)],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def reports(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[results.Result]:
    opened = installation.open()
    with locking.step(opened.home, context.log.warning):
        outcomes = hops.run_reports(opened, partitions.of_run(context))
    yield from results.report(context, outcomes, opened)
