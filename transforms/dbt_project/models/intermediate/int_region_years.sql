-- The code and name that a region had in a year: a report of the year after may know only the new ones.
with wanted as (

    select distinct region_id, period_end as year from {{ ref('int_rivals') }}
    union
    select distinct region_id, report_year as year from {{ ref('int_reports') }} where region_id is not null

)

select
    w.region_id,
    w.year,
    g.region_code,
    g.region_name,
    g.level,
    g.parent_code,
    g.first_year
from wanted as w
inner join {{ ref('stg_regions') }} as g
    on w.region_id = g.region_id
qualify row_number() over (
    partition by w.region_id, w.year
    order by
        greatest(g.first_year - w.year, w.year - coalesce(g.last_year, 9999), 0),
        g.first_year desc,
        g.region_code
) = 1
order by w.region_id, w.year
