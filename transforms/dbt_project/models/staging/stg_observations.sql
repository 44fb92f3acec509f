with source as (

    select * from {{ source('lake', 'observations') }}

),

renamed as (

    select
        partition,
        report_id,
        observation_id,
        indicator,
        measure,
        value,
        value_upper,
        unit,
        qualifier,
        status,
        period_start,
        period_end,
        scope,
        canonical_value,
        canonical_value_upper,
        canonical_unit,
        horizon,
        tier,
        basis,
        base_period,
        commitment,
        relation,
        relation_ref,
        section,
        sentence,
        sentence_start,
        surface,
        char_start,
        char_end,
        quote,
        rule,
        period_evidence,
        rule_version,
        lexicon_version,
        flags,
        reviewed,
        doubt
    from source

)

select * from renamed
