"""Ending a command when somebody says so: the first SIGINT or SIGTERM unwinds it, the second ends it at once.

A first one that has not unwound it within two minutes ends it too: a thread may wait for ever for what the signal broke
off (a lock that was just taken), and no person need be there to send another.

What belongs here: signals, and what a person is told of an interrupted run. What does not: cleaning up (each part of a
run does that where it is left), the signals of servers (``dashboard/serve.py``, ``cockpit/services.py``).

Dagster has handlers of its own while it executes: they raise an exception in a step, and between steps they only
remember. So a signal is also written down here, by the kernel's way through a file descriptor, whoever handles it: who
starts the next piece of work asks ``check``.
"""

from __future__ import annotations

import _thread
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from orchestration.cli.saying import echo
from sources.home import Home

SIGNALS = (signal.SIGINT, signal.SIGTERM)
#: seconds within which a signal is the same wish as the first: `timeout` sends to the process, then to its group
ONE_WISH = 0.3
#: seconds that unwinding may take
PATIENCE = 120.0
_BROKEN_OFF = b"baogao: interrupted; cleaning up did not end in two minutes, the next run does it; run again to go on\n"
_SHOW_CURSOR = b"\x1b[?25h"
#: no signal's number: what the first one raised was dropped; and seconds after which it is raised anew
_LOST, _MEANWHILE = 0, 0.02
#: the first signal of this command; the end of the pipe into which they are written
_received: list[int] = []
_pipe: list[int] = []


class Stopped(SystemExit):
    """A signal ended this command; its code is the exit status that shells expect, 128 and the signal's number."""


def heed() -> None:
    """Heed both signals from now on, also where whoever started this process had SIGINT ignored."""
    read, write = os.pipe()
    os.set_blocking(write, False)
    for number in SIGNALS:
        signal.signal(number, _unwind)
    signal.set_wakeup_fd(write, warn_on_full_buffer=False)
    _pipe[:] = [write]
    sys.unraisablehook = _lost
    threading.Thread(target=_watch, args=(read,), daemon=True, name="signals").start()


def check() -> None:
    """Raise Stopped where a signal came: nothing new may begin."""
    if _received:
        raise Stopped(128 + _received[0])


@contextmanager
def telling(home: Home) -> Iterator[None]:
    """Let work on `home` end with a line on what is served, where a signal ended it."""
    from orchestration.home import releases  # it brings pydantic: half of what `baogao --help` would load

    former = releases.served_id(home)
    try:
        yield
        check()
    except BaseException:
        if not _received:
            raise
        echo(f"baogao: interrupted; {served(home, former)}; run again to go on", err=True)
        raise Stopped(128 + _received[0]) from None


def served(home: Home, former: str | None) -> str:
    """Return in words which release is served now; `former`: the id of the one that was before this command."""
    from orchestration.home import releases

    current = releases.current(home)
    if current is None:
        return "nothing is published"
    which = f"the former release {current.id} is still" if current.id == former else f"the new release {current.id} is"
    return f"{which} served"


def _unwind(number: int, _frame: FrameType | None) -> None:
    # once only: what cleans up is not to be broken off
    signal.signal(signal.SIGINT, _nothing)
    signal.signal(signal.SIGTERM, _nothing)
    _received.append(number)
    raise Stopped(128 + _received[0])


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Leave a further signal to the thread that watches."""


def _lost(unraisable: Any) -> None:
    """Take down what was raised where nothing can be, as while garbage is collected: Python drops it there."""
    if not _received or issubclass(unraisable.exc_type, Exception):
        sys.__unraisablehook__(unraisable)
        return
    if issubclass(unraisable.exc_type, Stopped):
        signal.signal(_received[0], _unwind)
    os.write(_pipe[0], bytes([_LOST]))


def _watch(read: int) -> None:
    """Take every signal down, also those that another handler or a call into C keeps from us; end at the second."""
    first, ours = 0.0, 0
    while numbers := _next(read, first):
        for number in numbers:
            if number == _LOST:
                time.sleep(_MEANWHILE)
                ours += 1
                _thread.interrupt_main(signal.Signals(_received[0]))
            elif number in SIGNALS and ours:
                ours -= 1
            elif number in SIGNALS and not first:
                first = time.monotonic()
                _received.append(number)
            elif number in SIGNALS and time.monotonic() - first > ONE_WISH:
                _end(number)


def _next(read: int, first: float) -> bytes:
    """Return the signals that came; end the process where none comes in the time that the `first` has for unwinding."""
    left = max(0.0, first + PATIENCE - time.monotonic()) if first else None
    if not select.select([read], [], [], left)[0]:
        os.write(2, _BROKEN_OFF)
        _end(_received[0])
    return os.read(read, 64)


def _end(number: int) -> None:
    if sys.stderr.isatty():
        os.write(2, _SHOW_CURSOR)  # a bar hides it
    os._exit(128 + number)
