"""`baogao run` and `baogao ui`: catalogue to published warehouse, by the same Dagster jobs as in the UI.

What belongs here: arguments, progress, the summary. What does not: what is stale (``hops.plan``), the work.
"""

from __future__ import annotations

import gc
import os
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.cli.errors import UserError, with_remedy
from orchestration.cli.options import ByOption, HomeOption

if TYPE_CHECKING:
    from orchestration.cockpit.instance import Instance
    from orchestration.home.installation import Installation
    from orchestration.hops.plan import Plan
    from orchestration.hops.ranges import Rectangle

SHOWN = 10


def register(app: typer.Typer) -> None:
    app.command("run", help="From a catalogue to the published warehouse; does only what is not up to date.")(run)
    app.command("ui", help="Open Dagster's web interface of this installation.")(ui)


def run(
    catalogue: Annotated[
        Path | None,
        typer.Option("--catalogue", help="CSV of reports [default: the one this home follows]", show_default=False),
    ] = None,
    home: HomeOption = None,
    years: Annotated[str | None, typer.Option("--years", help="Only these report years: 2015 or 2015-2020")] = None,
    regions: Annotated[
        list[str] | None,
        typer.Option("--regions", help="Only these provinces, by code or name; may be given more than once"),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Use the bundled sample, served on this machine")] = False,
    plan_only: Annotated[
        bool, typer.Option("--plan", help="Follow the catalogue given and tell what a run would do, no more")
    ] = False,
    refetch_hours: Annotated[
        float, typer.Option("--refetch-hours", help="Ask addresses again that were asked longer ago than this")
    ] = 24.0,
    verify: Annotated[
        bool, typer.Option("--verify", help="First hold every stored page and raw table against its checksum")
    ] = False,
    publish_anyway: Annotated[
        str,
        typer.Option("--publish-anyway", metavar="REASON", help="Publish in spite of bad verdicts, on record with why"),
    ] = "",
    by: ByOption = "",
) -> None:
    """Fetch, read, extract, build, audit and publish what changed; print what came out and where it is."""
    from orchestration.home.installation import open_installation
    from orchestration.home.locking import HomeInUseError, only_process
    from sources.registry.catalogue import CatalogueError
    from sources.settings import SettingsError

    if sample and catalogue:
        raise UserError("--sample brings its own catalogue; leave out --catalogue")
    try:
        installation = open_installation(home)
        with only_process(installation.home), ExitStack() as stack:
            if sample:
                catalogue = stack.enter_context(_sample_catalogue(installation))
                installation = open_installation(home)
            if catalogue:
                installation.follow(catalogue)
            if not plan_only:
                mend_home(installation, verify)
            runner = Runner(installation, _years(years), _provinces(regions or []), refetch_hours)
            runner.override = Override(publish_anyway, by) if publish_anyway.strip() else None
            if plan_only:
                runner.tell_plan()
            else:
                runner.run()
    except (CatalogueError, SettingsError, HomeInUseError) as error:
        raise UserError(str(error)) from error


def mend_home(installation: Installation, verify: bool = False) -> None:
    """Put right what a killed process or a bad disk left, and tell it."""
    from orchestration.home.care import mend

    for line in mend(installation, thorough=verify):
        tell_mended(line)


def tell_mended(line: str) -> None:
    typer.echo(f"mended: {line}", err=True)


@contextmanager
def _sample_catalogue(installation: Installation) -> Iterator[Path]:
    """Serve the sample's pages on loopback while the block runs; yield a catalogue of their addresses."""
    from samples.serve import SITE, sample_catalogue, serve  # type: ignore[import-not-found, unused-ignore]

    # the sample's server is this machine, which is never asked otherwise, and needs no politeness
    for name, value in (("ALLOW_PRIVATE_ADDRESSES", "true"), ("DELAY_SECONDS", "0"), ("ADAPTIVE", "false")):
        os.environ.setdefault(f"BAOGAO_CRAWL_{name}", value)
    installation.home.create()
    with serve(SITE) as base_url:
        yield Path(sample_catalogue(base_url, installation.home.root / "sample_catalogue.csv"))


@dataclass(frozen=True)
class Override:
    """What a person who publishes in spite of bad verdicts said: why, and who (empty: the machine's user)."""

    reason: str
    by: str

    @property
    def ops(self) -> dict[str, object]:
        """The job's configuration: build what hangs on failing tests too, publish on record."""
        return {
            "dbt_models": {"config": {"despite_tests": True}},
            "publication": {"config": {"override_reason": self.reason, "override_by": self.by}},
        }


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
        self.override: Override | None = None

    def run(self) -> None:
        from orchestration.home.care import look_through
        from orchestration.warehouse.builds import dbt_waiting

        found = self._plan()
        self._tell_plan(found)
        if not found.partitions and not self.override and self._published_is_current():
            typer.echo("nothing has changed since the last run: nothing to do")
        else:
            typer.echo("loading …", err=True)
            with dbt_waiting(self.installation):
                self._launch(found)
            look_through(self.installation)
        summarise(self.installation, self.failures)

    def tell_plan(self) -> None:
        """Print what a run would do, hop by hop."""
        from urllib.parse import urlsplit

        found = self._plan()
        self._tell_plan(found)
        titles = _titles()
        for hop, partitions in found.stale.items():
            typer.echo(f"{titles[hop]}: {len(partitions)} partitions{found.told_why(hop)}")
        entries = self.installation.entries()
        asked = [e for partition in found.stale["snapshots"] for e in entries.get(partition, []) if e.is_web]
        hosts = Counter(urlsplit(entry.location).hostname for entry in asked)
        if hosts:
            shown = ", ".join(f"{host} {count}" for host, count in hosts.most_common(SHOWN))
            pace = max(hosts.values()) * self.installation.settings.crawl.delay_seconds / 60
            typer.echo(
                f"{len(asked)} addresses of {len(hosts)} hosts to ask ({shown}{', …' if len(hosts) > SHOWN else ''}); "
                f"at least {pace:.0f} min at the pace set"
            )

    def _plan(self) -> Plan:
        from orchestration.hops import plan

        found = plan.make_plan(self.installation, self.years, self.provinces, self.refetch_hours)
        if not found.claimed:
            raise UserError("the catalogue has no report in these years and regions; widen --years or --regions")
        return found

    def _tell_plan(self, found: Plan) -> None:
        documents = sum(len(v) for k, v in self.installation.entries().items() if k in found.claimed)
        typer.echo(
            f"{documents} documents in {len(found.claimed)} partitions; "
            f"{len(found.partitions)} partitions to bring up to date"
        )
        for problem in self.installation.catalogue.problems:
            typer.echo(f"catalogue {problem}", err=True)

    def _published_is_current(self) -> bool:
        from orchestration.home import provenance

        return bool(provenance.current_release(self.installation.home, provenance.read_state(self.installation)))

    def _launch(self, found: Plan) -> None:
        from orchestration.cli.progress import bars
        from orchestration.home import memory
        from orchestration.hops import judging, kept_back, progress

        if found.partitions:
            judging.load_ahead()
        # what a run reads of its surroundings, here and in the processes it starts
        os.environ["BAOGAO_HOME"] = str(self.installation.home.root)
        os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "true")
        from orchestration.cockpit.definitions import job
        from orchestration.cockpit.instance import execute, open_instance
        from orchestration.cockpit.partitions import run_tags

        # Dagster warns that the hops of one job have backfill policies of their own, which is meant
        warnings.filterwarnings("ignore", module="dagster")
        ingest = job("ingest")
        # what was loaded stays: no search for garbage need go through it again
        gc.freeze()
        fetch = {"snapshots": {"config": {"refetch_hours": self.refetch_hours}}}
        with (
            open_instance(self.installation.home, tell_mended) as instance,
            bars(_titles()) as listener,
            progress.listening(listener),
        ):
            for rectangle in kept_back.rectangles(self.installation, found.partitions, found.claimed):
                self.failures += execute(ingest, instance, run_tags(rectangle), fetch)
            for rectangle in self._left_behind():
                self.failures += execute(ingest, instance, run_tags(rectangle), fetch)
            memory.give_back()
            # what only ingestion needed ends while dbt begins
            resting = threading.Thread(target=judging.rest)
            resting.start()
            progress.tell("warehouse", more=1)
            self.failures += build_and_publish(instance, self.override)
            resting.join()
            progress.tell("warehouse", done=1)

    def _left_behind(self) -> list[Rectangle]:
        """Return the runs for partitions that a failed run left unfinished for the sake of one that the gate kept back.

        An address that could not be had is no reason to ask again: that is for the next `baogao run`.
        """
        from orchestration.hops import kept_back, plan

        if not self.failures:
            return []
        again = plan.make_plan(self.installation, self.years, self.provinces, self.refetch_hours)
        unfinished = again.partitions - again.stale["snapshots"]
        return kept_back.rectangles(self.installation, unfinished - kept_back.held_back(self.installation, unfinished))


def _titles() -> dict[str, str]:
    """Return what the bars and the plan call the steps of a run, by name."""
    from orchestration.hops import HOPS

    return {**{hop.name: hop.title for hop in HOPS}, "warehouse": "building the warehouse, publishing"}


def build_and_publish(instance: Instance, override: Override | None = None) -> list[str]:
    """Execute the job `warehouse`; return what failed, one line each."""
    from orchestration.cockpit.definitions import job
    from orchestration.cockpit.instance import execute

    ops = override.ops if override else None
    return execute(job("warehouse"), instance, None, ops)


def summarise(installation: Installation, failures: list[str]) -> None:
    """Print what came out; raise typer.Exit(1) if nothing could be published."""
    from orchestration.cli.summary import summary_lines

    for failure in failures:
        typer.echo(f"failed: {with_remedy(failure)}", err=True)
    for line in summary_lines(installation):
        typer.echo(line)
    if failures:
        from orchestration.home.releases import current
        from orchestration.release.refusals import REMEDY
        from orchestration.warehouse import builds

        # a failing test stops what hangs on it before the publication could say how to go on
        if builds.last_build(installation).failed_tests and not any(REMEDY in failure for failure in failures):
            typer.echo(REMEDY, err=True)
        served = current(installation.home)
        still = f"the former release {served.id} is still served" if served else "nothing is published"
        typer.echo(f"baogao: not everything could be done; {still}", err=True)
        raise typer.Exit(1)


def _years(given: str | None) -> tuple[int, int] | None:
    if given is None:
        return None
    first, dash, last = given.partition("-")
    try:
        years = int(first), int(last if dash else first)
    except ValueError as error:
        raise UserError(f"--years {given}: give a year or two with a hyphen, such as 2015-2020") from error
    if years[0] > years[1]:
        raise UserError(f"--years {given}: the first year comes after the last")
    return years


def _provinces(given: list[str]) -> list[str]:
    """Return province codes for codes and names; a city stands for its province, as the partitions do."""
    from sources.partitions import PROVINCES

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
    from sources.registry.regions import load_regions

    codes = {f"{region.code[:2]}0000" for region in load_regions().by_name(name, None)}
    if len(codes) != 1:
        told = "is no region" if not codes else f"is ambiguous ({', '.join(sorted(codes))})"
        raise UserError(f"--regions {name}: {told}; give a six-digit code such as 440000")
    return codes.pop()


def ui(
    home: HomeOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on")] = 3000,
) -> None:
    """Start Dagster's web server and daemon for this installation; end with Ctrl-C."""
    from orchestration.cockpit.instance import ensure_dagster_home
    from sources.home import REPOSITORY, find_home

    found = find_home(home)
    environment = {
        **os.environ,
        "BAOGAO_HOME": str(found.root),
        "DAGSTER_HOME": str(ensure_dagster_home(found)),
        "DAGSTER_DISABLE_TELEMETRY": "true",
    }
    command = [sys.executable, "-m", "dagster", "dev", "-w", "workspace.yaml", "-h", host, "-p", str(port)]
    typer.echo(f"Dagster for {found.root} at http://{host}:{port} (ready in about half a minute, Ctrl-C ends it)")
    sys.stdout.flush()
    # in our place, not below us: whoever ends this process ends the server and the daemon
    os.chdir(REPOSITORY)
    os.execve(command[0], command, environment)
