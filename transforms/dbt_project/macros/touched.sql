{#
  A build over a warehouse that stands does again what the changed partitions touch, and keeps the rest.

  Models of raw rows keep the partitions that did not change; models of observations keep the reports, models of facts
  the regions that none of the changed documents speaks of. What is small, or compares regions with each other, is built
  in full. A model's `meta` names the column by which it keeps rows, its body asks for the touched ones only, and the
  strategy `replace` deletes those and puts them in anew. In a new warehouse everything is touched. (docs/warehouse.md)

  With the variable `mended` a model compiles to the SQL of a build that mends, and to nothing that hangs on what a database
  holds or a variable of the environment says: where dbt asks, it names variables of DuckDB. `warehouse/mended.py` sets
  them and runs that SQL.
#}

{# As dbt's own, and true of all that is compiled for a build that mends. #}
{% macro is_incremental() -%}
  {{ return(var('mended') or dbt.is_incremental()) }}
{%- endmacro %}

{# The rows of a raw table that a model kept by partition asks for: all, or those of changed partitions. #}
{% macro changed_rows(table) -%}
  {%- set everything, changed = source('lake', table), source('build', 'changed_files') -%}
  {%- if var('mended') -%}
    read_parquet(getvariable('changed_{{ table }}'), union_by_name = true, hive_partitioning = false)
  {%- elif is_incremental() -%}
    {%- set files = run_query(
      "select distinct path from " ~ changed ~ " where table_name = '" ~ table ~ "' and path is not null order by path"
    ).columns[0].values() -%}
    {%- set empty = env_var('BAOGAO_LAKE', '../../data/lake') ~ '/' ~ table ~ '/_empty/_empty.parquet' -%}
    read_parquet(
      ['{{ empty }}'{% for file in files %}, '{{ file }}'{% endfor %}], union_by_name = true, hive_partitioning = false
    )
  {%- else -%}
    {{ everything }}
  {%- endif -%}
{%- endmacro %}

{# The partitions that changed since the last build, as a query: with other rows, or with other `verdicts`. #}
{% macro changed_partitions(kind='data') -%}
  {%- set changed = source('build', 'changed_files') -%}
  {%- if var('mended') -%}
    select unnest(getvariable('changed_{{ kind }}')) as partition
  {%- else -%}
    select distinct partition from {{ changed }} where table_name {{ '=' if kind == 'verdicts' else '<>' }} 'gate_results'
  {%- endif -%}
{%- endmacro %}

{% macro in_changed_partitions(kind='data') -%}
  {%- set changed = changed_partitions(kind) -%}
  {{ 'partition in (' ~ changed ~ ')' if is_incremental() else 'true' }}
{%- endmacro %}

{# The rows of the touched reports in a staged raw table, with those of the other reports in the same partitions. #}
{% macro in_touched_partitions(table) -%}
  {%- set reports, staged = ref('int_touched_reports'), ref('stg_' ~ table) -%}
  {%- if var('mended') -%}
    read_parquet(getvariable('touched_{{ table }}'), union_by_name = true, hive_partitioning = false)
  {%- elif execute and flags.WHICH in ('build', 'run') -%}
    {#- literals, so that DuckDB reads no rows of other files -#}
    {%- set keys = run_query("select distinct partition from " ~ reports ~ " where is_touched").columns[0].values() -%}
    (select * from {{ staged }} where partition in (''{% for key in keys %}, '{{ key }}'{% endfor %}))
  {%- else -%}
    {{ staged }}
  {%- endif -%}
{%- endmacro %}

{# Of these the ones of the batch that is being built (macros/batches.sql), as they lie in files: they are read again for
   each batch, and what DuckDB knows of a file's least and greatest key spares it the rows. #}
{% macro in_batch_partitions(column) -%}
  {{ column }} in (
    select t.partition from {{ ref('int_touched_reports') }} as t where t.is_touched and {{ is_of_batch('t.batch') }}
  )
{%- endmacro %}

{% macro is_touched_report(column='report_id') -%}
  {{ column }} in (
    select t.report_id from {{ ref('int_touched_reports') }} as t where t.is_touched and {{ is_of_batch('t.batch') }}
  )
{%- endmacro %}

{% macro is_touched_region(column='region_id') -%}
  {{ column }} in (select t.region_id from {{ ref('int_touched_regions') }} as t where {{ is_of_batch('t.batch') }})
{%- endmacro %}

{# The table of a model as the last build left it, none in a new warehouse; for a model that comes before it. #}
{% macro as_last_built(name) -%}
  {%- if execute -%}
    {%- set node = graph.nodes['model.baogao.' ~ name] -%}
    {%- if var('mended') -%}
      {{ return(node.relation_name) }}
    {%- elif flags.WHICH in ('build', 'run') -%}
      {{ return(adapter.get_relation(node.database, node.schema, node.alias)) }}
    {%- endif -%}
  {%- endif -%}
  {{ return(none) }}
{%- endmacro %}

{# The rows of a model kept by `by` that a build does again. #}
{% macro is_done_again(by) -%}
  {%- if by.startswith('partition') -%}
    {{ in_changed_partitions('verdicts' if by == 'partition of verdicts' else 'data') }}
  {%- elif by == 'report_id' -%}
    {{ is_touched_report() }}
  {%- else -%}
    {{ is_touched_region() }}
  {%- endif -%}
{%- endmacro %}

{# What an incremental model with `incremental_strategy: replace` does with its new rows. #}
{% macro get_incremental_replace_sql(arguments) -%}
  {%- set columns = arguments['dest_columns'] | map(attribute='quoted') | join(', ') -%}
  delete from {{ arguments['target_relation'] }} where {{ is_done_again(config.get('meta')['kept_by']) }};
  insert into {{ arguments['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arguments['temp_relation'] }}
{%- endmacro %}

{# Comments stay with a table that is only added to: to set hundreds of them again takes longer than its rows. #}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
  {%- if not is_incremental() -%}
    {{ return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) }}
  {%- endif -%}
{%- endmacro %}

{# As dbt's own, which looks through all columns for each one: the panel has hundreds. #}
{% macro duckdb__diff_column_data_types(source_columns, target_columns) -%}
  {%- set targets, differing = {}, [] -%}
  {%- for column in target_columns -%}{%- do targets.update({column.name: column}) -%}{%- endfor -%}
  {%- for column in source_columns if column.name in targets -%}
    {%- set other = targets[column.name] -%}
    {%- if column.expanded_data_type != other.expanded_data_type and not column.can_expand_to(other_column=other) -%}
      {%- do differing.append({'column_name': other.name, 'new_type': column.expanded_data_type}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{ return(differing) }}
{%- endmacro %}
