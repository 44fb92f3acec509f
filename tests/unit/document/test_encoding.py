"""Charsets: what pages declare and what they are written in."""

from __future__ import annotations

import pytest

from sources.document.forms.encoding import decode, normal_charset

SENTENCE = "云溪县生产总值增长7.5%，镕铁产业园开工㐂。" * 3


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
@pytest.mark.parametrize("said", [None, "utf-8", "gb2312", "gbk", "GB18030", "iso-8859-1", "no-such-charset"])
def test_text_survives_whatever_is_declared(charset: str, said: str | None) -> None:
    meta = f'<meta charset="{said}">' if said else ""
    decoded = decode((meta + SENTENCE).encode(charset))
    assert decoded.text == meta + SENTENCE
    assert decoded.charset == charset


@pytest.mark.parametrize("header", ["utf-8", "gb2312"])
def test_header_is_a_hint_too(header: str) -> None:
    assert decode(SENTENCE.encode("gb18030"), header).text == SENTENCE


def test_contradiction_and_guess_are_flagged() -> None:
    page = '<meta charset="utf-8">' + SENTENCE
    assert "charset_contradicts" in decode(page.encode("gb18030")).flags
    assert decode(page.encode()).flags == ()
    assert decode(SENTENCE.encode("gb18030")).flags == ("charset_guessed",)
    assert decode(SENTENCE.encode("gb18030"), "gb2312").flags == ()


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_decides(charset: str) -> None:
    assert decode(SENTENCE.encode(charset)).text == SENTENCE


def test_broken_byte_loses_one_character_not_the_charset() -> None:
    data = (SENTENCE * 40).encode()
    decoded = decode(data[:31] + b"\xff" + data[31:])
    assert decoded.charset == "utf-8"
    assert "undecodable_bytes" in decoded.flags
    assert "生产总值增长7.5%" in decoded.text


def test_gb2312_is_always_gb18030() -> None:
    assert {normal_charset(n) for n in ("gb2312", "GBK", "cp936", "GB_2312-80", "gb18030")} == {"gb18030"}


@pytest.mark.parametrize("charset", ["big5", "big5hkscs"])
def test_undeclared_traditional_text_is_no_gb18030(charset: str) -> None:
    """GB18030 has a character for nearly any pair of bytes: what comes out must be Chinese prose."""
    text = "各位代表：全縣生產總值完成92.4億元，增長7.5%；民生持續改善，各項事業取得新的進步。\n" * 8
    decoded = decode(text.encode(charset))
    assert (decoded.text, decoded.flags) == (text, ("charset_guessed",))


@pytest.mark.parametrize(
    "name", ["hex", "rot13", "punycode", "undefined", "idna", "unicode_escape", "a\x00b", "é", "x" * 99]
)
def test_a_declared_charset_that_is_none(name: str) -> None:
    text = "政府工作报告，请予审议。" * 9
    assert decode(text.encode(), name).text == text
    assert decode(text.encode("gb18030"), name).text == text
