-- Told growth against the growth of told levels. Growth is often real and levels are nominal, so the band is wide.
with facts as (

    select *
    from {{ ref('fct_city_year_indicator') }}
    where status_class = 'result' and horizon = 'annual' and tier = 'base' and basis = 'headline'
        and qualifier in ('exact', 'about')

)

select
    'growth_level' as check_name,
    g.region_id,
    g.year,
    g.indicator,
    'told growth ' || printf('%.1f', g.value) || ' %, levels grew ' || printf('%.1f', 100 * (l.value / p.value - 1)) || ' %'
        as detail,
    g.value,
    100 * (l.value / p.value - 1) as other_value,
    g.observation_id,
    l.observation_id as other_observation_id
from facts as g
inner join facts as l
    on g.region_id = l.region_id and g.year = l.year and g.indicator = l.indicator and l.measure = 'level'
inner join facts as p
    on g.region_id = p.region_id and g.year = p.year + 1 and g.indicator = p.indicator and p.measure = 'level'
inner join {{ ref('dim_indicator') }} as i on g.indicator = i.indicator
where g.measure = 'growth' and i.nature <> 'rate' and p.value > 0
    and abs(100 * (l.value / p.value - 1) - g.value) > {{ var('growth_level_points') }}
order by g.region_id, g.year, g.indicator
