"""From raw tables to the city-year warehouse: dbt's models, built in full when their inputs changed and else not."""

from collections.abc import Iterator
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg
from dagster_dbt import DbtCliResource, dbt_assets

from orchestration.lib import warehouse as lib
from orchestration.lib.dbt_project import DBT, Translator, project, source_key
from orchestration.lib.installation import Installation
from orchestration.lib.resources import InstallationResource
from orchestration.lib.results import OWNERS
from sources.tables import GATE_RESULTS, OBSERVATIONS, REJECTIONS, REPORTS, SNAPSHOTS, TERM_COUNTS

JUDGED = (SNAPSHOTS, REPORTS, OBSERVATIONS, REJECTIONS, TERM_COUNTS)

gate_results = dg.AssetSpec(
    source_key("lake", GATE_RESULTS.name),
    deps=[table.name for table in JUDGED],
    group_name="gates",
    description=GATE_RESULTS.description,
    kinds={"python", "parquet"},
    owners=OWNERS,
)


@dbt_assets(
    manifest=project().manifest_path,
    project=project(),
    dagster_dbt_translator=Translator(),
    name="dbt_models",
    pool="dbt",
)
def warehouse(context: dg.AssetExecutionContext, installation: InstallationResource) -> Iterator[Any]:
    opened = installation.open()
    opened.home.create()
    lib.prepare(opened)
    inputs = lib.inputs_hash(opened)
    if lib.is_current(opened, inputs) and not context.is_subset:
        context.log.info("the inputs of every model are unchanged: nothing to build")
        for key in _upstream_first(context):
            yield dg.MaterializeResult(asset_key=key, metadata={"unchanged": True, "inputs": inputs})
        return
    yield from _build(context, opened, inputs)


def _upstream_first(context: dg.AssetExecutionContext) -> list[dg.AssetKey]:
    """Return the selected keys in the order in which Dagster wants results: dependencies before dependents."""
    selected = context.selected_asset_keys
    order = TopologicalSorter({key: context.assets_def.asset_deps[key] & selected for key in selected})
    return list(order.static_order())


def _build(context: dg.AssetExecutionContext, installation: Installation, inputs: str) -> Iterator[Any]:
    target = installation.home.root / "dbt"
    dbt = DbtCliResource(project_dir=project(), dbt_executable=DBT)
    with lib.dbt_environment(installation):
        # unit tests hold the models' logic and run with the test suite, not with the data
        arguments = [
            "build",
            "--exclude-resource-type",
            "unit_test",
            "--log-path",
            str(target / "logs"),
        ]
        invocation = dbt.cli(arguments, context=context, target_path=target)
        try:
            yield from invocation.stream()
        finally:
            models, failed, warned, error = lib.read_results(target)
            whole = not failed and not error and not context.is_subset and invocation.is_successful()
            lib.record(
                installation,
                lib.Build(
                    inputs=inputs if whole else "",
                    built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    n_models=models,
                    failed_tests=failed,
                    warnings=warned,
                    error=error,
                ),
            )
