-- Every cell of the panel has its source and every source its cell.
-- Dagster has to be told which of its models it is a check of.
{{ config(meta={'dagster': {'ref': {'name': 'panel_cell_source'}}}) }}
{% set columns = panel_columns() %}
with cells as (

    unpivot (
        select region_id, year{% for column in columns %}, {{ column.name }}::varchar as {{ column.name }}{% endfor %}
        from {{ ref('city_year_panel') }}
    )
    on columns(* exclude (region_id, year))
    into name column_name value cell_value

),

sources as (

    select region_id, year, column_name, cell_value from {{ ref('panel_cell_source') }}

)

(select 'no source' as fault, * from cells except select 'no source', * from sources)
union all
(select 'no cell' as fault, * from sources except select 'no cell', * from cells)
