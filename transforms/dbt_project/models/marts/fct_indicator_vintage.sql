{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- The same result as told by successive reports: one row per fact and report year, the best telling of each.
with tellings as (

    select *
    from {{ ref('int_rivals') }}
    where status_class = 'result' and told_by = 'own' and {{ is_touched_region() }}
    qualify row_number() over (partition by fact_id, report_year order by choice_rank) = 1

),

ordered as (

    select
        *,
        row_number() over told as vintage,
        lag(canonical_value) over told as previous_value,
        lag(rounding_half) over told as previous_rounding_half,
        lag(status) over told as previous_status,
        first_value(canonical_value) over told as first_value
    from tellings
    window told as (partition by fact_id order by report_year)

)

select
    o.fact_id || '-' || o.report_year as vintage_id,
    o.fact_id,
    o.vintage,
    o.region_id,
    coalesce(y.region_code, o.region_code) as region_code,
    y.region_name,
    y.level,
    y.province_code,
    y.province_name,
    y.region_span_id,
    o.period_end as year,
    period_start,
    indicator,
    measure,
    horizon,
    tier,
    basis,
    report_year,
    report_id,
    observation_id,
    status,
    qualifier,
    canonical_value as value,
    canonical_unit as unit,
    canonical_value - previous_value as change_from_previous,
    canonical_value - first_value as change_from_first,
    case
        when vintage = 1 and status = 'estimated' then 'first_estimate'
        when vintage = 1 then 'first_figure'
        when abs(canonical_value - previous_value) <= greatest(rounding_half, previous_rounding_half) * 1.000001
            then case when previous_status = 'estimated' and status = 'actual' then 'confirmed' else 'repeated' end
        when previous_status = 'estimated' and status = 'actual' then 'later_figure'
        else 'revision'
    end as vintage_kind
from ordered as o
left join {{ ref('int_region_years') }} as y on o.region_id = y.region_id and o.period_end = y.year
order by o.region_id, year, indicator, measure, horizon, tier, basis, period_start, vintage
