"""`baogao say`: who says a phrase, in which years, in which words, and how much was searched.

What belongs here: arguments, how the answer is printed. What does not: the search (``dashboard/phrases.py``, which the
dashboard's page asks too).
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestration.cli.comparing import BelowOption, Language, LanguageOption, Level, LevelOption
from orchestration.cli.errors import UserError
from orchestration.cli.looking import NOTHING_PUBLISHED, fetched_home
from orchestration.cli.options import HomeOption, JsonOption, year_range
from orchestration.cli.saying import echo
from sources import outgoing

if TYPE_CHECKING:
    from pandas import DataFrame

    from dashboard.phrases import Said, Within
    from dashboard.store import Store
    from dashboard.texts import Texts

#: characters of a sentence on each side of the phrase
AROUND = 30
#: region-years not searched that a person is shown; --json has them all
SHOWN = 12
COUNTED = (
    "region_id", "region_code", "region_name", "level", "province_code", "province_name", "report_year", "n_documents",
    "documents_saying", "n_sentences", "sentences_saying", "n_chars", "times", "document_share", "per_1k_sentences",
    "per_10k_chars",
)  # fmt: skip
SENTENCES = (
    "report_year", "region_code", "region_name", "level", "section", "sentence", "char_start", "char_end", "report_id",
    "url", "location",
)  # fmt: skip
MISSING = ("region_code", "region_name", "level", "report_year", "state", "detail")


def say(
    phrase: Annotated[str, typer.Argument(help="The phrase: 数据要素; simplified or traditional, any width")],
    region: Annotated[
        list[str] | None,
        typer.Option("--region", help="Only this region, by name, pinyin or code; may be given again"),
    ] = None,
    level: LevelOption = None,
    below: BelowOption = None,
    year: Annotated[
        str | None, typer.Option("--year", metavar="YEARS", help="Only reports of these years: 2023 or 2015-2020")
    ] = None,
    first: Annotated[bool, typer.Option("--first", help="Only the first year in which each region says it")] = False,
    contexts: Annotated[
        int, typer.Option("--contexts", min=0, metavar="N", help="Sentences that are shown, the earliest first")
    ] = 5,
    as_json: JsonOption = False,
    as_csv: Annotated[
        bool, typer.Option("--csv", help="Print a row per region and year searched as CSV, zeros too")
    ] = False,
    language: LanguageOption = Language.en,
    home: HomeOption = None,
) -> None:
    """Say who says a phrase: counts by region and year, its sentences, the first year, and how much was searched."""
    from dashboard import phrases
    from dashboard.store import served_store
    from dashboard.texts import Texts

    if as_json and as_csv:
        raise UserError("--json and --csv: choose one of them")
    store = served_store(fetched_home(home))
    if store is None:
        raise UserError(NOTHING_PUBLISHED)
    texts = Texts(language.value)
    if why := store.no_texts():
        raise UserError("release {release}: {why}", release=store.release, why=texts(why))
    within = _within(store, region or [], level, below, year)
    with store.connection() as connection:
        said = phrases.says(connection, phrase, within, contexts)
    rows = said.first if first else said.counts
    if as_json:
        sys.stdout.write(json.dumps(_answer(store, phrase, said, rows), ensure_ascii=False, indent=1) + "\n")
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(COUNTED)
        writer.writerows(outgoing.cells(row.values()) for row in _records(rows, COUNTED))
    else:
        _tell(store, phrase, said, texts)


def _within(store: Store, names: Sequence[str], level: Level | None, below: str | None, year: str | None) -> Within:
    from dashboard import comparing, phrases, queries

    first, last = year_range(year, "--year") if year else (None, None)
    if not names and level is None and below is None:
        return phrases.Within(None, first, last)
    wanted = level.value if level else None
    known = [{str(k): v for k, v in row.items()} for row in queries.regions(store).to_dict("records")]
    if names:
        if below is not None:
            raise UserError("--below takes the place of --region; leave one of them out")
        found = [comparing.find_region(known, name, wanted) for name in names]
    else:
        above = None if below is None else str(comparing.find_region(known, below)["region_code"])
        found = comparing.regions_among(known, wanted, above)
        if not found:
            raise UserError(
                "this release knows no {wanted} below {below}" if below else "this release knows no {wanted}",
                wanted=wanted or "region",
                below=below,
            )
    return phrases.Within(tuple(dict.fromkeys(str(row["region_id"]) for row in found)), first, last)


def _answer(store: Store, phrase: str, said: Said, rows: DataFrame) -> dict[str, Any]:
    return {
        "release": store.release,
        "phrase": phrase,
        "looked_for": list(said.ways),
        "searched": said.totals(),
        "register": said.states,
        "rows": _records(rows, COUNTED),
        "first": _records(said.first, ("region_code", "region_name", "level", "report_year")),
        "contexts": _records(said.contexts, SENTENCES),
        "not_searched": _records(said.missing, MISSING),
    }


def _records(frame: DataFrame, columns: Sequence[str]) -> list[dict[str, Any]]:
    """Return rows as Python has them: shares to six digits, whole numbers as int, nothing as None."""
    import pandas as pd

    found = []
    for row in frame[list(columns)].to_dict("records"):
        told: dict[str, Any] = {}
        for name, value in row.items():
            empty = bool(pd.isna(value))
            told[str(name)] = None if empty else round(value, 6) if isinstance(value, float) else value
        found.append(told)
    return found


def _tell(store: Store, phrase: str, said: Said, texts: Texts) -> None:
    from dashboard.phrase_words import missing_words, saying_words, searched_words, state_word

    saying = said.saying
    if saying.empty:
        echo(outgoing.line(texts("nobody_says", phrase=phrase)))
    else:
        echo(saying_words(said, texts).replace("**", ""))
        _by_year(said, texts)
        _first(said, texts)
        _contexts(said, texts)
    echo(searched_words(said, texts))
    if not said.missing.empty:
        echo(missing_words(said, texts))
        for row in _records(said.missing[:SHOWN], MISSING):
            state = state_word(row["state"], texts)
            echo(outgoing.line(f"  {row['report_year']} {row['region_code']} {row['region_name']}: {state}"))
        if len(said.missing) > SHOWN:
            echo(texts("and_more", n=len(said.missing) - SHOWN))
    echo(f"release {store.release}")


def _by_year(said: Said, texts: Texts) -> None:
    from rich.table import Table

    from orchestration.cli.printing import show

    table = Table(expand=False)
    heads = ("report_year", "regions_saying", "regions_searched", "sentences_saying", "times", "per_10k_chars")
    for name in heads:
        table.add_column(texts(name), justify="right")
    for year, rows in said.counts.groupby("report_year"):
        chars, times = int(rows["n_chars"].sum()), int(rows["times"].sum())
        says = int((rows["documents_saying"] > 0).sum())
        rate = f"{10_000 * times / chars:.2f}" if chars else ""
        told = (year, says, len(rows), int(rows["sentences_saying"].sum()), times, rate)
        if says:
            table.add_row(*map(str, told))
    show(table)


def _first(said: Said, texts: Texts) -> None:
    first = said.first
    years = [(str(year), list(rows["region_name"])) for year, rows in first.groupby("report_year")]
    echo(f"{texts('first_said')}:")
    for year, names in years:
        more = f" … ({len(names)})" if len(names) > SHOWN else ""
        echo(outgoing.line(f"  {year}  {'、'.join(names[:SHOWN])}{more}"))


def _contexts(said: Said, texts: Texts) -> None:
    from dashboard.phrases import spans

    for row in said.contexts.to_dict("records"):
        sentence = str(row["sentence"])
        found = spans(sentence, said.ways)
        begins, ends = (found[0][0], found[0][1]) if found else (0, 0)
        left, right = max(0, begins - AROUND), min(len(sentence), ends + AROUND)
        told = (
            ("…" if left else "") + sentence[left:begins] + "【" + sentence[begins:ends] + "】" + sentence[ends:right]
            + ("…" if right < len(sentence) else "")
        )  # fmt: skip
        place = f"{row['report_year']} {row['region_name']}, {texts.word('section', row['section'])}"
        echo(outgoing.line(f"{place}: {told.replace(chr(10), '')}"))
