{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- For each annual goal of an indicator that gathers things of several kinds: the best ranked result told of the same
-- kind and stage, empty where none is. All other goals are not in here.
with goals as (

    select
        f.*,
        -- empty meets nothing: a goal of named places has no result of its kind. (A condition on one side alone would
        -- turn the join below into one over all pairs.)
        case when not k.is_named then k.kinds end as kinds,
        k.stages
    from {{ ref('fct_city_year_indicator') }} as f
    inner join {{ ref('int_told_kinds') }} as k on f.observation_id = k.observation_id
    where f.status_class = 'target' and f.horizon = 'annual' and f.report_year = f.year and f.told_by = 'own'
        and {{ is_touched_region('f.region_id') }}

),

results as (

    select r.*, k.kinds, k.stages
    from {{ ref('int_rivals') }} as r
    inner join {{ ref('int_told_kinds') }} as k on r.observation_id = k.observation_id
    where r.status_class = 'result' and r.horizon = 'annual' and r.tier = 'base' and r.told_by = 'own'
        and not k.is_named and {{ is_touched_region('r.region_id') }}

),

paired as (

    select
        g.fact_id,
        g.region_id,
        r.observation_id,
        r.report_id,
        r.report_year,
        r.canonical_value as value,
        r.qualifier,
        r.status,
        r.rounding_half,
        row_number() over (partition by g.fact_id order by r.choice_rank) as place,
        count(distinct r.canonical_value) over (partition by g.fact_id) > 1 as has_conflict
    from goals as g
    left join results as r
        on g.region_id = r.region_id
        and g.year = r.period_end
        and g.indicator = r.indicator
        and g.measure = r.measure
        and g.basis = r.basis
        and g.kinds = r.kinds
        and g.stages = r.stages

)

select * exclude (place)
from paired
where place = 1
order by fact_id
