"""From documents to counts of dictionary terms."""

from collections.abc import Iterator

import dagster as dg

from orchestration.cockpit import partitions, results
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import locking
from orchestration.hops import hops
from sources.tables import REPORTS, TERM_COUNTS
from sources.terms import dictionaries_version


@dg.multi_asset(
    name="term_counts",
    specs=[results.raw_spec(TERM_COUNTS, "terms", [REPORTS.name], dictionaries_version())],
    check_specs=[results.gate_check(TERM_COUNTS)],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def term_counts(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[results.Result]:
    opened = installation.open()
    with locking.step(opened.home, context.log.warning):
        outcomes = hops.run_term_counts(opened, partitions.of_run(context))
    yield from results.report(context, outcomes, opened)
