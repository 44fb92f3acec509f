"""Text that remembers where each of its characters came from, and the map that is kept of it.

What belongs here: the `Traced` value, the few operations by which cleaning may change a text (keep, drop, replace,
join), and the compressed map that leads from clean text back to the decoded page. What does not: any rule about what
to drop or replace (``residue.py``, ``repair.py``).

Every cleaning step works on `Traced`, so that no rule can lose the way back, and none can invent a character other
than white space: a character without an origin is -1 and only line breaks and spaces may have none.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

#: origin of a character that cleaning put in (a line break between paragraphs)
NOWHERE = -1

#: one run of characters that follow each other in the clean text and in the source: clean_start, source_start, length
Run = tuple[int, int, int]


@dataclass(frozen=True)
class Traced:
    """A text and, per character, its offset in the decoded page (or NOWHERE)."""

    text: str
    origins: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.text) != len(self.origins):
            raise ValueError(f"traced text of {len(self.text)} characters with {len(self.origins)} origins")

    @classmethod
    def of(cls, text: str, start: int = 0) -> Traced:
        """Return `text` as it stands in the source from offset `start` on."""
        return cls(text, tuple(range(start, start + len(text))))

    @classmethod
    def made(cls, text: str) -> Traced:
        """Return text that is not in the source: white space only."""
        if text.strip():
            raise ValueError(f"cleaning may put in white space only, not {text!r}")
        return cls(text, (NOWHERE,) * len(text))

    def __len__(self) -> int:
        return len(self.text)

    def slice(self, start: int, end: int | None = None) -> Traced:
        return Traced(self.text[start:end], self.origins[start:end])

    def strip(self, characters: str | None = None) -> Traced:
        left = len(self.text) - len(self.text.lstrip(characters))
        right = len(self.text.rstrip(characters))
        return self.slice(left, max(left, right))

    def lines(self) -> list[Traced]:
        """Return the lines without their breaks; only a line feed breaks."""
        found, start = [], 0
        for match in re.finditer("\n", self.text):
            found.append(self.slice(start, match.start()))
            start = match.end()
        found.append(self.slice(start))
        return found

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> Traced:
        """Replace every match; a replacement's characters take the origins of the match's first ones.

        Characters that stand in for others (a normal space for a no-break one) thus still lead to the source.
        """
        pieces: list[str] = []
        origins: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            new = replacement if isinstance(replacement, str) else replacement(match)
            start, end = match.span()
            pieces += (self.text[last:start], new)
            origins += self.origins[last:start]
            origins += _stretch(self.origins[start:end], len(new))
            last = end
        if not pieces:
            return self
        pieces.append(self.text[last:])
        origins += self.origins[last:]
        return Traced("".join(pieces), tuple(origins))

    def without(self, spans: Iterable[tuple[int, int]]) -> Traced:
        """Return the text without these stretches, given in order."""
        pieces, last = [], 0
        for start, end in spans:
            pieces.append(self.slice(last, start))
            last = end
        return join([*pieces, self.slice(last)])


def _stretch(origins: tuple[int, ...], length: int) -> tuple[int, ...]:
    if len(origins) >= length:
        return origins[:length]
    return origins + (origins[-1:] or (NOWHERE,)) * (length - len(origins))


def join(pieces: Iterable[Traced], separator: str = "") -> Traced:
    """Return the pieces as one text, with white space that is nowhere in the source between them."""
    texts: list[str] = []
    origins: list[int] = []
    for index, piece in enumerate(pieces):
        if index and separator:
            texts.append(separator)
            origins += [NOWHERE] * len(separator)
        texts.append(piece.text)
        origins += piece.origins
    if separator.strip():
        raise ValueError(f"cleaning may put in white space only, not {separator!r}")
    return Traced("".join(texts), tuple(origins))


def runs(traced: Traced) -> tuple[Run, ...]:
    """Return the compressed map; characters from nowhere are in no run."""
    found: list[Run] = []
    start, first, following = 0, NOWHERE, NOWHERE
    for position, origin in enumerate(traced.origins):
        if origin != following or origin == NOWHERE:
            if first != NOWHERE:
                found.append((start, first, position - start))
            start, first = position, origin
        following = origin + 1 if origin != NOWHERE else NOWHERE
    if first != NOWHERE:
        found.append((start, first, len(traced) - start))
    return tuple(found)


def to_source(source_map: Sequence[Run], offset: int) -> int | None:
    """Return the offset in the decoded page of the clean text's character at `offset`; None where it has none."""
    index = bisect_right(source_map, offset, key=lambda run: run[0]) - 1
    if index < 0:
        return None
    clean_start, source_start, length = source_map[index]
    return source_start + offset - clean_start if offset < clean_start + length else None


def dump_map(source_map: Sequence[Run]) -> str:
    """Return the map as the JSON kept in `reports.source_map`."""
    return json.dumps([list(run) for run in source_map], separators=(",", ":"))


def load_map(text: str) -> tuple[Run, ...]:
    return tuple((int(a), int(b), int(c)) for a, b, c in json.loads(text))
