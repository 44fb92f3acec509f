-- An accepted report's region-year can't be told as not retrieved or refused.
-- Dagster has to be told which of its models it is a check of.
{{ config(meta={'dagster': {'ref': {'name': 'coverage_report'}}}) }}
select r.report_id, r.region_id, r.report_year, c.state
from {{ ref('dim_report') }} as r
left join {{ ref('coverage_report') }} as c on r.region_id = c.region_id and r.report_year = c.report_year
where r.accepted and coalesce(c.state, '') not in ('retrieved', 'partial', 'excerpt_only', 'withheld')
