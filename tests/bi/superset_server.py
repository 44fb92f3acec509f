"""A Superset of its own for the tests: initialised in a temporary folder, served on loopback, spoken to over REST.

What does not belong here: what is asked of it (the tests).
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

REPOSITORY = Path(__file__).resolve().parents[2]
SUPERSET = REPOSITORY / ".venv-bi" / "bin" / "superset"
USER = "admin"
CONFIG = """
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
# served without https, spoken to by scripts
TALISMAN_ENABLED = False
WTF_CSRF_ENABLED = False
"""


@dataclass(frozen=True)
class Superset:
    """A running server. `get` and `post` fail the test with the server's own words."""

    address: str
    session: requests.Session
    password: str

    def get(self, path: str) -> Any:
        return self._answer(self.session.get(f"{self.address}/api/v1/{path}", timeout=300))

    def post(self, path: str, **arguments: Any) -> Any:
        return self._answer(self.session.post(f"{self.address}/api/v1/{path}", timeout=300, **arguments))

    @staticmethod
    def _answer(response: requests.Response) -> Any:
        assert response.ok, f"{response.request.method} {response.url}: {response.status_code} {response.text[:1000]}"
        return response.json()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serve(folder: Path) -> Iterator[Superset]:
    """Initialise Superset in `folder` as its manual says, serve it, stop it at the end."""
    password = secrets.token_urlsafe(12)
    config = folder / "superset_config.py"
    config.write_text(CONFIG.format(secret=secrets.token_urlsafe(42), folder=folder), encoding="utf-8")
    environment = os.environ | {
        "SUPERSET_CONFIG_PATH": str(config),
        "SUPERSET_HOME": str(folder),
        "FLASK_APP": "superset",
        "PYTHONWARNINGS": "ignore",
    }
    create = [
        "fab",
        "create-admin",
        "--username",
        USER,
        "--firstname",
        "a",
        "--lastname",
        "b",
        "--email",
        "a@b.example",
    ]
    for command in (["db", "upgrade"], [*create, "--password", password], ["init"]):
        done = subprocess.run([SUPERSET, *command], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"superset {command[0]}: {done.stderr[-2000:]}"
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [SUPERSET, "run", "--host", "127.0.0.1", "--port", str(port), "--with-threads"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            yield Superset(address, log_in(address, password, process, folder / "server.log"), password)
        finally:
            process.terminate()
            process.wait(30)


def log_in(address: str, password: str, process: subprocess.Popen[bytes], log: Path) -> requests.Session:
    """Return a session with a token, once the server answers."""
    session = requests.Session()
    session.trust_env = False  # a proxy of the machine's has no business on loopback
    deadline = time.monotonic() + 600
    while True:
        assert process.poll() is None, log.read_text(encoding="utf-8")[-3000:]
        assert time.monotonic() < deadline, f"Superset does not answer: {log.read_text(encoding='utf-8')[-3000:]}"
        try:
            if session.get(f"{address}/health", timeout=5).ok:
                break
        except requests.ConnectionError:
            time.sleep(0.5)
    who = {"username": USER, "password": password, "provider": "db", "refresh": True}
    token = session.post(f"{address}/api/v1/security/login", json=who, timeout=300).json()["access_token"]
    session.headers["Authorization"] = f"Bearer {token}"
    return session
