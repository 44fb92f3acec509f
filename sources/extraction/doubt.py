"""How doubtful one observation is: a calibrated probability that one of its fields is wrong, from what the rules know.

What belongs here: the signs of a row, and the kept model over them (``doubt.json``, a logistic regression). What does
not: its training (``tests/reference/doubt.py``), rules: no row is refused or changed for its doubt.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

MODEL: Final = Path(str(files("sources.extraction") / "doubt.json"))
_YEAR: Final = re.compile(r"(?:19|20)\d\d年|“?十[一二三四五]?五”|五年|三年|四年")
_NUMBER: Final = re.compile(r"\d\d*(?:\.\d+)?")  # which `re` finds faster than with a `+` in front
_BREAK: Final = re.compile(r"[，、；,;：:]")
#: words before a number that lead elsewhere: parts, owners, other places, sums, bases, plans
_CUES: Final = (
    "其中", "累计", "比", "较", "同期", "预计", "目标", "力争", "任务", "全国", "全省", "全市", "位居", "分别", "以来",
    "期间", "由", "突破", "园区", "开发区", "企业", "项目", "重点", "新增", "引进", "带动", "达", "实现", "完成", "占",
    "人均", "上年", "年初", "年均", "翻", "各", "两", "前",
)  # fmt: skip

#: measures whose size alone says something of a year's figure
_RATES: Final = ("growth", "avg_growth", "pp_change")

#: what two rows have in common that tell the same fact, or that are about the same thing
_FACT: Final = itemgetter("indicator", "measure", "status", "period_start", "period_end", "scope", "tier", "basis")
_THING: Final = itemgetter("indicator", "measure", "status")

#: sign → what a row says there: words, or numbers that stand for their size
Signs = dict[str, Any]


def signs_of(rows: Sequence[Mapping[str, Any]]) -> list[Signs]:
    """Return the signs of the observations of one report, in their order; rows as of the table `observations`."""
    fact_of, thing_of = list(map(_FACT, rows)), list(map(_THING, rows))
    facts, things = Counter(fact_of), Counter(thing_of)
    named: dict[str, set[str]] = {}
    for row in rows:
        named.setdefault(row["sentence"], set()).add(row["indicator"])
    whole = {sentence: _of_sentence(sentence) | {"named": len(codes)} for sentence, codes in named.items()}
    return [
        _signs(row) | whole[row["sentence"]] | {"told": facts[fact], "others": things[thing]}
        for row, fact, thing in zip(rows, fact_of, thing_of, strict=True)
    ]


def _of_sentence(sentence: str) -> Signs:
    """Return the signs that all rows of a sentence share."""
    return {
        "numbers": len(_NUMBER.findall(sentence)),
        "periods": len(set(_YEAR.findall(sentence))),
        "length": len(sentence),
    }


def _signs(row: Mapping[str, Any]) -> Signs:
    way, _, rest = row["rule"].partition(":")
    what, _, years = rest.partition(":")
    quote, sentence, surface = row["quote"], row["sentence"], row["surface"]
    before = quote[: quote.find(surface)] if surface in quote else quote
    at = sentence.find(surface)
    ahead = sentence[: at + len(surface)] if at >= 0 else sentence
    rate = row["measure"] in _RATES
    return {
        "way": way, "what": what, "years": years, "section": row["section"], "measure": row["measure"],
        "status": row["status"], "qualifier": row["qualifier"], "flags": sorted((row["flags"] or "").split(";")),
        "own": row["scope"] == "self", "evidence": bool(row.get("period_evidence")),
        "distance": len(before), "breaks": len(_BREAK.findall(before)),
        "ahead": len(_NUMBER.findall(ahead)), "span": row["period_end"] - row["period_start"],
        "range": row["value_upper"] is not None,
        "digits": sum(map(str.isdecimal, surface)), "indicator": row["indicator"],
        "rate": abs(row["value"] or 0) * (100 if row["unit"] == "倍" else 1) if rate else 0,
        "cues": [cue for cue in _CUES if cue in ahead],
    }  # fmt: skip


#: how a number of `signs_of` becomes a feature: the larger, the less another one matters
_SIZES: Final = (
    "distance", "breaks", "numbers", "periods", "named", "told", "others", "ahead", "span", "length", "digits", "rate",
)  # fmt: skip
_WORDS: Final = ("way", "what", "years", "section", "measure", "status", "qualifier")
#: read in fewer rows of the training than this is rare
RARE: Final = 8
#: percent or points of one year beyond which more years may be meant
LARGE_RATE: Final = 40


def features(signs: Signs, seen: Mapping[str, int]) -> dict[str, float]:
    """Return name → size of the features of one row; `seen`: rows of the training by rule and indicator."""
    found = {f"{name}={signs[name]}": 1.0 for name in _WORDS}
    found |= {f"flag={flag}": 1.0 for flag in signs["flags"] if flag}
    found |= {f"cue={cue}": 1.0 for cue in signs["cues"]}
    found["large_rate"] = float(signs["rate"] > LARGE_RATE and signs["span"] == 0)
    found |= {name: math.log1p(max(signs[name], 0)) / 3 for name in _SIZES}
    found |= {name: 1.0 for name in ("own", "evidence", "range") if signs[name]}
    rule = ":".join(signs[name] for name in ("way", "what", "years"))
    found["rare_rule"] = float(seen.get(f"rule={rule}", 0) < RARE)
    found["rare_indicator"] = float(seen.get(f"indicator={signs['indicator']}", 0) < RARE)
    return found


@dataclass(frozen=True)
class Model:
    """Weights by feature, the intercept, and how often the training had each rule and indicator."""

    intercept: float
    weights: Mapping[str, float]
    seen: Mapping[str, int]

    def doubt(self, signs: Signs) -> float:
        """Return the probability, 0 to 1, that a field of the row is wrong; features never trained on weigh nothing."""
        weights, sizes = self.weights, features(signs, self.seen).items()
        logit = self.intercept + sum([weights[name] * size for name, size in sizes if name in weights])
        return 1.0 / (1.0 + math.exp(-logit))


@cache
def load_model(path: Path = MODEL) -> Model:
    """Return the kept model. Raises OSError or ValueError where its file is missing or damaged."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return Model(kept["intercept"], kept["weights"], kept["seen"])


def add_doubt(rows: Sequence[dict[str, Any]]) -> None:
    """Give each observation of one report its `doubt`, in place: 0 to 1, to four places; None without a number."""
    model, numbers = load_model(), [row for row in rows if row["value"] is not None]
    for row in rows:
        row["doubt"] = None
    for row, signs in zip(numbers, signs_of(numbers), strict=True):
        row["doubt"] = round(model.doubt(signs), 4)
