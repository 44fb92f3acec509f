select
    region_span_id,
    region_id,
    region_code,
    region_name,
    place_in_english(region_name, region_code) as name_en,
    * exclude (region_span_id, region_id, region_code, region_name)
from {{ ref('int_region_spans') }}
order by region_code, first_year
