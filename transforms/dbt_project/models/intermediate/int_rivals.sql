{{ config(materialized='incremental', meta={'kept_by': 'region_id'}) }}
-- All tellings of one fact, ranked by the written rules (docs block choosing_rules): rank 1 is what the warehouse says,
-- the others stay here to be seen. A fact is region × period × indicator × measure × result or target × horizon × tier
-- × basis: spans of different starts, tiers and bases never compete.
{% set key = ['region_id', 'period_start', 'period_end', 'indicator', 'measure', 'status_class', 'horizon', 'tier', 'basis'] %}
{% set rules = [
    ('own_report', 'own_rank'),
    ('year_of_the_goal', 'goal_year_rank'),
    ('plain_reading', 'reading_rank'),
    ('exact_before_rounded', 'exact_rank'),
    ('actual_before_estimated', 'status_rank'),
    ('full_report', 'document_rank'),
    ('first_sitting', 'sitting_rank'),
    ('nearest_report', 'lag_rank'),
    ('preferred_copy', 'copy_rank'),
    ('summary_section', 'section_rank'),
    ('more_digits', 'digits_rank'),
    ('first_in_text', 'char_start'),
    ('observation_id', 'observation_id'),
] %}
with candidates as (

    select
        observation_id,
        {{ fact_id(key) }} as fact_id,
        {{ key | join(', ') }},
        region_code,
        report_id,
        report_year,
        sitting_no,
        status,
        qualifier,
        told_by,
        canonical_value,
        canonical_value_upper,
        canonical_unit,
        rounding_half,
        char_start,
        coalesce(copy_rank, 1) as copy_rank,
        case told_by when 'own' then 0 else 1 end as own_rank,
        case when status_class = 'target' then abs(report_year - period_end) else 0 end as goal_year_rank,
        -- what the reader itself was in doubt about speaks only where nothing else does
        case
            when contains(coalesce(flags, ''), 'implausible') then 2
            when contains(coalesce(flags, ''), 'loose_name') then 1
            else 0
        end as reading_rank,
        case
            when status_class = 'target' then 0
            when qualifier = 'exact' then 0
            when qualifier = 'about' then 1
            else 2
        end as exact_rank,
        case status when 'estimated' then 1 else 0 end as status_rank,
        kind_rank * 2 + completeness_rank as document_rank,
        case when is_mid_year or sitting_no > 1 then 1 else 0 end as sitting_rank,
        abs(report_year - period_end - 1) as lag_rank,
        case
            when section in ('review_year', 'goals_year') then 0
            when section in ('review_span', 'goals_span') then 1
            when section = 'tasks' then 2
            else 3
        end as section_rank,
        n_digits
    from {{ ref('int_observations') }}
    where accepted
        and {{ is_touched_region() }}
        and canonical_value is not null
        and not is_exact_copy
        -- 1-11月 of the year is told, but fills no cell of the year
        and not contains(coalesce(flags, ''), 'part_of_year')

),

-- more digits win only where they tell the same more exactly: 101.64 after 101, but not a part after its total
refined as (

    select
        *,
        case
            when abs(canonical_value - first_value(canonical_value) over tied)
                <= first_value(rounding_half) over tied * 1.000001
                then least(first_value(n_digits) over tied - n_digits, 0)
            else 0
        end as digits_rank
    from candidates
    window tied as (
        partition by fact_id, {% for name, column in rules if column.endswith('_rank') and name != 'more_digits' %}{{ column }}{{ ", " if not loop.last }}{% endfor %}
        order by char_start, observation_id
    )

),

ranked as (

    select
        *,
        row_number() over choice as choice_rank,
        count(*) over fact as n_tellings,
        count(distinct report_id) over fact as n_reports
    from refined
    window
        fact as (partition by fact_id),
        choice as (
            partition by fact_id
            order by {% for name, column in rules %}{{ column }}{{ ", " if not loop.last }}{% endfor %}
        )

),

compared as (

    select
        r.*,
        c.observation_id as chosen_observation_id,
        c.report_id as chosen_report_id,
        c.report_year as chosen_report_year,
        c.sitting_no as chosen_sitting_no,
        c.told_by as chosen_told_by,
        {%- for name, column in rules %}
        second.{{ column }} as next_{{ column }},
        {%- endfor %}
        -- goals are compared as written; for results a bound or an about leaves room
        case
            when r.status_class = 'result' and 'about' in (r.qualifier, c.qualifier)
                then greatest(
                    case when r.canonical_unit = '%' then {{ var('about_points') }}
                        else {{ var('about_share') }} * abs(c.canonical_value) end,
                    r.rounding_half, c.rounding_half
                )
            else greatest(r.rounding_half, c.rounding_half)
        end * 1.000001 as room,
        greatest(
            r.canonical_value - coalesce(c.canonical_value_upper, c.canonical_value),
            c.canonical_value - coalesce(r.canonical_value_upper, r.canonical_value),
            0
        ) as distance,
        r.status_class = 'result' and (
            (r.qualifier = 'at_least' and c.canonical_value >= r.canonical_value)
            or (r.qualifier = 'at_most' and c.canonical_value <= r.canonical_value)
            or (c.qualifier = 'at_least' and r.canonical_value >= c.canonical_value)
            or (c.qualifier = 'at_most' and r.canonical_value <= c.canonical_value)
        ) as bound_agrees
    from ranked as r
    inner join ranked as c on r.fact_id = c.fact_id and c.choice_rank = 1
    left join ranked as second on r.fact_id = second.fact_id and second.choice_rank = 2

)

select
    fact_id,
    choice_rank,
    observation_id,
    {{ key | join(', ') }},
    region_code,
    report_id,
    report_year,
    sitting_no,
    status,
    qualifier,
    told_by,
    canonical_value,
    canonical_value_upper,
    canonical_unit,
    rounding_half,
    n_tellings,
    n_reports,
    case
        {%- for name, column in rules %}
        when choice_rank = 1 and n_tellings > 1 and {{ column }} < next_{{ column }} then '{{ name }}'
        {%- endfor %}
        when n_tellings = 1 then 'only_telling'
    end as chosen_by,
    distance,
    distance <= room or bound_agrees as agrees,
    case
        when distance <= room or bound_agrees then null
        when report_id = chosen_report_id then 'within_report'
        when told_by <> chosen_told_by then 'between_regions'
        when report_year <> chosen_report_year then 'between_years'
        when coalesce(sitting_no, 0) <> coalesce(chosen_sitting_no, 0) then 'between_sittings'
        else 'between_copies'
    end as disagreement
from compared
order by fact_id, choice_rank
