"""How much was searched for a phrase and what was not, in words: what makes a *nobody* certain, or not.

What belongs here: sentences that the page and `baogao say` both show. What does not: the search (``phrases``).
"""

from __future__ import annotations

from dashboard.phrases import NO_SENTENCES, WITH_TEXT, Said
from dashboard.texts import Texts


def searched_words(said: Said, texts: Texts) -> str:
    """Return how many documents, sentences and characters were searched, and of how many regions and years."""
    totals = said.totals()
    return texts("searched", **{name: f"{n:,}" for name, n in totals.items()})


def saying_words(said: Said, texts: Texts) -> str:
    """Return how many regions and region-years say it, and since when."""
    totals = said.totals()
    return texts("saying", **{name: f"{n:,}" for name, n in totals.items()}, first=int(said.first["report_year"].min()))


def missing_words(said: Said, texts: Texts) -> str:
    """Return what of the register was not searched, by state; empty where all of it was."""
    left = {state: n for state, n in said.states.items() if state not in WITH_TEXT}
    if not left:
        return ""
    stop = "；" if texts.language == "zh" else "; "
    told = stop.join(f"{state_word(state, texts)} {n:,}" for state, n in left.items())
    return texts("not_searched", n=f"{sum(left.values()):,}", states=told)


def state_word(state: str, texts: Texts) -> str:
    """Return the state of a region-year in words, that of a report without sentences among them."""
    return texts(NO_SENTENCES) if state == NO_SENTENCES else texts.state(state)
