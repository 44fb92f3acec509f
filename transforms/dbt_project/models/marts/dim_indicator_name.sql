select indicator || '|' || name as indicator_name_id, indicator, name, since, until
from {{ ref('stg_indicator_names') }}
where indicator in (select indicator from {{ ref('stg_indicators') }})
order by indicator, name
