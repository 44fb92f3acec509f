"""One `baogao run`: plan, launch what is needed, print what came out.

What belongs here: progress, the order of jobs, the summary. What does not: what is stale (``hops/plan.py``), the work.
"""

from __future__ import annotations

import gc
import os
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from orchestration.cli import stopping
from orchestration.cli.as_json import plan_of, write_json
from orchestration.cli.errors import UserError, with_remedy
from orchestration.cli.progress import bars
from orchestration.cli.saying import echo, spoken
from orchestration.cli.summary import summary_lines
from orchestration.home import care, memory, provenance, releases
from orchestration.home.installation import Installation
from orchestration.home.locking import HomeInUseError, only_process
from orchestration.hops import HOPS, gate, judging, kept_back, progress
from orchestration.hops.plan import Plan, make_plan
from orchestration.hops.ranges import Rectangle
from orchestration.release.refusals import REMEDY, Override
from orchestration.warehouse import builds, built_from
from sources.partitions import PROVINCES
from sources.registry.regions import load_regions

if TYPE_CHECKING:
    from orchestration.cockpit.instance import Instance

SHOWN = 10


def titles() -> dict[str, str]:
    """Return what the bars and the plan call the steps of a run, by name."""
    return {**{hop.name: hop.title for hop in HOPS}, "warehouse": "building the warehouse, publishing"}


def mend_home(installation: Installation, verify: bool = False) -> None:
    """Put right what a killed process or a bad disk left, and tell it; not while other machines work on it."""
    if installation.settings.cluster.engine:
        try:
            with only_process(installation.home):
                _mend(installation, verify)
        except HomeInUseError:
            if verify:
                raise
        return
    _mend(installation, verify)


def _mend(installation: Installation, verify: bool) -> None:
    for line in care.mend(installation, thorough=verify):
        print_mended(line)


def print_mended(line: str) -> None:
    echo(spoken("mended: {line}", line=line), err=True)


@contextmanager
def sample_catalogue(installation: Installation) -> Iterator[Path]:
    """Serve the sample's pages on loopback while the block runs; yield a catalogue of their addresses."""
    from samples import serve as samples

    # the sample's server is this machine, which is never asked otherwise, and needs no politeness
    for name, value in (("ALLOW_PRIVATE_ADDRESSES", "true"), ("DELAY_SECONDS", "0"), ("ADAPTIVE", "false")):
        os.environ.setdefault(f"BAOGAO_CRAWL_{name}", value)
    installation.home.create()
    with samples.serve(samples.SITE) as base_url:
        yield Path(samples.sample_catalogue(base_url, installation.home.root / "sample_catalogue.csv"))


class Runner:
    """One `baogao run`: plan, launch what is needed, tell what came out."""

    def __init__(
        self,
        installation: Installation,
        years: tuple[int, int] | None,
        provinces: list[str],
        refetch_hours: float,
    ) -> None:
        self.installation = installation
        self.years, self.provinces, self.refetch_hours = years, provinces, refetch_hours
        self.failures: list[str] = []
        self.former = releases.served_id(installation.home)

    def run(self, override: Override | None) -> None:
        """Bring up to date what is stale, publish (with `override` in spite of bad verdicts), print what came out."""
        stale = self._plan()
        if not stale.partitions and not override and self._published_is_current():
            echo(spoken("nothing has changed since the last run: nothing to do"))
        else:
            echo(spoken("loading …"), err=True, progress=True)
            mended = built_from.may_be_mended(self.installation, len(stale.partitions), len(stale.claimed))
            # a build in spite of its tests is parsed anew, with a variable of its own: none that waits could do it
            with nullcontext() if mended or override else builds.dbt_waiting(self.installation):
                self._launch(stale, override)
            care.look_through(self.installation)
        summarise(self.installation, self.failures, self.former)

    def show_plan(self, as_json: bool = False) -> None:
        """Print what a run would do, hop by hop."""
        if as_json:
            write_json(plan_of(self.installation, self._made_plan()))
            return
        made, names = self._plan(), titles()
        stale = made.stale
        for hop, partitions in stale.items():
            echo(
                spoken(
                    "{hop}: {n_partitions} partitions{why}",
                    hop=names[hop],
                    n_partitions=len(partitions),
                    why=made.told_why(hop),
                )
            )
        entries = self.installation.entries()
        asked = [e for partition in stale["snapshots"] for e in entries.get(partition, []) if e.is_web]
        hosts = Counter(urlsplit(entry.location).hostname for entry in asked)
        if hosts:
            shown = ", ".join(f"{host} {count}" for host, count in hosts.most_common(SHOWN))
            pace = max(hosts.values()) * self.installation.settings.crawl.delay_seconds / 60
            echo(
                spoken(
                    "{n_asked} addresses of {n_hosts} hosts to ask ({shown}{more}); at least {pace:.0f} min at the "
                    "pace set",
                    n_asked=len(asked),
                    n_hosts=len(hosts),
                    shown=shown,
                    more=", …" if len(hosts) > SHOWN else "",
                    pace=pace,
                )
            )

    def _plan(self) -> Plan:
        """Return what is stale, having printed how much it is."""
        made = self._made_plan()
        documents = sum(len(v) for k, v in self.installation.entries().items() if k in made.claimed)
        echo(
            spoken(
                "{documents} documents in {n_claimed} partitions; {n_partitions} partitions to bring up to date",
                documents=documents,
                n_claimed=len(made.claimed),
                n_partitions=len(made.partitions),
            )
        )
        problems = self.installation.catalogue_problems
        for problem in problems[:SHOWN]:
            echo(spoken("catalogue {problem}", problem=problem), err=True)
        if len(problems) > SHOWN:
            echo(spoken("catalogue … and {n_more} more: baogao status --json", n_more=len(problems) - SHOWN), err=True)
        return made

    def _made_plan(self) -> Plan:
        """Return what is stale; raises UserError where nothing is claimed."""
        made = make_plan(self.installation, self.years, self.provinces, self.refetch_hours)
        if not made.claimed:
            raise UserError("the catalogue has no report in these years and regions; widen --years or --regions")
        return made

    def _published_is_current(self) -> bool:
        return bool(provenance.current_release(self.installation.home, provenance.read_state(self.installation)))

    def _launch(self, stale: Plan, override: Override | None) -> None:
        if stale.partitions:
            judging.load_ahead()
        surround(self.installation)
        # Dagster loads while the judge does, and not at all where there is nothing to do
        from orchestration.cockpit.definitions import job
        from orchestration.cockpit.instance import execute, open_instance
        from orchestration.cockpit.partitions import run_tags
        from orchestration.cockpit.runs import new_command

        ingest, command = job("ingest"), new_command("run")
        # what was loaded stays: no search for garbage need go through it again
        gc.freeze()
        fetch = {"snapshots": {"config": {"refetch_hours": self.refetch_hours}}}
        with (
            open_instance(self.installation.home, print_mended) as instance,
            bars(titles()) as listener,
            progress.listening(listener),
        ):
            for rectangle in kept_back.rectangles(self.installation, stale.partitions, stale.claimed):
                self.failures += execute(ingest, instance, command, run_tags(rectangle), fetch)
                stopping.check()
            for rectangle in self._left_behind():
                self.failures += execute(ingest, instance, command, run_tags(rectangle), fetch)
                stopping.check()
            memory.give_back()
            # what ingestion had judged is memory that a build can use
            resting = threading.Thread(target=judging.close)
            resting.start()
            progress.tell("warehouse", more=1)
            self.failures += build_and_publish(instance, command, override)
            resting.join()
            progress.tell("warehouse", done=1)

    def _left_behind(self) -> list[Rectangle]:
        """Return the runs for partitions that a failed run left unfinished for the sake of one that the gate kept back.

        An address that could not be had is no reason to ask again: that is for the next `baogao run`.
        """
        if not self.failures:
            return []
        again = make_plan(self.installation, self.years, self.provinces, self.refetch_hours)
        unfinished = again.partitions - again.stale["snapshots"]
        return kept_back.rectangles(self.installation, unfinished - kept_back.held_back(self.installation, unfinished))


def surround(installation: Installation) -> None:
    """Set what Dagster reads of its surroundings, here and in the processes that a run starts."""
    os.environ["BAOGAO_HOME"] = str(installation.home.root)
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "true")
    # Dagster warns that the hops of one job have backfill policies of their own, which is meant
    warnings.filterwarnings("ignore", module="dagster")


def build_and_publish(
    instance: Instance, command: str, override: Override | None = None, installation: Installation | None = None
) -> list[str]:
    """Execute the job `warehouse` as one of the runs of `command`; return what failed, one line each.

    Where `installation` is one of several machines, that which has the warehouse executes it, and is waited for. With
    an `override` it builds what hangs on failing tests too, and publishes on record.
    """
    from orchestration.cockpit.definitions import job
    from orchestration.cockpit.instance import execute

    ops: dict[str, object] = {}
    if override:
        ops["dbt_models"] = {"config": {"despite_tests": True}}
        ops["publication"] = {"config": {"override_reason": override.reason, "override_by": override.by}}
    if installation and installation.settings.cluster.engine:
        from orchestration.cockpit.submitted import Wanted, follow, submit

        failures = follow(instance, submit(instance, [Wanted("warehouse", ops=ops)], command), lambda: None)
    else:
        failures = execute(job("warehouse"), instance, command, None, ops)
    stopping.check()
    return failures


def publish(installation: Installation, override: Override | None) -> None:
    """Build and publish what the raw tables hold, and print what came out."""
    surround(installation)
    from orchestration.cockpit.instance import open_instance
    from orchestration.cockpit.runs import new_command

    former = releases.served_id(installation.home)
    with open_instance(installation.home, print_mended) as instance:
        failures = build_and_publish(instance, new_command("release publish"), override, installation)
    summarise(installation, failures, former)


def summarise(installation: Installation, failures: list[str], former: str | None) -> None:
    """Print what came out; raise typer.Exit(1) if something failed. `former`: the release served before the command."""
    for failure in failures:
        echo(spoken("failed: {failure}", failure=with_remedy(failure)), err=True)
    for line in summary_lines(installation):
        echo(line)
    if failures or gate.documents_in(gate.failed_verdicts(installation.lake)):
        # a failing test stops what hangs on it before the publication could say how to go on
        stopped = failures and builds.last_build(installation).failed_tests
        if stopped and not any(REMEDY in failure for failure in failures):
            echo(REMEDY, err=True)
        echo(
            spoken("baogao: not everything could be done; {stays}", stays=stopping.served(installation.home, former)),
            err=True,
        )
        raise typer.Exit(1)


def provinces(given: list[str]) -> list[str]:
    """Return province codes for codes and names; a city stands for its province, as the partitions do."""
    found = []
    for part in (p.strip() for value in given for p in value.replace("，", ",").split(",")):
        if not part:
            continue
        code = f"{part[:2]}0000" if part.isdigit() and len(part) == 6 else part
        if code not in PROVINCES:
            code = _province_named(part)
        found.append(code)
    return found


def _province_named(name: str) -> str:
    codes = {f"{region.code[:2]}0000" for region in load_regions().by_name(name, None)}
    if not codes:
        raise UserError("--regions {name}: is no region; give a six-digit code such as 440000", name=name)
    if len(codes) > 1:
        raise UserError(
            "--regions {name}: is ambiguous ({codes}); give a six-digit code such as 440000",
            name=name,
            codes=", ".join(sorted(codes)),
        )
    return codes.pop()
