{# Fails with each value that stands more than once, and with none. One test instead of dbt's `unique` and `not_null`:
   what a test costs is hardly its query. #}
{% test primary_key(model, column_name) %}
select {{ column_name }}, count(*) as n_rows
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null
{% endtest %}
