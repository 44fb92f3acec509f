"""Parts of Dagster that its own extensions are built on and its documentation does not promise: what ours take of them."""

from __future__ import annotations

import inspect
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import dagster_webserver
import pytest
from celery import Celery, _state
from celery.exceptions import DuplicateTaskNameWarning
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run
from dagster._core.execution.compute_logs import redirect_to_file
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.tags import TagType, get_tag_type
from dagster._core.utils import make_new_run_id
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import deserialize_value, serialize_value
from dagster_celery.launcher import CeleryRunLauncher
from dagster_celery.tasks import create_execute_job_task
from dagster_webserver.app import create_app_from_workspace_process_context
from relied import relied_on


def parameters(of: object) -> list[str]:
    return [name for name in inspect.signature(of).parameters if name != "self"]  # type: ignore[arg-type]


@relied_on(
    "dagster",
    "the web server is a Starlette application that `create_app_from_workspace_process_context` makes of a "
    "`WorkspaceProcessContext`; its own command takes no layer around it",
    follows="`baogao ui` makes the application itself, puts its guard around it and serves it by uvicorn",
    where="orchestration/cockpit/web.py",
    private=True,
)
def test_the_web_server_is_an_application_made_of_a_workspace() -> None:
    assert parameters(create_app_from_workspace_process_context)[0] == "workspace_process_context"
    assert "live_data_poll_rate" in parameters(create_app_from_workspace_process_context)
    assert parameters(WorkspaceProcessContext.__init__)[:2] == ["instance", "workspace_load_target"]


@relied_on(
    "dagster",
    "the UI shows Markdown by remark-gfm, to which one `~` is enough to strike out: of `6~8%、3~5%` it shows 68%、35%, the "
    "middle struck through",
    follows="`~`, `*` and `$` of a report go into Markdown as references to characters",
    where="sources/outgoing.py",
    private=True,
)
def test_one_tilde_strikes_out_in_the_ui() -> None:
    pages = Path(dagster_webserver.__file__).parent / "webapp"
    texts = (path.read_text(encoding="utf-8") for path in pages.rglob("*.js"))
    readers = [text for text in texts if "strikethroughSequenceTemporary" in text]
    assert readers
    for text in readers:
        assert re.search(r"null==(\w)&&\(\1=!0\),\{text:\{126:", text), "a single ~ counts unless told otherwise"
        assert text.count("singleTilde") == 1, "nobody tells it otherwise"


@relied_on(
    "dagster",
    "records in SQLite are a file a run, `history/runs/<run id>.db`, beside `index.db`, which all runs share; deleting a "
    "run leaves the files",
    follows="cleaning removes the files of deleted runs and writes the shared ones anew",
    where="orchestration/cockpit/cleaning.py",
    private=True,
)
def test_a_deleted_run_leaves_its_file(tmp_path: Path) -> None:
    storage = SqliteEventLogStorage(str(tmp_path))
    run_id = make_new_run_id()
    with storage.run_connection(run_id):
        pass
    storage.delete_events(run_id)
    assert {path.name for path in tmp_path.glob("*.db")} == {f"{run_id}.db", "index.db"}
    storage.dispose()


@relied_on(
    "dagster",
    "what a step prints goes through `redirect_to_file` into the file that the log manager names for the key and kind",
    follows="the bars of a step go to the terminal and not into that file",
    where="orchestration/cockpit/instance.py",
    private=True,
)
def test_output_is_redirected_into_a_file_of_the_log_manager(tmp_path: Path) -> None:
    manager = LocalComputeLogManager(str(tmp_path))
    assert parameters(manager.get_captured_local_path)[:2] == ["log_key", "extension"]
    assert inspect.isgeneratorfunction(inspect.unwrap(redirect_to_file))


@relied_on(
    "dagster",
    "a run reaches the queue from any process by `run_coordinator.submit_run`, which needs no workspace where the run "
    "bears the origin of its code and of its location",
    follows="the command line puts runs into the queue that the daemon of another machine hands out",
    where="orchestration/cockpit/submitted.py",
    private=True,
)
def test_a_run_with_its_origins_needs_no_workspace_to_be_queued() -> None:
    assert SubmitRunContext._fields == ("dagster_run", "workspace")
    assert "workspace" not in inspect.getsource(QueuedRunCoordinator.submit_run)


@relied_on(
    "dagster",
    "whoever puts a run into the queue (UI, sensor, command) does it by the coordinator's `submit_run`, which may add tags "
    "through its instance before the queue takes the run",
    follows="ours notes there with which catalogue a run was planned",
    where="orchestration/cluster/coordinator.py",
    private=True,
)
def test_a_coordinator_may_tag_a_run_before_it_is_queued(tmp_path: Path) -> None:
    @dg.job
    def alone() -> None: ...

    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        coordinator = QueuedRunCoordinator()
        coordinator.register_instance(instance)
        run = instance.create_run_for_job(alone, status=dg.DagsterRunStatus.NOT_STARTED)
        coordinator._instance.add_run_tags(run.run_id, {"noted": "yes"})
        found = instance.get_run_by_id(run.run_id)
        assert found and found.tags["noted"] == "yes" and found.status == dg.DagsterRunStatus.NOT_STARTED
    assert parameters(QueuedRunCoordinator.submit_run) == ["context"]


@relied_on(
    "dagster",
    "a launcher is told a run in `LaunchRunContext`, and answers for it with a `WorkerStatus` and words",
    follows="the worker that took a run is asked whether it still has it",
    where="orchestration/cluster/launcher.py",
    private=True,
)
def test_a_launcher_answers_for_a_run_with_a_status_and_words() -> None:
    assert LaunchRunContext._fields == ("dagster_run", "workspace")
    answer = CheckRunHealthResult(WorkerStatus.RUNNING, "it works")
    assert (answer.status, answer.msg) == (WorkerStatus.RUNNING, "it works")
    assert {"RUNNING", "FAILED", "SUCCESS", "UNKNOWN"} <= {status.name for status in WorkerStatus}
    for name in ("launch_run", "terminate", "check_run_worker_health", "supports_resume_run"):
        assert hasattr(RunLauncher, name), name


@relied_on(
    "dagster-celery",
    "its launcher makes a task of one name anew for each run: Celery warns of the second (`DuplicateTaskNameWarning`, which "
    "means nothing, since a worker has its own), and every application made later in the process makes all of them too; "
    "`_launch_celery_task_run` takes any signature",
    follows="a run is handed over by the name of its task, and nothing stays in who hands it over",
    where="orchestration/cluster/launcher.py",
    private=True,
)
def test_a_task_is_made_anew_for_each_run() -> None:
    app = Celery(set_as_current=False)
    app.finalize()
    before = len(_state._on_app_finalizers)
    with pytest.warns(DuplicateTaskNameWarning):
        for _ in range(2):
            create_execute_job_task(app)
    assert len(_state._on_app_finalizers) == before + 2
    assert parameters(CeleryRunLauncher._launch_celery_task_run) == ["run", "task_signature", "routing_key"]


@relied_on(
    "dagster",
    "the monitor asks a launcher for runs that have started only; one whose worker died while it began waits for "
    "`start_timeout_seconds`",
    follows="a sensor asks for those that begin",
    where="orchestration/cockpit/defs/automation/lost_runs.py",
    private=True,
)
def test_the_monitor_asks_for_started_runs_only() -> None:
    from dagster._daemon.monitoring import run_monitoring

    started = inspect.getsource(run_monitoring.monitor_started_run)
    starting = inspect.getsource(run_monitoring.monitor_starting_run)
    assert "check_run_worker_health" in started
    assert "check_run_worker_health" not in starting


@relied_on(
    "dagster",
    "`dagster api execute_run` takes an `ExecuteRunArgs` as text, which names the run, its code and, if need be, the "
    "instance",
    follows="a worker starts that command for each run, and leaves the instance to its own surroundings",
    where="orchestration/cluster/worker.py",
    private=True,
)
def test_a_run_is_executed_by_a_command_that_takes_its_arguments_as_text() -> None:
    assert parameters(ExecuteRunArgs.__new__)[1:4] == ["job_origin", "run_id", "instance_ref"]
    from dagster._cli.api import execute_run_command

    assert next(argument.name for argument in execute_run_command.params) == "input_json"
    assert deserialize_value(serialize_value(WorkerStatus.RUNNING), WorkerStatus) is WorkerStatus.RUNNING


@relied_on(
    "dagster",
    "a run is of a code location by two origins: how another process loads its code, and the names of location, "
    "definitions and job",
    follows="runs of the command line bear both, so that the UI shows them under their job and in its timeline",
    where="orchestration/cockpit/origins.py",
    private=True,
)
def test_a_job_has_an_origin_by_names_and_one_by_code() -> None:
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("baogao"), "__repository__")
    assert repository.get_job_origin("ingest").location_name == "baogao"
    assert parameters(JobPythonOrigin.__new__)[1:] == ["job_name", "repository_origin"]
    assert "entry_point" in parameters(RepositoryPythonOrigin.__new__)


CELLS = dg.StaticPartitionsDefinition(["a", "b"])
with warnings.catch_warnings():
    warnings.simplefilter("ignore", dg.PreviewWarning)
    SPECS = [
        dg.AssetCheckSpec(name, asset="judged", partitions_def=CELLS) for name in ("by_result", "by_cell", "unpointed")
    ]


@dg.multi_asset(
    specs=[dg.AssetSpec("judged", partitions_def=CELLS)],
    check_specs=SPECS,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def judged(context):  # type: ignore[no-untyped-def]  # Dagster reads annotations, and ours are strings
    yield dg.MaterializeResult("judged")
    yield dg.AssetCheckResult(asset_key="judged", check_name="by_result", passed=True)
    latest = context.instance.event_log_storage.get_latest_storage_id_by_partition(
        dg.AssetKey("judged"), dg.DagsterEventType.ASSET_MATERIALIZATION, set(context.partition_keys)
    )
    for spec in SPECS[1:]:
        yield dg.Output(None, output_name=spec.get_python_identifier())
        for cell in context.partition_keys:
            target = AssetCheckEvaluationTargetMaterializationData(
                storage_id=latest[cell], run_id=context.run.run_id, timestamp=0.0
            )
            yield dg.AssetCheckEvaluation(
                asset_key=dg.AssetKey("judged"), check_name=spec.name, passed=cell == "a", partition=cell,
                target_materialization_data=target if spec.name == "by_cell" else None,
            )  # fmt: skip


@relied_on(
    "dagster",
    "a check may have its table's partitions, but the result of one bears none where a run took several; an "
    "`AssetCheckEvaluation` of its own for each is shown as that partition's, as long as it names the newest "
    "materialization",
    follows="the gate's verdict on each partition is an evaluation, yielded after what it is on",
    where="orchestration/cockpit/verdicts.py",
    private=True,
)
def test_a_partition_is_judged_by_an_evaluation_that_names_what_it_is_on() -> None:
    ends = {"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "b"}
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([judged], instance=instance, tags=ends)
        state = instance.event_log_storage.get_asset_check_state([(spec.key, CELLS) for spec in SPECS])
    shown = {key.name: dict(_shown(found.subsets)) for key, found in state.items()}
    assert shown["by_cell"] == {"a": "SUCCEEDED", "b": "FAILED"}
    assert shown["by_result"] == {"a": "SKIPPED", "b": "SKIPPED"} and shown["unpointed"] == {}


def _shown(subsets: Any) -> Iterator[tuple[str, str]]:
    for status, subset in subsets.items():
        yield from ((cell, status.value) for cell in subset.subset_value.get_partition_keys())


@relied_on(
    "dagster",
    "`execute_in_process` makes its run itself, without a code location, and a run without one stands in no timeline; "
    "`execute_run` takes a run that was made before, and a job of this process as an `InMemoryJob`",
    follows="the command line makes its runs with the origin of the code location, then executes them",
    where="orchestration/cockpit/instance.py",
    private=True,
)
def test_a_run_that_was_made_before_is_executed_in_this_process() -> None:
    assert parameters(execute_run)[:3] == ["job", "dagster_run", "instance"]
    assert "remote_job_origin" in parameters(dg.DagsterInstance.create_run_for_job)
    assert "remote_job_origin" not in parameters(dg.JobDefinition.execute_in_process)

    @dg.op
    def one() -> None: ...

    @dg.job(executor_def=dg.in_process_executor)
    def alone() -> None:
        one()

    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(alone)
        assert execute_run(InMemoryJob(alone), run, instance).success
        assert instance.get_run_by_id(run.run_id).is_success  # type: ignore[union-attr]


@relied_on(
    "dagster",
    "tags that begin with `.dagster/` are kept and can be asked for, and the UI shows none of them",
    follows="long tags of a run, and marks for programs, begin so",
    where="orchestration/cockpit/runs.py",
    private=True,
)
def test_tags_with_a_dot_are_hidden() -> None:
    assert get_tag_type(".dagster/baogao_home") is TagType.HIDDEN
    assert get_tag_type("baogao/command") is TagType.USER_PROVIDED
