{#- Whether `text` holds what the row `w` looks for: `part`, as it stands where it `is_literal`, else as a pattern. -#}
{% macro has_pattern(text) -%}
    case when w.is_literal then contains({{ text }}, w.part) else regexp_matches({{ text }}, w.part) end
{%- endmacro %}
