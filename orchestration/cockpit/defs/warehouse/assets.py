"""From raw tables to the city-year warehouse: dbt's models, built where their inputs changed and else not."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from typing import Any

import dagster as dg

from orchestration.cockpit import building, facts, runs
from orchestration.cockpit.dbt_project import Translator, dbt_assets, project, read_manifest
from orchestration.cockpit.layers import OWNERS, RAW, source_key
from orchestration.cockpit.resources import InstallationResource
from orchestration.home import locking, provenance
from orchestration.home.installation import Installation
from orchestration.hops import TABLES, judging
from orchestration.warehouse import builds, built_from, mended
from sources.tables import CHANGED_FILES, GATE_RESULTS, WITHHELD, Table


class BuildConfig(dg.Config):
    """`despite_tests`: build what hangs on failing tests too, so that a person may publish in spite of them."""

    despite_tests: bool = False


gate_results = dg.AssetSpec(
    source_key("lake", GATE_RESULTS.name),
    deps=[table.name for table in TABLES],
    group_name=RAW,
    description=GATE_RESULTS.description,
    kinds={"python", "parquet"},
    owners=OWNERS,
)


def _of_build(table: Table) -> dg.AssetSpec:
    """Return what the step that builds the models writes for them first."""
    return dg.AssetSpec(
        source_key("build", table.name),
        deps=[gate_results],
        group_name=RAW,
        description=f"{table.description}; written by the step that builds the models",
        kinds={"python", "parquet"},
        owners=OWNERS,
    )


changed_files, withheld = _of_build(CHANGED_FILES), _of_build(WITHHELD)


@dbt_assets(
    manifest=project().manifest_path,
    project=project(),
    dagster_dbt_translator=Translator(),
    name="dbt_models",
    pool="dbt",
)
def warehouse(
    context: dg.AssetExecutionContext, config: BuildConfig, installation: InstallationResource
) -> Iterator[Any]:
    opened = installation.open()
    runs.begin(context, opened)
    with locking.step(opened.home, context.log.warning):
        yield from _bring_up_to_date(context, opened, config.despite_tests)


def _bring_up_to_date(context: dg.AssetExecutionContext, opened: Installation, despite_tests: bool) -> Iterator[Any]:
    opened.home.create()
    if not context.is_subset:
        builds.look_for_figures(opened)
    # before what is prepared from it: what another process writes in between makes the next build, not none
    state = provenance.read_state(opened)
    builds.prepare(opened)
    if builds.is_current(opened, state) and not context.is_subset:
        context.log.info("the inputs of every model are unchanged: nothing to build")
        yield from _with_facts(context, opened, _as_before(context, builds.last_build(opened)))
        return
    yield from _build(context, opened, state, despite_tests)


def _upstream_first(context: dg.AssetExecutionContext) -> list[dg.AssetKey]:
    """Return the selected keys in the order in which Dagster wants results: dependencies before dependents."""
    selected = context.selected_asset_keys
    order = TopologicalSorter({key: context.assets_def.asset_deps[key] & selected for key in selected})
    return list(order.static_order())


def _as_before(
    context: dg.AssetExecutionContext, build: builds.Build, left: built_from.Left | None = None
) -> Iterator[Any]:
    """Yield what stands as the last build made it: what it left alone, or everything.

    Its inputs are the same, and no test of severity error failed. Without a word of each test Dagster would call it
    unevaluated, and the release ungated.
    """
    for key in _upstream_first(context):
        if left is None or key.path[-1] in left.models:
            name = context.assets_def.get_output_name_for_asset_key(key)
            yield dg.Output(None, output_name=name, metadata={"unchanged": True})
    warned = {warning["name"]: warning["message"] for warning in build.warnings}
    for check in sorted(context.selected_asset_check_keys, key=str):
        if left is None or check.name in left.tests:
            yield dg.AssetCheckResult(
                asset_key=check.asset_key,
                check_name=check.name,
                passed=check.name not in warned,
                severity=dg.AssetCheckSeverity.WARN,
                description=warned.get(check.name)
                or f"holds since the build of {build.built_at}, whose inputs are unchanged",
            )


def _facts(context: dg.AssetExecutionContext, installation: Installation) -> dict[dg.AssetKey, dict[str, Any]]:
    """Return row count and preview of each selected model as it stands in the warehouse."""
    names = {key.path[-1]: key for key in context.selected_asset_keys}
    try:
        found = {
            name: told for path in installation.home.dbt_files for name, told in facts.tables_of(path, names).items()
        }
    except Exception as error:
        context.log.warning(f"the models are built; their rows could not be counted: {error}")
        return {}
    return {
        names[name]: {"dagster/row_count": told.n_rows, "preview": dg.MetadataValue.md(told.preview)}
        for name, told in found.items()
    }


def _with_facts(context: dg.AssetExecutionContext, installation: Installation, events: Iterable[Any]) -> Iterator[Any]:
    """Yield results with the facts of their models: when the build has ended, since nobody may read while it writes."""
    found = _facts(context, installation)
    for event in events:
        key = context.asset_key_for_output(event.output_name) if isinstance(event, dg.Output) else None
        yield event.with_metadata({**event.metadata, **found[key]}) if key in found else event


def _changed(
    context: dg.AssetExecutionContext, installation: Installation, state: provenance.State
) -> provenance.Changed | None:
    """Return what the build has to do again in the warehouse that stands, None where it begins with a new one."""
    if context.is_subset:  # the others stay as they are, and nothing is known of what they were built from
        return built_from.everything(state)
    build = builds.last_build(installation)
    changed = built_from.changed_since_last_build(installation, build.inputs if build.sound else "", state)
    told = (
        "a new warehouse is built"
        if changed is None
        else f"{len(changed.data)} partitions changed since the last build"
    )
    context.log.info(told)
    return changed


def _build(
    context: dg.AssetExecutionContext, installation: Installation, state: provenance.State, despite_tests: bool
) -> Iterator[Any]:
    manifest = read_manifest()
    changed = _changed(context, installation, state)
    mends = changed is not None and not context.is_subset
    left = built_from.left_alone(manifest) if mends else built_from.Left()
    former = builds.last_build(installation)
    builds.begin(installation, whole=changed is None, waiting=context.log.warning)
    # what judges the release takes seconds to load where the run has not begun by ingesting
    judging.load_ahead()
    results: building.Results = []
    if changed is not None and mends and not installation.settings.store:
        project = mended.Project(manifest, left.models | left.tests)
        events = building.by_sql(context, installation, project, changed, results, despite_tests=despite_tests)
    else:
        built_from.tell_changed(installation, changed or built_from.everything(state))
        events = building.by_dbt(context, installation, left, results, despite_tests=despite_tests)
    yielded, broken, ended = list(_as_before(context, former, left)), None, False
    try:
        yielded.extend(events)  # keeps what came before an error
        ended = True
    except Exception as error:
        broken = error
    finally:
        models, failed, warned, told = builds.sorted_results(results, builds.errors_of(manifest))
        whole = ended and not told and (despite_tests or not failed) and not context.is_subset
        if whole:
            provenance.record_warehouse(installation, state, mended=changed is not None)
        builds.record(
            installation,
            builds.Build(
                inputs=state.hash if whole else "",
                built_at=datetime.now(UTC).isoformat(timespec="seconds"),
                n_models=models,
                failed_tests=failed,
                warnings=[*(w for w in former.warnings if w["name"] in left.tests), *warned],
                error=told or ("" if failed or broken is None else str(broken)),
            ),
        )
    yield from _with_facts(context, installation, yielded)
    if broken is not None:
        raise broken
