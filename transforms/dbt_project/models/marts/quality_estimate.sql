-- How often the tables are wrong: sources/quality/card.py computes it, from reference facts and from this home's audits.
select *
from {{ ref('stg_quality_estimates') }}
order by standing, breakdown, estimate_id
