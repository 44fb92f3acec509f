"""`baogao-dbt`: dbt's own command, which ends when the run that started it ends, however that run was killed.

A dbt that outlived its run would open work.duckdb at a moment when the next run builds it anew. dbt also takes four
seconds to load and to parse the project: a run that will need it has it begin beside its other work (``waiting``), and
`baogao-dbt` then hands its arguments over to the process that waits. What belongs here: these processes alone; they
load no Dagster. What does not: what is built, and with which arguments (``dbt_project.py``).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

#: prctl(2): the signal that the kernel sends to this process when its parent ends
_PR_SET_PDEATHSIG = 1
#: names the socket of the process that waits; and the argument that makes a process wait
READY, WAIT = "BAOGAO_DBT_READY", "--wait-at"
#: the dbt of this environment, whatever PATH says
DBT = str(Path(sys.executable).parent / "baogao-dbt")
#: where the process that this one began waits, or has served
_waits_at = ""


def main() -> None:
    """Run dbt with this process's arguments."""
    parent = os.getppid()
    end_with_parent()
    if os.getppid() != parent:  # it ended before the kernel was told
        sys.exit(1)
    if sys.argv[1:2] == [WAIT]:
        _wait(int(sys.argv[2]), sys.argv[3:])
        return
    code = _hand_over(os.environ.pop(READY, ""))
    if code is not None:
        sys.exit(code)
    from dbt.cli.main import cli

    cli()


def end_with_parent() -> None:
    """Ask the kernel; elsewhere than on Linux nobody can be asked, and the next run waits for the file instead."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def waiting(arguments: Sequence[str], environment: Mapping[str, str]) -> Iterator[None]:
    """Have a dbt load and parse while the block runs; the first `baogao-dbt` that is given `ready` then is that one.

    Where one waits already, or has served, nothing is begun. `arguments` say where the project and its target are, as
    for `dbt parse`; `environment` is added to ours.
    """
    global _waits_at
    if _waits_at:
        yield
        return
    # not in the home: the path of a socket may have a hundred characters
    with tempfile.TemporaryDirectory(prefix="baogao-") as folder:
        address = f"{folder}/dbt"
        # listened at before it begins, so that who asks early waits; by that process alone, so that nobody waits for
        # one that has ended
        with _listening(address) as server:
            process = subprocess.Popen(
                [DBT, WAIT, str(server.fileno()), *arguments],
                env={**os.environ, **environment},
                pass_fds=[server.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        with process:
            _waits_at = address
            try:
                yield
            finally:
                _waits_at = ""
                # it holds nothing yet, or has done its work; and a signal to end may be ignored where a run was started
                process.kill()


def ready() -> dict[str, str]:
    """Return the variable by which a `baogao-dbt` finds the process that waits; empty where none does.

    It is for a build alone: the one that waits writes no manifest, which others call dbt for.
    """
    return {READY: _waits_at} if _waits_at else {}


def _listening(address: str) -> socket.socket:
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(address)
    server.listen(1)
    return server


def _wait(listening: int, arguments: Sequence[str]) -> None:
    """Parse, wait for what is to be done, do it as if this were the process that was called, and end."""
    with socket.socket(fileno=listening) as server:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        parsed = dbtRunner().invoke(["--quiet", "--no-write-json", "parse", *arguments])
        caller, _ = server.accept()
    with caller:
        _, streams, _, _ = socket.recv_fds(caller, 1, 2)
        asked = json.loads(_line(caller))
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        for number, stream in enumerate(streams, start=1):
            os.dup2(stream, number)
        served = threading.Event()
        threading.Thread(target=_end_with_caller, args=(caller, served), daemon=True).start()
        # where the project can't be parsed, dbt says so anew, to who asks
        done = dbtRunner(parsed.result if parsed.success else None).invoke(asked["arguments"])  # type: ignore[arg-type]
        # before the caller goes on: whoever called it reads the files next
        DuckDBConnectionManager.close_all_connections()
        if done.exception:
            print(f"{type(done.exception).__name__}: {done.exception}", file=sys.stderr)  # noqa: T201
        sys.stdout.flush()
        served.set()
        caller.sendall(bytes([0 if done.success else 2 if done.exception else 1]))


def _line(caller: socket.socket) -> bytes:
    """Return what comes up to the end of a line."""
    told = b""
    while not told.endswith(b"\n"):
        more = caller.recv(1 << 16)
        if not more:
            sys.exit(1)  # the caller has ended
        told += more
    return told


def _end_with_caller(caller: socket.socket, served: threading.Event) -> None:
    """Nothing more comes from the caller: when reading ends, it has ended."""
    with suppress(OSError):
        caller.recv(1)
    if not served.is_set():
        os._exit(1)


def _hand_over(address: str) -> int | None:
    """Let the process that waits at `address` do this one's work; return its exit code, None where nobody can."""
    # with other variables the project is another than the one that was parsed
    if not address or "--vars" in sys.argv:
        return None
    asked = {"arguments": sys.argv[1:], "environment": dict(os.environ), "folder": str(Path.cwd())}
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as waiting_one:
        try:
            waiting_one.connect(address)
        except OSError:  # it has another to serve, or has ended
            return None
        socket.send_fds(waiting_one, [b"\n"], [1, 2])
        waiting_one.sendall(json.dumps(asked).encode() + b"\n")
        answer = waiting_one.recv(1)
    return answer[0] if answer else 1
