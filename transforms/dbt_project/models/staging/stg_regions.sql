with source as (

    select * from {{ source('registry', 'regions') }}

),

renamed as (

    select
        region_id,
        code as region_code,
        name as region_name,
        level,
        parent_code,
        first_year,
        last_year,
        successors
    from source

)

select * from renamed
