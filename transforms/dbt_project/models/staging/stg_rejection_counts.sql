{{ config(materialized='incremental', meta={'kept_by': 'partition'}) }}
-- How many numbers of each document are no observation: of the largest raw table the models need no more.
select partition, report_id, count(*) as n_rejections
from {{ changed_rows('rejections') }}
group by partition, report_id
order by partition, report_id
