-- Every region that the catalogue or a document names × every year between the first and the last: a coded state for
-- each, the best of what is known (retrieved before partial before an excerpt before a refusal before nothing).
with claims as (

    select
        c.*,
        coalesce(r.region_id, c.region_code) as region_id,
        case
            when state = 'retrieved' then 0 when state = 'partial' then 1 when state = 'excerpt_only' then 2
            when state = 'not_retrieved' then 4 else 3
        end as state_rank
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

grid as (

    select r.region_id, r.region_code, r.region_name, r.level, y.year
    from regions as r cross join years as y

),

-- a region that did not exist in a year has no report to miss
existing as (

    select g.*
    from grid as g
    where not exists (select 1 from {{ ref('stg_regions') }} as r where r.region_id = g.region_id)
        or exists (
            select 1 from {{ ref('stg_regions') }} as r
            where r.region_id = g.region_id and g.year between r.first_year and coalesce(r.last_year, 9999)
        )
        or exists (select 1 from claims as c where c.region_id = g.region_id and c.year = g.year)

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
    e.year as report_year,
    coalesce(b.state, 'not_retrieved') as state,
    case when b.region_id is null then 'not in the catalogue' else b.detail end as detail,
    p.report_id as preferred_report_id,
    coalesce(b.n_documents, 0) as n_documents
from existing as e
left join best as b on e.region_id = b.region_id and e.year = b.year
left join {{ ref('int_region_years') }} as c on e.region_id = c.region_id and e.year = c.year
left join {{ ref('int_reports') }} as p
    on e.region_id = p.region_id and e.year = p.report_year and p.copy_rank = 1 and p.sitting_no = 1
order by e.region_id, e.year
