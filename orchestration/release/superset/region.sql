select
  region_id,
  arg_max(case when level = 'county' and parent_name is not null
               then region_name || '（' || parent_name || '）' else region_name end, first_year) as region,
  case arg_max(level, first_year) when 'national' then '1 国家 nation' when 'province' then '2 省 province'
    when 'city' then '3 市 city' else '4 县 county' end as level
from dim_region
group by region_id
