"""`baogao status`: coverage, what failed, what is stale, the gate's verdicts, which release is served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.cli.options import HomeOption, JsonOption
from orchestration.cli.saying import echo, spoken

if TYPE_CHECKING:
    from orchestration.home.installation import Installation

SHOWN = 50
#: characters shown of a failing row
EXAMPLE = 300


def status(as_json: JsonOption = False, home: HomeOption = None) -> None:
    """Look at the installation without changing anything."""
    from orchestration.cli.failures import failure_lines, fetch_failures, unworked_lines
    from orchestration.cli.summary import read_column_rows
    from orchestration.cockpit import sweep
    from orchestration.home.installation import open_installation
    from orchestration.home.provenance import read_state
    from orchestration.hops import plan
    from orchestration.hops.gate import WORKED_THROUGH, failed_verdicts
    from orchestration.hops.reviewed import without_effect
    from orchestration.warehouse import builds

    installation = open_installation(home)
    if as_json:
        from orchestration.cli.as_json import status_of, write_json

        write_json(status_of(installation))
        return
    made = plan.make_plan(installation)
    echo(spoken("home       {root}", root=installation.home.root))
    echo(
        spoken(
            "catalogue  {catalogue_file} ({n_entries} documents)",
            catalogue_file=installation.catalogue_file,
            n_entries=len(installation.catalogue.entries),
        )
    )
    problems = installation.catalogue_problems
    for problem in problems[:SHOWN]:
        echo(f"           {problem}")
    if len(problems) > SHOWN:
        echo(spoken("           … and {n_more} more: baogao status --json", n_more=len(problems) - SHOWN))
    reports = read_column_rows(
        installation, "reports", ["accepted", "refusal_reason", "completeness", "report_year", "identity"]
    )
    accepted = [row for row in reports if row["accepted"]]
    echo(
        spoken(
            "read       {n_reports} documents, {n_accepted} accepted", n_reports=len(reports), n_accepted=len(accepted)
        )
    )
    for reason, count in Counter(row["refusal_reason"] for row in reports if not row["accepted"]).most_common():
        echo(spoken("           {count} refused: {reason}", count=count, reason=reason))
    for name, count in Counter(row["identity"] for row in accepted).most_common():
        echo(spoken("           {count} accepted with identity {name}", count=count, name=name))
    years = Counter(row["report_year"] for row in accepted)
    by_year = " ".join(f"{year}:{years[year]}" for year in sorted(years, key=str))
    echo(spoken("coverage   {years}", years=by_year or "none"))
    for hop, partitions in made.stale.items():
        stale = sorted(partitions)
        shown = ", ".join(str(partition) for partition in stale[:6]) + (" …" if len(stale) > 6 else "")
        told = f"{len(stale)}{made.told_why(hop)}" + (f": {shown}" if stale else "")
        echo(spoken("stale      {hop}: {stale}", hop=hop, stale=told))
    for line in failure_lines(fetch_failures(installation), SHOWN):
        echo(line)
    moment = sweep.declared(installation.home)
    if moment:
        echo(spoken("refresh    all addresses declared due at {moment} UTC", moment=f"{moment:%Y-%m-%d %H:%M}"))
    bad = failed_verdicts(installation.lake)
    for number, line in enumerate(unworked_lines(bad, SHOWN)):
        echo(f"           {line}" if number else spoken("unworked   {line}", line=line))
    echo(spoken("gates      {n_bad} expectations do not hold", n_bad=len(bad)))
    for verdict in sorted(bad, key=lambda v: (v["severity"], -v["n_failed"]))[:SHOWN]:
        echo(
            spoken(
                "           {severity}: {table_name} {partition} {expectation}: {n_failed} of {n_rows}",
                severity=verdict["severity"],
                table_name=verdict["table_name"],
                partition=verdict["partition"],
                expectation=verdict["expectation"],
                n_failed=verdict["n_failed"],
                n_rows=verdict["n_rows"],
            )
        )
        if verdict["severity"] != "warning" and verdict["examples"] and verdict["expectation"] != WORKED_THROUGH:
            echo(f"           {' ' * len(verdict['severity'])}  {verdict['examples'][:EXAMPLE]}")
    unused = without_effect(installation)
    echo(spoken("reviews    {n_unused} decisions or files have no effect", n_unused=len(unused)))
    for line in unused[:SHOWN]:
        echo(f"           {line}")
    build = builds.last_build(installation)
    told = f"built {build.built_at}" if build.built_at else "not built yet"
    current_inputs = build.inputs == read_state(installation).hash
    fresh = "" if current_inputs else ", stale"
    echo(
        spoken(
            "warehouse  {told}{fresh}; {n_failed_tests} tests failed, {n_warnings} warn",
            told=told,
            fresh=fresh,
            n_failed_tests=len(build.failed_tests),
            n_warnings=len(build.warnings),
        )
    )
    if build.error:
        echo(f"           {build.error.splitlines()[0]}")
    for test in [*build.failed_tests, *build.warnings][:SHOWN]:
        echo(f"           {test['name']}: {test['message']}")
    for line in _publication(installation):
        echo(line)


def _publication(installation: Installation) -> Iterator[str]:
    """Yield what is served, what forbade the last attempt, and what the release's own gates say."""
    from orchestration.home.releases import current, went_back
    from orchestration.home.shared_releases import served as in_store
    from orchestration.release.refusals import last_attempt

    served = current(installation.home)
    if installation.settings.store:
        named, _ = in_store(installation.settings.store)
        yield spoken(
            "store      {store} serves {serves}",
            store=installation.settings.store,
            serves=named.serves or "nothing yet",
        )
    yield spoken("served     {id}", id=served.id if served else "nothing yet")
    if served and (left := went_back(served, installation.home).left):
        yield spoken("           gone back to by hand from {left}; it stays until the raw tables change", left=left)
    override = (served.manifest.get("override") if served else None) or {}
    if override:
        yield spoken(
            "           in spite of bad verdicts, by {by} at {at}: {reason}",
            by=override["by"],
            at=override["at"],
            reason=override["reason"],
        )
        yield from (f"           - {verdict['told']}" for verdict in override["verdicts"])
    attempt = last_attempt(installation.home)
    if attempt.refused:
        yield spoken("refused    the attempt of {at}:", at=attempt.at)
        yield from (f"           - {told}" for told in attempt.refused[:SHOWN])
        yield spoken('           publish all the same, on record: baogao release publish --override "REASON"')
    if attempt.removed:
        yield spoken(
            "           {removed} went to make room; `baogao release keep ID` has one stay",
            removed=", ".join(attempt.removed),
        )
    for verdict in attempt.verdicts[:SHOWN]:
        told = f"{verdict['severity']}: {verdict['table_name']} {verdict['expectation']}: {verdict['n_failed']}"
        yield f"           {told} ({verdict['observed']})"
        if verdict["examples"]:
            yield f"           {verdict['examples'][:EXAMPLE]}"
