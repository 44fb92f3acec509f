"""Web pages: the text, the whole text and nothing but the text; title, date and publisher."""

from __future__ import annotations

from datetime import date

import pytest

from sources.document.read import UnreadableDocument, read_document
from sources.document.traced import to_source

from .pages import BODY, LINES, TITLE, html, paragraphs

SIDE = '<div class="nav"><a>首页</a><a>政务公开</a></div><div class="crumb">当前位置：<a>首页</a> > 政府工作报告</div>'
FOOT = (
    '<div class="share">分享到：<a>微信</a><a>新浪微博</a></div><div>【打印】【关闭】</div>'
    '<ul class="list"><li><a>2031年远山县政府工作报告，各项工作取得新成效，全年增长9.9%。</a></li>'
    "<li><a>关于春节放假的通知</a></li></ul>"
    '<div class="footer">主办：云溪县人民政府办公室　云ICP备99000001号　网站标识码：9900000001</div>'
)


def text_of(page: str, charset: str = "utf-8") -> list[str]:
    return read_document([page.encode(charset)], name="page.html")[0].text.split("\n")


@pytest.mark.parametrize(
    "container",
    [
        '<div class="TRS_Editor">{}</div>',
        '<div id="UCAP-CONTENT">{}</div>',
        '<div class="article-content">{}</div>',
        '<div id="zoom">{}</div>',
        '<div id="vsb_content_2">{}</div>',
        '<td class="unheard-of">{}</td>',
        '<font size="3">{}</font>',
    ],
)
def test_body_alone_is_kept(container: str) -> None:
    page = html(f"<table><tr><td>{SIDE}</td></tr><tr>{container.format(paragraphs())}</tr></table>{FOOT}")
    assert text_of(page) == LINES


def test_breaks_spaces_and_layout_tables() -> None:
    rows = "".join(f"<tr><td>&nbsp;&nbsp;&nbsp;{line}<br/></td></tr>" for line in LINES)
    assert text_of(html(f"{SIDE}<table><tr><td><table>{rows}</table></td></tr></table>{FOOT}")) == LINES
    assert text_of(html(f"<div id=zoom>{'<br>'.join('　　' + line for line in LINES)}</div>")) == LINES


def test_a_word_split_over_tags_stays_one_word() -> None:
    page = html('<div id="zoom">' + paragraphs().replace("92.4", "<span>9</span><b>2.<font>4</font></b>") + "</div>")
    assert text_of(page) == LINES


def test_rows_of_a_table_of_data_are_lines() -> None:
    table = "<table><tr><td>指标</td><td>目标</td></tr><tr><td>地区生产总值增速</td><td>7%左右</td></tr></table>"
    lines = text_of(html(f'<div id="zoom">{paragraphs()}{table}</div>'))
    assert lines[-2:] == ["指标\t目标", "地区生产总值增速\t7%左右"]


def test_hidden_parts_scripts_and_comments_are_no_text() -> None:
    noise = (
        '<p style="display:none">全县生产总值增长99%。</p><script>var a="增长88%。"</script><!--增长77%。-->'
        "<style>p:after{content:'增长66%。'}</style><noscript>请打开脚本，增长55%。</noscript>"
    )
    assert text_of(html(f'<div id="zoom">{noise}{paragraphs()}{noise}</div>')) == LINES


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        (f'<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2031-01-20 08:30">', "", True),
        ("", f'<h1>{TITLE}</h1><p class="info">发布时间：2031-01-20 来源：云溪日报</p>', True),
        ("", f'<div class="tit">{TITLE}</div><div>2031年01月20日 08:30</div>', True),
        (f'<script>var artTitle="{TITLE}";</script>', "<h1>云溪县人民政府</h1><span>日期：2031/1/20</span>", True),
    ],
)
def test_title_and_date(head: str, body: str, expected: bool) -> None:
    page = html(f'{SIDE}{body}<div id="zoom">{paragraphs()}</div>{FOOT}', title="云溪县人民政府门户网站", head=head)
    document = read_document([page.encode()], name="a.html")[0]
    assert (document.title, document.published_at) == (TITLE, date(2031, 1, 20))


def test_date_of_the_meeting_is_not_the_date_of_the_page() -> None:
    document = read_document([html(f'<div id="zoom">{paragraphs()}</div>').encode()], name="a.html")[0]
    assert document.published_at is None


def test_publisher() -> None:
    meta = '<meta name="ContentSource" content="云溪县政府办">'
    first = read_document([html(paragraphs(), head=meta).encode()], name="a.html")[0]
    line = "<div>来源：云溪日报　作者：</div>"
    second = read_document([html(f"{line}<div id=zoom>{paragraphs()}</div>").encode()], name="a.html")[0]
    assert (first.publisher, second.publisher) == ("云溪县政府办", "云溪日报")


def test_pages_of_one_document_are_joined_without_their_frames() -> None:
    def page(lines: list[str], number: int) -> bytes:
        head = f"<h2 class='title'>{TITLE}</h2><p class='ly'>来源：云溪县政府办 发布时间：2031-01-20 16:40</p>"
        pager = f"<p class='pager'><a>上一页</a> {number} <a>下一页</a></p>"
        return html(f"{SIDE}<div class='content'>{head}{paragraphs(lines)}{pager}</div>{FOOT}").encode()

    document = read_document([page(LINES[:5], 1), page(LINES[5:9], 2), page(LINES[9:], 3)], name="a.html")[0]
    lines = document.text.split("\n")
    assert [line for line in lines if line != TITLE] == LINES
    assert lines.count(TITLE) <= 1
    assert "pages_joined" in document.flags
    assert to_source(document.source_map, document.text.index("31万吨")) == document.source.index("31万吨")


def test_page_saved_by_a_browser() -> None:
    body = html(f'<div id="zoom">{paragraphs()}</div>')
    saved = (
        "From: <Saved by Blink>\r\nSubject: a\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/related; boundary="--b"\r\n\r\n----b\r\nContent-Type: text/html; charset=utf-8\r\n'
        "Content-Transfer-Encoding: 8bit\r\n\r\n" + body + "\r\n----b--\r\n"
    )
    assert read_document([saved.encode()], name="a.mht")[0].text.split("\n") == LINES


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('<script src="app.js"></script><div id="app"></div>', "script"),
        ('<p>附件：<a href="/x/report.pdf">政府工作报告.pdf</a></p>', "report.pdf"),
        ("<p>页面不存在</p>", "address"),
    ],
)
def test_page_without_text_says_what_to_do(body: str, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words) as caught:
        read_document([html(body).encode()], name="a.html")
    assert caught.value.reason == "unreadable"


def test_offsets_lead_to_the_source() -> None:
    page = html(
        f'{SIDE}<div id="zoom">{paragraphs()}</div>{FOOT}'.replace("；", "&#xff1b;").replace("31万", "3<b>1</b>万")
    )
    document = read_document([page.encode()], name="a.html")[0]
    assert document.text.split("\n") == LINES
    for number in ("92.4", "7.5", "4126"):
        offset = to_source(document.source_map, document.text.index(number))
        assert offset is not None
        assert document.source[offset:].startswith(number)
    assert BODY[2] in document.text
