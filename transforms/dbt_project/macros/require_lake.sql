{# Stops a build where the lake has no raw tables, and says what to do: DuckDB would tell of a pattern, once for each view. #}
{% macro require_lake() -%}
  {%- if execute and flags.WHICH in ('build', 'run', 'test') -%}
    {%- set lake = env_var('BAOGAO_LAKE', '../../data/lake') -%}
    {%- set files = run_query("select count(*) from glob('" ~ lake ~ "/*/*/*.parquet')").columns[0].values()[0] -%}
    {%- if not files -%}
      {{ exceptions.raise_compiler_error("no raw tables in " ~ lake ~ ": make them with `make run` (or `baogao run --home DIR`) and start dbt in transforms/dbt_project, or name the folder of another lake in BAOGAO_LAKE") }}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
