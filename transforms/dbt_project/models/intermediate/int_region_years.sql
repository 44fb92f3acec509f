-- The code and name that a region had in a year: a report of the year after may know only the new ones.
with documents as (

    select region_id, report_year as year from {{ ref('int_reports') }} where region_id is not null

),

facts as (

    select region_id, period_end as year from {{ ref('int_rivals') }}

),

claims as (

    select g.region_id, c.year
    from {{ ref('int_claims') }} as c
    inner join {{ ref('stg_regions') }} as g on c.region_code = g.region_code

),

-- coverage speaks of every year between the first and the last claim
wanted as (

    select distinct c.region_id, y.year
    from claims as c
    cross join (select unnest(range(min(year), max(year) + 1)) as year from claims) as y
    union
    select region_id, year from documents
    union
    select region_id, year from facts

),

-- in the year of a change old and new code hold both: the region's own report of that year says which it goes by
own_words as (

    select region_id, report_year as year, arg_min(region_code, (sitting_no, copy_rank, report_id)) as region_code
    from {{ ref('int_reports') }}
    where accepted and region_id is not null
    group by region_id, report_year

)

select
    w.region_id,
    w.year,
    g.region_code,
    g.region_name,
    g.level,
    g.parent_code,
    g.first_year,
    g.region_span_id,
    g.province_code,
    g.province_name
from wanted as w
inner join {{ ref('int_region_spans') }} as g
    on w.region_id = g.region_id
left join own_words as o on w.region_id = o.region_id and w.year = o.year
where w.year is not null
qualify row_number() over (
    partition by w.region_id, w.year
    order by
        greatest(g.first_year - w.year, w.year - coalesce(g.last_year, 9999), 0),
        coalesce(g.region_code = o.region_code, false) desc,
        g.first_year desc,
        g.region_code
) = 1
order by w.region_id, w.year
