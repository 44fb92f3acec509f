-- A region's goal beside the goals of what it lies in, for the same year, indicator and measure: 层层加码 in points.
with targets as (

    select f.*, y.parent_code
    from {{ ref('fct_city_year_indicator') }} as f
    left join {{ ref('int_region_years') }} as y on f.region_id = y.region_id and f.year = y.year
    where f.status_class = 'target'
        and f.horizon = 'annual'
        and f.tier = 'base'
        and f.basis = 'headline'
        and f.unit = '%'
        and f.told_by = 'own'
        and f.report_year = f.year
        and f.measure in ('growth', 'level')

),

regions as (

    select * from {{ ref('stg_regions') }}

),

-- what the parent lies in: for a county of a city this is the province, for a province's own county the nation
placed as (

    select
        t.*,
        above.level as parent_level,
        above.parent_code as grandparent_code,
        higher.parent_code as great_grandparent_code
    from targets as t
    left join regions as above
        on t.parent_code = above.region_code
        and t.year between above.first_year and coalesce(above.last_year, 9999)
    left join regions as higher
        on above.parent_code = higher.region_code
        and t.year between higher.first_year and coalesce(higher.last_year, 9999)
    qualify row_number() over (partition by t.fact_id order by above.first_year desc, higher.first_year desc) = 1

),

chained as (

    select
        p.*,
        parent.value as parent_value,
        parent.observation_id as parent_observation_id,
        case
            when parent.level = 'province' then parent.value
            when grandparent.level = 'province' then grandparent.value
        end as province_value,
        case
            when parent.level = 'province' then parent.observation_id
            when grandparent.level = 'province' then grandparent.observation_id
        end as province_observation_id,
        coalesce(
            case when parent.level = 'national' then parent.value end,
            case when grandparent.level = 'national' then grandparent.value end,
            case when great.level = 'national' then great.value end
        ) as nation_value
    from placed as p
    left join targets as parent
        on p.parent_code = parent.region_code
        and p.year = parent.year and p.indicator = parent.indicator and p.measure = parent.measure
    left join targets as grandparent
        on p.grandparent_code = grandparent.region_code
        and p.year = grandparent.year and p.indicator = grandparent.indicator and p.measure = grandparent.measure
    left join targets as great
        on p.great_grandparent_code = great.region_code
        and p.year = great.year and p.indicator = great.indicator and p.measure = great.measure
    -- in the year of a change two regions may share a code
    qualify row_number() over (
        partition by p.fact_id order by parent.region_id, grandparent.region_id, great.region_id
    ) = 1

)

select
    fact_id,
    region_id,
    region_code,
    region_name,
    level,
    province_code,
    province_name,
    region_span_id,
    year,
    indicator,
    measure,
    value as target_value,
    value_upper as target_value_upper,
    qualifier as target_qualifier,
    commitment,
    observation_id,
    parent_code,
    parent_level,
    parent_value,
    parent_observation_id,
    round(value - parent_value, 6) as gap_to_parent,
    province_value,
    province_observation_id,
    round(value - province_value, 6) as gap_to_province,
    nation_value,
    round(value - nation_value, 6) as gap_to_nation
from chained
order by region_id, year, indicator, measure
