"""Charsets, YAML."""

from __future__ import annotations

import codecs

import pytest
import yaml
from charset_normalizer import from_bytes
from relied import relied_on

TRADITIONAL = "經濟建設和社會發展的工作，全市生產總值增長百分之五。" * 5


@relied_on(
    "Python",
    "the decoder of GB18030 takes a text in Big5 without an error: 經濟建設 comes out as rare characters and kana",
    follows="what GB18030 gives must be Chinese prose, else another charset is looked for",
    where="sources/document/forms/encoding.py",
)
def test_the_decoder_of_gb18030_takes_big5() -> None:
    read = TRADITIONAL.encode("big5").decode("gb18030")
    assert "的" not in read
    assert "經濟" not in read


@relied_on(
    "Python",
    "`gb2312` has no 镕 and no €, `gb18030` has all characters and reads all of `gb2312` alike",
    follows="pages that declare GB2312 or GBK are decoded as GB18030",
    where="sources/document/forms/encoding.py",
)
def test_gb18030_holds_gb2312() -> None:
    for sign in "镕€":
        with pytest.raises(UnicodeEncodeError):
            sign.encode("gb2312")
        assert sign.encode("gb18030").decode("gb18030") == sign
    assert "增长５％".encode("gb2312").decode("gb18030") == "增长５％"


@relied_on(
    "Python",
    "`codecs.lookup` knows `hex` and `rot13` as it knows charsets; bytes refuse to be decoded by them (LookupError), no "
    "bytes at all do not",
    follows="a charset that a page declares is tried on four spaces; such a one counts as none",
    where="sources/document/forms/encoding.py",
)
def test_codecs_that_are_no_charsets_refuse_bytes() -> None:
    for name in ("hex", "rot13"):
        assert codecs.lookup(name)
        assert b"".decode(name) == ""
        with pytest.raises(LookupError, match="is not a text encoding"):
            b"    ".decode(name, "replace")


@relied_on(
    "charset-normalizer",
    "among UTF-8, GB18030, Big5 and UTF-16 it names the right one of a text of 20 characters",
    follows="it is asked where neither the declared charset nor GB18030 gives prose",
    where="sources/document/forms/encoding.py",
)
@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("2023年地区生产总值增长5.5%左右。", "gb18030"),
        ("二零二三年施政報告，經濟增長三點五％。", "big5"),
        (TRADITIONAL, "big5"),
    ],
)
def test_short_texts_are_told_apart(text: str, charset: str) -> None:
    best = from_bytes(text.encode(charset), cp_isolation=["utf_8", "gb18030", "big5", "utf_16"]).best()
    assert best is not None
    assert best.encoding == charset


@relied_on(
    "pyyaml",
    "an id without quotes is a number where it can be one: `990100_2022` is 9901002022, `012` is 10",
    follows="ids in reviews and corrections are asked for in quotes, and a number is refused",
    where="sources/corrections/__init__.py",
)
def test_an_underscore_in_digits_is_left_out() -> None:
    assert yaml.safe_load("[990100_2022, '990100_2022', 012]") == [9901002022, "990100_2022", 10]
