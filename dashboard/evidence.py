"""The full story of one number: its sentence, where it stands, what else was told, how it changed.

What belongs here: SQL and plain data about one observation. What does not: how it is shown (``pages/proof.py``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dashboard.store import Store

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True)
class Marked:
    """A sentence cut at its number; `number` is empty where the sentence states none (a relation)."""

    before: str
    number: str
    after: str


@dataclass(frozen=True)
class Evidence:
    """One observation with its document (`row`), and the tables around it, each possibly empty."""

    row: dict[str, Any]
    tellings: DataFrame
    vintages: DataFrame
    outcome: DataFrame
    findings: DataFrame
    sureness: DataFrame

    def marked(self) -> Marked:
        return mark(
            str(self.row["sentence"]),
            str(self.row["surface"] or ""),
            int(self.row["char_start"]) - int(self.row["sentence_start"]),
        )


def mark(sentence: str, surface: str, start: int) -> Marked:
    """Cut a sentence at the number that begins at `start`; without a mark if the words there are not the number's."""
    end = start + len(surface)
    if not surface or start < 0 or sentence[start:end] != surface:
        return Marked(sentence, "", "")
    return Marked(sentence[:start], surface, sentence[end:])


OBSERVATION = """
    select
        o.*, f.fact_id, f.chosen_by, f.n_rivals, f.n_reports, f.has_conflict, f.conflict_kind, f.spread,
        f.is_revised, f.value as chosen_value, f.value_upper as chosen_value_upper, f.unit as chosen_unit,
        i.name_zh as indicator_zh, i.name_en as indicator_en,
        r.title, r.location, r.url, r.snapshot_sha256, r.publisher, r.speaker, r.meeting_date, r.published_at,
        r.congress_session, r.kind, r.completeness, r.identity, r.parser_version, r.region_name as telling_region_name,
        s.correction_reason
    from fct_observation as o
    left join fct_city_year_indicator as f using (observation_id)
    join dim_indicator as i on i.indicator = o.indicator
    join dim_report as r on r.report_id = o.report_id
    left join panel_cell_source as s on s.fact_id = f.fact_id
    where {} = $key
    limit 1
"""
# all tellings of the same fact, as docs/using.md asks it
TELLINGS = """
    select
        v.observation_id = c.observation_id as chosen, v.canonical_value as value,
        v.canonical_value_upper as value_upper, v.canonical_unit as unit, v.qualifier, v.status, v.report_year,
        r.region_name as told_in, r.title, r.kind, v.section, v.sentence, v.surface,
        v.char_start - v.sentence_start as mark_start, v.observation_id
    from fct_city_year_indicator as c
    join fct_observation as v
        on v.region_id = c.region_id and v.indicator = c.indicator and v.measure = c.measure
        and v.period_end = c.year and v.period_start = c.period_start and v.basis = c.basis and v.tier = c.tier
        and v.horizon = c.horizon and v.status_class = c.status_class
        and v.from_accepted_report and v.value is not null
    join dim_report as r on r.report_id = v.report_id
    where c.fact_id = $fact
    order by chosen desc, v.report_year, v.observation_id
"""
VINTAGES = """
    select v.vintage, v.report_year, v.value, v.unit, v.qualifier, v.status, v.vintage_kind,
        v.change_from_previous, v.change_from_first, v.observation_id
    from fct_indicator_vintage as v where v.fact_id = $fact order by v.vintage
"""
OUTCOME = """
    select o.*, t.sentence as target_sentence, r.sentence as result_sentence
    from fct_target_outcome as o
    join fct_observation as t on t.observation_id = o.target_observation_id
    left join fct_observation as r on r.observation_id = o.result_observation_id
    where o.target_observation_id = $observation or o.result_observation_id = $observation
"""
FINDINGS = """
    select check_name, detail, value, other_value, other_sentence from quality_findings
    where observation_id = $observation or other_observation_id = $observation
"""

# the narrowest group of the error card that such a number is in, by measured_on; an audit's before the rest
SURENESS = """
    select * from quality_estimate
    where figure = 'precision' and coalesce(indicator, $indicator) = $indicator
        and coalesce(measure, $measure) = $measure and coalesce(status, $status) = $status
        and breakdown in ('indicator_measure_status', 'measure_status', 'all')
    qualify row_number() over (
        partition by measured_on order by
            (indicator is not null)::int + (measure is not null)::int desc, measured desc, estimate_id
    ) = 1
    order by case measured_on when 'audit' then 0 when 'blind' then 1 else 2 end
"""


def find_evidence(store: Store, *, fact_id: str | None = None, observation_id: str | None = None) -> Evidence | None:
    """Return the story of a fact's chosen observation, or of an observation by its own id; None if unknown."""
    column, key = ("f.fact_id", fact_id) if fact_id else ("o.observation_id", observation_id)
    found = store.ask(OBSERVATION.format(column), {"key": key})
    if found.empty:
        return None
    row = {str(name): _plain(value) for name, value in found.iloc[0].items()}
    observation = {"observation": row["observation_id"]}
    fact = {"fact": row["fact_id"] or ""}
    return Evidence(
        row=row,
        tellings=store.ask(TELLINGS, fact),
        vintages=store.ask(VINTAGES, fact),
        outcome=store.ask(OUTCOME, observation),
        findings=store.ask(FINDINGS, observation),
        sureness=store.ask_if_there(
            "quality_estimate", SURENESS, {name: row[name] for name in ("indicator", "measure", "status")}
        ),
    )


def _plain(value: Any) -> Any:
    """Return the value, with the frame's several kinds of nothing as None."""
    import pandas as pd

    return None if pd.isna(value) else value
