"""The questions that assistants may ask: plain functions of a release and of words as people say them.

What belongs here: arguments, as their docstrings tell assistants of them, and what is asked back. What does not:
transports (``server``), SQL and reasons that other doors have too (``dashboard``, ``baogao.questions``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar, get_type_hints

import pandas as pd

from baogao import citing
from baogao.cells import key_of, parse_key
from baogao.questions import cell_of
from baogao.questions import says as says_in_numbers
from dashboard import comparing, phrases, queries
from dashboard.store import Store
from dashboard.texts import Texts
from orchestration.answers.figures import column_of, rows_of
from orchestration.answers.places import called, near, register_of
from orchestration.answers.shape import (
    Answer,
    Coverage,
    Covered,
    Figure,
    Figures,
    Indicator,
    Level,
    Place,
    Row,
    Said,
    Saying,
    Side,
    Why,
    why,
)  # fmt: skip

_P = ParamSpec("_P")
_A = TypeVar("_A", bound=Answer)


class _AskedBackError(Exception):
    """A name that is not one thing; `told` is what the answer says of it."""

    def __init__(self, code: str, asked: str, **told: Any) -> None:
        super().__init__(code)
        self.told = {"why": why(code), "asked": asked, **told}


def _asks_back(question: Callable[_P, _A]) -> Callable[_P, _A]:
    """Have `question` answer with candidates where a name in it is not one thing."""

    @wraps(question)
    def asked(*arguments: _P.args, **named: _P.kwargs) -> _A:
        try:
            return question(*arguments, **named)
        except _AskedBackError as error:
            answer: type[_A] = get_type_hints(question)["return"]
            store: Any = arguments[0]
            return answer(release=store.release, **error.told)

    return asked


@_asks_back
def regions(store: Store, name: str, level: Level | None = None, year: int | None = None) -> Answer:
    """Find the place that a name means: codes; full, short, old names (襄樊市), with parents (南京市鼓楼区); pinyin.

    Where several share it, all are candidates: ask which is meant, or give `level`, or the `year` in which it bore it.
    """
    return Answer(release=store.release, places=_counted(store, [_place(store, name, level, year)]))


@_asks_back
def indicators(store: Store, name: str | None = None) -> Answer:
    """Find an indicator by any name that reports or people have for it (GDP, 国内生产总值), or list all."""
    found = [_indicator(store, name)] if name else _indicators(store, None)
    return Answer(release=store.release, indicators=found)


@_asks_back
def value(store: Store, region: str, indicator: str, year: int, side: Side, measure: str | None = None) -> Figures:
    """Tell one figure with unit, sentence, address, cell, citation and doubt, or why there is none.

    `year` is that of the figure: its own report sets the goal (side target), the next year's report tells the result.
    `region` and `indicator` by any name. `measure`: growth, level, change, share …; left out, growth where the
    indicator is told so. Where there is no value say so with its reason; never put a figure of your own in its place.
    """
    place, of = _place(store, region, None, year), _indicator(store, indicator)
    code = _measure(of, measure)
    found = queries.places(store, of.indicator, code, [place.region_id])
    rows = rows_of(store, _in_year(found, year, of, code), side)
    row = rows[0] if rows else _blank(place, of, code, year, "not_in_catalogue" if found.empty else "outside", side)
    figure = row.target or row.result or Figure()
    column = column_of(store, of.indicator, code, side)
    if figure.why and column:
        figure.cell = key_of(store.release, place.region_id, year, column)
    answer = Figures(release=store.release, rows=[row], n_rows=1, indicators=[of], why=figure.why)
    if figure.why:
        there = [(one, queries.places(store, of.indicator, one, [place.region_id], year)) for one in of.measures]
        answer.also_told_in = [one for one, told in there if told[side].notna().any()]
    cited = citing.cite(cell_of(store, parse_key(figure.cell))) if figure.cell else _release_cited(store)
    return answer.model_copy(update={"citation": cited})


@_asks_back
def series(
    store: Store,
    region: str,
    indicator: str,
    measure: str | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
) -> Figures:
    """Tell yearly goals and results of one region, and what came of each goal."""
    return compare(store, [region], indicator, measure, first_year, last_year)


@_asks_back
def compare(
    store: Store,
    regions: list[str],
    indicator: str,
    measure: str | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
    limit: int = 60,
) -> Figures:
    """Put goals and results of several regions, each by any name, beside each other by region and year."""
    places = [_place(store, region, None, last_year) for region in regions]
    of = _indicator(store, indicator)
    code = _measure(of, measure)
    found = comparing.compared(store, of.indicator, code, [place.region_id for place in places], Texts("en"))
    unknown = [place for place in places if place.region_id not in set(found["region_id"])]
    found = _within(found, "year", first_year, last_year)
    answer = _figures(store, found, of, limit)
    answer.rows += [_blank(place, of, code, None, "not_in_catalogue", "target", "result") for place in unknown]
    if len(found) == 0:
        answer.why = why("not_in_catalogue" if unknown else "outside")
    return answer


@_asks_back
def table(
    store: Store,
    indicator: str,
    level: Level,
    below: str | None = None,
    year: int | None = None,
    by: Side = "target",
    measure: str | None = None,
    limit: int = 20,
) -> Figures:
    """Rank the regions of a level (in the region `below`) by an indicator; those without it come last, with reasons.

    Without a year it is the one that most regions tell.
    """
    above = _place(store, below).region_code if below else None
    of = _indicator(store, indicator)
    ids = [str(row["region_id"]) for row in comparing.regions_among(_known(store), level, above)]
    if not ids:
        raise _AskedBackError("no_region_of_level", below or level, indicators=[of])
    code = _measure(of, measure)
    found = queries.places(store, of.indicator, code, ids, year)
    wanted = comparing.fullest_year(found, by) if year is None else year
    answer = _figures(store, comparing.ranked(_in_year(found, wanted, of, code), by), of, limit)
    return answer.model_copy(update={"why": None if answer.rows else why("outside")})


@_asks_back
def who_says(
    store: Store,
    phrase: str,
    region: str | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
    limit: int = 20,
) -> Saying:
    """Say whose reports hold a phrase (数据要素, in any writing), in which years and sentences, of how many searched.

    Years are those of the reports. Where a release has no whole texts, `why` says what was searched in their place.
    """
    ids = (_place(store, region).region_id,) if region else None
    ways = phrases.ways_of(phrase)
    cited = _release_cited(store)
    if missing := store.no_texts():
        said = _within(says_in_numbers(store, ways[0]), "report_year", first_year, last_year)
        said = said[said["region_id"].isin(ids)] if ids else said
        sentences = [Said.model_validate(row) for row in said[:limit].to_dict("records")]
        return Saying(release=store.release, why=why(missing), sentences=sentences, citation=cited)
    with store.connection() as connection:
        told = phrases.says(connection, phrase, phrases.Within(ids, first_year, last_year), limit)
    contexts = told.contexts.assign(address=told.contexts["url"].fillna(told.contexts["location"]))
    return Saying(
        release=store.release,
        why=why("nobody_says") if told.saying.empty else None,
        searched=told.totals(),
        saying=[Said.model_validate(row) for row in told.saying[:limit].to_dict("records")],
        sentences=[Said.model_validate(row) for row in contexts.to_dict("records")],
        citation=cited,
    )


@_asks_back
def coverage(
    store: Store,
    region: str | None = None,
    level: Level = "province",
    below: str | None = None,
    first_year: int | None = None,
    last_year: int | None = None,
    limit: int = 60,
) -> Coverage:
    """Tell of which years the release has a report of a region, or of the regions of a level, and why not of others."""
    place = _place(store, region) if region else None
    above = _place(store, below).region_code if below else None
    found = queries.coverage(store, place.level if place else level, above)
    found = _within(found if place is None else found[found["region_id"] == place.region_id], "report_year",
                    first_year, last_year)  # fmt: skip
    if found.empty:
        raise _AskedBackError("not_in_catalogue" if place else "no_region_of_level", region or below or level)
    rows = [Covered.model_validate(row | {"why": _why_state(row["state"])}) for row in found[:limit].to_dict("records")]
    states = {str(state): int(n) for state, n in found["state"].value_counts().items()}
    return Coverage(release=store.release, rows=rows, states=states, citation=_release_cited(store))


QUESTIONS: tuple[Callable[..., Answer], ...] = (
    regions, indicators, value, series, compare, table, who_says, coverage,
)  # fmt: skip


def _why_state(state: str) -> Why | None:
    return None if state == "retrieved" else why("refused" if state.startswith("refused") else state)


def _figures(store: Store, found: pd.DataFrame, of: Indicator, limit: int) -> Figures:
    rows = rows_of(store, found[: max(limit, 0)], "target", "result")
    cited = _release_cited(store)
    return Figures(release=store.release, rows=rows, n_rows=len(found), indicators=[of], citation=cited)


def _blank(place: Place, of: Indicator, measure: str, year: int | None, code: str, *sides: Side) -> Row:
    figures = {side: Figure(why=why(code)) for side in sides}
    return Row(
        region_id=place.region_id, region_name=place.name, region_en=place.name_en, year=year,
        indicator=of.indicator, measure=measure, target=figures.get("target"), result=figures.get("result"),
    )  # fmt: skip


def _in_year(found: pd.DataFrame, year: int | None, of: Indicator, measure: str) -> pd.DataFrame:
    return comparing.with_reasons(found[found["year"] == year], of.indicator, measure, Texts("en"))


def _within(found: pd.DataFrame, column: str, first: int | None, last: int | None) -> pd.DataFrame:
    return found[found[column].between(first or 0, last or 9999)]


def _release_cited(store: Store) -> str:
    return f"{citing.AUTHOR}. {citing.TITLE} [data set], release {store.release}. Licence: {citing.LICENCE}."


def _known(store: Store) -> list[dict[Any, Any]]:
    return queries.regions(store).to_dict("records")


def _place(store: Store, typed: str, level: Level | None = None, year: int | None = None) -> Place:
    register = register_of(store)
    found = called(register, typed, level, year)
    if len(found) != 1:
        code = "region_shared" if found else "region_unknown"
        raise _AskedBackError(code, typed, places=_counted(store, found or near(register, typed)))
    return found[0]


def _counted(store: Store, places: list[Place]) -> list[Place]:
    n_figures = {row["region_id"]: int(row["n_facts"]) for row in _known(store)}
    return [place.model_copy(update={"n_figures": n_figures.get(place.region_id, 0)}) for place in places]


def _indicators(store: Store, codes: list[str] | None) -> list[Indicator]:
    rows = {row["indicator"]: row for row in queries.indicators(store).to_dict("records")}
    return [Indicator.model_validate(rows[code]) for code in (rows if codes is None else codes)]


def _indicator(store: Store, typed: str) -> Indicator:
    named = queries.indicators_called(store, typed)
    exact = list(named.loc[named["distance"] < queries.ONLY_NEAR, "indicator"])
    if len(exact) != 1:
        near_it = _indicators(store, (exact or list(named["indicator"]))[: comparing.SHOWN])
        raise _AskedBackError("indicator_shared" if exact else "indicator_unknown", typed, indicators=near_it)
    (found,) = _indicators(store, exact)
    return found.model_copy(update={"measures": list(queries.measures(store, exact[0])["measure"])})


def _measure(of: Indicator, typed: str | None) -> str:
    if typed is not None and typed not in of.measures:
        raise _AskedBackError("measure_unknown", typed, indicators=[of])
    return typed or ("growth" if "growth" in of.measures or not of.measures else of.measures[0])
