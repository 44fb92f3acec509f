-- One row per document: where it stands in the warehouse's region list, how trustworthy its source is, which
-- sitting it belongs to, and how good a copy it is. Decided here and not while parsing, because it crosses partitions.
with reports as (

    select * from {{ ref('stg_reports') }}

),

labels as (

    select location, arg_max(label_notes, (retrieved_at, page)) as label_notes
    from {{ ref('stg_snapshots') }}
    where page = 1 and outcome <> 'withdrawn'
    group by location

),

regions as (

    select * from {{ ref('stg_regions') }}

),

-- a code may have been given away twice: the span that holds the report year, else the nearest one
placed as (

    select r.report_id, g.region_id
    from reports as r
    inner join regions as g on r.region_code = g.region_code
    qualify row_number() over (
        partition by r.report_id
        order by
            greatest(g.first_year - r.report_year, r.report_year - coalesce(g.last_year, 9999), 0),
            g.first_year desc
    ) = 1

),

-- whose newest reading is not in the raw tables: its partition's files are those of a former one, or none, or it could
-- not be worked through
kept_back as (

    select partition, min(detail) as detail
    from {{ ref('stg_withheld') }}
    where report_id is null and location is null and table_name <> 'snapshots'
    group by partition

),

not_worked_through as (

    select report_id, min(detail) as detail
    from {{ ref('stg_withheld') }}
    where report_id is not null and indicator is null
    group by report_id

),

described as (

    select
        r.*,
        coalesce(p.region_id, r.region_code) as region_id,
        case
            when r.url like 'http%' then r.url
            else json_extract_string(try_cast(l.label_notes as json), '$.original_url')
        end as address,
        case r.kind when 'work_report' then 0 when 'excerpt' then 1 when 'press_summary' then 2 else 3 end as kind_rank,
        case r.completeness when 'complete' then 0 else 1 end as completeness_rank,
        case when coalesce(r.flags, '') = '' then 0 else len(string_split(r.flags, ';')) end as n_flags,
        coalesce(month(r.meeting_date) between 4 and 10, false) as is_mid_year,
        case when r.accepted then coalesce(w.detail, k.detail) end as withheld_detail
    from reports as r
    left join placed as p on r.report_id = p.report_id
    left join labels as l on r.location = l.location
    left join kept_back as k on r.partition = k.partition
    left join not_worked_through as w on r.report_id = w.report_id

),

tiered as (

    select
        *,
        case
            when address is null then 'local'
            when regexp_matches(address, '^https?://([^/:]+\.)?gov\.cn([/:]|$)') then 'government'
            else 'other_site'
        end as source_tier
    from described

),

-- a mid-year document is the second sitting only where the region-year has one at its beginning as well
sat as (

    select
        *,
        case
            when not accepted then null
            when sitting is not null then sitting
            when is_mid_year and bool_or(not is_mid_year) over (partition by accepted, region_id, report_year) then 2
            else 1
        end as sitting_no
    from tiered

)

select
    *,
    case
        when accepted then row_number() over (
            partition by accepted, region_id, report_year, sitting_no
            order by
                kind_rank,
                completeness_rank,
                case source_tier when 'government' then 0 when 'other_site' then 1 else 2 end,
                n_flags,
                n_chars desc,
                report_id
        )
    end as copy_rank,
    -- a whole report before a part before an excerpt, each as read before withheld
    case
        when accepted then
            2 * case when kind_rank > 0 then 2 when completeness = 'partial' then 1 else 0 end
            + (withheld_detail is not null)::int
    end as reading_rank
from sat
order by report_id
