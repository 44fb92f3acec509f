"""How often a report speaks of a topic: counts of dictionary terms, with the denominators that the literature uses.

What belongs here: dictionaries as data, counting. What does not: shares and comparisons (dbt, `fct_term_attention`).

Each term is counted twice. As a substring: every occurrence of its characters, without overlap. As a token: every
time that jieba's segmentation yields exactly the term. The two differ (jieba splits 化学需氧量 in three and hides 空气
inside 空气质量), so both are published. A term that jieba splits is a token of no text, however often it is said:
`is_token` tells, and a zero of such a term is no answer.

The reference is ``jieba.lcut(text, HMM=False)``: new-word guessing is off, so that the tokens follow from jieba's
dictionary alone. rjieba gives the same tokens some fifteen times as fast; tests hold the two equal, and
`agrees_with_jieba` lets a run prove it on a report of its own.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

import ahocorasick_rs
import yaml

from sources.errors import BaogaoError
from sources.meaning import version_of
from sources.yaml_text import load_yaml

SHIPPED = Path(__file__).parent / "dictionaries"
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_WORD = re.compile(r"[A-Za-z\u3400-\u9fff]")


class DictionaryError(BaogaoError):
    """A term dictionary that can't be used; the message says which file and what to do."""


@dataclass(frozen=True)
class Dictionary:
    """A list of terms about one topic. `version` is a hash of the terms: other terms are another measure."""

    name: str
    terms: tuple[str, ...]
    description: str
    source: str

    @property
    def version(self) -> str:
        return hashlib.sha256("\n".join(self.terms).encode()).hexdigest()[:12]


def load_dictionary(path: Path) -> Dictionary:
    """Read one dictionary file: keys `description`, `source`, `terms`. Raises DictionaryError."""
    try:
        data = load_yaml(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DictionaryError(f"{path}: can't be read as UTF-8 YAML ({error}); mend or remove the file") from error
    if not isinstance(data, dict) or set(data) != {"description", "source", "terms"}:
        raise DictionaryError(f"{path}: expected exactly the keys description, source and terms")
    terms: list[Any] = data["terms"]
    if not terms or not all(isinstance(term, str) and term.strip() == term and term for term in terms):
        raise DictionaryError(f"{path}: terms must be a list of words without spaces around them")
    repeated = sorted(str(term) for term, count in Counter(terms).items() if count > 1)
    if repeated:
        raise DictionaryError(f"{path}: repeated term(s) {'、'.join(repeated)}; keep each once")
    return Dictionary(path.stem, tuple(terms), str(data["description"]), str(data["source"]))


@lru_cache(maxsize=8)
def load_dictionaries(folder: Path | None = None) -> tuple[Dictionary, ...]:
    """Return the shipped dictionaries and those of `folder` (a user's own), by name.

    A user's dictionary of a shipped one's name takes its place. Raises DictionaryError.
    """
    paths = {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}
    if folder is not None and folder.is_dir():
        paths |= {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    return tuple(load_dictionary(paths[name]) for name in sorted(paths))


def dictionaries_version(dictionaries: Iterable[Dictionary] | None = None) -> str:
    """Return one hash over all dictionaries, for the fingerprint of the counts."""
    chosen = load_dictionaries() if dictionaries is None else dictionaries
    return hashlib.sha256("".join(f"{d.name}{d.version}" for d in chosen).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def segmentation_version() -> str:
    """Return a hash of how terms are counted: of this module, and of the segmenter, whose dictionary it comes with."""
    return version_of([Path(__file__).resolve()], more=f"rjieba {metadata.version('rjieba')}")


def tokens(text: str) -> list[str]:
    """Return the tokens of `text`, equal to ``jieba.lcut(text, HMM=False)``."""
    import rjieba  # its dictionary takes a moment to load

    return list(rjieba.cut(text, False))


def agrees_with_jieba(text: str) -> bool:
    """Whether the fast segmenter's tokens of `text` are the reference's: a run proves it on one of its own reports."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    return tokens(text) == jieba.lcut(text, HMM=False)


@lru_cache(maxsize=1 << 16)
def _is_word(token: str) -> bool:
    """Whether a token holds a letter or a Chinese character; reports share most of their tokens."""
    return _WORD.search(token) is not None


@lru_cache(maxsize=1 << 12)
def _is_one(term: str) -> bool:
    """Whether jieba leaves the term whole: parts that it prefers to the term alone it prefers in any text."""
    return tokens(term) == [term]


@lru_cache(maxsize=8)
def _automaton(terms: tuple[str, ...]) -> ahocorasick_rs.AhoCorasick:
    return ahocorasick_rs.AhoCorasick(list(terms), store_patterns=False)


def _count_substrings(text: str, terms: tuple[str, ...]) -> dict[str, int]:
    """Return ``text.count(term)`` of all terms, in one pass over the text."""
    if not terms:
        return {}
    counts, ends = [0] * len(terms), [0] * len(terms)
    for index, start, end in _automaton(terms).find_matches_as_indexes(text, overlapping=True):
        if start >= ends[index]:  # a term does not overlap itself
            counts[index] += 1
            ends[index] = end
    return dict(zip(terms, counts, strict=True))


def count_terms(text: str, dictionaries: Iterable[Dictionary] | None = None) -> list[dict[str, Any]]:
    """Return one row per dictionary and term, also for terms that do not occur (a zero is an answer).

    Rows have the columns of the raw table `term_counts` but for `partition` and `report_id`.
    """
    chosen = load_dictionaries() if dictionaries is None else tuple(dictionaries)
    counts = Counter(tokens(text))
    denominators = {
        "n_chars": sum(map(len, _CHINESE.findall(text))),
        "n_tokens_all": sum(count for token, count in counts.items() if not token.isspace()),
        "n_tokens_words": sum(count for token, count in counts.items() if _is_word(token)),
    }
    versions = [dictionary.version for dictionary in chosen]
    substrings = _count_substrings(text, tuple(dict.fromkeys(term for each in chosen for term in each.terms)))
    return [
        {
            "dictionary": dictionary.name,
            "dictionary_version": version,
            "term": term,
            "substring_count": substrings[term],
            "token_count": counts[term],
            "is_token": _is_one(term),
            **denominators,
        }
        for dictionary, version in zip(chosen, versions, strict=True)
        for term in dictionary.terms
    ]
