{{ config(materialized='incremental', meta={'kept_by': 'report_id'}) }}
-- depends_on: {{ ref('int_touched_reports') }}
-- The text of every accepted report, sentence by sentence, with whose it is and of which year. It lies in a file of its
-- own, so that what is given away is whole without it.
with reports as (

    select
        r.report_id,
        coalesce(r.copy_rank = 1, false) as is_preferred,
        r.region_id,
        r.region_code,
        p.region_name,
        p.level,
        p.province_code,
        p.province_name,
        p.region_span_id,
        r.report_year,
        {{ shown_address('r.address') }} as url,
        {{ shown_location('r.location') }} as location
    from {{ ref('int_reports') }} as r
    left join {{ ref('int_code_years') }} as p
        on r.region_id = p.region_id and r.region_code = p.region_code and r.report_year = p.report_year
    where r.accepted and {{ is_touched_report('r.report_id') }}

)

select
    r.report_id,
    r.is_preferred,
    r.region_id,
    r.region_code,
    r.region_name,
    r.level,
    r.province_code,
    r.province_name,
    r.region_span_id,
    r.report_year,
    s.section,
    s.char_start,
    s.char_end,
    r.url,
    r.location,
    s.sentence,
    s.searched
-- in the order of the lake's files, which is that of partitions: to sort texts takes more memory than they are worth
from {{ in_touched_partitions('sentences') }} as s
inner join reports as r on s.report_id = r.report_id
where {{ in_batch_partitions('s.partition') }}
