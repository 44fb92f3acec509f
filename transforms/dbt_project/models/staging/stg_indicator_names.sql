with source as (

    select * from {{ source('registry', 'indicator_names') }}

),

renamed as (

    select
        code as indicator,
        name,
        since,
        until
    from source

)

select * from renamed
