"""Restricted patterns of names: ``(a|b)``, ``[ab]`` and ``?`` written out as the literals they stand for.

What belongs here: expansion and its errors. What does not: the schema of the YAML files (the package itself).
"""

from __future__ import annotations

MAX_EXPANSION = 10000


class LexiconError(ValueError):
    """A lexicon file breaks the schema; the message names file, entry and what to do."""


def expand(pattern: str) -> list[str]:
    """Return all literals of a restricted pattern: literals, ``(a|b)``, ``[ab]`` and ``?`` (on a group or a character).

    Raises LexiconError for anything else, and where more than MAX_EXPANSION literals would come out.
    """
    results, end = _alternatives(pattern, 0)
    if end != len(pattern):
        raise LexiconError(f"pattern {pattern!r}: unbalanced bracket at {end}")
    return list(dict.fromkeys(results))


def _alternatives(pattern: str, at: int) -> tuple[list[str], int]:
    options: list[str] = []
    current = [""]
    while at < len(pattern) and pattern[at] != ")":
        char = pattern[at]
        if char == "|":
            options += current
            current = [""]
            at += 1
            continue
        if char in "*+{}.^$\\]?":
            raise LexiconError(f"pattern {pattern!r}: {char!r} is not allowed at {at}")
        if char == "(":
            piece, at = _alternatives(pattern, at + 1)
            if at >= len(pattern):
                raise LexiconError(f"pattern {pattern!r}: bracket is not closed")
            at += 1
        elif char == "[":
            close = pattern.find("]", at)
            if close < 0:
                raise LexiconError(f"pattern {pattern!r}: bracket is not closed")
            piece, at = list(pattern[at + 1 : close]), close + 1
        else:
            piece, at = [char], at + 1
        if at < len(pattern) and pattern[at] == "?":
            piece, at = [*piece, ""], at + 1
        current = [left + right for left in current for right in piece]
        if len(current) + len(options) > MAX_EXPANSION:
            raise LexiconError(f"pattern {pattern!r}: more than {MAX_EXPANSION} literals; split it")
    return options + current, at
