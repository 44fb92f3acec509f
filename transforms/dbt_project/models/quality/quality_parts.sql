-- Parts against the whole: within one region (three industries and GDP, exports and trade), and a region against the
-- one it lies in.
with levels as (

    select f.*, y.parent_code
    from {{ ref('fct_city_year_indicator') }} as f
    left join {{ ref('int_region_years') }} as y on f.region_id = y.region_id and f.year = y.year
    where f.status_class = 'result' and f.measure = 'level' and f.horizon = 'annual' and f.tier = 'base'
        and f.basis = 'headline' and f.value is not null

),

industries as (

    select
        region_id,
        year,
        sum(value) as parts,
        min(observation_id) as observation_id
    from levels
    where indicator in (
        'primary_industry_value_added', 'secondary_industry_value_added', 'tertiary_industry_value_added'
    )
    group by region_id, year
    having count(*) = 3

),

within as (

    select
        g.region_id,
        g.year,
        g.indicator,
        'the three industries make ' || printf('%.1f', 100 * i.parts / g.value) || ' % of it' as detail,
        g.value,
        i.parts as other_value,
        g.observation_id,
        i.observation_id as other_observation_id
    from levels as g
    inner join industries as i on g.region_id = i.region_id and g.year = i.year
    where g.indicator = 'gdp' and abs(i.parts / g.value - 1) > {{ var('parts_share') }}

    union all

    select
        e.region_id, e.year, e.indicator, 'exports exceed total trade', e.value, t.value, e.observation_id, t.observation_id
    from levels as e
    inner join levels as t on e.region_id = t.region_id and e.year = t.year and t.indicator = 'total_trade'
    where e.indicator = 'exports' and e.value > t.value * (1 + {{ var('parts_share') }})

),

above as (

    select
        c.region_id,
        c.year,
        c.indicator,
        'more than the ' || p.level || ' that it lies in' as detail,
        c.value,
        p.value as other_value,
        c.observation_id,
        p.observation_id as other_observation_id
    from levels as c
    inner join levels as p
        on c.parent_code = p.region_code and c.year = p.year and c.indicator = p.indicator
    inner join {{ ref('dim_indicator') }} as i on c.indicator = i.indicator
    where c.region_id <> p.region_id
        and c.qualifier = 'exact' and p.qualifier = 'exact'
        -- amounts add up over regions; rates and amounts per head don't
        and i.nature <> 'rate' and i.canonical_unit not like '%/%'
        and c.value > p.value * (1 + {{ var('parts_share') }})

)

select 'parts' as check_name, * from within
union all
select 'above_parent' as check_name, * from above
order by check_name, region_id, year, indicator
