-- Yearly growth goals for totals of the economy that no government sets.
select
    'target_range' as check_name,
    region_id,
    year,
    indicator,
    'growth goal of ' || printf('%.1f', value) || ' %' as detail,
    value,
    null::double as other_value,
    observation_id,
    null::varchar as other_observation_id
from {{ ref('fct_city_year_indicator') }}
where status_class = 'target' and measure = 'growth' and horizon = 'annual'
    and indicator in (select indicator from {{ ref('dim_indicator') }} where headline)
    and (value < {{ var('target_growth_min') }} or coalesce(value_upper, value) > {{ var('target_growth_max') }})
order by region_id, year, indicator
