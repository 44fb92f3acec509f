"""`baogao audit draw|report`: how often the served release is wrong, as readers of one's own documents find it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from itertools import pairwise
from typing import Annotated

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.options import HomeOption
from orchestration.cli.saying import echo, spoken
from orchestration.home.releases import current
from sources.home import Home, find_home
from sources.quality import audits
from sources.quality.audits import Answer, Draw
from sources.quality.estimate import Share

#: a longer pause between two answers is no work
_LONGEST_PAUSE = 300.0
READING = (
    "indicator", "measure", "printed_value", "unit", "qualifier", "status", "period_start", "period_end", "scope",
)  # fmt: skip
audit = typer.Typer()
AuditArgument = Annotated[str | None, typer.Argument(help="Which audit [default: the newest]")]


@audit.command("draw")
def draw_command(
    cells: Annotated[int, typer.Option("--cells", min=1, help="Published values to judge")] = 150,
    places: Annotated[int, typer.Option("--places", min=0, help="Figures in texts that nothing was read from")] = 100,
    seed: Annotated[int, typer.Option("--seed", help="The same seed and release give the same sample")] = 1,
    where: Annotated[
        str,
        typer.Option("--where", metavar="SQL", help="Condition on fct_city_year_indicator, e.g. \"level = 'city'\""),
    ] = "",
    home: HomeOption = None,
) -> None:
    """Draw cells of the served release, and places in its texts, for readers to judge in the dashboard."""
    from orchestration.home.database import duckdb_at
    from orchestration.home.installation import open_installation
    from orchestration.release.sampling import draw

    installation = open_installation(home)
    if installation.settings.store:
        raise UserError(
            "an audit's files lie in the home, and a run reads the decisions of the store; draw it in a home without "
            "`store` that has published the same documents"
        )
    served = current(installation.home)
    if served is None:
        raise UserError("nothing has been published yet; run: baogao run --catalogue FILE.csv")
    with duckdb_at(served.path / "baogao.duckdb") as connection:
        drawn = draw(connection, installation.lake, served.id, cells=cells, places=places, seed=seed, where=where)
    path = audits.write_draw(installation.home.reviews, drawn)
    kinds = [item.kind for item in drawn.items]
    units = sum(size for name, size in drawn.strata.items() if name != "place")
    echo(
        spoken(
            "audit {audit_id}: {n_cells} of {units} cells, {n_places} of {places} places; {path}",
            audit_id=drawn.audit_id,
            n_cells=kinds.count("cell"),
            units=units,
            n_places=kinds.count("place"),
            places=drawn.strata["place"],
            path=path,
        )
    )
    echo(spoken("judge them: baogao dashboard, page Audit; then: baogao audit report"))


@audit.command("report")
def report_command(audit_id: AuditArgument = None, home: HomeOption = None) -> None:
    """Print what readers found: precision and recall, what they disagree on, what reads otherwise now."""
    where = find_home(home)
    known = audits.list_audits(where.reviews)
    if not known:
        raise UserError("nothing has been drawn yet; run: baogao audit draw")
    draw = audits.read_draw(where.reviews, audit_id or known[-1])
    said = audits.readers(where.reviews, draw.audit_id)
    result = audits.result_of(draw, said)
    echo(f"audit {draw.audit_id} of release {draw.release}" + (f", where {draw.where}" if draw.where else ""))
    for name, given in said.items():
        echo(
            spoken(
                "  {name}: {n_given} of {n_items} judged, {minutes:.0f} minutes",
                name=name,
                n_given=len(given),
                n_items=len(draw.items),
                minutes=_minutes(given),
            )
        )
    echo(
        spoken("precision {precision} from {n_cells} cells", precision=_told(result.precision), n_cells=result.n_cells)
    )
    echo(
        spoken(
            "recall    {recall} from {n_places} places besides", recall=_told(result.recall), n_places=result.n_places
        )
    )
    items = {item.item_id: item for item in draw.items}
    if result.open:
        echo(
            spoken(
                "{n_open} doubtful or disagreed upon; judge them as reader {settled!r}:",
                n_open=len(result.open),
                settled=audits.SETTLED,
            )
        )
    for item_id, told in result.open.items():
        item = items[item_id]
        echo(f"  {item.surface}  {item.source}  " + ", ".join(f"{name}: {what}" for name, what in told.items()))
    for line in _changed(where, draw, result.settled):
        echo(line)


def _told(share: Share | None) -> str:
    if share is None:
        return "unknown until all are judged:"
    return f"{share.estimate:.1%} (95 %: {share.lower:.1%} to {share.upper:.1%})"


def _minutes(given: Mapping[str, Answer]) -> float:
    times = sorted(datetime.fromisoformat(answer.at) for answer in given.values() if answer.at)
    pauses = ((after - before).total_seconds() for before, after in pairwise(times))
    return sum(pause for pause in pauses if pause < _LONGEST_PAUSE) / 60


def _changed(home: Home, draw: Draw, settled: Mapping[str, str]) -> list[str]:
    """Return a line for each judged cell that the served release reads otherwise at the same place of its text."""
    from orchestration.home.database import duckdb_at

    if not home.published_database.is_file():
        return []
    with duckdb_at(home.published_database) as connection:
        rows = connection.execute(
            f"select r.text_sha256, o.char_start, {', '.join(f'o.{name}' for name in READING)} "
            "from fct_observation as o join dim_report as r using (report_id)"
        ).fetchall()
    texts, now = {row[0] for row in rows}, set(rows)
    lines = []
    for item in draw.items:
        if item.kind == "cell" and item.item_id in settled and item.text_sha256 in texts:
            same = (item.text_sha256, item.char_start, *(item.reading[name] for name in READING)) in now
            if same == (settled[item.item_id] == "wrong"):
                told = "judged wrong and still read so" if same else "judged right and no longer read so"
                lines.append(f"{told}: {item.surface}  {item.sentence.strip()[:60]}")
    return lines
