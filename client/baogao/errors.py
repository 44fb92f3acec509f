"""The parent of every error that a person can mend, so that one place shows them all.

What does not belong here: the errors themselves, which stand where they are raised.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


class BaogaoError(Exception):
    """Something that a person can mend; the message says what is wrong, where, and what to do.

    It is a sentence with names in braces, as `str.format` takes them, and a value for each name (without values the
    sentence stands as it is). `str()` tells it in English; kept apart, it can be told in another language. The command
    line shows it as one line without a traceback, exit status 1 (``orchestration/cli/errors.py``).
    """

    def __init__(self, sentence: str = "", /, **fields: object) -> None:
        self.sentence = sentence
        # words alone: errors pass from process to process, and not every value does
        self.fields = {name: one if isinstance(one, _KEPT) else str(one) for name, one in fields.items()}
        super().__init__(sentence.format(**self.fields) if fields else sentence)

    def said(self, translate: Callable[[str], str]) -> str:
        """Return the message in another language (``in_words``)."""
        return in_words(self.sentence, self.fields, translate)


_KEPT = (str, int, float, BaogaoError)


def in_words(sentence: str, fields: Mapping[str, object], translate: Callable[[str], str]) -> str:
    """Return a sentence translated, with its fields: of these what is itself a sentence or an error is translated."""

    def said(value: object) -> object:
        if isinstance(value, BaogaoError):
            return value.said(translate)
        # nothing is translated into nothing: gettext has its own notes under the empty sentence
        return translate(value) if isinstance(value, str) and value else value

    told = translate(sentence) if sentence else ""
    return told.format(**{name: said(value) for name, value in fields.items()}) if fields else told
