{{ config(severity='warn') }}
select * from {{ ref('quality_findings') }} where check_name = 'growth_level'
