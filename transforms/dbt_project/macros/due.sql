{# The last year whose reports are due: people's congresses sit from December to March, so from April on it is this one.
   BAOGAO_DUE_YEAR says it for a build (orchestration/warehouse/builds.py); dbt by itself asks the clock. #}
{% macro due_year() -%}
  {%- set now = run_started_at -%}
  {{ "getvariable('due_year')" if var('mended') else env_var('BAOGAO_DUE_YEAR', (now.year if now.month >= 4 else now.year - 1) | string) }}
{%- endmacro %}
