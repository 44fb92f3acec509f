with source as (

    select * from {{ source('lake', 'rejections') }}

),

renamed as (

    select
        partition,
        report_id,
        rejection_id,
        surface,
        char_start,
        char_end,
        sentence,
        sentence_start,
        section,
        reason,
        detail,
        rule_version
    from source

)

select * from renamed
