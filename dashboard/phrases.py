"""Who says a phrase: plain functions of a DuckDB connection to a release, with its texts attached as `texts`.

What belongs here: the SQL behind `baogao say` and the page *Who says what*. What does not: opening a release
(``store``), words, what counts as the same writing (``sources/phrases.py``).

A search is a scan: DuckDB's full-text index does not cut Chinese, and the sentences of 6,000 reports are gone through
in a fifth of a second (docs/warehouse.md). The sentence as it stands is looked at, and its other way of writing where
it has one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sources import phrases
from sources.errors import BaogaoError
from sources.terms import tokens

if TYPE_CHECKING:
    import duckdb
    from pandas import DataFrame

#: states of a region-year of which there is a text to search
WITH_TEXT = ("retrieved", "partial", "excerpt_only")
#: there is an accepted report, but not its sentences: it could not be worked through
NO_SENTENCES = "no_sentences"
LONGEST = 200


class PhraseError(BaogaoError):
    """A phrase that nothing can be looked for by; the message says why."""


@dataclass(frozen=True)
class Within:
    """Where a phrase is looked for: regions by id (None: all), report years (None: without that bound)."""

    region_ids: tuple[str, ...] | None = None
    first_year: int | None = None
    last_year: int | None = None

    def sql(self, prefix: str = "") -> str:
        return (
            f"($regions::varchar[] is null or list_contains($regions::varchar[], {prefix}region_id)) "
            f"and {prefix}report_year between coalesce($first::bigint, 0) and coalesce($last::bigint, 9999)"
        )

    def parameters(self) -> dict[str, Any]:
        regions = None if self.region_ids is None else list(self.region_ids)
        return {"regions": regions, "first": self.first_year, "last": self.last_year}


@dataclass(frozen=True)
class Said:
    """What a release says of a phrase.

    `ways` are the writings looked for. `counts` has a row per region and report year that was searched, zeros too:
    region_id, region_code, region_name, level, province_code, province_name, report_year, n_documents,
    documents_saying (of all copies), n_sentences, sentences_saying, n_chars, times (of the preferred copies),
    document_share, per_1k_sentences, per_10k_chars. `contexts` are the first sentences that say it, see ``contexts``.
    `missing` are the region-years of the register that were not searched: region_id, region_code, region_name, level,
    report_year, state, detail; `states` counts the region-years of the register by state.
    """

    ways: tuple[str, ...]
    counts: DataFrame
    contexts: DataFrame
    missing: DataFrame
    states: dict[str, int]

    @property
    def saying(self) -> DataFrame:
        """The rows of `counts` in which some document says it."""
        return self.counts[self.counts["documents_saying"] > 0]

    @property
    def first(self) -> DataFrame:
        """The first report year of each region that says it, as rows of `counts`, the earliest first."""
        ordered = self.saying.sort_values(["report_year", "region_code"], kind="stable")
        return ordered.drop_duplicates("region_id")

    def totals(self) -> dict[str, int]:
        """Return how much was searched and how much of it says the phrase."""
        counts, saying = self.counts, self.saying
        return {
            "region_years": len(counts),
            "region_years_saying": len(saying),
            "regions": int(counts["region_id"].nunique()),
            "regions_saying": int(saying["region_id"].nunique()),
            **{
                name: int(counts[name].sum())
                for name in (
                    "n_documents", "documents_saying", "n_sentences", "sentences_saying", "n_chars", "times",
                )
            },
            "not_searched": len(self.missing),
        }  # fmt: skip


def ways_of(phrase: str) -> tuple[str, ...]:
    """Return the writings of `phrase` that are looked for. Raises PhraseError where it is empty or too long."""
    ways = phrases.variants(phrase)
    if not ways:
        raise PhraseError("the phrase is empty; give some characters of it, such as 数据要素")
    if max(map(len, ways)) > LONGEST:
        raise PhraseError(
            "the phrase has more than {longest} characters; give the part that is characteristic", longest=LONGEST
        )
    return ways


def says(
    connection: duckdb.DuckDBPyConnection, phrase: str, within: Within | None = None, n_contexts: int = 20
) -> Said:
    """Return who says `phrase`. Raises PhraseError, duckdb.CatalogException where no texts are attached."""
    within, ways = within or Within(), ways_of(phrase)
    parameters = within.parameters()
    # only what else is asked for needs a column more than once; a temporary table is this connection's own
    connection.execute(
        f"""
        create or replace temp table said_in as
        select report_id, char_start, {_times(ways)} as times
        from texts.fct_sentence
        where ({_says(ways)}) and {within.sql()}""",
        parameters | _named(ways),
    )
    try:
        return Said(
            ways,
            connection.execute(_COUNTS.format(within=within.sql("r.")), parameters).df(),
            connection.execute(_CONTEXTS, {"most": n_contexts}).df(),
            *_missing(connection, within),
        )
    finally:
        connection.execute("drop table said_in")


def contexts(connection: duckdb.DuckDBPyConnection, phrase: str, within: Within, most: int = 1000) -> DataFrame:
    """Return the sentences that say `phrase`, by year, region and place in the text, `most` at most.

    Columns: report_year, region_id, region_code, region_name, level, is_preferred, report_id, section, char_start,
    char_end, sentence, url, location. Other copies of a report come behind the preferred one.
    """
    ways = ways_of(phrase)
    return connection.execute(
        f"""
        select {_OF_A_CONTEXT} from texts.fct_sentence as s
        where ({_says(ways)}) and {within.sql()}
        order by report_year, region_code, is_preferred desc, report_id, char_start limit $most""",
        within.parameters() | _named(ways) | {"most": most},
    ).df()


def spans(sentence: str, ways: Sequence[str]) -> list[tuple[int, int]]:
    """Return where `ways` stand in a sentence as it is written: offsets of begin and end, in order, not overlapping."""
    searched, at = phrases.searched(sentence), phrases.offsets(sentence)
    found: list[tuple[int, int]] = []
    for way in sorted(ways, key=len, reverse=True):
        begins = searched.find(way)
        while begins >= 0:
            span = at[begins], at[begins + len(way) - 1] + 1
            if all(span[1] <= start or span[0] >= end for start, end in found):
                found.append(span)
            begins = searched.find(way, begins + len(way))
    return sorted(found)


def around(found: DataFrame, ways: Sequence[str]) -> DataFrame:
    """Return the words right before and behind the phrase in ``contexts``: side (before, after), word, n; most first.

    Words are jieba's, of the sentence as it is searched.
    """
    import pandas as pd

    counts: Counter[tuple[str, str]] = Counter()
    for sentence in found["sentence"]:
        searched = phrases.searched(sentence)
        for way in ways:
            at = searched.find(way)
            while at >= 0:
                end = at + len(way)
                for side, word in (("before", tokens(searched[:at])[-1:]), ("after", tokens(searched[end:])[:1])):
                    counts.update((side, one) for one in word if one[0].isalnum())
                at = searched.find(way, end)
    rows = [(side, word, n) for (side, word), n in sorted(counts.items(), key=lambda told: (-told[1], told[0]))]
    return pd.DataFrame(rows, columns=["side", "word", "n"])


_OF_A_CONTEXT = """
    s.report_year, s.region_id, s.region_code, s.region_name, s.level, s.is_preferred, s.report_id, s.section,
    s.char_start, s.char_end, s.sentence, s.url, s.location"""
_CONTEXTS = f"""
    with wanted as (
        select report_id, char_start from said_in join dim_report as r using (report_id)
        order by r.report_year, r.region_code, r.is_preferred desc, report_id, char_start limit $most
    )
    select {_OF_A_CONTEXT} from texts.fct_sentence as s semi join wanted using (report_id, char_start)
    order by report_year, region_code, is_preferred desc, report_id, char_start"""
_COUNTS = """
    with hits as (
        select report_id, count(*) as sentences, sum(times)::bigint as times from said_in group by report_id
    ),
    counted as (
        select
            r.region_id, r.report_year,
            arg_max(r.region_code, r.report_id) as region_code, arg_max(r.region_name, r.report_id) as region_name,
            arg_max(r.level, r.report_id) as level,
            count(*) as n_documents,
            count(hits.report_id) as documents_saying,
            coalesce(sum(r.n_sentences) filter (where r.is_preferred), 0)::bigint as n_sentences,
            coalesce(sum(hits.sentences) filter (where r.is_preferred), 0)::bigint as sentences_saying,
            coalesce(sum(r.n_chars) filter (where r.is_preferred), 0)::bigint as n_chars,
            coalesce(sum(hits.times) filter (where r.is_preferred), 0)::bigint as times
        from dim_report as r left join hits using (report_id)
        where r.accepted and r.n_sentences > 0 and {within}
        group by r.region_id, r.report_year
    )
    select
        c.region_id, c.region_code, c.region_name, c.level, v.province_code, v.province_name, c.report_year,
        c.n_documents, c.documents_saying, c.n_sentences, c.sentences_saying, c.n_chars, c.times,
        c.documents_saying / c.n_documents as document_share,
        1000.0 * c.sentences_saying / nullif(c.n_sentences, 0) as per_1k_sentences,
        10000.0 * c.times / nullif(c.n_chars, 0) as per_10k_chars
    from counted as c left join coverage_report as v using (region_id, report_year)
    order by c.region_code, c.report_year"""
_REGISTER = """
    with searched as (
        select region_id, report_year, sum(n_sentences) as n from dim_report where accepted group by all
    )
    select
        v.region_id, v.region_code, v.region_name, v.level, v.report_year,
        case
            when v.state in {with_text} and coalesce(searched.n, 0) = 0 then '{no_sentences}'
            -- of what is withheld a former reading may be there, or another document: that was searched
            when v.state = 'withheld' and searched.n > 0 then 'partial'
            else v.state
        end as state,
        v.detail
    from coverage_report as v left join searched using (region_id, report_year)
    where {within}
    order by v.state = 'not_in_catalogue', v.region_code, v.report_year"""


def _missing(connection: duckdb.DuckDBPyConnection, within: Within) -> tuple[DataFrame, dict[str, int]]:
    sql = _REGISTER.format(with_text=WITH_TEXT, no_sentences=NO_SENTENCES, within=within.sql("v."))
    register = connection.execute(sql, within.parameters()).df()
    states = {str(state): int(n) for state, n in register["state"].value_counts().items()}
    return register[~register["state"].isin(WITH_TEXT)].reset_index(drop=True), states


def _named(ways: Sequence[str]) -> dict[str, str]:
    return {f"way{number}": way for number, way in enumerate(ways)}


def _says(ways: Sequence[str]) -> str:
    """Return the condition that a sentence says one of `ways`; it says it as it stands or as it is searched."""
    return " or ".join(f"contains(sentence, ${name}) or contains(searched, ${name})" for name in _named(ways))


def _times(ways: Sequence[str]) -> str:
    """Return how often a sentence says one of `ways`, without overlap."""
    words = "coalesce(searched, sentence)"
    told = (f"(length({words}) - length(replace({words}, ${name}, ''))) // length(${name})" for name in _named(ways))
    return " + ".join(told)
