{# The panel's columns with the fact that fills each, read from the meta of the columns' own YAML. #}
{% macro panel_columns() -%}
  {%- set found = [] -%}
  {%- if execute -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.name == 'city_year_panel' -%}
      {%- for column in node.columns.values() -%}
        {%- set meta = (column.config or {}).get('meta') or column.meta -%}
        {%- if meta.get('indicator') -%}
          {%- do found.append({
            'name': column.name, 'indicator': meta.indicator, 'measure': meta.measure,
            'status_class': meta.status_class, 'part': meta.part, 'data_type': column.data_type,
          }) -%}
        {%- endif -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endif -%}
  {{ return(found) }}
{%- endmacro %}
