"""Who may write: one command line at a time, or any number of steps that the UI launched.

Steps launched from the UI or by the daemon share the lock (pools keep those apart that must not overlap); a command
line holds it alone. So neither changes what the other is reading. Readers need no lock: they open what is published,
and that is replaced whole. On one machine the lock is the kernel's (flock) on a file of the home; where several share a
store it is PostgreSQL's, of the database that holds their records (``[cluster] records``). Either ends with the process
that held it, however that ends.

What does not belong here: Dagster.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

from sources.errors import BaogaoError
from sources.home import Home
from sources.settings import load_settings

#: homes that this process holds alone; its own steps need no lock of their own
_held: set[str] = set()
#: PostgreSQL's number of the lock, "baogao" in ASCII: one database holds the records of one cluster
_NUMBER = int.from_bytes(b"baogao")
#: seconds without a sign of life after which PostgreSQL takes a session, and so its lock, for gone: a machine without
#: power says no farewell
_SESSION = "set tcp_keepalives_idle = 15; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 3"
_CONNECT_SECONDS = 10
#: the same for us: milliseconds after which a question that nobody answers is given up
_ANSWER_MS = 30_000
#: sessions of this process that hold, or wait for, a lock of PostgreSQL's, by home
_sessions: dict[str, list[Any]] = {}

#: seconds between two tries of who waits; a wait inside PostgreSQL's library could not be canceled
_AGAIN = 0.5

#: takes the lock, alone or (False) with others; says whether it was had
Take = Callable[[bool], bool]


class HomeInUseError(BaogaoError):
    """Another process writes to this home; the message says what to do."""


class NoRecordsError(BaogaoError):
    """The PostgreSQL that several machines share can't be asked for the lock; the message says what to do."""


class LostLockError(BaogaoError):
    """PostgreSQL has let go of a lock that this process took, so that another may be writing."""


@contextmanager
def only_process(home: Home) -> Iterator[None]:
    """Hold the home's lock alone. Raises HomeInUseError at once, with nothing touched, where another process has it."""
    with _opened(home) as (take, where):
        if not take(True):
            raise HomeInUseError(
                "another baogao process is writing to {where} (a run, or a step launched from the UI); wait "
                "until it ends, or name another --home. Nothing was touched.",
                where=where,
            )
        _held.add(str(home.root))
        try:
            yield
        finally:
            _held.discard(str(home.root))


@contextmanager
def step(home: Home, waiting: Callable[[str], None]) -> Iterator[None]:
    """Hold the home's lock together with other steps; wait for the end of a command line, after a word to `waiting`."""
    if str(home.root) in _held:
        yield
        return
    with _opened(home) as (take, where):
        if not take(False):
            waiting(f"a `baogao` command is writing to {where}; this step goes on when it has ended")
            while not take(False):
                time.sleep(_AGAIN)
        yield


def confirm(home: Home) -> None:
    """Ask, before something is written that others see, whether the lock is still held; where none is, nothing.

    It lasts as long as the session in PostgreSQL that took it. Raises LostLockError where that is over.
    """
    for session in _sessions.get(str(home.root), ()):
        import psycopg2

        try:
            with session.cursor() as cursor:
                cursor.execute("select 1")
        except psycopg2.Error as error:
            told = " ".join(str(error).split())
            raise LostLockError(
                "the PostgreSQL of [cluster] records has ended the session that held the lock ({told}), as it "
                "does when it is restarted; others may be writing since, so this stops before it writes any "
                "more. See that it runs, then run again",
                told=told,
            ) from error


@contextmanager
def _opened(home: Home) -> Iterator[tuple[Take, str]]:
    """Yield what takes the lock, and what it guards in words; the lock ends with the block."""
    cluster = load_settings(home).cluster
    if cluster.engine:
        with closing(_session(cluster.records)) as session:
            sessions = _sessions.setdefault(str(home.root), [])
            sessions.append(session)
            try:
                yield partial(_take_session, session), f"{home.root} and what it shares"
            finally:
                sessions.remove(session)
        return
    home.root.mkdir(parents=True, exist_ok=True)
    handle = os.open(home.lock, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        yield partial(_take_file, handle), str(home.root)
    finally:
        os.close(handle)


def _take_file(handle: int, alone: bool) -> bool:
    try:
        fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _session(records: str) -> Any:
    import psycopg2

    try:
        session = psycopg2.connect(
            records,
            connect_timeout=_CONNECT_SECONDS,
            tcp_user_timeout=_ANSWER_MS,
            application_name="baogao lock",
        )
    except psycopg2.OperationalError as error:
        told = " ".join(str(error).split())
        raise NoRecordsError(
            "the PostgreSQL of [cluster] records can't be asked for the lock ({told}); see that it runs, "
            "and that its address and PGPASSWORD are right. Nothing was touched.",
            told=told,
        ) from error
    session.autocommit = True  # a transaction open for hours would keep PostgreSQL from cleaning up
    with session.cursor() as cursor:
        cursor.execute(_SESSION)
    return session


def _take_session(session: Any, alone: bool) -> bool:
    import psycopg2

    try:
        with session.cursor() as cursor:
            cursor.execute(f"select pg_try_advisory_lock{'' if alone else '_shared'}(%s)", (_NUMBER,))
            return bool(cursor.fetchone()[0])
    except psycopg2.Error as error:
        told = " ".join(str(error).split())
        raise NoRecordsError(
            "the PostgreSQL of [cluster] records went away while the lock was waited for ({told}); see that "
            "it runs, then run again. Nothing was touched.",
            told=told,
        ) from error
