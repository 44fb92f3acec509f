{{ config(materialized='incremental', meta={'kept_by': 'partition'}) }}
with source as (

    select * from {{ changed_rows('reports') }}

),

renamed as (

    select
        partition,
        report_id,
        location,
        part,
        url,
        snapshot_sha256,
        form,
        region_code,
        region_name,
        level,
        report_year,
        review_year,
        meeting_date,
        sitting,
        congress_session,
        title,
        speaker,
        publisher,
        published_at,
        kind,
        completeness,
        completeness_signs,
        identity,
        identity_confidence,
        identity_evidence,
        accepted,
        refusal_reason,
        refusal_detail,
        flags,
        text_sha256,
        text_fingerprint,
        n_chars,
        label_region_code,
        label_region,
        label_level,
        label_report_year,
        parser_version
    from source

)

select * from renamed
