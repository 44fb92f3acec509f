{# What an observation says in English: orchestration/warehouse/functions.py has the function, sources/english.py the
   grammar. Aliases are of an observation, the report that tells it, its region, its indicator, and the indicator that a
   goal without a number is measured by. #}
{% macro sentence_in_english(observation, teller, place, indicator, yardstick) -%}
observation_in_english({
        'teller_name': {{ teller }}.region_name, 'teller_code': {{ teller }}.region_code,
        'place_name': {{ place }}.region_name, 'place_code': {{ place }}.region_code,
        'indicator': coalesce({{ indicator }}.name_en, {{ observation }}.indicator),
        {%- for name in [
            'measure', 'status', 'period_start', 'period_end', 'scope', 'report_year', 'canonical_value',
            'canonical_value_upper', 'canonical_unit', 'qualifier', 'horizon', 'tier', 'basis', 'base_period',
            'relation', 'relation_ref'
        ] %}
        '{{ name | replace('canonical_value_', '') | replace('canonical_', '') }}': {{ observation }}.{{ name }},
        {%- endfor %}
        'relation_name': {{ yardstick }}.name_en
    })
{%- endmacro %}
