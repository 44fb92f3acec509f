"""What a file is by its first bytes, and from which size on it is no report."""

from __future__ import annotations

import pytest

from sources.document.errors import UnreadableDocument
from sources.document.forms.sniff import MOST_BYTES, MOST_MARKUP, MOST_PLAIN, sniff

FORMS = {
    "txt": ("报告".encode(), MOST_PLAIN),
    "html": (b"<html><body>", MOST_MARKUP),
    "wordxml": (b'<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">', MOST_MARKUP),
    "pdf": (b"%PDF-1.4 ", MOST_BYTES),
    "rtf": (b"{\\rtf1 ", MOST_BYTES),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_is_larger_than_any_report_is_not_read(form: str) -> None:
    head, most = FORMS[form]
    assert sniff(head.ljust(most, b" ")) == form
    with pytest.raises(UnreadableDocument) as caught:
        sniff(head.ljust(most + 1, b" "))
    assert caught.value.reason == "hostile"
