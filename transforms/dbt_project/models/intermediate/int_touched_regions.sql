-- The regions of which a touched document tells something now, or told something at the last build. They alone have other
-- facts than before.
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

)

select region_id from told where region_id is not null order by region_id
