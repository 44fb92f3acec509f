"""Draft to clean documents: the order in which the cleaning rules run.

What belongs here: that order, and the value that comes out of it. What does not: the rules themselves.

Cleaning runs until nothing changes any more, so that cleaning a clean text changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from sources.document.cleaning.characters import mend_characters
from sources.document.cleaning.parts import split_parts, split_reports
from sources.document.cleaning.residue import Facts, clear, without_teasers
from sources.document.cleaning.spacing import mend_spaces
from sources.document.cleaning.watermark import drop_watermarks
from sources.document.cleaning.wrap import part_columns, part_headings, unwrap
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.genre import first_chinese
from sources.document.traced import Run, Traced, join, runs

#: a rule may make room for another one twice; texts of the corpus settle after the second round
_MOST_ROUNDS = 6
_FEWEST_CHINESE = 10
#: forms in which a gazette's documents come in one file
_OF_SEVERAL = ("pdf", "docx", "doc", "rtf", "ofd")
#: characters and lines above which a text is no report: a gazette of seventy pages has 80,000 and 500
MOST_CHARACTERS, MOST_LINES = 1_500_000, 60_000


@dataclass(frozen=True)
class CleanDocument:
    """One document found in a file.

    `text` has one paragraph per line. `flags` name every repair made. `source_map` leads from offsets in `text` to
    offsets in `source`, the decoded page (see ``traced.to_source``). `signs` are what cleaning saw that tells about
    completeness (`preview_end`: a seller's line says that the text breaks off). `part` counts from 1.
    """

    text: str
    title: str | None
    published_at: date | None
    publisher: str | None
    speaker: str | None
    form: str
    part: int
    flags: tuple[str, ...]
    source_map: tuple[Run, ...]
    signs: tuple[str, ...]
    source: str = field(default="", repr=False)


@dataclass(frozen=True)
class _Tidy:
    lines: list[Traced]
    facts: Facts
    flags: tuple[str, ...]
    signs: tuple[str, ...]


def clean(draft: Draft) -> list[CleanDocument]:
    """Return the documents of a draft, repaired, each repair flagged.

    Raises UnreadableDocument where no text is left.
    """
    if len(draft.body) > MOST_CHARACTERS:
        raise UnreadableDocument("hostile", f"the text has {len(draft.body)} characters, no report has: not cleaned")
    text, flags = mend_characters(draft.body)
    lines = [line for line in text.lines() if line.text.strip()]
    if len(lines) > MOST_LINES:
        raise UnreadableDocument("hostile", f"the text has {len(lines)} lines, no report has: not cleaned")
    parts = split_parts(lines) if draft.form in _OF_SEVERAL else split_reports(lines)
    if len(parts) > 1:
        flags = (*flags, "split_from_file")
    documents = [_finish(draft, part, number, flags) for number, part in enumerate(parts, start=1)]
    found = [d for d in documents if first_chinese(d.text, _FEWEST_CHINESE) == _FEWEST_CHINESE]
    if not found:
        raise UnreadableDocument("unreadable", "the file holds no Chinese text: look at what it is")
    return found


def _finish(draft: Draft, titled: tuple[str | None, list[Traced]], part: int, flags: tuple[str, ...]) -> CleanDocument:
    title, lines = titled
    tidy = _settle(lines, draft.wrapped)
    text = join(tidy.lines, "\n")
    return CleanDocument(
        text=text.text,
        title=title or draft.title or tidy.facts.title,
        published_at=draft.published_at or tidy.facts.published_at,
        publisher=draft.publisher or tidy.facts.publisher,
        speaker=draft.speaker or tidy.facts.speaker,
        form=draft.form,
        part=part,
        flags=tuple(dict.fromkeys([*draft.flags, *flags, *tidy.flags])),
        source_map=runs(text),
        signs=tidy.signs,
        source=draft.source,
    )


def _settle(lines: list[Traced], wrapped: bool) -> _Tidy:
    """Run the rules until the text stays as it is."""
    tidy = _Tidy(lines, Facts(), (), ())
    for round_ in range(_MOST_ROUNDS):
        before = [line.text for line in tidy.lines]
        tidy = _round(tidy, wrapped and round_ == 0)
        # the same lines come out the same again, unless the first round knew them to be printed lines
        if (round_ or not wrapped) and [line.text for line in tidy.lines] == before:
            break
    return tidy


def _round(tidy: _Tidy, wrapped: bool) -> _Tidy:
    unmarked, marked = drop_watermarks(tidy.lines)
    own = without_teasers(unmarked)
    lines, parted = part_columns(own)
    lines, joined = unwrap(lines, wrapped=wrapped or bool(parted))
    lines, headed = part_headings(lines)
    cleared = clear(lines)
    lines, spaced = mend_spaces(cleared.lines)
    facts = tidy.facts
    for name in ("title", "published_at", "publisher", "speaker"):
        if getattr(facts, name) is None and getattr(cleared.facts, name) is not None:
            facts = replace(facts, **{name: getattr(cleared.facts, name)})
    teased = ("residue_removed",) if len(own) < len(unmarked) else ()
    flags = tuple(dict.fromkeys([*tidy.flags, *marked, *teased, *parted, *joined, *headed, *cleared.flags, *spaced]))
    signs = tuple(dict.fromkeys([*tidy.signs, *cleared.signs]))
    return _Tidy([line for line in lines if line.text], facts, flags, signs)
