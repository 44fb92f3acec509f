{#- Whether a chosen value is more doubtful than the panel takes: `[publish] doubt_max` in baogao.toml, 1 takes all. -#}
{% macro is_too_doubtful(column='doubt') -%}
    {%- set most = "getvariable('doubt_max')" if var('mended') else env_var('BAOGAO_DBT_DOUBT', '1') -%}
    coalesce({{ column }} > {{ most }}, false)
{%- endmacro %}
