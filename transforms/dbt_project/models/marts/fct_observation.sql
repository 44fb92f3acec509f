{{ config(materialized='incremental', meta={'kept_by': 'report_id'}) }}
-- Every observation, whether or not a mart chose it.
select
    o.observation_id,
    o.report_id,
    o.accepted as from_accepted_report,
    o.telling_region_id,
    o.region_id,
    o.region_code,
    p.region_name,
    p.level,
    p.province_code,
    p.province_name,
    p.region_span_id,
    o.scope,
    o.told_by,
    o.report_year,
    o.indicator,
    o.measure,
    o.printed_value,
    o.value,
    o.value_upper,
    o.unit,
    o.canonical_value,
    o.canonical_value_upper,
    o.canonical_unit,
    o.qualifier,
    o.status,
    o.status_class,
    o.period_start,
    o.period_end,
    o.horizon,
    o.tier,
    o.basis,
    o.base_period,
    o.commitment,
    o.relation,
    o.relation_ref,
    o.section,
    o.sentence,
    {{ sentence_in_english('o', teller='t', place='p', indicator='i', yardstick='y') }} as sentence_en,
    o.sentence_start,
    o.surface,
    o.char_start,
    o.char_end,
    o.quote,
    o.rule,
    o.period_evidence,
    o.rule_version,
    o.lexicon_version,
    o.flags,
    o.reviewed,
    o.doubt,
    o.is_corrected,
    o.correction_id
-- in the order of observation_id, as int_observations lies
from {{ ref('int_observations') }} as o
left join {{ ref('int_code_years') }} as p
    on o.region_id = p.region_id and o.region_code = p.region_code and o.report_year = p.report_year
inner join {{ ref('int_reports') }} as t on o.report_id = t.report_id
left join {{ ref('stg_indicators') }} as i on o.indicator = i.indicator
left join {{ ref('stg_indicators') }} as y on o.relation_ref = y.indicator
where {{ is_touched_report('o.report_id') }}
