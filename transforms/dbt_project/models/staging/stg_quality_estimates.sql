with source as (

    select * from {{ source('registry', 'quality_estimates') }}

),

renamed as (

    select
        estimate_id,
        standing,
        breakdown,
        reference_set,
        indicator,
        measure,
        status,
        level,
        decade,
        form,
        figure,
        n_own,
        pooled_over,
        n,
        n_right,
        n_files,
        estimate,
        lower,
        upper,
        measured
    from source

)

select * from renamed
