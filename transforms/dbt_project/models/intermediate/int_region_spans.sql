-- One row per code and span of years in which it had this meaning, with what it lies in.
with regions as (

    select * from {{ ref('stg_regions') }}

),

parents as (

    select
        r.region_code,
        r.first_year,
        p.region_name as parent_name,
        p.level as parent_level,
        p.parent_code as grandparent_code
    from regions as r
    inner join regions as p
        on r.parent_code = p.region_code
        and p.first_year <= coalesce(r.last_year, 9999)
        and coalesce(p.last_year, 9999) >= r.first_year
    qualify row_number() over (partition by r.region_code, r.first_year order by p.first_year desc) = 1

),

-- a region without a row of its own in the list still has documents: zones that only a label names
strays as (

    select region_id, min(region_code) as region_code, min(region_name) as region_name, min(level) as level,
        min(report_year) as first_year
    from {{ ref('int_reports') }}
    where accepted and region_id is not null and region_id not in (select region_id from regions)
    group by region_id

),

placed as (

    select
        r.region_id,
        r.region_code,
        r.region_name,
        r.level,
        r.first_year,
        r.last_year,
        r.last_year is null as in_use,
        r.parent_code,
        p.parent_name,
        case
            when r.level = 'province' then r.region_code
            when p.parent_level = 'province' then r.parent_code
            when r.level in ('city', 'county') then p.grandparent_code
        end as province_code,
        r.successors,
        true as is_listed
    from regions as r
    left join parents as p on r.region_code = p.region_code and r.first_year = p.first_year

    union all

    select region_id, region_code, coalesce(region_name, region_code), level, first_year, null, true, null, null, null,
        null, false
    from strays

),

provinces as (

    select region_code, arg_max(region_name, first_year) as province_name
    from regions
    where level = 'province'
    group by region_code

)

select
    s.region_code || '-' || s.first_year as region_span_id,
    s.region_id,
    s.region_code,
    s.region_name,
    s.level,
    s.first_year,
    s.last_year,
    s.in_use,
    s.parent_code,
    s.parent_name,
    s.province_code,
    p.province_name,
    s.successors,
    s.is_listed
from placed as s
left join provinces as p on s.province_code = p.region_code
order by s.region_code, s.first_year
