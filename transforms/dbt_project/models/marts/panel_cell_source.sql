{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- For each cell of the panel: the observation, the sentence, the page, the bytes.
select
    c.region_id || '|' || c.year || '|' || c.column_name as cell_id,
    c.region_id,
    c.year,
    c.column_name,
    coalesce(c.text_value, c.value::varchar) as cell_value,
    c.fact_id,
    c.observation_id,
    o.is_corrected,
    case when o.is_corrected then o.printed_value end as printed_value,
    k.reason as correction_reason,
    o.reviewed,
    o.doubt,
    o.surface,
    o.sentence,
    e.sentence_en
    || case when f.is_revised then ' A report of another year gives another figure.' else '' end as sentence_en,
    o.report_id,
    o.char_start,
    o.char_end,
    r.title,
    {{ shown_location('r.location') }} as location,
    {{ shown_address('r.address') }} as url,
    r.snapshot_sha256
from {{ ref('int_panel_cells') }} as c
inner join {{ ref('int_observations') }} as o on c.observation_id = o.observation_id
inner join {{ ref('fct_observation') }} as e on c.observation_id = e.observation_id
inner join {{ ref('fct_city_year_indicator') }} as f on c.fact_id = f.fact_id
inner join {{ ref('int_reports') }} as r on o.report_id = r.report_id
left join {{ ref('stg_corrections') }} as k on o.correction_id = k.correction_id
where {{ is_touched_region('c.region_id') }}
order by c.region_id, c.year, c.column_name
