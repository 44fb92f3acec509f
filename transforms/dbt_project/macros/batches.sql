{#
  A model that keeps rows by report or by region (macros/touched.sql) is filled in batches of bounded size, so that
  memory is bounded by a batch and not by the history: what asks for touched rows is run once for each batch, all in one
  transaction. A batch is a run of neighbouring keys that holds some 5,000 documents; relations between regions
  are models of few columns, built in full. Compiled code that is run by itself has no batch and gives all rows.
#}

{% macro batch_reports() -%}
  {{ "getvariable('batch_reports')" if var('mended') else env_var('BAOGAO_DBT_BATCH', '5000') }}
{%- endmacro %}

{# Whether a touched report or region, whose batch is in `column`, is of the batch that is being built. #}
{% macro is_of_batch(column) -%}
  coalesce({{ column }} = getvariable('batch'), true)
{%- endmacro %}

{# The batches of what is kept by reports or regions, in their order, as a query. #}
{% macro batches_by(by) -%}
  {%- if by == 'report_id' -%}
    select distinct batch from {{ ref('int_touched_reports') }} where is_touched order by batch
  {%- else -%}
    select distinct batch from {{ ref('int_touched_regions') }} order by batch
  {%- endif -%}
{%- endmacro %}

{# The batches of a model; empty where it is built at once. #}
{% macro batches_of_model() -%}
  {%- set by = (config.get('meta') or {}).get('kept_by') -%}
  {%- if by not in ('report_id', 'region_id') -%}
    {{ return([]) }}
  {%- endif -%}
  {{ return(run_query(batches_by(by)).columns[0].values() | list) }}
{%- endmacro %}

{# As the adapter's own, for one batch after the other where a model has several. #}
{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
  {%- set batches = batches_of_model() -%}
  {%- if batches | length < 2 -%}
    reset variable batch;
    {{ dbt.duckdb__create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by) }}
  {%- else -%}
    set variable batch = {{ batches[0] }};
    {{ dbt.duckdb__create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by) }};
    {%- for batch in batches[1:] %}
    set variable batch = {{ batch }};
    insert into {{ relation.include(database=(not temporary), schema=(not temporary)) }} by name (
      {{ compiled_code }}
    );
    {%- endfor %}
    reset variable batch;
  {%- endif -%}
{%- endmacro %}
