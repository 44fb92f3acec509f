-- Pairs (document, better copy of it) within one region-year: the same text, or similarity hashes a few bits apart.
-- Two sittings of one year are kept apart unless their text is the same to the letter.
with documents as (

    select report_id, region_id, report_year, sitting_no, copy_rank, text_sha256,
        -- a text too short to be hashed has no bits set and resembles nothing
        case when text_fingerprint not similar to '0*' then text_fingerprint end as text_fingerprint
    from {{ ref('int_reports') }}
    where accepted

),

pairs as (

    select
        worse.report_id,
        better.report_id as duplicate_of,
        better.sitting_no as better_sitting,
        better.copy_rank as better_rank,
        coalesce(worse.text_sha256 = better.text_sha256, false) as same_text,
        {{ hamming_bits('worse.text_fingerprint', 'better.text_fingerprint') }} as bits_apart,
        coalesce(worse.sitting_no = better.sitting_no, false) as same_sitting
    from documents as worse
    inner join documents as better
        on worse.region_id = better.region_id
        and worse.report_year = better.report_year
        and (better.sitting_no, better.copy_rank, better.report_id) < (worse.sitting_no, worse.copy_rank, worse.report_id)

)

select
    report_id,
    duplicate_of,
    case when same_text then 'same_text' else 'near_duplicate' end as duplicate_kind,
    bits_apart
from pairs
where same_text or (same_sitting and bits_apart <= {{ var('duplicate_max_bits') }})
qualify row_number() over (
    partition by report_id
    order by same_text desc, better_sitting, better_rank, duplicate_of
) = 1
order by report_id
