{# Bits in which two hexadecimal similarity hashes differ; null where one is missing or they differ in length. #}
{% macro hamming_bits(a, b) -%}
  case
    when length({{ a }}) = length({{ b }}) and length({{ a }}) % 2 = 0
      then bit_count(xor(unhex({{ a }})::bit, unhex({{ b }})::bit))
  end
{%- endmacro %}

{# Decimals printed after the point in the words of a number (full-width forms included). #}
{% macro printed_decimals(surface) -%}
  length(regexp_extract({{ surface }}, '[0-9０-９][.．]([0-9０-９]+)', 1))
{%- endmacro %}

{# Half a unit of the last printed digit, in canonical units: what rounding alone may hide. #}
{% macro rounding_half(surface, value, canonical_value) -%}
  0.5 * power(10, -{{ printed_decimals(surface) }})
    * case when {{ value }} is null or {{ value }} = 0 then 1 else abs({{ canonical_value }} / {{ value }}) end
{%- endmacro %}

{# Readable numeric identity of a fact; the parts are never empty strings. #}
{% macro fact_id(columns) -%}
  md5(concat_ws('|', {% for column in columns %}{{ column }}::varchar{{ ", " if not loop.last }}{% endfor %}))
{%- endmacro %}
