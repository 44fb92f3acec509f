{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- Why a headline cell is empty: for each region-year with an accepted report, its goals for the year and its results
-- of the year before; and any other of which the gate set a number aside.
with reported as (

    select region_id, report_year, min(reading_rank) % 2 = 1 as is_withheld
    from {{ ref('int_reports') }}
    where accepted and {{ is_touched_region() }}
    group by region_id, report_year

),

set_aside as (

    select
        r.region_id,
        r.report_year,
        w.indicator,
        w.status_class,
        w.year,
        string_agg(distinct w.measure, ';' order by w.measure) as measures
    from {{ ref('stg_withheld') }} as w
    inner join {{ ref('int_reports') }} as r on w.report_id = r.report_id
    where w.indicator is not null and r.accepted and {{ is_touched_region('r.region_id') }}
        and w.year = case w.status_class when 'target' then r.report_year else r.report_year - 1 end
    group by r.region_id, r.report_year, w.indicator, w.status_class, w.year

),

cells as (

    select
        r.region_id,
        r.report_year,
        r.is_withheld,
        s.measures as measures_withheld,
        case a.status_class when 'target' then r.report_year else r.report_year - 1 end as year,
        a.status_class,
        i.indicator
    from reported as r
    cross join (values ('target'), ('result')) as a (status_class)
    cross join {{ ref('stg_indicators') }} as i
    left join set_aside as s
        on r.region_id = s.region_id and r.report_year = s.report_year
        and a.status_class = s.status_class and i.indicator = s.indicator
    where i.headline or s.region_id is not null

),

facts as (

    select region_id, year, indicator, status_class,
        bool_or(has_conflict) as has_conflict,
        bool_and({{ is_too_doubtful() }}) as is_too_doubtful,
        arg_min(observation_id, fact_id) as observation_id
    from {{ ref('fct_city_year_indicator') }}
    where horizon = 'annual' and period_start = year and {{ is_touched_region() }}
    group by region_id, year, indicator, status_class

),

relations as (

    select
        region_id,
        period_end as year,
        indicator,
        status_class,
        min(relation) as relation,
        bool_and(relation in ('none_set', 'unquantified')) as none_set,
        min(observation_id) as observation_id
    from {{ ref('int_observations') }}
    where accepted and relation is not null and canonical_value is null and told_by = 'own'
        and {{ is_touched_region() }}
    group by region_id, period_end, indicator, status_class

)

select
    c.region_id || '|' || c.year || '|' || c.status_class || '|' || c.indicator as cell_id,
    c.region_id,
    y.region_code,
    y.region_name,
    y.level,
    y.province_code,
    y.province_name,
    y.region_span_id,
    c.year,
    c.report_year,
    c.status_class,
    c.indicator,
    case
        when f.is_too_doubtful then 'too_doubtful'
        when f.has_conflict then 'conflicting'
        when f.region_id is not null then 'told'
        when r.none_set then 'no_target_set'
        when r.region_id is not null then 'told'
        when c.is_withheld or c.measures_withheld is not null then 'withheld'
        else 'not_told'
    end as state,
    c.measures_withheld,
    r.relation,
    coalesce(f.observation_id, r.observation_id) as observation_id
from cells as c
left join facts as f
    on c.region_id = f.region_id and c.year = f.year
    and c.indicator = f.indicator and c.status_class = f.status_class
left join relations as r
    on c.region_id = r.region_id and c.year = r.year
    and c.indicator = r.indicator and c.status_class = r.status_class
left join {{ ref('int_region_years') }} as y on c.region_id = y.region_id and c.report_year = y.year
order by c.region_id, c.year, c.status_class, c.indicator
