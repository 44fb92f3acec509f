with source as (

    select * from {{ source('lake', 'term_counts') }}

),

renamed as (

    select
        partition,
        report_id,
        dictionary,
        dictionary_version,
        term,
        substring_count,
        token_count,
        is_token,
        n_chars,
        n_tokens_all,
        n_tokens_words
    from source

)

select * from renamed
