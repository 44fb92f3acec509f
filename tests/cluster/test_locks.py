"""The lock of machines that share a store: PostgreSQL's, from homes that have nothing in common."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from machines import until

from orchestration.cockpit.instance import ensure_dagster_home, open_instance
from orchestration.home import locking, releases, shared_releases
from orchestration.home.installation import Installation, open_installation
from orchestration.home.locking import HomeInUseError, LostLockError, NoRecordsError, only_process, step
from orchestration.hops import snapshots
from orchestration.release import build
from sources import store
from sources.home import Home

sys.path.append(str(Path(__file__).parents[1] / "orchestration"))
from test_publication import SCHEMA, connect, make_warehouse, sound

#: another machine: takes the lock in the way that it is told, says so, and keeps it until it is ended
OTHER = """
import sys, time
from pathlib import Path
from orchestration.home import locking
from sources.home import Home
home = Home(Path(sys.argv[1]))
waiting = lambda told: print("waits", flush=True)
with locking.only_process(home) if sys.argv[2] == "alone" else locking.step(home, waiting):
    print("has it", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def homes(records: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Home]:
    for name in ("RECORDS", "BROKER", "RESULTS"):
        monkeypatch.setenv(f"BAOGAO_CLUSTER_{name}", "")
        monkeypatch.delenv(f"BAOGAO_CLUSTER_{name}")
    made = [Home(tmp_path / name) for name in ("one", "two")]
    for home in made:
        home.create()
        (home.root / "baogao.toml").write_text(
            f'[cluster]\nengine = "celery"\nrecords = "{records}"\nbroker = "redis://127.0.0.1:1/0"\n', encoding="utf-8"
        )
    return made


@contextmanager
def other(home: Home, way: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", OTHER, str(home.root), way]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def test_a_command_on_one_machine_keeps_out_what_another_does(homes: list[Home]) -> None:
    with other(homes[1], "alone") as process:
        assert said(process) == "has it"
        with pytest.raises(HomeInUseError, match="another baogao process is writing"), only_process(homes[0]):
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        # the session ends with the process, however that ends
        machines_wait(homes[0])


def machines_wait(home: Home) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            with only_process(home):
                return
        except HomeInUseError:
            assert time.monotonic() < deadline
            time.sleep(0.1)


def test_steps_of_two_machines_share_it_and_wait_for_a_command(homes: list[Home]) -> None:
    with other(homes[1], "shared") as process:
        assert said(process) == "has it"
        with step(homes[0], pytest.fail):
            pass
        with pytest.raises(HomeInUseError), only_process(homes[0]):
            pass
    machines_wait(homes[0])
    with only_process(homes[0]), other(homes[1], "shared") as process:
        assert said(process) == "waits"
        # what this process does itself needs no lock of its own
        with step(homes[0], pytest.fail):
            pass
        held = process
        assert held.poll() is None
    with other(homes[1], "alone") as process:
        assert said(process) == "has it"


def test_a_database_that_is_not_there_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (tmp_path / "baogao.toml").write_text(
        '[cluster]\nengine = "celery"\nrecords = "postgresql://x@127.0.0.1:1/x"\nbroker = "redis://127.0.0.1:1/0"\n'
    )
    with pytest.raises(NoRecordsError, match=r"\[cluster\] records .* PGPASSWORD"), only_process(home):
        pass


def test_a_lock_that_was_lost_is_noticed_before_anything_is_written(
    installation: Installation, records: str, homes: list[Home], tmp_path: Path
) -> None:
    home, address = installation.home, installation.settings.store
    (home.root / "baogao.toml").write_text((homes[0].root / "baogao.toml").read_text(), encoding="utf-8")
    report = tmp_path / "a.txt"
    report.write_text("云州省政府工作报告", encoding="utf-8")
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(f"location,region_code,region,level,report_year\n{report},990000,云州省,province,2023\n")
    installation.follow(catalogue)
    make_warehouse(home.marts)
    sound(installation)
    before = shared(address)
    with only_process(homes[1]):
        locking.confirm(homes[0])  # holds none
        locking.confirm(homes[1])
    with step(home, pytest.fail):
        locking.confirm(home)
        restart(records)
        with only_process(homes[1]):  # another has it meanwhile
            with pytest.raises(LostLockError, match=r"ended the session that held the lock .* then run again"):
                snapshots.HOP.run(open_installation(home.root), sorted(installation.entries()))
            with pytest.raises(LostLockError):
                build.publish(open_installation(home.root), SCHEMA, connect)
        assert shared(address) == before, "nothing was written"
        assert releases.served_id(home) is None and not list(home.releases.iterdir())
    # the next one has a session of its own
    with step(home, pytest.fail):
        snapshots.HOP.run(open_installation(home.root), sorted(installation.entries()))
        sound(open_installation(home.root))
        older = build.publish(open_installation(home.root), SCHEMA, connect).release.id
        assert store.listing(f"{address}/lake/snapshots") and releases.served_id(home) == older
    with only_process(home):
        restart(records)
        with pytest.raises(LostLockError):
            shared_releases.rollback(open_installation(home.root), older)


def shared(address: str) -> list[str]:
    """Return what is in the store but pages: these are put by what they hold, and change nothing."""
    return [name for name in store.listing(address) if not name.startswith(f"{address}/raw/")]


def restart(records: str) -> None:
    """Kill a process of PostgreSQL's: it ends all others then, and begins anew with no session and no lock."""
    with closing(psycopg2.connect(records)) as other, closing(psycopg2.connect(records)) as session:
        os.kill(session.info.backend_pid, signal.SIGKILL)
        until(lambda: not answers(other), "all sessions have ended", 30)
    until(lambda: answers(records), "PostgreSQL is back", 30)


def answers(of: Any) -> bool:
    """Whether a session answers, or a new one of an address."""
    try:
        with closing(psycopg2.connect(of)) if isinstance(of, str) else nullcontext(of) as session:
            session.cursor().execute("select 1")
    except psycopg2.Error:
        return False
    return True


def test_a_run_of_another_machine_is_never_called_dead(homes: list[Home]) -> None:
    """On one machine a run of the command line that seems to go while we hold the lock is a dead one."""
    import dagster as dg

    from orchestration.cockpit.instance import CLI_TAG

    ensure_dagster_home(homes[0])
    with open_instance(homes[0], pytest.fail) as instance:
        run = instance.create_run_for_job(nothing, tags={CLI_TAG: "1"}, status=dg.DagsterRunStatus.STARTED)
    ensure_dagster_home(homes[1])
    with open_instance(homes[1], pytest.fail) as instance:
        found = instance.get_run_by_id(run.run_id)
        assert found is not None and found.status == dg.DagsterRunStatus.STARTED
        instance.delete_run(run.run_id)


def _nothing() -> object:
    import dagster as dg

    @dg.job
    def does_nothing() -> None:
        pass

    return does_nothing


nothing = _nothing()
