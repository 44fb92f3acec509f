-- Every document, accepted or refused; copies linked, the preferred copy of each sitting marked.
with copies as (

    select * from {{ ref('int_report_copies') }}

),

counts as (

    select report_id, count(*) as n_observations from {{ ref('int_observations') }} group by report_id

),

rejections as (

    select report_id, sum(n_rejections)::bigint as n_rejections from {{ ref('stg_rejection_counts') }} group by report_id

),

sentences as (

    select report_id, count(*) as n_sentences from {{ ref('fct_sentence') }} group by report_id

)

select
    r.report_id,
    {{ shown_location('r.location') }} as location,
    r.part,
    {{ shown_address('r.address') }} as url,
    r.snapshot_sha256,
    r.form,
    r.region_id,
    r.region_code,
    r.region_name,
    r.level,
    r.report_year,
    r.review_year,
    r.sitting_no,
    r.meeting_date,
    r.is_mid_year,
    r.congress_session,
    r.title,
    r.speaker,
    r.publisher,
    r.published_at,
    r.kind,
    r.completeness,
    r.completeness_signs,
    r.identity,
    r.identity_confidence,
    r.identity_evidence,
    r.accepted,
    r.refusal_reason,
    {{ shown_message('r.refusal_detail') }} as refusal_detail,
    r.flags,
    r.source_tier,
    coalesce(r.copy_rank = 1, false) as is_preferred,
    r.copy_rank,
    c.duplicate_of,
    c.duplicate_kind,
    c.bits_apart,
    r.n_chars,
    coalesce(s.n_sentences, 0) as n_sentences,
    coalesce(n.n_observations, 0) as n_observations,
    coalesce(j.n_rejections, 0) as n_rejections,
    r.text_sha256,
    r.label_region_code,
    r.label_region,
    r.label_level,
    r.label_report_year,
    r.partition,
    r.parser_version
from {{ ref('int_reports') }} as r
left join copies as c on r.report_id = c.report_id
left join counts as n on r.report_id = n.report_id
left join rejections as j on r.report_id = j.report_id
left join sentences as s on r.report_id = s.report_id
order by r.report_id
