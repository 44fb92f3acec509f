select
    s.region_span_id,
    s.region_id,
    s.region_code,
    s.region_name,
    -- a region that is not listed has a label's name only
    coalesce(e.name_en, place_in_english(s.region_name, s.region_code)) as name_en,
    s.* exclude (region_span_id, region_id, region_code, region_name)
from {{ ref('int_region_spans') }} as s
left join {{ ref('int_region_names_en') }} as e
    on s.is_listed and s.region_code = e.region_code and s.first_year = e.first_year
order by s.region_code, s.first_year
