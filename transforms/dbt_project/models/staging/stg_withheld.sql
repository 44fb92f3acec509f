with source as (

    select * from {{ source('build', 'withheld') }}

),

renamed as (

    select
        partition,
        table_name,
        report_id,
        location,
        region_code,
        region_name,
        level,
        report_year,
        indicator,
        measure,
        status_class,
        year,
        detail
    from source

)

select * from renamed
