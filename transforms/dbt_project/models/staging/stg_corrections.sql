with source as (

    select * from {{ source('registry', 'corrections') }}

),

renamed as (

    select
        correction_id,
        report_id,
        indicator,
        measure,
        status,
        period_end,
        expect,
        correct,
        reason,
        status_of_source,
        author,
        expires
    from source

)

select * from renamed
