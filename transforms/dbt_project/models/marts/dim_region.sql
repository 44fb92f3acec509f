select * from {{ ref('int_region_spans') }} order by region_code, first_year
