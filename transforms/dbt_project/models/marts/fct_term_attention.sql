{{ config(materialized='incremental', meta={'kept_by': 'report_id'}) }}
-- Term frequency per report with the three denominators that the literature uses. Of a term that jieba splits tokens can't
-- be counted: there is no number, since a zero would say that the report does not speak of it.
with counted as (

    select * replace (case when is_token then token_count end as token_count)
    from {{ in_touched_partitions('term_counts') }}

)

select
    t.report_id || '|' || t.dictionary || '|' || t.term as term_attention_id,
    t.report_id,
    r.region_id,
    r.region_code,
    coalesce(p.region_name, r.region_name) as region_name,
    coalesce(p.level, r.level) as level,
    p.province_code,
    p.province_name,
    p.region_span_id,
    r.report_year,
    r.kind,
    r.completeness,
    coalesce(r.copy_rank = 1, false) as is_preferred,
    t.dictionary,
    t.dictionary_version,
    t.term,
    t.substring_count,
    t.is_token,
    t.token_count,
    t.n_chars,
    t.n_tokens_all,
    t.n_tokens_words,
    10000.0 * t.substring_count / nullif(t.n_chars, 0) as per_10k_chars,
    10000.0 * t.token_count / nullif(t.n_tokens_all, 0) as per_10k_tokens,
    10000.0 * t.token_count / nullif(t.n_tokens_words, 0) as per_10k_words
from counted as t
inner join {{ ref('int_reports') }} as r on t.report_id = r.report_id
left join {{ ref('int_code_years') }} as p
    on r.region_id = p.region_id and r.region_code = p.region_code and r.report_year = p.report_year
where {{ in_batch_partitions('t.partition') }}
    and {{ is_touched_report('t.report_id') }}
order by t.report_id, t.dictionary, t.term
