"""`baogao compare` and `baogao panel`: one or more indicators of any regions from the served release.

What belongs here: arguments, how rows are printed. What does not: which rows (``dashboard/comparing.py``, which the
dashboard's page asks too).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.errors import UserError
from orchestration.cli.looking import NOTHING_PUBLISHED, fetched_home
from orchestration.cli.options import HomeOption, year_range
from orchestration.cli.saying import echo
from sources import outgoing

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboard.store import Store


class Level(StrEnum):
    national = "national"
    province = "province"
    city = "city"
    county = "county"


class Side(StrEnum):
    target = "target"
    result = "result"
    gap = "gap"


class Language(StrEnum):
    en = "en"
    zh = "zh"


class RowFormat(StrEnum):
    table = "table"
    csv = "csv"
    json = "json"


RegionsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        help="Regions by name (深圳, 深圳市福田区), pinyin or code", metavar="[REGION...]", show_default=False
    ),
]
LevelOption = Annotated[
    Level | None,
    typer.Option("--level", help="All regions of this level; of regions named, the ones of this level"),
]
BelowOption = Annotated[
    str | None, typer.Option("--below", metavar="REGION", help="The children of this region; with --level, all in it")
]
MeasureOption = Annotated[
    str | None,
    typer.Option("--measure", help="growth, level, change, share, … [default: growth where it is told]"),
]
YearsOption = Annotated[str | None, typer.Option("--years", help="Only these years: 2015 or 2015-2020")]
StateOption = Annotated[
    list[str] | None,
    typer.Option(
        "--state",
        help="Only rows with this reason or verdict: no_target_set, not_told, refused, missed, …; may be given again",
    ),
]
SentencesOption = Annotated[bool, typer.Option("--sentences", help="Each value with the sentence that tells it")]
FormatOption = Annotated[RowFormat, typer.Option("--format", help="How to print")]
LanguageOption = Annotated[
    Language, typer.Option("--language", envvar="BAOGAO_LANGUAGE", help="Language of reasons and of the table's words")
]


def compare(
    regions: RegionsArgument = None,
    level: LevelOption = None,
    below: BelowOption = None,
    indicator: Annotated[str, typer.Option("--indicator", help="Indicator by any name: GDP, 国内生产总值")] = "gdp",
    measure: MeasureOption = None,
    years: Annotated[
        str | None,
        typer.Option("--years", help="2023, 2015-2020 or all [default: the year that most regions tell]"),
    ] = None,
    by: Annotated[Side, typer.Option("--by", help="Rank by this, the largest first")] = Side.target,
    state: StateOption = None,
    sentences: SentencesOption = False,
    output_format: FormatOption = RowFormat.table,
    language: LanguageOption = Language.en,
    home: HomeOption = None,
) -> None:
    """Rank regions by an indicator: target, result, gap, verdict, and why a cell is empty."""
    from dashboard import comparing

    asked = _Asked(_store(home), regions or [], level, below, language)
    frame = asked.rows(indicator, measure)
    if years is None:
        year = comparing.fullest_year(frame, by.value)
        frame = frame if year is None else frame[frame["year"] == year]
    elif years != "all":
        frame = _within(frame, years)
    frame = comparing.having(comparing.ranked(frame, by.value), _known_states(state))
    _print(asked, frame, sentences, output_format, ("rank",))


def panel(
    regions: RegionsArgument = None,
    level: LevelOption = None,
    below: BelowOption = None,
    indicator: Annotated[
        list[str] | None,
        typer.Option("--indicator", help="Indicator by any name; may be given again [default: gdp]"),
    ] = None,
    measure: MeasureOption = None,
    years: YearsOption = None,
    state: StateOption = None,
    sentences: SentencesOption = False,
    output_format: FormatOption = RowFormat.table,
    language: LanguageOption = Language.en,
    home: HomeOption = None,
) -> None:
    """Print regions by year: a row per region, indicator and year, with why a cell is empty."""
    import pandas as pd

    from dashboard import comparing

    asked = _Asked(_store(home), regions or [], level, below, language)
    frame = pd.concat([asked.rows(one, measure) for one in indicator or ["gdp"]])
    frame = frame if years is None else _within(frame, years)
    frame = frame.sort_values(["region_code", "region_id", "indicator", "year"], kind="stable")
    _print(asked, comparing.having(frame, _known_states(state)), sentences, output_format)


def _store(home: Any) -> Store:
    from dashboard.store import served_store

    store = served_store(fetched_home(home))
    if store is None:
        raise UserError(NOTHING_PUBLISHED)
    return store


class _Asked:
    """The regions that the arguments mean in one release, and the words of a language."""

    def __init__(
        self, store: Store, names: Sequence[str], level: Level | None, below: str | None, language: Language
    ) -> None:
        from dashboard import comparing, queries
        from dashboard.texts import Texts

        self.store, self.texts = store, Texts(language.value)
        known = [{str(k): v for k, v in row.items()} for row in queries.regions(store).to_dict("records")]
        wanted = level.value if level else None
        if names:
            if below is not None:
                raise UserError("--below takes the place of regions; leave one of them out")
            found = [comparing.find_region(known, name, wanted) for name in names]
        elif level is None and below is None:
            raise UserError("no region is named; name some, or take all of a --level, or the children --below one")
        else:
            above = None if below is None else str(comparing.find_region(known, below)["region_code"])
            found = comparing.regions_among(known, wanted, above)
            if not found:
                raise UserError(
                    "this release knows no {wanted} below {below}" if below else "this release knows no {wanted}",
                    wanted=wanted or "region",
                    below=below,
                )
        self.region_ids = list(dict.fromkeys(str(row["region_id"]) for row in found))

    def rows(self, indicator: str, measure: str | None) -> DataFrame:
        """Return the rows of one indicator, of all years."""
        from dashboard import comparing

        code = comparing.find_indicator(self.store, indicator)
        told_in = comparing.find_measure(self.store, code, measure)
        return comparing.compared(self.store, code, told_in, self.region_ids, self.texts)


def _within(frame: DataFrame, years: str) -> DataFrame:
    first, last = year_range(years)
    return frame[frame["year"].between(first, last)]


def _known_states(states: Sequence[str] | None) -> list[str]:
    from dashboard.comparing import VERDICTS, reason_codes

    known = list(dict.fromkeys((*reason_codes(), *VERDICTS)))
    for state in states or ():
        if state not in known:
            raise UserError("--state {state}: no such state; there are: {known}", state=state, known=", ".join(known))
    return list(states or ())


def _print(
    asked: _Asked, frame: DataFrame, sentences: bool, output_format: RowFormat, first: tuple[str, ...] = ()
) -> None:
    from dashboard import comparing

    columns = [*first, *comparing.COLUMNS]
    if sentences:
        frame = comparing.with_sentences(asked.store, frame)
        columns += [f"{side}_{what}" for side in ("target", "result") for what in ("sentence", "surface")]
    rows = [{str(name): _plain(value) for name, value in row.items()} for row in frame[columns].to_dict("records")]
    if output_format is RowFormat.json:
        sys.stdout.write(
            json.dumps({"release": asked.store.release, "rows": rows}, ensure_ascii=False, indent=1) + "\n"
        )
    elif output_format is RowFormat.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(outgoing.cells(row.values()) for row in rows)
    else:
        _table(asked, rows, sentences)


def _plain(value: Any) -> Any:
    """Return a value of a frame as Python has it: whole numbers as int, nothing as None."""
    import pandas as pd

    from orchestration.cli.printing import plain_number

    if pd.isna(value):
        return None
    return value if isinstance(value, str) else plain_number(float(value))


def _table(asked: _Asked, rows: list[dict[str, Any]], sentences: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    from orchestration.cli.printing import show

    if not rows:
        echo(f"release {asked.store.release} has no such row")
        return
    texts = asked.texts
    table = Table(expand=False)
    heads = {
        **({"rank": "#"} if "rank" in rows[0] else {}),
        **{name: texts(name) for name in ("region", "indicator", "year", "target", "result", "gap", "verdict")},
        "reason": texts("why_empty"),
        **({"sentence": texts("sentence")} if sentences else {}),
    }
    for name, head in heads.items():
        numeric = name in ("rank", "year", "target", "result", "gap")
        table.add_column(head, justify="right" if numeric else "left", overflow="fold", no_wrap=numeric)
    for row in rows:
        cells = _cells(row, asked)
        table.add_row(*(Text(outgoing.lines(cells[name])) for name in heads))
    show(table)
    echo(f"release {asked.store.release}, {len(rows)} rows")


def _cells(row: dict[str, Any], asked: _Asked) -> dict[str, str]:
    """Return what a person reads of a row, by column of the table."""
    from dashboard.comparing import printed_values
    from orchestration.cli.printing import around

    texts = asked.texts
    above = f" ({row['parent_name']})" if row["level"] == "county" and row["parent_name"] else ""
    told = [(row.get(f"{side}_sentence"), row.get(f"{side}_surface")) for side in ("target", "result")]
    return {
        "rank": str(row.get("rank") or ""),
        "region": f"{texts.region_short(row['region_name'], row['region_code'])}{above}",
        "indicator": f"{row['indicator']} {texts.word('measure', row['measure'])}",
        "year": str(row["year"]),
        **printed_values(row, texts),
        "verdict": texts.word("verdict", row["verdict"]) if row["verdict"] else "",
        "reason": row["reason"],
        "sentence": "\n".join(around(sentence, surface or "") for sentence, surface in told if sentence),
    }
