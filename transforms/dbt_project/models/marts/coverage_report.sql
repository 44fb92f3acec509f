-- Every region of a level × every year between the first and the last that the catalogue names: a coded state for each,
-- the best of what is known (retrieved before partial before an excerpt before a refusal before nothing; withheld, where
-- a better document was found than those that were read). A level is
-- covered within a province (the provinces within the nation) as soon as the catalogue or a document names one region of
-- it there; what the register has beside it is not in the catalogue, and is told so.
with claims as (

    select
        c.*,
        coalesce(r.region_id, c.region_code) as region_id
    from {{ ref('int_claims') }} as c
    left join {{ ref('stg_regions') }} as r on c.region_code = r.region_code
    where c.region_code is not null and c.year is not null
    qualify row_number() over (
        partition by c.location, c.report_id
        order by greatest(r.first_year - c.year, c.year - coalesce(r.last_year, 9999), 0), r.first_year desc
    ) = 1

),

regions as (

    select region_id, max(level) as level, arg_max(region_name, (year, region_name)) as region_name,
        arg_max(region_code, (year, region_code)) as region_code
    from claims
    group by region_id

),

years as (

    select unnest(range(min(year), max(year) + 1)) as year from claims

),

-- the register, a row per region and year in which it was there
registered as (

    select s.*, y.year
    from {{ ref('int_region_spans') }} as s
    inner join years as y on y.year between s.first_year and coalesce(s.last_year, 9999)
    where s.is_listed
    qualify row_number() over (partition by s.region_id, y.year order by s.first_year desc, s.region_code) = 1

),

covered_levels as (

    select distinct s.level, case when s.level <> 'province' then s.province_code end as within
    from registered as s
    -- as of the year: a city was a county once, or lay in another province
    inner join claims as c on s.region_id = c.region_id and s.year = c.year

),

grid as (

    select r.region_id, r.region_code, r.region_name, r.level, y.year
    from regions as r cross join years as y
    -- a region that did not exist in a year has no report to miss
    where (r.region_id, y.year) in (select (g.region_id, g.year) from registered as g)
        or r.region_id not in (select s.region_id from {{ ref('stg_regions') }} as s)
        or (r.region_id, y.year) in (select (c.region_id, c.year) from claims as c)

    union all

    select g.region_id, g.region_code, g.region_name, g.level, g.year
    from registered as g
    inner join covered_levels as l
        on g.level = l.level
        and (g.level = 'province' or g.province_code = l.within)
    where g.region_id not in (select region_id from regions)
        and g.region_code not in ({% for code in var('without_reports') %}'{{ code }}'{{ ", " if not loop.last }}{% endfor %})

),

-- partitions whose ledger of pages the gate kept back: what the catalogue lists there is not known
without_ledger as (

    select partition, min(detail) as detail
    from {{ ref('stg_withheld') }}
    where table_name = 'snapshots' and location is null
    group by partition

),

best as (

    select
        region_id,
        year,
        arg_min(state, (state_rank, state, location, report_id)) as state,
        arg_min(detail, (state_rank, state, location, report_id)) as detail,
        arg_min(report_id, (state_rank, state, location, report_id)) as best_report_id,
        count(report_id) as n_documents
    from claims
    group by region_id, year

)

select
    e.region_id || '|' || e.year as coverage_id,
    e.region_id,
    coalesce(c.region_code, e.region_code) as region_code,
    coalesce(c.region_name, e.region_name) as region_name,
    coalesce(c.level, e.level) as level,
    coalesce(c.province_code, g.province_code) as province_code,
    coalesce(c.province_name, g.province_name) as province_name,
    coalesce(c.region_span_id, g.region_span_id) as region_span_id,
    e.year as report_year,
    coalesce(b.state, case when w.partition is not null then 'withheld' end, 'not_in_catalogue') as state,
    {{ shown_message('coalesce(b.detail, w.detail)') }} as detail,
    p.report_id as preferred_report_id,
    coalesce(b.n_documents, 0) as n_documents
from grid as e
left join registered as g on e.region_id = g.region_id and e.year = g.year
left join best as b on e.region_id = b.region_id and e.year = b.year
left join {{ ref('int_region_years') }} as c on e.region_id = c.region_id and e.year = c.year
left join {{ ref('int_reports') }} as p
    on e.region_id = p.region_id and e.year = p.report_year and p.copy_rank = 1 and p.sitting_no = 1
left join without_ledger as w
    on b.region_id is null
    and w.partition = coalesce(c.province_code, g.province_code, c.region_code, e.region_code) || '|' || e.year
order by e.region_id, e.year
