-- What looks wrong in chosen values, with the sentences: warnings for a reader and for the reviewer, no verdicts.
with findings as (

    select * from {{ ref('quality_jumps') }}
    union all
    select * from {{ ref('quality_growth_level') }}
    union all
    select * from {{ ref('quality_target_range') }}
    union all
    select * from {{ ref('quality_parts') }}

)

select
    md5(concat_ws('|', f.check_name, f.region_id, f.year, f.indicator, f.observation_id, f.other_observation_id))
        as finding_id,
    f.check_name,
    f.region_id,
    f.year,
    f.indicator,
    f.detail,
    f.value,
    f.other_value,
    f.observation_id,
    o.report_id,
    o.sentence,
    f.other_observation_id,
    p.sentence as other_sentence
from findings as f
inner join {{ ref('int_observations') }} as o on f.observation_id = o.observation_id
left join {{ ref('int_observations') }} as p on f.other_observation_id = p.observation_id
order by f.check_name, f.region_id, f.year, f.indicator, f.observation_id, f.other_observation_id
