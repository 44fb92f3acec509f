"""Texts that stand in a page without being its markup, pages saved with their frames, typed lines."""

from __future__ import annotations

import json
import quopri
import time
from html import escape

import pytest

from sources.document.forms.embedded import embedded_text
from sources.document.forms.html import read_html
from sources.document.forms.saved import frames
from sources.document.read import CleanDocument, UnreadableDocument, read_document
from sources.document.traced import to_source

from .pages import BODY, LINES, TITLE, html, paragraphs

SHELL = '<div id="app"></div><p>首页</p>'
NEWS = "全县举办文旅推介会。活动丰富多彩。"


def read(page: str) -> CleanDocument:
    return read_document([page.encode()], name="a.html")[0]


def next_page(content: str) -> str:
    state = {"props": {"pageProps": {"id": 7, "title": TITLE, "summary": NEWS, "content": content}}, "page": "/[id]"}
    data = json.dumps(state, ensure_ascii=False)
    return html(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>')


def script(code: str) -> str:
    return html(f"{SHELL}<script>{code}</script>")


def string(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


ONE_LINE = paragraphs().replace("\n", "")
HOLDERS = {
    "next": next_page(paragraphs()),
    "next, escaped": html(f'<script type="application/json">{json.dumps({"content": paragraphs()})}</script>'),
    "state": script(f"window.__INITIAL_STATE__={string({'a': {'body': paragraphs()}})};"),
    "nuxt": script(f"window.__NUXT__=(function(a,b){{return {{data:[{{html:a}}]}}}})({string(paragraphs())},1)"),
    "single quotes": script(f"var text='{ONE_LINE}';show(text)"),
    "template": script(f"const text=`{paragraphs()}`;"),
    "json in json": script(f"self.push([1,{string(string({'content': paragraphs()}))}])"),
    "entities in json": script(f"var data={string({'text': escape(paragraphs())})}"),
    "ld+json": html(f'<script type="application/ld+json">{string({"articleBody": chr(10).join(LINES)})}</script>'),
    "textarea": html(f'{SHELL}<textarea id="txt" style="display:none">{escape(paragraphs())}</textarea>'),
    "textarea, raw": html(f"{SHELL}<textarea>{paragraphs()}</textarea>"),
    "noscript": html(f"{SHELL}<noscript>{paragraphs()}</noscript>"),
    "template element": html(f"{SHELL}<template>{paragraphs()}</template>"),
    "script of markup": html(f'{SHELL}<script type="text/html">{paragraphs()}</script>'),
    "srcdoc": html(f'{SHELL}<iframe srcdoc="{escape(html(paragraphs()))}"></iframe>'),
    "srcdoc, single quotes": html(f"{SHELL}<iframe srcdoc='{paragraphs()}'></iframe>"),
    "xmp": html(f"<xmp>{paragraphs()}</xmp>"),
    "pre of escaped markup": html(f"<pre>{escape(paragraphs())}</pre>"),
}


@pytest.mark.parametrize("page", HOLDERS.values(), ids=HOLDERS)
def test_embedded_text_is_read_and_led_back(page: str) -> None:
    document = read(page)
    assert document.text.split("\n") == LINES
    for number in ("92.4", "4126", "31万吨"):
        offset = to_source(document.source_map, document.text.index(number))
        assert offset is not None
        assert document.source[offset:].startswith(number[:2])


def test_escapes_are_undone() -> None:
    line = "全县引进“链主”企业𠮷祥等3家，\t路径\\名称，总投资/总产值5&nbsp;亿元，各项事业全面进步。"
    text = json.dumps("".join(f"<p>{x}</p>" for x in [*LINES, line])).replace("/", "\\/")
    document = read(html(f"{SHELL}<script>x={text}</script>"))
    assert document.text.split("\n")[-1] == line.replace("\t", "").replace("&nbsp;", "")


def test_what_the_page_prints_comes_first() -> None:
    other = [line.replace("92.4", "99.9") for line in LINES]
    data = f"<script>window.x={json.dumps(paragraphs(other))}</script>"
    for kept in (LINES, LINES[:8]):  # the whole, or more than half of its sentences
        document = read(html(f'{data}<div id="zoom">{paragraphs(kept)}</div>'))
        assert "99.9" not in document.text
        assert "text_embedded" not in document.flags


def test_a_text_in_pieces_is_not_taken_in_part() -> None:
    pieces = json.dumps([paragraphs(BODY) * 2, paragraphs(BODY[::-1]) * 2])
    with pytest.raises(UnreadableDocument, match="script"):
        read(html(f"{SHELL}<script>window.x={pieces}</script>"))


def test_title_and_date_are_the_pages() -> None:
    head = '<meta charset="utf-8"><meta name="PubDate" content="2031-01-20">'
    document = read(html(f"<script>x={json.dumps(paragraphs())}</script>", head=head))
    assert (document.title, str(document.published_at)) == (TITLE, "2031-01-20")
    assert "text_embedded" in document.flags


def test_typed_lines_end_where_they_end() -> None:
    for opening, closing in (("<pre>", "</pre>"), ('<div style="white-space: pre-wrap">', "</div>")):
        text = "\n".join("　　" + line for line in LINES)
        assert read(html(f"{opening}{text}{closing}")).text.split("\n") == LINES


def test_xhtml() -> None:
    page = (
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml">'
        f'<head><title>{TITLE}</title><script src="a.js"/></head><body><a id="top"/><div id="x"/>'
        f"{paragraphs()}</body></html>"
    )
    document = read_document([page.encode()], name="a.xhtml", content_type="application/xhtml+xml")[0]
    assert document.text.split("\n") == LINES


def saved(*parts: tuple[str, str], charset: str = "utf-8") -> bytes:
    lines = ["From: <Saved by Blink>", "MIME-Version: 1.0", 'Content-Type: multipart/related; boundary="--b"', ""]
    for name, body in parts:
        lines += ["----b", f"Content-Type: text/html; charset={charset}", f"Content-ID: <{name}>"]
        lines += [f"Content-Location: http://example.invalid/{name}.html", "", body]
    return "\r\n".join([*lines, "----b--", ""]).encode(charset)


FRAME = '<iframe src="cid:{}"></iframe>'


def test_the_frame_that_holds_the_text_is_read() -> None:
    data = saved(
        ("top", html(f"<p>{NEWS}</p>{FRAME.format('menu')}{FRAME.format('middle')}", title=f"{TITLE}_云溪县人民政府")),
        ("menu", html("<p>通知公告。欢迎访问。</p>", title="菜单")),
        ("middle", html(FRAME.format("inner"), title="")),
        ("inner", html(f'<div id="zoom">{paragraphs()}</div>', title="")),
    )
    document = read_document([data], name="a.mht")[0]
    assert document.text.split("\n") == LINES
    assert document.title == TITLE
    offset = to_source(document.source_map, document.text.index("92.4"))
    assert offset is not None
    assert document.source[offset:].startswith("92.4")


def test_a_frame_is_no_better_than_the_page_that_holds_the_text() -> None:
    data = saved(("top", html(paragraphs())), ("advert", html(f"<p>{NEWS}</p>")))
    assert read_document([data], name="a.mht")[0].text.split("\n") == LINES


def test_each_frame_has_its_own_charset() -> None:
    bare = f"<html><body>{paragraphs()}</body></html>"
    data = saved(("top", html("", head="")), ("x", bare), charset="gb18030")
    assert read_document([data], name="a.mht")[0].text.split("\n") == LINES


def test_a_saved_page_of_one_part() -> None:
    head = b'From: "Saved by a browser"\r\nMIME-Version: 1.0\r\nContent-Type: text/html;\r\n\tcharset="gb2312"\r\n'
    body = quopri.encodestring(html(paragraphs(), head="").encode("gb18030"))
    data = head + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + body
    assert read_document([data], name="a.mht")[0].text.split("\n") == LINES


def test_frames_in_each_other_end() -> None:
    loop = [(f"f{n}", html(FRAME.format(f"f{(n + 1) % 1000}"))) for n in range(1000)]
    with pytest.raises(UnreadableDocument):
        read_html([saved(*loop)])
    deep = b"Content-Type: multipart/related; boundary=b0\r\n\r\n" + b"".join(
        b"--b%d\r\nContent-Type: multipart/related; boundary=b%d\r\n\r\n" % (n, n + 1) for n in range(3_000)
    )
    started = time.monotonic()
    with pytest.raises((UnreadableDocument, RecursionError)):
        read_document([deep], name="a.mht")
    assert time.monotonic() - started < 10
    assert frames(b"Content-Type: multipart/related\r\n\r\nno boundary") == []


@pytest.mark.parametrize(
    "source",
    [
        "<script>" * 50_000 + "。" * 20,
        "<pre>" * 50_000 + "。" * 20,
        "<script>" + '\\"' * 400_000 + "。" * 20,
        "<script>" + '"' * 400_000 + "。" * 20 + "</script>",
        "<script>" + '"。。。。。。"' * 60_000 + "</script>",
        "<textarea>。。。。。。</textarea>" * 30_000,
        "<script>" + "'{\\\"" * 100_000 + "。" * 20 + "</script>",
        "srcdoc='" * 100_000 + "。" * 20,
    ],
    ids=["scripts", "pres", "quotes", "empty", "strings", "fields", "nested", "frames"],
)
def test_many_holders_take_no_time(source: str) -> None:
    started = time.monotonic()
    embedded_text(source, 0)
    assert time.monotonic() - started < 5


def test_page_that_prints_its_own_text_is_not_read_from_its_scripts() -> None:
    other = "".join(f"<p>全县旅游接待人数增长{number}.5%。</p>" for number in range(200))
    text = read(html(f'<div id="zoom">{paragraphs() * 3}</div><script>var other={string(other)}</script>')).text
    assert LINES[-2] in text
    assert "旅游接待" not in text
