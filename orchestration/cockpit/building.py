"""One build of the warehouse as Dagster sees it: by dbt, or by the SQL that dbt compiled where what stands is mended.

What belongs here: calling either, and the events of its models and tests. What does not: which of the two is called for
(``defs/warehouse/assets.py``), what a build has to do again (``warehouse/built_from.py``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg

from orchestration.cockpit.dbt_project import Dbt
from orchestration.home import provenance
from orchestration.home.installation import Installation
from orchestration.home.provenance import Changed
from orchestration.warehouse import builds, built_from, mended
from orchestration.warehouse.dbt_process import DBT

#: entries in the form of dbt's ``run_results.json``
Results = list[Mapping[str, Any]]
SEVERITIES = {"warn": dg.AssetCheckSeverity.WARN, "error": dg.AssetCheckSeverity.ERROR}


def by_dbt(
    context: dg.AssetExecutionContext,
    installation: Installation,
    left: built_from.Left,
    results: Results,
    *,
    despite_tests: bool,
) -> Iterator[Any]:
    """Have dbt build all but what is `left`; yield its events, and add to `results` what it leaves of them.

    Raises DagsterDbtCliRuntimeError where a model or a test of severity error failed.
    """
    target, folder = builds.target(installation), str(provenance.PROJECT_DIR)
    dbt = Dbt(project_dir=folder, profiles_dir=folder, dbt_executable=DBT)
    arguments = [
        "build",
        # unit tests hold the models' logic and run with the test suite, not with the data
        "--exclude-resource-type",
        "unit_test",
        "--log-path",
        str(target / "logs"),
        # for people; what dagster-dbt reads comes over stdout. The SQL of models and tests lies in the target folder:
        # told here too, it takes a seventh of the build's processor time
        "--log-format-file",
        "text",
        "--log-level-file",
        "info",
        *builds.threads(installation),
        *left.arguments,
        *(["--vars", '{"test_severity": "warn"}'] if despite_tests else []),
    ]
    with builds.dbt_environment(installation):
        invocation = dbt.cli(arguments, context=context, target_path=target)
        try:
            yield from invocation.stream()
        except BaseException:
            invocation.process.kill()  # broken off: what follows waits for its end
            raise
        finally:
            results += builds.read_results(target)
        builds.write_out(installation)


def by_sql(
    context: dg.AssetExecutionContext,
    installation: Installation,
    project: mended.Project,
    changed: Changed,
    results: Results,
    *,
    despite_tests: bool,
) -> Iterator[Any]:
    """Mend the warehouse; yield the events that dbt's build would give, and add to `results`.

    Raises dagster.Failure where a model or a test of severity error failed, duckdb.Error where the files can't be
    written.
    """
    around = mended.Surroundings(
        installation.lake, changed, int(provenance.due_year()), installation.settings.publish.doubt_max
    )
    models = {key.path[-1]: key for key in context.selected_asset_keys}
    checks = {check.name: check for check in context.selected_asset_check_keys}
    home, memory = installation.home, builds.memory_of_duckdb(installation)
    with mended.opened(home.warehouse, (home.marts, home.texts), memory) as connection:
        for result in mended.mend(connection, project, around, despite_tests=despite_tests):
            results.append(result.entry())
            if result.status == "success" and result.name in models:
                name = context.assets_def.get_output_name_for_asset_key(models[result.name])
                yield dg.Output(None, output_name=name, metadata={"unique_id": result.unique_id})
            elif result.failures is not None and result.name in checks:
                severity = project.manifest["nodes"][result.unique_id]["config"]["severity"].lower()
                yield dg.AssetCheckResult(
                    asset_key=checks[result.name].asset_key,
                    check_name=result.name,
                    passed=result.status == "pass",
                    severity=SEVERITIES["warn" if despite_tests else severity],
                    description=result.message,
                    metadata={"unique_id": result.unique_id, "failed rows": result.failures},
                )
    if bad := [entry for entry in results if entry["status"] in ("error", "fail")]:
        told = "; ".join(f"{entry['unique_id'].split('.')[2]}: {entry['message']}" for entry in bad)
        raise dg.Failure(f"the warehouse could not be mended: {told}", allow_retries=False)
