-- A number that is told stands in one sentence of its report, as far as that is there sentence by sentence.
-- Dagster has to be told which of its models it is a check of.
{{ config(meta={'dagster': {'ref': {'name': 'fct_observation'}}}) }}
select o.observation_id, o.report_id, o.char_start
from {{ ref('fct_observation') }} as o
asof left join {{ ref('fct_sentence') }} as s on o.report_id = s.report_id and o.char_start >= s.char_start
where o.report_id in (select report_id from {{ ref('fct_sentence') }})
    and (s.report_id is null or o.char_start >= s.char_end)
