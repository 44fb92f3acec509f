-- The regions of which a touched document tells something now, or told something at the last build. They alone have other
-- facts than before. `batch` numbers them in their order, by how many documents they have (macros/batches.sql).
{% set before = as_last_built('int_observations') %}
with reports as (

    select report_id, region_id from {{ ref('int_touched_reports') }} where is_touched

),

told as (

    select region_id from reports
    union
    select r.region_id from {{ ref('int_reports') }} as r inner join reports on r.report_id = reports.report_id
    union
    select region_id from {{ ref('int_scopes') }}
    {% if before %}
    union
    select o.region_id from {{ before }} as o inner join reports on o.report_id = reports.report_id
    {% endif %}

),

documents as (

    select region_id, count(*) as n_documents from {{ ref('int_touched_reports') }} group by region_id

)

select
    t.region_id,
    coalesce(
        sum(d.n_documents) over (order by t.region_id rows between unbounded preceding and 1 preceding), 0
    )::bigint // {{ batch_reports() }} as batch
from told as t
left join documents as d on t.region_id = d.region_id
where t.region_id is not null
order by t.region_id
