-- What is known of each region-year: documents found, and addresses that the catalogue claims but that gave none, or of
-- which none came through the gate.
with newest as (

    select *
    from {{ ref('stg_snapshots') }}
    qualify row_number() over (partition by partition, location order by retrieved_at desc, page) = 1

),

-- a document that moved was withdrawn from its former partition
claims as (

    select partition, location, label_region_code, label_region, label_level, label_report_year, sha256, outcome, error
    from newest
    where outcome <> 'withdrawn'
    qualify row_number() over (partition by location order by retrieved_at desc, page) = 1

),

documents as (

    select
        r.location,
        r.report_id,
        coalesce(r.region_code, r.label_region_code) as region_code,
        coalesce(r.region_name, r.label_region) as region_name,
        coalesce(r.level, r.label_level) as level,
        coalesce(r.report_year, r.label_report_year) as year,
        case
            when not r.accepted then 'refused_' || coalesce(r.refusal_reason, 'not_a_report')
            when r.withheld_detail is not null then 'withheld'
            when r.kind <> 'work_report' then 'excerpt_only'
            when r.completeness = 'partial' then 'partial'
            else 'retrieved'
        end as state,
        coalesce(r.refusal_detail, r.withheld_detail) as detail,
        coalesce(r.reading_rank, 6) as state_rank
    from {{ ref('int_reports') }} as r

),

-- pages and documents of which a row was set aside
set_aside as (

    select
        location,
        null::varchar as report_id,
        min(region_code) as region_code,
        min(region_name) as region_name,
        min(level) as level,
        min(report_year) as year,
        'withheld' as state,
        min(detail) as detail,
        5 as state_rank
    from {{ ref('stg_withheld') }}
    where location is not null and location not in (select location from documents)
    group by location

),

-- partitions whose documents the gate kept back, or that were not read yet
kept_back as (

    select partition, min(detail) as detail
    from {{ ref('stg_withheld') }}
    where table_name = 'reports' and location is null
    group by partition

),

not_fetched as (

    select
        c.location,
        null::varchar as report_id,
        c.label_region_code as region_code,
        c.label_region as region_name,
        c.label_level as level,
        c.label_report_year as year,
        case when k.partition is not null and c.sha256 is not null then 'withheld' else 'not_retrieved' end as state,
        case when k.partition is not null and c.sha256 is not null then k.detail else coalesce(c.error, c.outcome) end
            as detail,
        case when k.partition is not null and c.sha256 is not null then 5 else 8 end as state_rank
    from claims as c
    left join kept_back as k on c.partition = k.partition
    where c.location not in (select location from documents)
        and c.location not in (select location from set_aside)

)

select * from documents
union all by name
select * from set_aside
union all by name
select * from not_fetched
order by location, report_id
