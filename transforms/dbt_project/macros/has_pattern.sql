{#- Whether `text` holds the pattern of the row `w` (columns pattern, alternatives, is_literal). A pattern that comes
    from a table is compiled anew for each row, so alternatives without metacharacters are looked for as they stand,
    which takes a tenth of the time. -#}
{% macro has_pattern(text) -%}
    case
        when w.is_literal then len(list_filter(w.alternatives, lambda part: contains({{ text }}, part))) > 0
        else regexp_matches({{ text }}, w.pattern)
    end
{%- endmacro %}
