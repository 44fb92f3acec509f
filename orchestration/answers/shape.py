"""The shape of answers: what stands beside each value, and beside each blank.

What belongs here: fields, as assistants are told of them; reasons with guidance (``guidance.yaml``). What does not:
finding the values (``figures``, ``questions``).
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, Field

from dashboard.comparing import missing_words
from dashboard.texts import Texts
from sources.yaml_text import load_yaml

Level = Literal["national", "province", "city", "county"]
Side = Literal["target", "result"]


class Why(BaseModel):
    code: str
    en: str
    zh: str
    may_conclude: str = Field(description="What may be concluded from there being nothing")
    may_not_conclude: str = Field(description="What must not be, least of all a figure")


class Place(BaseModel):
    region_id: str = Field(description="Stays when name or code change")
    region_code: str
    name: str = Field(description="Of today, else its last")
    name_en: str
    level: str
    parent: str
    names: list[str] = Field(description="All that it has borne, with their years")
    n_figures: int = Field(default=0, description="Figures of it in this release")


class Indicator(BaseModel):
    indicator: str
    name_zh: str
    name_en: str
    canonical_unit: str | None
    definition: str | None
    measures: list[str] = Field(default=[], description="Those that reports tell it in, the commonest first")


class Figure(BaseModel):
    value: float | None = Field(default=None, description="In `unit`; of a range its lower end")
    value_upper: float | None = None
    unit: str = ""
    told: str = Field(default="", description="As people read it: ≥7%, 6–6.5%")
    sentence: str = Field(default="", description="The report's own, that tells it or that there is none")
    sentence_en: str = Field(default="", description="What was read of it, in English; no translation")
    title: str = ""
    address: str = ""
    cell: str | None = Field(default=None, description="release/region/year/column, for good; `value` cites it")
    doubt: float | None = Field(default=None, description="Chance that the reading is wrong, as a model has it")
    conflict: bool = Field(default=False, description="Whether reports tell it differently")
    why: Why | None = None


class Row(BaseModel):
    region_id: str
    region_name: str
    region_en: str
    year: int | None = Field(description="Of the figures: its own report sets the goal, the next tells the result")
    indicator: str
    measure: str
    rank: int | None = None
    target: Figure | None = None
    result: Figure | None = None
    gap: float | None = Field(default=None, description="Result less goal, in `unit`; of percentages in points")
    verdict: str | None = Field(default=None, description="What came of the goal: met, missed, within_rounding …")
    gap_why: Why | None = None


class Answer(BaseModel):
    release: str = Field(description="The release that was asked: name it with any figure")
    why: Why | None = Field(default=None, description="Why there is no answer, or what to ask back")
    asked: str = Field(default="", description="The name that was not understood")
    places: list[Place] = Field(default=[], description="With `why`: candidates to ask back with, not the answer")
    indicators: list[Indicator] = Field(default=[], description="With `why`: candidates, not the answer")
    citation: str = Field(default="", description="How to cite the figure; of several, the release, with their cells")


class Figures(Answer):
    rows: list[Row] = []
    n_rows: int = Field(default=0, description="In all; `rows` may be the first of them")
    also_told_in: list[str] = Field(default=[], description="Other measures in which that year tells the indicator")


class Covered(BaseModel):
    region_id: str
    region_name: str
    report_year: int
    state: str
    why: Why | None = None


class Coverage(Answer):
    rows: list[Covered] = []
    states: dict[str, int] = Field(default={}, description="Region-years by state, all of them")


class Said(BaseModel):
    region_id: str
    region_name: str
    report_year: int
    times: int | None = None
    sentence: str | None = None
    address: str | None = None


class Saying(Answer):
    searched: dict[str, int] = Field(default={}, description="How much was searched, what of it says it, what was not")
    saying: list[Said] = []
    sentences: list[Said] = []


@cache
def guidance() -> dict[str, dict[str, str]]:
    """Return guidance.yaml: {code: {may, not}}, with en and zh where the dashboard has no words for the code."""
    text = (files(__package__) / "guidance.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, str]] = load_yaml(text)
    return loaded


def why(code: str) -> Why:
    """Return the reason `code` in words, with its guidance. Raises KeyError for a code that has none."""
    told = guidance()[code]
    zh, en = (told.get(texts.language) or missing_words(code, texts) for texts in (Texts("zh"), Texts("en")))
    return Why(code=code, en=en, zh=zh, may_conclude=told["may"], may_not_conclude=told["not"])
