-- Every document with the region it is of, and whether this build does it again: it lies in a changed partition, or is of a
-- region of which a document changed, came or went (copies and sittings are told apart within a region). Documents that
-- are gone stay for one build, so that what was made of them goes too. In a new warehouse everything is touched. `batch`
-- numbers them in the order of their partitions (macros/batches.sql).
{% set before = as_last_built('int_touched_reports') %}
with documents as (

    select report_id, partition, region_id from {{ ref('int_reports') }}

),

changed as (

    {{ changed_partitions() }}

),

last_build as (

    select report_id, partition, region_id
    {% if before %}
    from {{ before }} where not is_gone
    {% else %}
    from documents where false
    {% endif %}

),

regions as (

    select region_id from documents where partition in (select partition from changed)
    union
    select region_id from last_build where partition in (select partition from changed)

),

reports as (

    select
        report_id,
        partition,
        region_id,
        {{ 'partition in (select partition from changed) or coalesce(region_id in (select region_id from regions), false)' if before else 'true' }}
            as is_touched,
        false as is_gone
    from documents

    union all

    select report_id, partition, region_id, true, true
    from last_build
    where report_id not in (select report_id from documents)

)

select
    *,
    (row_number() over (partition by is_touched order by partition, report_id) - 1) // {{ batch_reports() }} as batch
from reports
order by report_id
