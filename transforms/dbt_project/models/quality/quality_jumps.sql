-- Levels that leap between neighbouring years; a leap of about a power of ten is most likely a misread unit.
with levels as (

    select f.*, i.nature
    from {{ ref('fct_city_year_indicator') }} as f
    inner join {{ ref('dim_indicator') }} as i on f.indicator = i.indicator
    where f.status_class = 'result' and f.measure = 'level' and f.horizon = 'annual' and f.tier = 'base'
        and f.value > 0 and f.qualifier in ('exact', 'about')

),

pairs as (

    select
        l.*,
        p.value as other_value,
        p.observation_id as other_observation_id,
        abs(log10(l.value / p.value)) as decades
    from levels as l
    inner join levels as p
        on l.region_id = p.region_id
        and l.year = p.year + 1
        and l.indicator = p.indicator
        and l.basis = p.basis

)

select
    case when decades > 0.85 and abs(decades - round(decades)) < 0.15 then 'unit_scale' else 'jump' end as check_name,
    region_id,
    year,
    indicator,
    'level is ' || printf('%.3g', value / other_value) || ' times that of the year before' as detail,
    value,
    other_value,
    observation_id,
    other_observation_id
from pairs
-- works and projects come and go from year to year: there only powers of ten are told
where
    (decades > 0.85 and abs(decades - round(decades)) < 0.15)
    or (
        decades > log10({{ var('jump_factor') }})
        and indicator in (select indicator from {{ ref('dim_indicator') }} where headline or nature <> 'flow')
    )
order by region_id, year, indicator
