"""The words of the dashboard in Chinese and English: lookups in ``texts.yaml``, names of regions, sizes of numbers.

What belongs here: how a label, a code or a number is told. What does not: Streamlit, SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from baogao.words import WORDS
from sources.latin import english_names, pinyin_of, readings_of
from sources.magnitudes import magnitude
from sources.yaml_text import load_yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
QUALIFIER_SIGNS = {"at_least": "≥", "at_most": "≤", "about": "≈"}


@cache
def load_texts() -> dict[str, dict[str, Any]]:
    """Return the sections of texts.yaml, {section: {key: {zh, en}}}, the words of codes in the same form, and `places`:
    English names by code."""
    text = (files(__package__) / "texts.yaml").read_text(encoding="utf-8")
    loaded: dict[str, dict[str, Any]] = load_yaml(text)
    codes = {name: {code: {"zh": zh, "en": en} for code, (zh, en) in told.items()} for name, told in WORDS.items()}
    return {**loaded, **codes, "places": english_names()}


@dataclass(frozen=True)
class Texts:
    """All words in one language."""

    language: Language

    def __call__(self, key: str, /, **values: object) -> str:
        """Return the label `key`, with values put in. Raises KeyError for a label that nobody wrote."""
        text: str = load_texts()["labels"][key][self.language]
        return text.format(**values) if values else text

    def word(self, kind: str, code: object) -> str:
        """Return a code of the warehouse in words; the code itself where no words are written (a newer release)."""
        words = load_texts()[kind].get(str(code))
        return words[self.language] if words else str(code)

    def state(self, code: str) -> str:
        """Return the state of a region-year in words; refused_<reason> is told with the reason."""
        if code.startswith("refused_"):
            return f"{self('refused')}: {self.word('refusal', code.removeprefix('refused_'))}"
        return self.word("state", code)

    def region(self, name: str, code: str, parent: str = "") -> str:
        """Return the name of a region with all that someone may type to find it: 深圳市福田区, futian, its code.

        `parent` is the name of what it lies in, where people put that before it; other readings come last.
        """
        first, *others = (load_texts()["places"].get(code) or "", *readings_of(name))
        first, others = (first, others) if first else (others[0], others[1:])
        above = pinyin_of(parent) if parent else ""
        if self.language == "zh":
            told = [f"{parent}{name}", code, f"{above}{first.lower()}", *others]
        else:
            told = [
                self.region_short(name, code),
                code,
                *([f"{above}{first.lower()} {parent}{name}"] if parent else []),
                *others,
            ]
        return " · ".join(told)

    def region_short(self, name: str, code: str) -> str:
        """Return the name by which a region is shown."""
        if self.language == "zh":
            return name
        return f"{load_texts()['places'].get(code) or pinyin_of(name).capitalize()} {name}"

    def indicator(self, name_zh: str, name_en: str, short: str = "") -> str:
        """Return the name of an indicator with the letters that people call it by (GDP, CPI, PM2.5)."""
        first, second = (name_zh, name_en) if self.language == "zh" else (name_en, name_zh)
        return " · ".join(part for part in (first, short if short not in first else "", second) if part)


@dataclass(frozen=True)
class Scale:
    """How numbers of one unit are shown: divided by `factor`, with the unit `unit`."""

    factor: float
    unit: str

    def number(self, value: float | None) -> str:
        if value is None or value != value:
            return ""
        shown = value / self.factor
        digits = 0 if abs(shown) >= 10_000 else 1 if abs(shown) >= 1000 else 2
        text = f"{shown:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def told(self, value: float | None, upper: float | None = None, qualifier: str | None = None) -> str:
        """Return a value as a label: ≥7, ≈6.5, 6–6.5."""
        if value is None or value != value:
            return ""
        sign = QUALIFIER_SIGNS.get(qualifier or "", "")
        end = "" if upper is None or upper != upper else f"–{self.number(upper)}"
        return f"{sign}{self.number(value)}{end}"


def scale_for(unit: str, largest: float) -> Scale:
    """Return how to show values of `unit` up to `largest`: Chinese reports count by 万 and 亿, and so does this."""
    return Scale(*magnitude(unit, largest))
