-- What is known of each region-year: documents found, and addresses that the catalogue claims but that gave none.
with newest as (

    select *
    from {{ ref('stg_snapshots') }}
    qualify row_number() over (partition by partition, location order by retrieved_at desc, page) = 1

),

-- a document that moved was withdrawn from its former partition
claims as (

    select location, label_region_code, label_region, label_level, label_report_year, outcome, error
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
            when r.kind <> 'work_report' then 'excerpt_only'
            when r.completeness = 'partial' then 'partial'
            else 'retrieved'
        end as state,
        r.refusal_detail as detail
    from {{ ref('int_reports') }} as r

),

not_fetched as (

    select
        c.location,
        null::varchar as report_id,
        c.label_region_code as region_code,
        c.label_region as region_name,
        c.label_level as level,
        c.label_report_year as year,
        'not_retrieved' as state,
        coalesce(c.error, c.outcome) as detail
    from claims as c
    where c.location not in (select location from documents)

)

select * from documents
union all by name
select * from not_fetched
order by location, report_id
