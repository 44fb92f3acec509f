"""Where the hops tell how far they are. The command line listens; in the UI nobody does, and that costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: called with (hop, documents done since the last call, documents that the hop now knows it has to do)
Listener = Callable[[str, int, int], None]
_listeners: list[Listener] = []


def tell(hop: str, done: int = 0, more: int = 0) -> None:
    """Say that `hop` has finished `done` documents and has got `more` to do."""
    for listener in _listeners:
        listener(hop, done, more)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Send what the hops tell to `listener` while the block runs."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
