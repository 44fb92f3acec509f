"""The raw tables: one step for each hop of ``orchestration.hops``, with the gate's checks on each table."""

from collections.abc import Iterator

import dagster as dg

from orchestration.cockpit import partitions, results, verdicts
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import locking
from orchestration.hops import HOPS
from orchestration.hops.hop import Hop
from sources.home import find_home
from sources.settings import load_settings


class FetchConfig(dg.Config):
    """`refetch_hours`: an address asked less than so many hours ago is not asked again; 0 asks all."""

    refetch_hours: float = 24.0


def _policy(hop: Hop) -> dg.BackfillPolicy:
    """Return how a backfill is cut into runs: on several machines small ones that many can share.

    Fetching stays one run, since one polite process asks a site. As its policy is another, it is a run of its own, and
    who reads what is there already does not wait for it.
    """
    cluster = load_settings(find_home()).cluster
    if not cluster.engine or hop.fetches:
        return dg.BackfillPolicy.single_run()
    return dg.BackfillPolicy.multi_run(cluster.partitions_per_run)


def _asset(hop: Hop) -> dg.AssetsDefinition:
    def step(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[results.Result]:
        yield from _run(hop, context, installation)

    def fetching_step(
        context: dg.AssetExecutionContext, config: FetchConfig, installation: InstallationResource
    ) -> Iterator[results.Result]:
        yield from _run(hop, context, installation, config.refetch_hours)

    return dg.multi_asset(
        name=hop.name,
        specs=[results.raw_spec(table, list(hop.reads), hop.version()) for table in hop.tables],
        check_specs=[check for table in hop.tables for check in verdicts.of_table(table)],
        backfill_policy=_policy(hop),
        pool="fetch" if hop.fetches else None,
    )(fetching_step if hop.fetches else step)


def _run(
    hop: Hop, context: dg.AssetExecutionContext, installation: InstallationResource, refetch_hours: float = 24.0
) -> Iterator[results.Result]:
    opened = installation.open()
    with locking.step(opened.home, context.log.warning):
        outcomes = hop.run(opened, partitions.of_run(context), refetch_hours)
    yield from results.report(context, outcomes, opened)


raw_tables = [_asset(hop) for hop in HOPS]
