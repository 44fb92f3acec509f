"""`baogao status`: coverage, what failed, what is stale, the gate's verdicts, which release is served."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orchestration.cli.options import HomeOption, JsonOption
from orchestration.cli.saying import echo

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
    echo(f"home       {installation.home.root}")
    echo(f"catalogue  {installation.catalogue_file} ({len(installation.catalogue.entries)} documents)")
    for problem in installation.catalogue_problems[:SHOWN]:
        echo(f"           {problem}")
    reports = read_column_rows(
        installation, "reports", ["accepted", "refusal_reason", "completeness", "report_year", "identity"]
    )
    accepted = [row for row in reports if row["accepted"]]
    echo(f"read       {len(reports)} documents, {len(accepted)} accepted")
    for reason, count in Counter(row["refusal_reason"] for row in reports if not row["accepted"]).most_common():
        echo(f"           {count} refused: {reason}")
    for name, count in Counter(row["identity"] for row in accepted).most_common():
        echo(f"           {count} accepted with identity {name}")
    years = Counter(row["report_year"] for row in accepted)
    echo("coverage   " + (" ".join(f"{year}:{years[year]}" for year in sorted(years, key=str)) or "none"))
    for hop, partitions in made.stale.items():
        stale = sorted(partitions)
        shown = ", ".join(str(partition) for partition in stale[:6]) + (" …" if len(stale) > 6 else "")
        echo(f"stale      {hop}: {len(stale)}{made.told_why(hop)}" + (f": {shown}" if stale else ""))
    for line in failure_lines(fetch_failures(installation), SHOWN):
        echo(line)
    moment = sweep.declared(installation.home)
    if moment:
        echo(f"refresh    all addresses declared due at {moment:%Y-%m-%d %H:%M} UTC")
    bad = failed_verdicts(installation.lake)
    for number, line in enumerate(unworked_lines(bad, SHOWN)):
        echo(f"{'           ' if number else 'unworked   '}{line}")
    echo(f"gates      {len(bad)} expectations do not hold")
    for verdict in sorted(bad, key=lambda v: (v["severity"], -v["n_failed"]))[:SHOWN]:
        echo(
            f"           {verdict['severity']}: {verdict['table_name']} {verdict['partition']} "
            f"{verdict['expectation']}: {verdict['n_failed']} of {verdict['n_rows']}"
        )
        if verdict["severity"] != "warning" and verdict["examples"] and verdict["expectation"] != WORKED_THROUGH:
            echo(f"           {' ' * len(verdict['severity'])}  {verdict['examples'][:EXAMPLE]}")
    unused = without_effect(installation)
    echo(f"reviews    {len(unused)} decisions or files have no effect")
    for line in unused[:SHOWN]:
        echo(f"           {line}")
    build = builds.last_build(installation)
    told = f"built {build.built_at}" if build.built_at else "not built yet"
    current_inputs = build.inputs == read_state(installation).hash
    fresh = "" if current_inputs else ", stale"
    echo(f"warehouse  {told}{fresh}; {len(build.failed_tests)} tests failed, {len(build.warnings)} warn")
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
        yield f"store      {installation.settings.store} serves {named.serves or 'nothing yet'}"
    yield f"served     {served.id if served else 'nothing yet'}"
    if served and (left := went_back(served, installation.home).left):
        yield f"           gone back to by hand from {left}; it stays until the raw tables change"
    override = (served.manifest.get("override") if served else None) or {}
    if override:
        yield f"           in spite of bad verdicts, by {override['by']} at {override['at']}: {override['reason']}"
        yield from (f"           - {verdict['told']}" for verdict in override["verdicts"])
    attempt = last_attempt(installation.home)
    if attempt.refused:
        yield f"refused    the attempt of {attempt.at}:"
        yield from (f"           - {told}" for told in attempt.refused[:SHOWN])
        yield '           publish all the same, on record: baogao release publish --override "REASON"'
    if attempt.removed:
        yield f"           {', '.join(attempt.removed)} went to make room; `baogao release keep ID` has one stay"
    for verdict in attempt.verdicts[:SHOWN]:
        told = f"{verdict['severity']}: {verdict['table_name']} {verdict['expectation']}: {verdict['n_failed']}"
        yield f"           {told} ({verdict['observed']})"
        if verdict["examples"]:
            yield f"           {verdict['examples'][:EXAMPLE]}"
