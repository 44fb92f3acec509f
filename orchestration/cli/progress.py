"""Progress bars for a person, plain lines for a log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from orchestration.cli.saying import is_quiet
from orchestration.hops.progress import Listener


@contextmanager
def bars(titles: dict[str, str]) -> Iterator[Listener]:
    """Yield a listener that shows one bar per hop on stderr; a hop without work shows none."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<36}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True)
    # drawing ten times a second took two of the sixty seconds of processor of a short run, and a log sees the end alone
    drawn = Progress(
        *columns, console=console, auto_refresh=console.is_terminal, refresh_per_second=2, disable=is_quiet()
    )
    with drawn as shown:
        tasks: dict[str, TaskID] = {}

        def listener(hop: str, done: int, more: int) -> None:
            if hop not in tasks:
                if not more and not done:
                    return
                tasks[hop] = shown.add_task(titles.get(hop, hop), total=0)
            task = next(t for t in shown.tasks if t.id == tasks[hop])
            shown.update(tasks[hop], advance=done, total=(task.total or 0) + more)

        yield listener
