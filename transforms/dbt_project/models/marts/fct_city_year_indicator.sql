{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- One chosen value per fact; every rival stays in int_rivals and is counted here.
with rivals as (

    select * from {{ ref('int_rivals') }} where {{ is_touched_region() }}

),

summed as (

    select
        fact_id,
        count(*) - 1 as n_rivals,
        count(distinct report_id) as n_reports,
        max(coalesce(canonical_value_upper, canonical_value)) - min(canonical_value) as spread,
        coalesce(bool_or(disagreement <> 'between_years'), false) as has_conflict,
        coalesce(bool_or(disagreement = 'between_years'), false) as is_revised,
        min(case disagreement
            when 'within_report' then 1 when 'between_copies' then 2 when 'between_sittings' then 3
            when 'between_regions' then 4
        end) as conflict_order
    from rivals
    group by fact_id

)

select
    r.fact_id,
    r.region_id,
    coalesce(y.region_code, r.region_code) as region_code,
    y.region_name,
    y.level,
    y.province_code,
    y.province_name,
    y.region_span_id,
    r.period_end as year,
    r.period_start,
    r.indicator,
    r.measure,
    r.status_class,
    r.status,
    r.horizon,
    r.tier,
    r.basis,
    r.canonical_value as value,
    r.canonical_value_upper as value_upper,
    r.canonical_unit as unit,
    r.qualifier,
    o.commitment,
    r.observation_id,
    r.report_id,
    r.report_year,
    r.told_by,
    r.chosen_by,
    s.n_rivals,
    s.n_reports,
    s.has_conflict,
    case s.conflict_order
        when 1 then 'within_report' when 2 then 'between_copies' when 3 then 'between_sittings'
        when 4 then 'between_regions'
    end as conflict_kind,
    s.is_revised,
    s.spread,
    case when r.canonical_value <> 0 then s.spread / abs(r.canonical_value) end as spread_share,
    r.rounding_half,
    o.doubt,
    o.is_corrected,
    o.correction_id
from rivals as r
inner join summed as s on r.fact_id = s.fact_id
inner join {{ ref('int_observations') }} as o on r.observation_id = o.observation_id
left join {{ ref('int_region_years') }} as y on r.region_id = y.region_id and r.period_end = y.year
where r.choice_rank = 1
order by region_id, year, indicator, measure, status_class, horizon, tier, basis, period_start
