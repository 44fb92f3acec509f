with source as (

    select * from {{ source('registry', 'region_names') }}

),

renamed as (

    select
        code as region_code,
        first_year,
        name as region_name
    from source

)

select * from renamed
