{{ config(materialized='incremental', meta={'kept_by': 'partition'}) }}
with source as (

    select * from {{ changed_rows('snapshots') }}

),

renamed as (

    select
        partition,
        location,
        page,
        url,
        final_url,
        retrieved_at,
        http_status,
        content_type,
        charset,
        sha256,
        n_bytes,
        etag,
        last_modified,
        previous_sha256,
        outcome,
        error,
        label_region_code,
        label_region,
        label_level,
        label_report_year,
        label_notes
    from source

)

select * from renamed
