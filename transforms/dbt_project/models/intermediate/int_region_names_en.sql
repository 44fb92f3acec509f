-- The names of listed regions in English: they follow from the register alone, so that a build that mends keeps them.
select
    region_code,
    first_year,
    place_in_english(region_name, region_code) as name_en
from {{ ref('stg_regions') }}
