{{ config(materialized='incremental', meta={'kept_by': 'report_id'}) }}
-- What exactly was counted, where one entry of the indicator list gathers things of several kinds (kindergartens and
-- schools, national and city laboratories) or stages (started, finished): the words of seeds/goal_words.csv around the
-- number. `is_named` marks figures of places or works named before the number (某某学校等3所), which are a choice of
-- their own, and figures for each of many (每个街道1家): no totals.
with words as (

    select
        facet,
        word,
        pattern,
        not regexp_matches(pattern, '[][(){}?*+.^$]') as is_literal,
        unnest(string_split(indicators, ' ')) as indicator
    from {{ ref('goal_words') }}

),

-- alternatives without metacharacters are looked for one by one: a pattern that comes from a table is compiled anew for
-- each row, which takes ten times as long
wanted as (

    select indicator, facet, word, is_literal, unnest(string_split(pattern, '|')) as part from words where is_literal
    union all
    select indicator, facet, word, is_literal, pattern from words where not is_literal

),

mixed as (

    select distinct indicator from words

),

observations as (

    select
        observation_id,
        report_id,
        indicator,
        quote,
        substr(sentence, 1, char_start - sentence_start) as before,
        surface || regexp_extract(
            substr(sentence, char_end - sentence_start + 1), '^[^，。；：、;,0-9０-９]*'
        ) as number_and_after
    from {{ ref('int_observations') }}
    where indicator in (select indicator from mixed) and coalesce(canonical_unit, '') <> '%'
        and {{ is_touched_report() }}

),

near as (

    select
        observation_id,
        report_id,
        indicator,
        regexp_extract(before, '[^，。；：;,0-9０-９]*$') || number_and_after as words_near,
        quote,
        regexp_extract(before, '[^，。；：;,]*$') || number_and_after as clause,
        regexp_matches(
            regexp_extract(before, '[^，。；：;,]*$'), '[^高中平同相均优初对]等|每(个|家|座|所|街|镇|乡|村|区|县|年|万|百|千)'
        ) as is_named
    from observations

),

looked_for as (

    select
        n.observation_id,
        w.facet,
        w.word,
        {{ has_pattern('n.words_near') }} as is_near,
        {{ has_pattern("case w.facet when 'kind' then n.quote else n.clause end") }} as is_around
    from near as n
    inner join wanted as w on n.indicator = w.indicator

),

told as (

    select observation_id, facet, word, bool_or(is_near) as is_near, bool_or(is_around) as is_around
    from looked_for
    where is_near or is_around
    group by observation_id, facet, word

),

found as (

    select
        observation_id,
        string_agg(word, '+' order by word) filter (where facet = 'kind' and is_near) as kinds_near,
        string_agg(word, '+' order by word) filter (where facet = 'kind' and is_around) as kinds_in_quote,
        string_agg(word, '+' order by word) filter (where facet = 'stage' and is_near) as stages_near,
        string_agg(word, '+' order by word) filter (where facet = 'stage' and is_around) as stages_in_clause
    from told
    group by observation_id

)

select
    n.observation_id,
    n.report_id,
    -- a number that carries its subject over from before has no kind of its own
    coalesce(f.kinds_near, f.kinds_in_quote, '') as kinds,
    -- the verb of a list stands before its first number
    coalesce(f.stages_near, f.stages_in_clause, '') as stages,
    n.is_named
from near as n
left join found as f on n.observation_id = f.observation_id
order by n.observation_id
