-- What exactly was counted, where one entry of the indicator list gathers things of several kinds (kindergartens and
-- schools, national and city laboratories) or stages (started, finished): the words of seeds/goal_words.csv around the
-- number. `is_named` marks figures of places or works named before the number (某某学校等3所), which are a choice of
-- their own, and figures for each of many (每个街道1家): no totals.
with words as (

    select
        facet,
        word,
        pattern,
        string_split(pattern, '|') as alternatives,
        not regexp_matches(pattern, '[][(){}?*+.^$]') as is_literal,
        unnest(string_split(indicators, ' ')) as indicator
    from {{ ref('goal_words') }}

),

mixed as (

    select distinct indicator from words

),

observations as (

    select
        observation_id,
        indicator,
        quote,
        substr(sentence, 1, char_start - sentence_start) as before,
        surface || regexp_extract(
            substr(sentence, char_end - sentence_start + 1), '^[^，。；：、;,0-9０-９]*'
        ) as number_and_after
    from {{ ref('int_observations') }}
    where indicator in (select indicator from mixed) and coalesce(canonical_unit, '') <> '%'

),

near as (

    select
        observation_id,
        indicator,
        regexp_extract(before, '[^，。；：;,0-9０-９]*$') || number_and_after as words_near,
        quote,
        regexp_extract(before, '[^，。；：;,]*$') || number_and_after as clause,
        regexp_matches(
            regexp_extract(before, '[^，。；：;,]*$'), '[^高中平同相均优初对]等|每(个|家|座|所|街|镇|乡|村|区|县|年|万|百|千)'
        ) as is_named
    from observations

),

found as (

    select
        n.observation_id,
        n.is_named,
        string_agg(w.word, '+' order by w.word)
            filter (where w.facet = 'kind' and {{ has_pattern('n.words_near') }}) as kinds_near,
        string_agg(w.word, '+' order by w.word)
            filter (where w.facet = 'kind' and {{ has_pattern('n.quote') }}) as kinds_in_quote,
        string_agg(w.word, '+' order by w.word)
            filter (where w.facet = 'stage' and {{ has_pattern('n.words_near') }}) as stages_near,
        string_agg(w.word, '+' order by w.word)
            filter (where w.facet = 'stage' and {{ has_pattern('n.clause') }}) as stages_in_clause
    from near as n
    inner join words as w on n.indicator = w.indicator
    group by n.observation_id, n.is_named

)

select
    observation_id,
    -- a number that carries its subject over from before has no kind of its own
    coalesce(kinds_near, kinds_in_quote, '') as kinds,
    -- the verb of a list stands before its first number
    coalesce(stages_near, stages_in_clause, '') as stages,
    is_named
from found
order by observation_id
