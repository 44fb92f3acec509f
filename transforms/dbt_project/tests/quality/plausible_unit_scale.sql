{{ config(severity='warn') }}
select * from {{ ref('quality_findings') }} where check_name = 'unit_scale'
