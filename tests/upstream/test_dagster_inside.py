"""Parts of Dagster that its own extensions are built on and its documentation does not promise: what ours take of them."""

from __future__ import annotations

import inspect
from pathlib import Path

from dagster._core.execution.compute_logs import redirect_to_file
from dagster._core.launcher import CheckRunHealthResult, LaunchRunContext, RunLauncher, WorkerStatus
from dagster._core.origin import JobPythonOrigin, RepositoryPythonOrigin
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.run_coordinator import QueuedRunCoordinator, SubmitRunContext
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.utils import make_new_run_id
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import deserialize_value, serialize_value
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
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("baogao"), "__repository__")
    assert repository.get_job_origin("ingest").location_name == "baogao"
    assert SubmitRunContext._fields == ("dagster_run", "workspace")
    assert "workspace" not in inspect.getsource(QueuedRunCoordinator.submit_run)
    assert parameters(JobPythonOrigin.__new__)[1:] == ["job_name", "repository_origin"]
    assert "entry_point" in parameters(RepositoryPythonOrigin.__new__)


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
