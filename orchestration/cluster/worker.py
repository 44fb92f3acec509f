"""A worker: takes runs off queues and gives each a process of its own, as Dagster does on one machine.

Celery's own processes may have no children, and a run has many (it reads documents in processes that it may end). What
belongs here: that process, its surroundings, its end. What does not: which run waits in which queue (``queues.py``).
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from dagster._grpc.types import ExecuteRunArgs
from dagster._serdes import serialize_value, unpack_value
from dagster_celery.config import TASK_EXECUTE_JOB_NAME

from orchestration.cluster.queues import CELERY, WAREHOUSE
from orchestration.hops import HOPS_ALONE
from orchestration.warehouse.dbt_process import end_with_parent

#: seconds that a run which was told to end may take before it is killed; Dagster then calls it canceled
PATIENCE = 15.0

app = Celery("baogao", broker=os.environ.get("BAOGAO_CLUSTER_BROKER"), backend=os.environ.get("BAOGAO_CLUSTER_RESULTS"))
app.conf.update(CELERY)


def command(queues: Sequence[str], slots: int) -> list[str]:
    """Return the command of a worker that takes runs off `queues`, `slots` at once.

    Its name is new each time: whoever asks for a run of a worker that has died gets no answer from the one that took
    its place.
    """
    name = f"{'-'.join(queues)}-{secrets.token_hex(3)}@{socket.gethostname()}"
    return [
        sys.executable, "-m", "celery", "-A", __name__, "worker", "-Q", ",".join(queues), "-n", name,
        "-c", str(slots), "-l", "INFO", "--without-gossip", "--without-mingle",
    ]  # fmt: skip


@worker_process_init.connect
def _end_with_worker(**_: object) -> None:
    end_with_parent()


@app.task(bind=True, name=TASK_EXECUTE_JOB_NAME, track_started=True)
def execute_run(task: Any, execute_job_args_packed: Any) -> None:
    """Execute a run in a process of its own. Raises RuntimeError where that ended without Dagster's doing."""
    args = unpack_value(execute_job_args_packed, as_type=ExecuteRunArgs)
    alone = "" if task.request.delivery_info["routing_key"] == WAREHOUSE else "1"
    code = _run([sys.executable, "-m", __name__, serialize_value(args)], {**os.environ, HOPS_ALONE: alone})
    if code:
        raise RuntimeError(f"the process of run {args.run_id} ended with status {code}")


def _run(process_command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Return the exit status of a process; SIGTERM goes on to it, and after PATIENCE it is killed."""
    told: list[float] = []
    former = signal.signal(signal.SIGTERM, lambda *_: told.append(time.monotonic()))
    try:
        process = subprocess.Popen(process_command, env=environment, stdin=subprocess.DEVNULL)
        passed_on = False
        while True:
            try:
                return process.wait(0.5)
            except subprocess.TimeoutExpired:
                if told and not passed_on:
                    process.terminate()
                    passed_on = True
                elif told and time.monotonic() - told[0] > PATIENCE:
                    process.kill()
    finally:
        signal.signal(signal.SIGTERM, former)


def main() -> None:
    """Be the process of the run that the first argument names; ends with the worker, however that is killed."""
    end_with_parent()
    # Celery's processes ignore it, and so would all that this one starts
    signal.signal(signal.SIGINT, signal.default_int_handler)
    from dagster._cli import main as dagster

    sys.argv = ["dagster", "api", "execute_run", sys.argv[1]]
    dagster()


if __name__ == "__main__":
    main()
