{{ config(materialized='incremental', meta={'kept_by': 'report_id'}) }}
-- depends_on: {{ ref('int_touched_regions') }} (which reads what the last build left here)
-- Each observation with the report that tells it, the region that it is a fact about, and its guarded correction.
with observations as (

    select *
    from {{ in_touched_partitions('observations') }}
    where {{ in_batch_partitions('partition') }} and {{ is_touched_report() }}

),

corrections as (

    select * from {{ ref('stg_corrections') }}

),

told as (

    select
        o.*,
        r.region_id as telling_region_id,
        r.region_code as telling_region_code,
        r.level as telling_level,
        r.report_year,
        r.review_year,
        r.accepted,
        r.kind,
        r.completeness,
        r.kind_rank,
        r.completeness_rank,
        r.is_mid_year,
        r.sitting_no,
        r.copy_rank,
        coalesce(copies.duplicate_kind = 'same_text', false) as is_exact_copy,
        case when o.scope = 'self' then r.region_id else s.region_id end as region_id,
        case when o.scope = 'self' then r.region_code else s.region_code end as region_code,
        c.correction_id,
        c.correct,
        case when c.correction_id is null or o.value = 0 then 1 else o.canonical_value / o.value end as unit_factor
    from observations as o
    inner join {{ ref('int_reports') }} as r on o.report_id = r.report_id
    left join {{ ref('int_report_copies') }} as copies on o.report_id = copies.report_id
    left join {{ ref('int_scopes') }} as s
        on r.region_code = s.telling_code and r.report_year = s.report_year and o.scope = s.scope
    left join corrections as c
        on o.report_id = c.report_id
        and o.indicator = c.indicator
        and o.measure = c.measure
        and o.status = c.status
        and o.period_end = c.period_end
        and o.scope = 'self'
        and abs(o.value - c.expect) < 1e-9

)

select
    * exclude (value, canonical_value, correct, unit_factor),
    value as printed_value,
    coalesce(correct, value) as value,
    coalesce(correct * unit_factor, canonical_value) as canonical_value,
    correction_id is not null as is_corrected,
    case when status = 'target' then 'target' else 'result' end as status_class,
    case when scope = 'self' then 'own' when region_id is not null then 'other' end as told_by,
    {{ rounding_half('surface', 'value', 'canonical_value') }} as rounding_half,
    length(regexp_replace(regexp_replace(surface, '[^0-9０-９]', '', 'g'), '^[0０]+', '')) as n_digits
from told
order by observation_id
