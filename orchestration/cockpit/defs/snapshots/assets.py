"""From the catalogue to bytes: the ledger of fetches."""

from collections.abc import Iterator

import dagster as dg

from orchestration.cockpit import partitions, results
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import locking
from orchestration.hops import hops
from sources.tables import SNAPSHOTS


class FetchConfig(dg.Config):
    """`refetch_hours`: an address asked less than so many hours ago is not asked again; 0 asks all."""

    refetch_hours: float = 24.0


@dg.multi_asset(
    name="snapshots",
    specs=[results.raw_spec(SNAPSHOTS, "snapshots", ["catalogue"], "1")],
    check_specs=[results.gate_check(SNAPSHOTS)],
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool="fetch",
)
def snapshots(
    context: dg.AssetExecutionContext, config: FetchConfig, installation: InstallationResource
) -> Iterator[results.Result]:
    opened = installation.open()
    with locking.step(opened.home, context.log.warning):
        outcomes = hops.run_snapshots(opened, partitions.of_run(context), config.refetch_hours)
    yield from results.report(context, outcomes, opened)
