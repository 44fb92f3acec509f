r"""Rich text files (.rtf) to drafts, by way of the Word file that they describe.

What belongs here: RTF's grammar, character sets, and which of its groups are printed text. What does not: what a
raised mark or a table's row means, which is the same in every Word file (``docx.py`` and what it calls).

The format is that of Microsoft's Rich Text Format Specification 1.9.1: groups in braces, control words, bytes of the
code page that the run's font names, and characters as ``\uN`` followed by what stands in for them in old programs.
striprtf keeps the text and loses what is struck, hidden, deleted or raised, and the halves of a character that a
line's end parts.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sources.document.cleaning.clean import MOST_CHARACTERS
from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.docx import read_docx
from sources.document.forms.rtffonts import Fonts, code_page
from sources.document.forms.rtfwords import (
    BOXES,
    CELLS,
    CHARACTERS,
    ENDS,
    LABELS,
    MATHS,
    OPENING,
    READ_THOUGH_STARRED,
    SILENT_GROUPS,
    SKIPPED_GROUPS,
    SYMBOLS,
)
from sources.document.forms.wordxml import FIELD, FIELD_END, PICTURE, RESULT, Body, word_file

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})? ?|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)",
    re.DOTALL,
)
#: control words and groups above which a file is no report: a long one has 100,000
_MOST_TOKENS, _MOST_DEPTH = 1_500_000, 1_000
_READ, _SILENT, _SKIPPED, _FONTS = range(4)
#: a run's font of Chinese characters is named next (\dbch\af)
_AWAITED = -2
_LABEL = re.compile(
    r"(?:第?[〇一二三四五六七八九十百]{1,4}[、章节条部分]|[（(][〇一二三四五六七八九十]{1,3}[）)]"
    r"|(?P<figure>[（(]?\d{1,2}[.．、）)])|[①-⑳])"
)


@dataclass
class _State:
    """What holds inside a group, and is as before behind it."""

    body: Body
    mode: int = _READ
    label: list[str] | None = None
    font: int = -1
    wide_font: int = -1
    stand_ins: int = 1
    struck: bool = False
    hidden: bool = False
    deleted: bool = False
    raised: bool = False
    in_table: bool = False
    code: bool = False
    in_field: bool = False
    close: Callable[[], None] | None = None

    def is_printed(self) -> bool:
        return self.mode == _READ and not (self.struck or self.hidden or self.deleted)


def read_rtf(data: bytes) -> Draft:
    """Return the draft of a rich text file. Raises UnreadableDocument: cut short, without text, or hostile."""
    return replace(read_docx(word_file(_Reader().read(data))), form="rtf")


class _Reader:
    def __init__(self) -> None:
        self._body = Body()
        self._notes: list[Body] = []
        self._state = _State(self._body)
        self._stack: list[_State] = []
        self._bytes = bytearray()
        self._to_skip = 0
        self._starred = False
        self._fonts = Fonts()
        self._labelled = ""
        self._length = 0

    def read(self, data: bytes) -> str:
        """Return the body of the Word file that `data` describes, notes behind the text."""
        position = data.index(b"{")
        for _ in range(_MOST_TOKENS):
            match = _TOKEN.search(data, position)
            if match is None:
                break
            position = self._take(match)
            if not self._stack and match["brace"]:
                break  # what stands behind the document's group is none of it
        else:
            raise UnreadableDocument("hostile", f"the rich text file has over {_MOST_TOKENS} parts: not read")
        if self._stack:  # a file cut short, or bytes of Chinese characters that were not escaped
            raise UnreadableDocument("unreadable", "the rich text file breaks off inside a group: get it again")
        self._flush(final=True)
        return "".join(body.finish() for body in [self._body, *self._notes])

    def _take(self, match: re.Match[bytes]) -> int:
        """Read one token; return where the next begins."""
        kind, value = match.lastgroup, match[match.lastgroup or 0]
        starred, self._starred = self._starred, False
        if kind in ("hex", "text"):
            self._raw(bytes.fromhex(value.decode()) if kind == "hex" else value)
        elif kind == "brace":
            self._flush()
            self._to_skip = 0
            self._open() if value == b"{" else self._shut()
        elif kind == "symbol":
            self._starred = value == b"*"
            if value in b"\r\n":
                self._word(b"par", None)
            elif not self._starred:
                self._say(SYMBOLS.get(value, ""))
        else:
            number = int(match["number"]) if match["number"] is not None else None
            if match["word"] == b"bin" and number:
                return match.end() + max(0, number)
            self._word(match["word"], number, starred=starred)
        return match.end()

    def _open(self) -> None:
        if len(self._stack) >= _MOST_DEPTH:
            raise UnreadableDocument("hostile", "the rich text file nests deeper than any report does: not read")
        self._stack.append(self._state)
        self._state = copy.copy(self._state)
        self._state.close = None

    def _shut(self) -> None:
        if self._state.close:
            self._state.close()
        if self._stack:
            self._state = self._stack.pop()

    def _raw(self, value: bytes) -> None:
        skipped = min(self._to_skip, len(value))
        self._to_skip -= skipped
        if self._state.mode == _READ:
            self._bytes += value[skipped:]

    def _say(self, text: str) -> None:
        """Add text that is no bytes of a code page; old programs' stand-in for a character is none."""
        self._flush(final=True)
        if self._to_skip:
            self._to_skip -= 1
        elif text:
            self._add(text)

    def _add(self, text: str) -> None:
        state = self._state
        if not state.is_printed():
            return
        self._length += len(text)
        if self._length > MOST_CHARACTERS:
            raise UnreadableDocument("hostile", f"the text has over {MOST_CHARACTERS} characters, no report has")
        if state.label is not None:
            state.label.append(text)
            return
        if self._labelled and text.strip():
            label, self._labelled = self._labelled, ""
            # 1. and 5万吨 would read 1.5万吨
            if not (label[-1] in ".．" and text.lstrip()[0].isdecimal()):
                state.body.add(label)
        state.body.add(text, "code" if state.code else "raised" if state.raised else "")

    def _flush(self, *, final: bool = False) -> None:
        """Add the bytes read so far; a character's first half waits for the other."""
        if not self._bytes:
            return
        data, self._bytes = bytes(self._bytes), bytearray()
        text, rest = self._fonts.decode(data, self._state.font, self._state.wide_font)
        if rest and final:
            text, rest = text + "\ufffd", b""
        self._add(text)
        self._bytes += rest

    def _word(self, word: bytes, number: int | None, *, starred: bool = False) -> None:
        state = self._state
        if word == b"u" and number is not None:
            self._flush(final=True)
            if state.mode == _READ:
                self._add(chr(number % 0x10000))
            self._to_skip = state.stand_ins
            return
        self._flush(final=word in CHARACTERS or word in ENDS or word in CELLS)
        if self._to_skip and word in CHARACTERS:
            self._to_skip -= 1  # an old program's stand-in for the character before
            return
        self._to_skip = 0
        if state.mode == _FONTS:
            state.mode = _SKIPPED if starred else state.mode
            self._fonts.define(word, number)
        elif state.mode == _SKIPPED:
            pass
        elif word == b"fonttbl":
            state.mode = _FONTS
        elif word in SILENT_GROUPS:
            state.mode = _SILENT
        elif word in OPENING:
            self._reopen(word)
        elif word in MATHS:
            self._add("\ufffd")  # a formula, of which only the print shows what it says
            state.mode = _SKIPPED
        elif word in LABELS:
            self._begin_label()
        elif word == b"footnote":
            self._begin(Body())
            self._notes.append(state.body)
        elif word == b"pict":
            self._picture()
        elif word == b"field":
            self._begin_field()
        elif word == b"fldinst":
            self._begin_code()
        elif word in SKIPPED_GROUPS or (starred and word not in READ_THOUGH_STARRED):
            state.mode = _SKIPPED
        elif state.mode == _READ:
            self._format(word, number)

    def _picture(self) -> None:
        state = self._state
        if state.is_printed() and state.label is None:
            state.body.add_mark(PICTURE)
        state.mode = _SKIPPED

    def _begin_field(self) -> None:
        """A field is told as such: of some, Word draws the code and not the result."""
        state, body = self._state, self._state.body
        if state.is_printed() and state.label is None:
            body.add_mark(FIELD)
            state.in_field = True
            state.close = lambda: body.add_mark(FIELD_END)

    def _begin_code(self) -> None:
        state, body = self._state, self._state.body
        if not state.is_printed() or not state.in_field:
            state.mode = _SKIPPED
            return
        state.code, state.in_field = True, False
        state.close = lambda: body.add_mark(RESULT)

    def _begin(self, body: Body) -> None:
        """Have this group's text go into a body of its own, with properties of its own."""
        state = self._state
        state.body, state.mode, state.label = body, _READ, None
        state.struck = state.hidden = state.deleted = state.raised = state.in_table = False
        state.code = state.in_field = False

    def _reopen(self, word: bytes) -> None:
        if word not in BOXES:
            self._state.mode = _READ
            return
        outer = self._state.body
        inner = Body()
        self._begin(inner)
        self._state.close = lambda: outer.put_behind(inner.finish())

    def _begin_label(self) -> None:
        """A list's number as printed: what follows it is read only once the number is known to be one of ours."""
        found: list[str] = []
        self._state.label = found

        def close() -> None:
            match = _LABEL.fullmatch("".join(found).strip())
            self._labelled = match.group() if match else ""

        self._state.close = close

    def _format(self, word: bytes, number: int | None) -> None:
        state, on = self._state, number != 0
        if word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word in ENDS:
            self._labelled = ""
            state.body.end_paragraph(in_table=state.in_table)
        elif word == b"cell":
            state.body.end_cell()
        elif word == b"row":
            state.body.end_row()
        elif word == b"pard":
            state.in_table = False
        elif word == b"intbl":
            state.in_table = True
        elif word == b"plain":
            state.struck = state.hidden = state.deleted = state.raised = False
        elif word in (b"strike", b"striked"):
            state.struck = on
        elif word == b"v":
            state.hidden = on
        elif word in (b"deleted", b"mvf"):
            state.deleted = on
        elif word in (b"super", b"up"):
            state.raised = on
        elif word in (b"nosupersub", b"sub", b"dn"):
            state.raised = False
        elif word == b"f" and number is not None:
            state.font, state.wide_font = number, -1
        elif word == b"af" and number is not None and state.wide_font == _AWAITED:
            state.wide_font = number
        elif word == b"dbch":
            state.wide_font = _AWAITED
        elif word in (b"loch", b"hich"):
            state.wide_font = -1
        elif word == b"uc" and number is not None:
            state.stand_ins = max(0, number)
        elif word == b"ansicpg" and number is not None:
            self._fonts.page = code_page(number)
        elif word in (b"mac", b"pc"):
            self._fonts.page = "mac_roman" if word == b"mac" else "cp437"
