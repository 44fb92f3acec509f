"""`baogao run` where other machines do the work: what is stale goes into the queue, stage by stage, and is followed.

What belongs here: the order of stages. What does not: what is stale (``hops/plan.py``), how runs reach a machine
(``cockpit/submitted.py``, ``cluster``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from orchestration.cli import stopping
from orchestration.cli.progress import bars
from orchestration.cli.runner import Runner, build_and_publish, print_mended, summarise, surround, titles
from orchestration.cli.saying import echo
from orchestration.hops import FETCHING, READING, assets_of, kept_back, progress
from orchestration.hops.hop import Hop
from orchestration.hops.plan import make_plan
from orchestration.release.refusals import Override
from sources.partitions import Partition

if TYPE_CHECKING:
    from orchestration.cockpit.instance import Instance


class Submitter(Runner):
    """One `baogao run` that hands its runs to the machines of `[cluster]`."""

    def run(self, override: Override | None) -> None:
        stale = self._plan()
        echo("loading …", err=True, progress=True)
        surround(self.installation)
        from orchestration.cockpit.instance import open_instance
        from orchestration.cockpit.runs import new_command
        from orchestration.cockpit.submitted import no_daemon

        command = new_command("run")

        with (
            open_instance(self.installation.home, print_mended) as instance,
            bars(titles()) as listener,
            progress.listening(listener),
        ):
            if warning := no_daemon(instance):
                echo(warning, err=True)
            fetched = frozenset().union(*(stale.stale[hop.name] for hop in FETCHING))
            self._stage(instance, command, FETCHING, fetched)
            if fetched:
                stale = make_plan(self.installation, self.years, self.provinces, self.refetch_hours)
            # an address that could not be had keeps no document from being read
            self._stage(instance, command, READING, frozenset().union(*(stale.stale[hop.name] for hop in READING)))
            progress.tell("warehouse", more=1)
            self.failures += build_and_publish(instance, command, override, self.installation)
            progress.tell("warehouse", done=1)
        summarise(self.installation, self.failures, self.former)

    def _stage(self, instance: Instance, command: str, hops: Sequence[Hop], partitions: Iterable[Partition]) -> None:
        """Have other machines do the work of `hops` on `partitions`, and wait for them."""
        from orchestration.cockpit.partitions import run_tags
        from orchestration.cockpit.submitted import Wanted, follow, submit

        rectangles = kept_back.rectangles(self.installation, partitions)
        if hops is READING:
            most = self.installation.settings.cluster.partitions_per_run
            rectangles = [part for rectangle in rectangles for part in rectangle.cut(most)]
        if not rectangles:
            return
        ops = {hop.name: {"config": {"refetch_hours": self.refetch_hours}} for hop in hops if hop.fetches}
        name = hops[0].name
        progress.tell(name, more=len(rectangles))
        wanted = [Wanted("ingest", run_tags(rectangle), assets_of(hops), ops) for rectangle in rectangles]
        batch = submit(instance, wanted, command)
        self.failures += follow(instance, batch, lambda: progress.tell(name, done=1))
        stopping.check()
