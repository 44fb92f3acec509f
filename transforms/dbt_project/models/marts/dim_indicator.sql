with names as (

    select
        indicator,
        string_agg(
            name || case
                when since is null and until is null then ''
                else ' (' || coalesce(since::varchar, '') || '–' || coalesce(until::varchar, '') || ')'
            end,
            '; ' order by name
        ) as aliases
    from {{ ref('stg_indicator_names') }}
    group by indicator

)

select
    i.indicator,
    i.position,
    i.short,
    i.name_zh,
    i.name_en,
    i.category,
    i.canonical_unit,
    i.nature,
    i.dimension,
    i.headline,
    coalesce(d.direction, 'higher') as direction,
    case i.nature
        when 'flow' then 'Amount within the period'
        when 'stock' then 'Amount at the end of the period'
        else 'Rate or average at the end of or over the period'
    end || ', in ' || i.canonical_unit as definition,
    n.aliases
from {{ ref('stg_indicators') }} as i
left join names as n on i.indicator = n.indicator
left join {{ ref('indicator_direction') }} as d on i.indicator = d.indicator
order by i.position
