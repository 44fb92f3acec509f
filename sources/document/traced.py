"""Text that remembers where each of its characters came from, and the map that is kept of it.

What belongs here: the `Traced` value, the few operations by which cleaning may change a text (keep, drop, replace,
join), and the compressed map that leads from clean text back to the decoded page. What does not: any rule about what
to drop or replace (the rules of ``cleaning``).

Every cleaning step works on `Traced`, so that no rule can lose the way back, and none can invent a character other
than white space: a character without an origin is -1 and only line breaks and spaces may have none.
"""

from __future__ import annotations

import json
import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

#: origin of a character that cleaning put in (a line break between paragraphs)
NOWHERE = -1

#: one run of characters that follow each other in the clean text and in the source: clean_start, source_start, length
Run = tuple[int, int, int]


@dataclass(frozen=True)
class Traced:
    """A text and, per character, its offset in the decoded page (or NOWHERE).

    `origins` is an array because every rule cuts and joins it: it is copied as bytes. Nobody may change it in place.
    """

    text: str
    origins: array[int]

    def __post_init__(self) -> None:
        if len(self.text) != len(self.origins):
            raise ValueError(f"traced text of {len(self.text)} characters with {len(self.origins)} origins")

    @classmethod
    def of(cls, text: str, start: int = 0) -> Traced:
        """Return `text` as it stands in the source from offset `start` on."""
        return cls(text, numbered(start, start + len(text)))

    @classmethod
    def made(cls, text: str) -> Traced:
        """Return text that is not in the source: white space only."""
        if text.strip():
            raise ValueError(f"cleaning may put in white space only, not {text!r}")
        return cls(text, nowhere(len(text)))

    def __len__(self) -> int:
        return len(self.text)

    def slice(self, start: int, end: int | None = None) -> Traced:
        if start == 0 and (end is None or end == len(self.text)):
            return self
        return Traced(self.text[start:end], self.origins[start:end])

    def strip(self, characters: str | None = None) -> Traced:
        if len(self.text.strip(characters)) == len(self.text):
            return self
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
        origins = offsets()
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
        return Traced("".join(pieces), origins)

    def without(self, spans: Iterable[tuple[int, int]]) -> Traced:
        """Return the text without these stretches, given in order."""
        pieces, last = [], 0
        for start, end in spans:
            pieces.append(self.slice(last, start))
            last = end
        return join([*pieces, self.slice(last)])


def offsets(numbers: Iterable[int] = ()) -> array[int]:
    """Return origins, to be filled or as given."""
    return array("i", numbers)


def numbered(start: int, end: int) -> array[int]:
    """Return the origins of the characters that stand at [start, end) of the source."""
    origins = offsets()
    origins.frombytes(np.arange(start, end, dtype=np.intc).tobytes())
    return origins


def shifted(origins: array[int], by: int) -> array[int]:
    """Return origins that lead `by` characters further into the source."""
    moved = offsets()
    moved.frombytes((np.frombuffer(origins, dtype=np.intc) + np.intc(by)).tobytes())
    return moved


def nowhere(length: int) -> array[int]:
    """Return the origins of characters that are nowhere in the source."""
    return offsets((NOWHERE,)) * length


def _stretch(origins: array[int], length: int) -> array[int]:
    if len(origins) >= length:
        return origins[:length]
    return origins + (origins[-1:] or nowhere(1)) * (length - len(origins))


def join(pieces: Iterable[Traced], separator: str = "") -> Traced:
    """Return the pieces as one text, with white space that is nowhere in the source between them."""
    if separator.strip():
        raise ValueError(f"cleaning may put in white space only, not {separator!r}")
    given = list(pieces)
    if len(given) == 1:
        return given[0]
    between = nowhere(len(separator))
    origins = offsets()
    for index, piece in enumerate(given):
        if index and separator:
            origins += between
        origins += piece.origins
    return Traced(separator.join(piece.text for piece in given), origins)


def runs(traced: Traced) -> tuple[Run, ...]:
    """Return the compressed map; characters from nowhere are in no run."""
    if not traced.text:
        return ()
    origins = np.frombuffer(traced.origins, dtype=np.intc)
    breaks = (np.diff(origins) != 1) | (origins[:-1] == NOWHERE)
    starts = [0, *(np.flatnonzero(breaks) + 1).tolist()]
    firsts = origins[starts].tolist()
    ends = [*starts[1:], len(origins)]
    return tuple(
        (start, first, end - start) for start, first, end in zip(starts, firsts, ends, strict=True) if first != NOWHERE
    )


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
