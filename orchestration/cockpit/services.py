"""What `baogao ui` consists of: a code server, Dagster's web server behind our guard, Dagster's daemon; and their end.

What belongs here: starting and ending these processes. What does not: what the web server lets through (``guard.py``);
Dagster: this process does not load it.

`dagster dev` starts the same three. It could not put anything before the web server, would not end where SIGINT was
ignored when it was started, and left servers behind when it was killed.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from orchestration.cockpit.lookout import PATIENCE
from sources.errors import BaogaoError
from sources.home import IN_CHECKOUT, REPOSITORY

#: what Dagster loads; beside the packages in a checkout, which pip would call everybody's
WORKSPACE = (REPOSITORY if IN_CHECKOUT else REPOSITORY / "orchestration") / "workspace.yaml"
#: seconds in which rules, registry and models are loaded, on a busy machine
LOADED = 240.0
_LOOK = 0.2


class ServiceError(BaogaoError):
    """A service of the UI did not start, or ended by itself; the message says which."""


def location() -> tuple[str, str]:
    """Return the module of the definitions and the name by which the UI shows it, as workspace.yaml has them."""
    (module,) = yaml.safe_load(WORKSPACE.read_text(encoding="utf-8"))["load_from"]
    return module["python_module"]["module_name"], module["python_module"]["location_name"]


def serve(host: str, port: int, names: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run the services until one of them ends, or until this process is ended; then none of them is left.

    `names`: host names by which a proxy shows the UI, beside loopback. `environment` says which home. Raises
    ServiceError where a service ends by itself.
    """
    definitions, name = location()
    # not in the home: the path of a socket may have a hundred characters
    with tempfile.TemporaryDirectory(prefix="baogao-") as folder:
        socket, workspace = Path(folder) / "code", Path(folder) / "workspace.yaml"
        workspace.write_text(f"load_from: [{{grpc_server: {{socket: {socket}, location_name: {name}}}}}]\n")
        python = [sys.executable, "-m"]
        code = [*python, "dagster", "code-server", "start", "-m", definitions, "--location-name", name]
        quiet = ["--log-level", "warning"]
        web = [*python, "orchestration.cockpit.web", str(workspace), host, str(port), *names]
        daemon = [*python, "dagster._daemon", "run", "-w", str(workspace), *quiet]
        # a group of its own: what a terminal sends to ours is not for them
        lookout = subprocess.Popen(
            [*python, "orchestration.cockpit.lookout"], stdin=subprocess.PIPE, cwd=REPOSITORY, process_group=0
        )
        started: dict[str, subprocess.Popen[bytes]] = {}

        def start(name: str, command: list[str]) -> None:
            started[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, cwd=REPOSITORY, env=dict(environment), process_group=lookout.pid
            )

        try:
            start("code server", [*code, "--socket", str(socket), *quiet])
            _wait_for(socket, started)
            start("web server", web)
            start("daemon", daemon)
            while True:
                _all_run(started)
                time.sleep(_LOOK)
        finally:
            assert lookout.stdin is not None
            lookout.stdin.close()
            for service in started.values():
                service.wait(PATIENCE + 10)
            lookout.wait(PATIENCE + 10)


def _wait_for(socket: Path, started: Mapping[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + LOADED
    while not socket.exists():
        _all_run(started)
        if time.monotonic() > deadline:
            raise ServiceError(
                "the UI's code server did not load within {loaded:.0f} s; is the machine very busy?", loaded=LOADED
            )
        time.sleep(_LOOK)


def _all_run(started: Mapping[str, subprocess.Popen[bytes]]) -> None:
    for name, service in started.items():
        if service.poll() is not None:
            raise ServiceError(
                "the UI's {name} ended with status {returncode}; what it said stands above",
                name=name,
                returncode=service.returncode,
            )
