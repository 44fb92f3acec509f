{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- Goals of one year against what the next report tells. A growth goal meets a growth result and a level goal a level
-- result, on the same basis: real growth is never held against nominal levels; where an entry gathers things of several
-- kinds, only results of the goal's own kind and stage are taken. Regions are joined by their stable id.
with facts as (

    select * from {{ ref('fct_city_year_indicator') }} where {{ is_touched_region() }}

),

targets as (

    select f.*, coalesce(d.direction, 'higher') as usual_direction
    from facts as f
    left join {{ ref('indicator_direction') }} as d on f.indicator = d.indicator
    where f.status_class = 'target'
        and f.horizon = 'annual'
        and f.report_year = f.year
        and f.told_by = 'own'

),

results as (

    select * from facts where status_class = 'result' and horizon = 'annual' and tier = 'base' and told_by = 'own'

),

-- the years in which a region has told anything that was accepted, and whether what it told was read
reported as (

    select region_id, report_year, min(reading_rank) % 2 = 1 as is_withheld
    from {{ ref('int_reports') }}
    where accepted
    group by region_id, report_year

),

set_aside as (

    select region_id, year, indicator, measures_withheld
    from {{ ref('coverage_cell') }}
    where status_class = 'result' and measures_withheld is not null

),

paired as (

    select
        t.*,
        case
            when t.qualifier = 'at_most' then 'lower'
            when t.qualifier = 'at_least' then 'higher'
            else t.usual_direction
        end as direction,
        case when l.fact_id is null then r.observation_id else l.observation_id end as result_observation_id,
        case when l.fact_id is null then r.report_id else l.report_id end as result_report_id,
        case when l.fact_id is null then r.report_year else l.report_year end as result_report_year,
        case when l.fact_id is null then r.value else l.value end as result_value,
        case when l.fact_id is null then r.qualifier else l.qualifier end as result_qualifier,
        case when l.fact_id is null then r.status else l.status end as result_status,
        case when l.fact_id is null then r.rounding_half else l.rounding_half end as result_rounding_half,
        case when l.fact_id is null then r.has_conflict else l.has_conflict end as result_has_conflict,
        l.fact_id is not null and l.observation_id is null and r.observation_id is not null as only_other_kinds,
        n.region_id is not null as has_next_report,
        coalesce(n.is_withheld, false)
            or coalesce(list_contains(string_split(s.measures_withheld, ';'), t.measure), false) as is_withheld,
        contains(coalesce(g.flags, '') || coalesce(w.flags, ''), 'loose_name') as is_loose,
        -- tellings so far apart that nobody can say which figure was meant
        coalesce(t.has_conflict and t.spread_share > {{ var('outcome_spread') }}, false)
            or coalesce(r.has_conflict and r.spread_share > {{ var('outcome_spread') }}, false) as is_disputed
    from targets as t
    left join results as r
        on t.region_id = r.region_id
        and t.year = r.year
        and t.indicator = r.indicator
        and t.measure = r.measure
        and t.basis = r.basis
    left join {{ ref('int_like_results') }} as l on t.fact_id = l.fact_id
    left join {{ ref('int_observations') }} as g on t.observation_id = g.observation_id
    left join {{ ref('int_observations') }} as w
        on case when l.fact_id is null then r.observation_id else l.observation_id end = w.observation_id
    left join reported as n on t.region_id = n.region_id and t.year + 1 = n.report_year
    left join set_aside as s on t.region_id = s.region_id and t.year = s.year and t.indicator = s.indicator

),

-- a range is met at its nearer end; a goal of about 8 leaves room for what rounds to 8, and percent goals, which are
-- set in steps of half a point, for half a step
measured as (

    select
        *,
        case when direction = 'lower' then coalesce(value_upper, value) else value end as bound,
        case when direction = 'lower' then -1 else 1 end
            * (result_value - case when direction = 'lower' then coalesce(value_upper, value) else value end) as surplus,
        result_rounding_half * 1.000001 as rounding_room,
        case
            when qualifier = 'about' then greatest(
                rounding_half, result_rounding_half, case when unit = '%' then {{ var('target_about_points') }} else 0 end
            )
            else 0
        end * 1.000001 as about_room,
        -- a goal and a result as far apart as this are of different things (a part, a span of years), whatever they say
        coalesce(case
            when measure = 'growth' then abs(result_value - value) > {{ var('outcome_growth_points') }}
            when unit in ('元', '元/人', '美元') and value > 0 and result_value > 0
                then abs(ln(result_value / value)) > ln({{ var('jump_factor') }})
            when unit <> '%' and value > 0 and result_value > 0
                then abs(ln(result_value / value)) > ln({{ var('outcome_factor') }})
        end, false) as sizes_apart,
        -- 突破100亿元 proves a goal of 90 reached, and says nothing of a goal of 110
        case
            when result_qualifier in ('exact', 'about') then 'both'
            when (result_qualifier = 'at_least') = (direction = 'higher') then 'met'
            else 'missed'
        end as can_prove
    from paired

),

judged as (

    select
        *,
        result_value is not null and not sizes_apart and not is_loose and not is_disputed as is_comparable,
        case
            when result_value is null and not only_other_kinds and not has_next_report and year + 1 > {{ due_year() }}
                then 'pending'
            when result_value is null or sizes_apart or is_loose or is_disputed then 'not_told'
            -- 近100亿元, 10%左右 on the very goal: on which side it lies isn't told
            when result_qualifier = 'about' and abs(surplus) <= rounding_room then 'within_about'
            when surplus >= 0 and can_prove in ('both', 'met') then 'met'
            when surplus >= 0 or can_prove = 'met' then 'not_told'
            when surplus >= -rounding_room then 'within_rounding'
            when surplus >= -about_room then 'within_about'
            else 'missed'
        end as verdict
    from measured

)

select
    fact_id,
    region_id,
    region_code,
    region_name,
    level,
    province_code,
    province_name,
    region_span_id,
    year,
    indicator,
    measure,
    tier,
    basis,
    value as target_value,
    value_upper as target_value_upper,
    unit,
    qualifier as target_qualifier,
    commitment,
    direction,
    observation_id as target_observation_id,
    report_id as target_report_id,
    -- what can't be held against the goal is not shown beside it; its observation is named
    case when is_comparable then result_value end as result_value,
    case when is_comparable then result_qualifier end as result_qualifier,
    case when is_comparable then result_status end as result_status,
    result_observation_id,
    result_report_id,
    result_report_year,
    -- 13.2 - 12 is no 1.1999999999999993
    case when is_comparable then round(result_value - bound, 6) end as gap,
    verdict,
    case
        when verdict <> 'not_told' then null
        when sizes_apart then 'sizes_apart'
        when result_value is not null and is_disputed then 'conflicting'
        when result_value is not null and is_loose then 'loosely_named'
        when result_value is not null then 'result_is_a_bound'
        when only_other_kinds then 'told_of_other_kinds'
        when has_next_report and is_withheld then 'withheld'
        when has_next_report then 'not_in_reports'
        else 'no_next_report'
    end as not_told_reason,
    has_conflict as target_has_conflict,
    result_has_conflict
from judged
order by region_id, year, indicator, measure, tier, basis
