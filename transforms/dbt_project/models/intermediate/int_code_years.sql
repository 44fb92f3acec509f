-- What the code in a row meant in the year of its report, as a span of dim_region. It hangs on the register alone and on
-- nothing that other documents tell, so that rows kept from build to build stay right.
with wanted as (

    select region_id, region_code, report_year from {{ ref('int_reports') }}
    union
    select region_id, region_code, report_year from {{ ref('int_observations') }}

)

select w.region_id, w.region_code, w.report_year, s.region_span_id, s.region_name, s.level, s.province_code, s.province_name
from wanted as w
inner join {{ ref('int_region_spans') }} as s on w.region_id = s.region_id and w.region_code = s.region_code
where w.report_year is not null
qualify row_number() over (
    partition by w.region_id, w.region_code, w.report_year
    order by
        greatest(s.first_year - w.report_year, w.report_year - coalesce(s.last_year, 9999), 0),
        s.first_year desc
) = 1
order by w.region_id, w.region_code, w.report_year
