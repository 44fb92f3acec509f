with source as (

    select * from {{ source('lake', 'sentences') }}

),

renamed as (

    select
        partition,
        report_id,
        char_start,
        char_end,
        section,
        sentence,
        searched
    from source

)

select * from renamed
