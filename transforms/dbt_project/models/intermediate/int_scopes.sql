-- Named places below the reporting region that the region list knows by exactly one code: their figures, told by the
-- higher region's report, are facts about the place itself. Parks and zones that nobody lists stay mere scopes.
with scopes as (

    select distinct r.region_code as telling_code, r.report_year, o.scope
    from {{ in_touched_partitions('observations') }} as o
    inner join {{ ref('int_reports') }} as r on o.report_id = r.report_id
    where o.scope <> 'self' and r.accepted
        and {{ is_touched_report('o.report_id') }}

),

named as (

    select n.region_name, g.region_id, g.region_code, g.parent_code, g.first_year, g.last_year
    from {{ ref('stg_region_names') }} as n
    inner join {{ ref('stg_regions') }} as g on n.region_code = g.region_code and n.first_year = g.first_year

),

matches as (

    select s.telling_code, s.report_year, s.scope, n.region_id, n.region_code
    from scopes as s
    inner join named as n
        on s.scope = n.region_name
        and s.report_year between n.first_year and coalesce(n.last_year, 9999)
    left join {{ ref('stg_regions') }} as above
        on n.parent_code = above.region_code
        and s.report_year between above.first_year and coalesce(above.last_year, 9999)
    where s.telling_code in (n.parent_code, above.parent_code)

)

select telling_code, report_year, scope, min(region_id) as region_id, min(region_code) as region_code
from matches
group by telling_code, report_year, scope
having count(distinct region_id) = 1
order by telling_code, report_year, scope
