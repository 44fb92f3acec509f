-- Wide table for statistics packages: one row per region and year, annual headline figures of the base tier.
-- Columns are those of _city_year_panel.yml, which `python -m transforms.generate_panel` derives from the lexicon.
with cells as (

    select * from {{ ref('int_panel_cells') }}

),

region_years as (

    select * from {{ ref('int_region_years') }}

),

wide as (

    select
        region_id,
        year
        {%- for column in panel_columns() %},
        any_value({{ 'text_value' if column.part == 'qualifier' else 'value' }})
            filter (where column_name = '{{ column.name }}') as {{ column.name }}
        {%- endfor %}
    from cells
    group by region_id, year

)

select
    w.region_id || '|' || w.year as panel_id,
    w.region_id,
    y.region_code,
    y.region_name,
    y.level,
    w.year
    {%- for column in panel_columns() %},
    w.{{ column.name }}
    {%- endfor %}
from wide as w
left join region_years as y on w.region_id = y.region_id and w.year = y.year
order by w.region_id, w.year
