{{ config(materialized='incremental', meta={'kept_by': 'partition of verdicts'}) }}
with source as (

    select * from {{ changed_rows('gate_results') }}

),

renamed as (

    select
        partition,
        table_name,
        expectation,
        column_name,
        severity,
        success,
        n_rows,
        n_failed,
        observed,
        examples,
        checked_at,
        code_version
    from source

)

select * from renamed
