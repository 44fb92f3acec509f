"""What the lexicon says of an indicator's numbers: which unit fits, how much a unit is, which size can be.

What does not belong here: the bounds themselves (``sources/extraction/lexicon/data``, `plausible`).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from sources.extraction.lexicon import Indicator, load_lexicon

#: a level so many times beyond the bounds of its indicator is another unit (万 for 亿, 毫克 for 微克), not a surprise
FAR = 100.0
#: points beyond the bounds at which a rate is a misreading: no rate is told that far off its own range
FAR_POINTS = 50.0
#: canonical units of measures that do not follow the indicator
MEASURE_UNITS = {"growth": "%", "avg_growth": "%", "share": "%", "multiple": "倍", "pp_change": "个百分点"}
#: foreign money stays what it is
FOREIGN = frozenset({"美元", "港元", "港币", "欧元", "日元", "英镑", "卢布", "新元", "韩元", "美金"})

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_INSIDE = re.compile(r"(?<=\d)[,\s](?=\d)")
_AROUND_POINT = re.compile(r"(?<=\d)\s*\.\s*(?=\d)")


def known(code: object) -> bool:
    return code in load_lexicon().indicators


def unit_fits(code: str, measure: str, canonical_unit: object) -> bool | None:
    """Whether a value of `measure` may stand in `canonical_unit`; None for an indicator that is not known."""
    indicator = load_lexicon().indicators.get(code)
    if indicator is None:
        return None
    expected = MEASURE_UNITS.get(measure, indicator.canonical_unit)
    return canonical_unit == expected or (indicator.dimension.startswith("money") and canonical_unit in FOREIGN)


@lru_cache(maxsize=4096)
def factor(code: str, measure: str, unit: str) -> float | None:
    """Return how many canonical units one `unit` is, None where that can't be told from the unit alone."""
    # the rules are loaded by who judges, not by who asks which suites there are
    from sources.extraction.grammar.quantity import find_quantities
    from sources.extraction.resolve import to_canonical

    indicator = load_lexicon().indicators.get(code)
    found = find_quantities(f"1{unit}", 0, len(unit) + 1) if indicator else []
    if indicator is None or len(found) != 1 or found[0].refusal:
        return None
    value = to_canonical(found[0], indicator, measure)[0]
    return None if value is None else float(value)


def bounds(code: str, measure: str, canonical_unit: object) -> tuple[float, float] | None:
    """Return what the lexicon takes for plausible, in the canonical unit."""
    indicator = load_lexicon().indicators.get(code)
    if indicator is None or canonical_unit in FOREIGN:
        return None
    return indicator.plausible.get(measure)


def possible(code: str, canonical_unit: object) -> tuple[float, float] | None:
    """Return the bounds beyond which a level is no level of this indicator."""
    found = bounds(code, "level", canonical_unit)
    if found is None:
        return None
    low, high = found
    if _is_rate(load_lexicon().indicators[code]):
        return low - FAR_POINTS, high + FAR_POINTS
    return (low / FAR if low > 0 else low * FAR), high * FAR


def numbers_in(surface: str) -> list[float]:
    """Return the numbers printed with Arabic digits, whatever their width, commas and blanks."""
    text = _INSIDE.sub("", unicodedata.normalize("NFKC", surface))
    return [float(number) for number in _NUMBER.findall(_AROUND_POINT.sub(".", text))]


def _is_rate(indicator: Indicator) -> bool:
    return indicator.dimension == "percent"
