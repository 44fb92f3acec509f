with source as (

    select * from {{ source('registry', 'indicators') }}

),

renamed as (

    select
        position,
        code as indicator,
        name_zh,
        name_en,
        category,
        canonical_unit,
        nature,
        short,
        headline,
        dimension
    from source

)

select * from renamed
