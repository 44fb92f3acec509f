{#- Whether a chosen value is more doubtful than the panel takes: `[publish] doubt_max` in baogao.toml, 1 takes all. -#}
{% macro is_too_doubtful(column='doubt') -%}
    coalesce({{ column }} > {{ env_var('BAOGAO_DBT_DOUBT', '1') }}, false)
{%- endmacro %}
