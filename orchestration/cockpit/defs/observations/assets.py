"""From documents to numbers: every number becomes an observation or a rejection with a reason."""

from collections.abc import Iterator

import dagster as dg

from orchestration.cockpit import partitions, results
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import locking
from orchestration.hops import hops
from sources.extraction import lexicon_version, rules_version
from sources.tables import OBSERVATIONS, REJECTIONS, REPORTS

VERSION = f"{rules_version()}-{lexicon_version()}"


@dg.multi_asset(
    name="observations",
    specs=[
        results.raw_spec(OBSERVATIONS, "observations", [REPORTS.name], VERSION),
        results.raw_spec(REJECTIONS, "observations", [REPORTS.name], VERSION),
    ],
    check_specs=[results.gate_check(OBSERVATIONS), results.gate_check(REJECTIONS)],
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def observations(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[results.Result]:
    opened = installation.open()
    with locking.step(opened.home, context.log.warning):
        outcomes = hops.run_observations(opened, partitions.of_run(context))
    yield from results.report(context, outcomes, opened)
