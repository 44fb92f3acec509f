{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- Wide table for statistics packages: one row per region and year, annual headline figures of the base tier.
-- Columns are those of _city_year_panel.yml, which `python -m transforms.generate_panel` derives from the lexicon.
{% set columns = panel_columns() %}
{% set numbers = columns | rejectattr('part', 'equalto', 'qualifier') | map(attribute='name') | list %}
{% set words = columns | selectattr('part', 'equalto', 'qualifier') | map(attribute='name') | list %}
with region_years as (

    select distinct region_id, year from {{ ref('int_panel_cells') }} where {{ is_touched_region() }}

),

numbers as (

    pivot (
        select region_id, year, column_name, value
        from {{ ref('int_panel_cells') }}
        where value is not null and {{ is_touched_region() }}
    )
    on column_name in ({% for name in numbers %}'{{ name }}'{{ ", " if not loop.last }}{% endfor %})
    using any_value(value)
    group by region_id, year

),

words as (

    pivot (
        select region_id, year, column_name, text_value
        from {{ ref('int_panel_cells') }}
        where text_value is not null and {{ is_touched_region() }}
    )
    on column_name in ({% for name in words %}'{{ name }}'{{ ", " if not loop.last }}{% endfor %})
    using any_value(text_value)
    group by region_id, year

)

select
    r.region_id || '|' || r.year as panel_id,
    r.region_id,
    y.region_code,
    y.region_name,
    y.level,
    y.province_code,
    y.province_name,
    r.year
    {%- for column in columns %},
    {{ 'w' if column.part == 'qualifier' else 'n' }}.{{ column.name }}
    {%- endfor %}
from region_years as r
left join numbers as n on r.region_id = n.region_id and r.year = n.year
left join words as w on r.region_id = w.region_id and r.year = w.year
left join {{ ref('int_region_years') }} as y on r.region_id = y.region_id and r.year = y.year
order by r.region_id, r.year
