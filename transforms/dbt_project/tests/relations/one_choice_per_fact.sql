-- Every fact that is told at all is chosen once, and its rivals are all counted.
-- Dagster has to be told which of its models it is a check of.
{{ config(meta={'dagster': {'ref': {'name': 'fct_city_year_indicator'}}}) }}
select r.fact_id, count(*) as n_tellings, any_value(f.n_rivals) as n_rivals
from {{ ref('int_rivals') }} as r
left join {{ ref('fct_city_year_indicator') }} as f on r.fact_id = f.fact_id
group by r.fact_id
having count(*) filter (where r.observation_id = f.observation_id) <> 1 or count(*) - 1 <> any_value(f.n_rivals)
