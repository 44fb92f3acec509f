{{ config(materialized='incremental', meta={'kept_by': 'partition of verdicts'}) }}
select
    table_name || '|' || partition || '|' || expectation || '|' || column_name as gate_result_id,
    partition,
    table_name,
    expectation,
    column_name,
    severity,
    success,
    n_rows,
    n_failed,
    {{ shown_message('observed') }} as observed,
    {{ shown_message('examples') }} as examples,
    checked_at,
    code_version,
    -- filled while publishing
    cast(null as varchar) as overridden_by,
    cast(null as varchar) as override_reason
from {{ ref('stg_gate_results') }}
where {{ in_changed_partitions('verdicts') }}
order by gate_result_id
