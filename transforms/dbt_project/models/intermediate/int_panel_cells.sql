{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- One row per cell of the panel, so that panel and sources of its cells can't drift apart. Which fact fills which
-- column stands in the meta of the panel's own columns.
{% set columns = panel_columns() %}
with columns (column_name, indicator, measure, status_class, part) as (

    values
    {%- for column in columns %}
        ('{{ column.name }}', '{{ column.indicator }}', '{{ column.measure }}', '{{ column.status_class }}', '{{ column.part }}'){{ "," if not loop.last }}
    {%- endfor %}

),

facts as (

    select *
    from {{ ref('fct_city_year_indicator') }}
    where horizon = 'annual' and period_start = year and tier = 'base' and basis = 'headline'
        -- a goal column holds what the year's own report set, not what a five-year plan foresaw for that year
        and (status_class = 'result' or report_year = year)
        -- a setting; coverage_cell says of a headline cell that it is left out, fct_city_year_indicator has its value
        and not {{ is_too_doubtful() }}
        and {{ is_touched_region() }}

)

select
    f.region_id,
    f.year,
    c.column_name,
    case c.part when 'value' then f.value when 'upper' then f.value_upper end as value,
    case c.part when 'qualifier' then f.qualifier end as text_value,
    f.fact_id,
    f.observation_id
from facts as f
inner join columns as c
    on f.indicator = c.indicator and f.measure = c.measure and f.status_class = c.status_class
where c.part <> 'upper' or f.value_upper is not null
order by f.region_id, f.year, c.column_name
