-- A guarded correction that meets nothing any more, or has expired, must be looked at and removed.
-- Dagster has to be told which of its models it is a check of.
{{ config(meta={'dagster': {'ref': {'name': 'int_observations'}}}) }}
with applied as (

    select correction_id, count(*) as n from {{ ref('int_observations') }} where is_corrected group by correction_id

)

select
    c.correction_id,
    case when a.n is null then 'the source or our reading no longer says ' || c.expect else 'expired' end as fault,
    c.reason,
    c.expires
from {{ ref('stg_corrections') }} as c
left join applied as a on c.correction_id = a.correction_id
where c.report_id in (select report_id from {{ ref('stg_reports') }})
    and (a.n is null or c.expires < current_date)
