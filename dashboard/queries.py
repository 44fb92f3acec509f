"""Questions to the marts that draw the pages: each a function of a store and choices, returning a frame.

What belongs here: SQL over the published marts. What does not: Streamlit, charts, words; the full story of one number
(``evidence``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from baogao.questions import series as series
from dashboard.store import Store

if TYPE_CHECKING:
    from pandas import DataFrame

# the name that a region bears today, else its last one
REGIONS_NOW = """
    select region_id, region_code, region_name, level, parent_code, parent_name, province_code
    from dim_region
    qualify row_number() over (partition by region_id order by last_year desc nulls first, first_year desc) = 1
"""
ONLY_NEAR = 1000
SIDES = ("target", "result", "gap")
LEVEL_ORDER = "case level when 'national' then 0 when 'province' then 1 when 'city' then 2 else 3 end"


def regions(store: Store) -> DataFrame:
    """Return the regions that this release knows a document or a figure of: id, code, name, level, parents, n_facts."""
    return store.ask(f"""
        with told as (select region_id, count(*) as n_facts from fct_city_year_indicator group by region_id),
        wanted as (select region_id from coverage_report union select region_id from told)
        select now.*, coalesce(told.n_facts, 0) as n_facts
        from ({REGIONS_NOW}) as now join wanted using (region_id) left join told using (region_id)
        order by {LEVEL_ORDER}, region_code""")


def indicators(store: Store) -> DataFrame:
    """Return the indicator list with names, unit, direction, definition; in its own order."""
    return store.ask("""
        with called as (
            select indicator, arg_min(name, length(name)) as letters from dim_indicator_name
            where regexp_full_match(name, '[A-Za-z][A-Za-z0-9.&]{1,5}') group by indicator
        )
        select i.indicator, i.short, i.name_zh, i.name_en, i.category, i.canonical_unit, i.headline, i.direction,
            i.definition, coalesce(called.letters, '') as letters
        from dim_indicator as i left join called using (indicator) order by i.position""")


def read_at(store: Store, text_sha256: str, char_start: int) -> DataFrame:
    """Return what is read at a place of a text: indicator, and who overruled the machine and why (`reviewed`)."""
    return store.ask(
        """
        select o.indicator, o.reviewed from fct_observation as o join dim_report as r using (report_id)
        where r.text_sha256 = $text and o.char_start = $start""",
        {"text": text_sha256, "start": char_start},
    )


def indicators_called(store: Store, typed: str) -> DataFrame:
    """Return the indicators that reports or people call `typed`: exact names first, then short ones.

    `distance` is below ONLY_NEAR where `typed` is the whole name.
    """
    return store.ask(
        """
        select n.indicator,
            min((lower(n.name) <> lower($typed))::int * $only_near + length(n.name)) as distance
        from (
            select indicator, name from dim_indicator_name
            union all select indicator, name_zh from dim_indicator
            union all select indicator, name_en from dim_indicator
            union all select indicator, indicator from dim_indicator
        ) as n
        join dim_indicator as i using (indicator)
        where contains(lower(n.name), lower($typed))
        group by n.indicator, i.position order by distance, i.position""",
        {"typed": typed.strip(), "only_near": ONLY_NEAR},
    )


def measures_of_region(store: Store, region_id: str) -> DataFrame:
    """Return indicator, measure and n_facts of what is told of a region."""
    return store.ask(
        """select indicator, measure, count(*) as n_facts from fct_city_year_indicator
        where region_id = $region group by all order by n_facts desc""",
        {"region": region_id},
    )


def measures(store: Store, indicator: str) -> DataFrame:
    """Return the measures in which an indicator is told of any region: measure, n_facts."""
    return store.ask(
        """select measure, count(*) as n_facts from fct_city_year_indicator
        where indicator = $indicator group by all order by n_facts desc""",
        {"indicator": indicator},
    )


def told_relations(store: Store, region_id: str, indicator: str) -> DataFrame:
    """Return goals told without a number (in step with …, none set): year, relation, observation_id."""
    return store.ask(
        """select period_end as year, relation, relation_ref, observation_id, sentence from fct_observation
        where region_id = $region and indicator = $indicator and relation is not null and from_accepted_report
        order by year""",
        {"region": region_id, "indicator": indicator},
    )


# a release of an older baogao tells no numbers that were set aside
_SET_ASIDE = "coalesce(list_contains(string_split(to_json({}) ->> 'measures_withheld', ';'), $measure), false)"


def places(store: Store, indicator: str, measure: str, region_ids: list[str], year: int | None = None) -> DataFrame:
    """Return region × year (all, or one) of one indicator for some regions: goal, result, gap, verdict, states.

    One row per region and report year known to the coverage or to the facts; where nothing is told, the state says why.
    """
    return store.ask(
        f"""
        with now as ({REGIONS_NOW}),
        wanted as (select * from now where list_contains($regions, region_id)),
        annual as (
            select f.* from fct_city_year_indicator as f semi join wanted using (region_id)
            where f.indicator = $indicator and f.measure = $measure and f.horizon = 'annual' and f.tier = 'base'
                and ($year is null or f.year = $year)
            qualify row_number() over (
                partition by f.region_id, f.year, f.status_class
                order by case f.basis when 'headline' then 0 when 'comparable' then 1 when 'real' then 2 else 3 end
            ) = 1
        ),
        keys as (
            select region_id, year from annual
            union
            select region_id, report_year as year from coverage_report semi join wanted using (region_id)
            where $year is null or report_year = $year
        )
        select
            wanted.region_id, wanted.region_code, wanted.region_name, wanted.level,
            wanted.parent_name, keys.year,
            goal.fact_id as target_fact_id, goal.value as target, goal.value_upper as target_upper,
            goal.qualifier as target_qualifier, goal.unit as unit_of_target, goal.commitment as target_commitment,
            told.fact_id as result_fact_id, told.value as result, told.qualifier as result_qualifier,
            coalesce(told.unit, goal.unit) as unit,
            outcome.gap, outcome.verdict, outcome.not_told_reason,
            tc.state as target_state, tc.relation as target_relation, rc.state as result_state,
            {_SET_ASIDE.format("tc")} as target_withheld, {_SET_ASIDE.format("rc")} as result_withheld,
            own.state as report_state, own.detail as report_detail, next.state as next_report_state,
            coalesce(goal.observation_id, tc.observation_id) as target_observation_id,
            told.observation_id as result_observation_id
        from keys
        join wanted using (region_id)
        left join annual as goal
            on goal.region_id = keys.region_id and goal.year = keys.year and goal.status_class = 'target'
        left join annual as told
            on told.region_id = keys.region_id and told.year = keys.year and told.status_class = 'result'
        left join fct_target_outcome as outcome on outcome.fact_id = goal.fact_id
        left join coverage_cell as tc on tc.region_id = keys.region_id and tc.year = keys.year
            and tc.indicator = $indicator and tc.status_class = 'target'
        left join coverage_cell as rc on rc.region_id = keys.region_id and rc.year = keys.year
            and rc.indicator = $indicator and rc.status_class = 'result'
        left join coverage_report as own on own.region_id = keys.region_id and own.report_year = keys.year
        left join coverage_report as next on next.region_id = keys.region_id and next.report_year = keys.year + 1
        order by wanted.region_code, keys.year""",
        {"indicator": indicator, "measure": measure, "regions": region_ids, "year": year},
    )


def sentences(store: Store, observation_ids: list[str]) -> DataFrame:
    """Return observation_id, sentence and surface (the words of the number) of some observations."""
    return store.ask(
        "select observation_id, sentence, surface from fct_observation where list_contains($ids, observation_id)",
        {"ids": observation_ids},
    )


def coverage(store: Store, level: str, parent: str | None) -> DataFrame:
    """Return the state of every region-year of a level (below `parent`), with its detail in words."""
    return store.ask(
        f"""
        select c.coverage_id, c.region_id, now.region_code, now.region_name, c.level, c.report_year,
            c.state, c.detail, c.n_documents, c.preferred_report_id
        from coverage_report as c join ({REGIONS_NOW}) as now using (region_id)
        where c.level = $level and ($parent is null or now.parent_code = $parent or now.province_code = $parent)
        order by now.region_code, c.report_year""",
        {"level": level, "parent": parent},
    )


def coverage_cells(store: Store, region_id: str) -> DataFrame:
    """Return the state of every headline goal and result of one region, and of others with a number set aside."""
    return store.ask(
        """
        select c.cell_id, c.region_id, c.year, c.report_year, c.status_class, c.indicator,
            i.name_zh, i.name_en, i.position, c.state, c.relation, c.observation_id
        from coverage_cell as c join dim_indicator as i using (indicator)
        where c.region_id = $region order by i.position, c.status_class, c.year""",
        {"region": region_id},
    )


def documents(store: Store, region_id: str, report_year: int) -> DataFrame:
    """Return every document of one region-year, accepted or refused, the preferred copy first."""
    return store.ask(
        """
        select report_id, title, kind, completeness, identity, accepted, is_preferred, refusal_reason, refusal_detail,
            duplicate_of, location, url, publisher, meeting_date, published_at, n_chars, n_observations, snapshot_sha256
        from dim_report where region_id = $region and report_year = $year
        order by is_preferred desc nulls last, accepted desc, report_id""",
        {"region": region_id, "year": report_year},
    )


def ladder_choices(store: Store) -> DataFrame:
    """Return indicator, measure, year and n_regions for which goals of several levels can be compared."""
    return store.ask("""
        select indicator, measure, year, count(*) as n_regions, count(distinct level) as n_levels
        from fct_target_amplification group by all order by n_levels desc, n_regions desc""")


def ladder(store: Store, indicator: str, measure: str, year: int, province: str | None) -> DataFrame:
    """Return the goals of nation, province, cities and counties for one year, a row per region with its parents'."""
    return store.ask(
        f"""
        select
            a.fact_id, a.observation_id, a.region_id, a.region_code, now.region_name, a.level, a.year,
            a.indicator, a.measure, a.target_value, a.target_value_upper, a.target_qualifier, a.commitment,
            a.parent_code, a.parent_level, a.parent_value, a.gap_to_parent,
            a.province_value, a.gap_to_province, a.nation_value, a.gap_to_nation, f.unit
        from fct_target_amplification as a
        join ({REGIONS_NOW}) as now using (region_id)
        left join fct_city_year_indicator as f using (fact_id)
        where a.indicator = $indicator and a.measure = $measure and a.year = $year
            and (a.level = 'national' or $province is null or now.province_code = $province
                or a.region_code = $province)
        order by a.region_code""",
        {"indicator": indicator, "measure": measure, "year": year, "province": province},
    )


def dictionaries(store: Store) -> DataFrame:
    """Return the dictionaries whose terms were counted."""
    return store.ask("""
        select dictionary, max(dictionary_version) as dictionary_version, count(distinct term) as n_terms
        from fct_term_attention group by dictionary order by dictionary""")


def counted_regions(store: Store) -> set[str]:
    """Return the ids of the regions whose reports were counted."""
    found = store.ask("select distinct region_id from fct_term_attention where is_preferred")
    return set(found["region_id"])


def attention(store: Store, region_ids: list[str], dictionary: str) -> DataFrame:
    """Return, per region and report year, how often the terms of a dictionary occur, over three denominators."""
    return store.ask(
        f"""
        select t.region_id, now.region_code, now.region_name, t.report_year, t.dictionary,
            any_value(t.report_id) as report_id,
            sum(t.substring_count) as substring_count, sum(t.token_count) as token_count,
            any_value(t.n_chars) as n_chars, any_value(t.n_tokens_all) as n_tokens_all,
            any_value(t.n_tokens_words) as n_tokens_words,
            sum(t.per_10k_chars) as per_10k_chars, sum(t.per_10k_tokens) as per_10k_tokens,
            sum(t.per_10k_words) as per_10k_words
        from fct_term_attention as t join ({REGIONS_NOW}) as now using (region_id)
        where t.is_preferred and t.dictionary = $dictionary and list_contains($regions, t.region_id)
        group by all order by now.region_code, t.report_year""",
        {"dictionary": dictionary, "regions": region_ids},
    )


def split_terms(store: Store, dictionary: str) -> list[str]:
    """Return the terms of a dictionary that jieba splits: what counts tokens leaves them out."""
    found = store.ask(
        """
        select distinct term from fct_term_attention
        where dictionary = $dictionary and token_count is null order by term""",
        {"dictionary": dictionary},
    )
    return [str(term) for term in found["term"]]


def attention_terms(store: Store, region_id: str, dictionary: str) -> DataFrame:
    """Return term × report year of one region."""
    return store.ask(
        """
        select region_id, region_code, report_year, report_id, dictionary, term, substring_count, token_count,
            per_10k_chars, per_10k_tokens, per_10k_words
        from fct_term_attention
        where is_preferred and dictionary = $dictionary and region_id = $region order by term, report_year""",
        {"dictionary": dictionary, "region": region_id},
    )


def quality(store: Store) -> DataFrame:
    """Return the error card; empty for a release of an older baogao, which has none."""
    return store.ask_if_there(
        "quality_estimate",
        "select * from quality_estimate order by case measured_on when 'audit' then 0 when 'blind' then 1 else 2 end, "
        "breakdown, estimate_id",
    )


#: columns of comparisons, which no table of the release has
_OF_COMPARISONS = {
    "rank": "Place by the value ranked by, the largest first; equal values share one",
    "target": "The goal set for this year, in `unit`; of a range the lower end",
    "target_upper": "Upper end of a goal that is a range",
    "target_commitment": "Words of commitment in the goal, such as 力争",
    "result": "What was reached in this year, in `unit`, as the next report tells it",
    "reason": "Why target, result or gap is empty, in words",
    **{f"{side}_reason": f"Why `{side}` is empty, as a code; nothing where it is there" for side in SIDES},
    **{f"{side}_fact_id": f"The fact that is `{side}`, in fct_city_year_indicator" for side in SIDES[:2]},
    **{f"{side}_sentence": f"The sentence that tells `{side}`, or says that none is set" for side in SIDES[:2]},
}


def column_meanings(store: Store) -> dict[str, str]:
    """Return what each column of the marts and of comparisons means, for the codebook sheet of a download."""
    found = store.ask(
        "select column_name, max(comment) as meaning from duckdb_columns() where comment is not null group by 1"
    )
    return _OF_COMPARISONS | dict(zip(found["column_name"], found["meaning"], strict=True))
