"""What reading a file can end with instead of a text."""

from __future__ import annotations

from sources.tables import REFUSALS


class UnreadableDocument(Exception):  # noqa: N818  # named after what the document is
    """No text can be had from a file: `reason` is one of tables.REFUSALS, `detail` says what to do about it."""

    def __init__(self, reason: str, detail: str) -> None:
        if reason not in REFUSALS:
            raise ValueError(f"{reason!r} is no refusal reason of the contract")
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail

    def __reduce__(self) -> tuple[type[UnreadableDocument], tuple[str, str]]:
        # crosses process borders in the worker pool
        return (UnreadableDocument, (self.reason, self.detail))
