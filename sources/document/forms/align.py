"""Finding where in a page's source a text stands that a parser took out of it.

What belongs here: markup flattened to its characters with their offsets, and the search in it. What does not: which
part of a page is its text (``mainbody.py``).

Parsers of HTML give no character offsets. The text they yield stands in the source in the same order, apart from
white space, so a search that only moves forward finds it again.
"""

from __future__ import annotations

import html
import re
from array import array
from dataclasses import dataclass

from sources.document.forms.lines import SIGNS, resolve
from sources.document.traced import Traced, join, nowhere, offsets

_MARKUP = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style)\b[^>]*>.*?(?:</\1\s*>|\Z)|<[a-zA-Z/!?][^<>]*>|&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[a-zA-Z][a-zA-Z0-9]*);?",
    re.DOTALL | re.IGNORECASE,
)
_OF_NO_WIDTH = r"\s\u200b-\u200d\ufeff\x00-\x08\x0e-\x1f"
_SPACE, _SOLID = re.compile(f"[{_OF_NO_WIDTH}]+"), re.compile(f"[^{_OF_NO_WIDTH}]+")


@dataclass
class Aligner:
    """The characters of a source that are neither markup nor white space, and a cursor in them."""

    squeezed: str
    offsets: array[int]
    cursor: int = 0

    @classmethod
    def of_markup(cls, markup: Traced) -> Aligner:
        """Flatten HTML: tags, comments and scripts fall out, entities become their characters."""
        texts: list[str] = []
        found = offsets()
        source, everywhere = markup.text, markup.origins
        last = 0
        for match in _MARKUP.finditer(source):
            start, end = match.span()
            if last < start:
                texts.append(source[last:start])
                found += everywhere[last:start]
            if source[start] == "&":
                characters = html.unescape(match.group())
                texts.append(characters)
                found += everywhere[start : start + 1] * len(characters)
            last = end
        texts.append(source[last:])
        found += everywhere[last:]
        return cls._squeeze("".join(texts), found)

    @classmethod
    def of_plain(cls, text: Traced) -> Aligner:
        return cls._squeeze(text.text, text.origins)

    @classmethod
    def _squeeze(cls, text: str, origins: array[int]) -> Aligner:
        kept = offsets()
        solid: list[str] = []
        for match in _SOLID.finditer(text):
            kept += origins[match.start() : match.end()]
            solid.append(match.group())
        return cls("".join(solid), kept)

    def trace(self, line: str) -> Traced:
        """Return `line` as it is printed, with origins, searched from where the line before ended, else from the start.

        It is searched with what it holds that is not printed (``lines.py``). Where it is not found whole its characters
        have no origin: no map is better than a wrong one.
        """
        traced = self._find(line)
        printed = traced.sub(SIGNS, resolve)
        return traced if printed is traced else printed.strip(" ")

    def _find(self, line: str) -> Traced:
        wanted = _SPACE.sub("", line)
        if not wanted:
            return Traced(line, nowhere(len(line)))
        found = self.squeezed.find(wanted, self.cursor)
        if found < 0:
            found = self.squeezed.find(wanted)
        if found < 0:
            return Traced(line, nowhere(len(line)))
        self.cursor = found + len(wanted)
        if wanted == line:
            return Traced(line, self.offsets[found : self.cursor])
        origins = offsets()
        position = last = found
        end = 0
        for space in _SPACE.finditer(line):
            position += space.start() - end
            origins += self.offsets[last:position]
            # white space leads to where the character behind it stands
            behind = min(position, len(self.offsets) - 1)
            origins += self.offsets[behind : behind + 1] * (space.end() - space.start())
            last, end = position, space.end()
        origins += self.offsets[last : last + len(line) - end]
        return Traced(line, origins)

    def trace_lines(self, lines: list[str]) -> Traced:
        return join((self.trace(line) for line in lines), "\n")
