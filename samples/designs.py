"""Ten site designs: a report printed as web pages with the markup habits of government portals.

What belongs here: HTML around a report, encodings and paging. What does not: files that are no web page (``forms``),
which report is published in which design (``build``).

``DESIGNS[name](report, encoding="utf8", pages=1)`` returns the bytes of the pages, in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Protocol

from samples.world.compose import Report

#: name → charset that the page declares (None: none), codec it is really written in
ENCODINGS: dict[str, tuple[str | None, str]] = {
    "utf8": ("utf-8", "utf-8"),
    "gb2312": ("gb2312", "gb18030"),
    "gb18030": ("gb18030", "gb18030"),
    "undeclared_gbk": (None, "gb18030"),
    "gbk_said_utf8": ("utf-8", "gb18030"),
    "utf8_said_gb2312": ("gb2312", "utf-8"),
}
RECORD = "澜ICP备20990001号-1　澜公网安备 99000002000001号　网站标识码：9900000001"
HOT = (
    "全省春季农业生产现场会召开", "{city}举行重点项目集中开工活动", "便民服务再升级，{count}项高频事项“掌上办”",
    "关于做好防汛备汛工作的通知", "{city}文旅推介会成功举办", "一图读懂：稳经济若干措施", "干部任前公示公告",
)  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page to print: the lines of the report on it, the declared charset and the links between pages."""

    report: Report
    lines: tuple[str, ...]
    charset: str | None
    pager: str

    @property
    def title(self) -> str:
        return escape(self.report.title)

    @property
    def site(self) -> str:
        return f"{self.report.region.name}人民政府"

    @property
    def date(self) -> str:
        return self.report.published.isoformat()

    @property
    def date_words(self) -> str:
        day = self.report.published
        return f"{day.year}年{day.month}月{day.day}日"

    def meta_charset(self, old: bool = False) -> str:
        if not self.charset:
            return ""
        if old:
            return f'<meta http-equiv="Content-Type" content="text/html; charset={self.charset}" />'
        return f'<meta charset="{self.charset}">'

    def paragraphs(self, before: str, after: str) -> str:
        return "\n".join(f"{before}{escape(line)}{after}" for line in self.lines)


class Design(Protocol):
    def __call__(self, report: Report, *, encoding: str = "utf8", pages: int = 1, stem: str = "index") -> list[bytes]:
        """Return the bytes of `report` printed over `pages` pages; their file names are stem.html, stem_2.html …"""
        ...


DESIGNS: dict[str, Design] = {}


def _design(name: str) -> Callable[[Callable[[Page], str]], Callable[[Page], str]]:
    def register(draw: Callable[[Page], str]) -> Callable[[Page], str]:
        def render(report: Report, *, encoding: str = "utf8", pages: int = 1, stem: str = "index") -> list[bytes]:
            charset, codec = ENCODINGS[encoding]
            parts = _split(report.lines, pages)
            return [
                draw(Page(report, part, charset, _pager(stem, number, len(parts)))).encode(codec)
                for number, part in enumerate(parts, 1)
            ]

        DESIGNS[name] = render
        return draw

    return register


def _split(lines: tuple[str, ...], pages: int) -> list[tuple[str, ...]]:
    """Cut the report where a page is full by characters, between paragraphs."""
    total = sum(map(len, lines))
    parts: list[list[str]] = [[] for _ in range(pages)]
    passed = 0
    for line in lines:
        parts[min(passed * pages // total, pages - 1)].append(line)
        passed += len(line)
    return [tuple(part) for part in parts if part]


def _pager(stem: str, number: int, count: int) -> str:
    if count == 1:
        return ""
    names = [f"{stem}.html"] + [f"{stem}_{n}.html" for n in range(2, count + 1)]
    links = [f'<a href="{names[number - 2]}">上一页</a>'] if number > 1 else []
    links += [
        f"<span class='current'>{n}</span>" if n == number else f'<a href="{name}">{n}</a>'
        for n, name in enumerate(names, 1)
    ]
    links += [f'<a href="{names[number]}">下一页</a>'] if number < count else []
    return f'<div class="page_num" align="center">{" ".join(links)}</div>'


def hot_news(page: Page, kind: str = "li") -> str:
    """Return links to other pages, with dates that are not the report's."""
    year = page.report.report_year
    items = []
    for index, words in enumerate(HOT):
        words = words.format(city=page.report.region.short, count=30 + index)
        items.append(f'<{kind}><a href="/xw/{year}{index}.html" title="{words}">{words}</a><span>{year}-0{index % 8 + 1}-1{index}</span></{kind}>')  # fmt: skip
    return "".join(items)


def navigation(*names: str) -> str:
    chosen = names or ("首页", "政务公开", "政务服务", "互动交流", "数据发布", "走进" + "我们")
    return "".join(f'<li><a href="/{index}/">{name}</a></li>' for index, name in enumerate(chosen))


def metas(page: Page, column: str = "政府工作报告") -> str:
    return (
        f'<meta name="SiteName" content="{page.site}">\n<meta name="SiteDomain" content="www.sample.invalid">\n'
        f'<meta name="ColumnName" content="{column}">\n<meta name="ColumnType" content="政务公开">\n'
        f'<meta name="ArticleTitle" content="{page.title}">\n<meta name="PubDate" content="{page.date} 10:26">\n'
        f'<meta name="ContentSource" content="{page.report.publisher}">\n<meta name="Keywords" content="">\n'
    )


@_design("trs_editor")
def _trs(page: Page) -> str:
    body = page.paragraphs('<p style="text-indent: 2em; line-height: 200%;">　　', "</p>")
    return f"""<!DOCTYPE html>
<html><head>{page.meta_charset()}
<title>{page.title}_{page.site}门户网站</title>
{metas(page)}<link rel="stylesheet" href="/images/style.css"><script src="/js/jquery.min.js"></script>
<style>.TRS_Editor P{{margin-top:0;line-height:2;font-family:宋体;font-size:12pt}}</style></head>
<body><div class="header"><div class="logo"><a href="/"><img src="/images/logo.png" alt="{page.site}"></a></div>
<form action="/search"><input name="q" value="请输入关键字"><button>搜索</button></form>
<ul class="nav">{navigation()}</ul></div>
<div class="wz">您现在所在的位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a>政府工作报告</a></div>
<div class="main"><div class="xl_title">{page.title}</div>
<div class="xl_info"><span>发布时间：{page.date} 10:26</span><span>来源：{page.report.publisher}</span>
<span>浏览次数：<em id="hits">1024</em></span><span>字体：[ <a>大</a> <a>中</a> <a>小</a> ]</span></div>
<div class="xl_con" id="zoom"><div class="view TRS_UEDITOR trs_paper_default"><div class="TRS_Editor">
{body}
</div></div></div>{page.pager}
<div class="share">分享到：<a class="wx">微信</a><a class="wb">微博</a><a>QQ空间</a></div>
<div class="tools"><a href="javascript:window.print()">打印本页</a><a href="javascript:window.close()">关闭窗口</a></div>
<div class="about"><h3>相关链接</h3><ul>{hot_news(page)}</ul></div></div>
<div class="footer"><p>主办：{page.site}办公室　承办：{page.report.region.short}大数据中心</p><p>{RECORD}</p></div>
<script>var _hmt=_hmt||[];(function(){{document.getElementById("hits").innerHTML="1025";}})();</script></body></html>"""


@_design("table_layout")
def _table(page: Page) -> str:
    body = page.paragraphs("<p class=px style=text-indent:22pt>", "")
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
 "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head>{page.meta_charset(old=True)}
<title>{page.title}-{page.site}</title><link href="/css/main.css" rel="stylesheet" type="text/css" /></head>
<body bgcolor=#ffffff><center><table width="980" border="0" cellspacing="0" cellpadding="0"><tr><td colspan=2>
<img src="/images/top.jpg" width=980 height=150 alt="{page.site}"></td></tr><tr><td colspan=2 bgcolor=#cc0000>
<a href="/">网站首页</a> | <a href="/zw">政务公开</a> | <a href="/bs">网上办事</a> | <a href="/lx">领导信箱</a> | <a href="/ly">旅游天地</a>
</td></tr><tr valign=top><td width="200"><table width=190><tr><td bgcolor=#eeeeee><b>栏目导航</b></td></tr>
<tr><td>·<a href="/gzbg">工作报告</a></td></tr><tr><td>·<a href="/ghjh">规划计划</a></td></tr>
<tr><td>·<a href="/tjxx">统计信息</a></td></tr><tr><td><b>热点关注</b></td></tr>
<tr><td>{hot_news(page, "div")}</td></tr></table></td>
<td width="780"><table width="96%" align=center><tr><td>当前位置：首页 &gt;&gt; 政务公开 &gt;&gt; 工作报告</td></tr>
<tr><td align=center class="bt"><font size=5 color=#cc0000><b>{page.title}</b></font></td></tr>
<tr><td align=center class="sj">发布日期：{page.date}　信息来源：{page.report.publisher}　点击数：<script src="/count.asp?id=99"></script></td></tr>
<tr><td height=1 bgcolor=#cccccc></td></tr><tr><td class="nr"><div id="content">
{body}
</div></td></tr><tr><td>{page.pager}</td></tr>
<tr><td align=right>【<a href=javascript:window.print()>打印</a>】【<a href=javascript:window.close()>关闭</a>】</td></tr>
</table></td></tr><tr><td colspan=2 align=center bgcolor=#dddddd>版权所有：{page.site}　地址：人民路1号　邮编：990000<br>
{RECORD}</td></tr></table></center></body></html>"""


@_design("ucap")
def _ucap(page: Page) -> str:
    body = page.paragraphs('<p style="text-align: justify; text-indent: 2em;"><span style="font-size: 16px;">', "</span></p>")  # fmt: skip
    index = f"990000/{page.report.report_year}-00012"
    return f"""<!DOCTYPE html><html lang="zh-CN"><head>{page.meta_charset(old=True)}
<title>{page.title}</title>{metas(page, "信息公开")}<script src="/r/cms/www/default/js/common.js"></script></head>
<body><div class="top-bar">欢迎访问{page.site}门户网站！<a href="#">无障碍</a><a href="#">长者模式</a><a>繁體</a></div>
<div class="crumb"><a href="/">首页</a><i>/</i><a href="/xxgk/">信息公开</a><i>/</i><a href="/xxgk/gzbg/">工作报告</a></div>
<table class="xxgk-table"><tbody><tr><td><b>索 引 号：</b></td><td>{index}</td><td><b>主题分类：</b></td><td>综合政务</td></tr>
<tr><td><b>发布机构：</b></td><td>{page.report.publisher}</td><td><b>发布日期：</b></td><td>{page.date_words}</td></tr>
<tr><td><b>名　　称：</b></td><td colspan="3">{page.title}</td></tr></tbody></table>
<div class="content"><h1><ucaptitle>{page.title}</ucaptitle></h1>
<div class="pages-date">{page.date} 09:30<span class="font">来源：{page.report.publisher}</span>
<div class="share-box">【字体：<a>大</a> <a>中</a> <a>小</a>】 <a>打印</a> 分享 <a title="分享到微信"></a></div></div>
<div class="pages_content" id="UCAP-CONTENT"><ucapcontent>
{body}
</ucapcontent></div>{page.pager}<div class="editor">责任编辑：林小舟</div>
<div class="relation"><h4>相关文章</h4><ul>{hot_news(page)}</ul></div></div>
<div class="footer"><ul>{navigation("网站地图", "联系我们", "隐私声明")}</ul><p>{RECORD}</p></div></body></html>"""


@_design("nested_tables")
def _nested(page: Page) -> str:
    body = "<br>\n<br>\n".join(f"&nbsp;&nbsp;&nbsp;&nbsp;{escape(line)}" for line in page.lines)
    return f"""<HTML><HEAD>{page.meta_charset(old=True)}<TITLE>{page.title}</TITLE></HEAD>
<BODY topmargin=0><TABLE width=778 align=center border=0><TR><TD><IMG SRC="/banner.gif"></TD></TR>
<TR><TD><MARQUEE>热烈祝贺{page.report.region.short}第十届运动会胜利召开</MARQUEE></TD></TR>
<TR><TD><TABLE width="100%"><TR><TD width=160 valign=top><TABLE>
<TR><TD><A HREF="/jj.htm">{page.report.region.short}概况</A></TD></TR><TR><TD><A HREF="/ld.htm">领导之窗</A></TD></TR>
<TR><TD><A HREF="/wj.htm">政府文件</A></TD></TR><TR><TD><A HREF="/gb.htm">政府公报</A></TD></TR></TABLE></TD>
<TD valign=top><TABLE width="100%" cellpadding=4><TR><TD align=center><H2>{page.title}</H2></TD></TR>
<TR><TD align=center><FONT size=2>{page.date_words}　　作者：政府办　　来源：{page.report.publisher}</FONT></TD></TR>
<TR><TD><TABLE width="98%"><TR><TD><FONT size=3>
{body}
</FONT></TD></TR></TABLE></TD></TR><TR><TD>{page.pager}</TD></TR></TABLE></TD></TR></TABLE></TD></TR>
<TR><TD align=center><HR>{page.site}主办　版权所有&copy;　建议使用1024*768分辨率浏览<BR>{RECORD}</TD></TR></TABLE></BODY></HTML>"""


@_design("script_title")
def _script_title(page: Page) -> str:
    body = page.paragraphs("<p>　　", "</p>")
    return f"""<!DOCTYPE html><html><head>{page.meta_charset()}<title>{page.site}</title>
<script src="/js/jquery-1.8.0.min.js"></script></head><body>
<div id="head"><h1 class="logo">{page.site}</h1><ul>{navigation()}</ul></div>
<div id="position">位置：<a href="/">首页</a>-<a href="/gk/">公开</a></div>
<div class="article"><div class="article-title" id="artTitle"></div>
<script type="text/javascript">var articleTitle = "{page.title}";
document.getElementById("artTitle").innerHTML = "{page.title}";</script>
<div class="article-info">时间：<script>document.write("{page.date}")</script>{page.date} 　来源：{page.report.publisher}　阅读：<span id="n"></span>次</div>
<div class="article-body" id="articleBody">
{body}
</div>{page.pager}
<div class="prevnext"><p>上一篇：<a href="/1.html">关于表彰先进集体和先进个人的决定</a></p><p>下一篇：<a href="/2.html">关于开展节约用水宣传周活动的通知</a></p></div>
</div><div class="side"><h3>推荐阅读</h3><ul>{hot_news(page)}</ul></div>
<div id="foot">{RECORD}</div><script>$("#n").load("/hits?id=9");</script></body></html>"""


@_design("modern")
def _modern(page: Page) -> str:
    body = page.paragraphs('<p class="art-p">', "</p>")
    return f"""<!doctype html><html lang="zh-Hans"><head>{page.meta_charset()}<meta name="viewport" content="width=device-width">
<title>{page.title}-{page.site}网</title>
{metas(page)}<script>window.__STATE__={{"id":9901,"menus":["要闻","公开","服务","互动"],"token":null}}</script></head>
<body class="pc"><div hidden><p>为确保最佳浏览效果，建议您使用最新版本浏览器</p></div>
<header><nav><ul>{navigation("要闻动态", "公开", "服务", "互动", "数据", "专题")}</ul></nav><div class="login" style="display:none">
<p>用户登录</p><p>忘记密码</p></div></header>
<main><section class="crumbs"><ol class="breadcrumb"><li><a href="/">首页</a></li><li>公开</li><li>政府工作报告</li></ol></section>
<article class="Article"><h2 id="ivs_title" class="Article-title">{page.title}<small id="ivs_date">{page.date}<span>来源：{page.report.publisher}</span></small></h2>
<div class="zihao"><span>字号：</span><a>大</a><a>中</a><a>小</a></div>
<div class="Article_content article-content" id="ivs_content">
{body}
</div>{page.pager}<div class="qrcode"><img src="/qr.png" alt=""><p>扫一扫在手机打开当前页</p></div>
<div class="satisfy"><p>您对本页面的评价：</p><label>满意</label><label>一般</label><label>不满意</label><button>提交</button></div></article>
<aside><h3>热点专题</h3><ul>{hot_news(page)}</ul><h3>政务新媒体</h3><p>{page.report.region.short}发布</p></aside></main>
<footer><div class="links"><select><option>国家部委网站</option></select><select><option>市县政府网站</option></select></div>
<p>主办单位：{page.site}办公室</p><p>{RECORD}</p></footer></body></html>"""


@_design("footnotes")
def _footnotes(page: Page) -> str:
    def marked(line: str) -> str:
        text = escape(line)
        if re.match(r"\[\d+\] ", line):
            return re.sub(r"^\[(\d+)\]", r'<a name="_ftn\1" href="#_ftnref\1">[\1]</a>', text)
        return re.sub(r"\[(\d+)\]", r'<a href="#_ftn\1" name="_ftnref\1"><sup>[\1]</sup></a>', text)

    body = "\n".join(f'<p class="p">　　{marked(line)}</p>' for line in page.lines)
    return f"""<!DOCTYPE html><html><head>{page.meta_charset()}<title>{page.title}</title>{metas(page)}</head><body>
<div class="w1200"><div class="dqwz">当前位置：<a>首页</a>&nbsp;&gt;&nbsp;<a>公开</a>&nbsp;&gt;&nbsp;<a>报告</a></div>
<div class="bt_content"><h3 class="title">{page.title}</h3><p class="ly">来源：{page.report.publisher} 发布时间：{page.date} 16:40:08</p></div>
<div class="content_wz" id="fontzoom">
{body}
</div>{page.pager}
<div class="fj"><p>扫一扫，手机访问本页</p><a>【打印】</a><a>【关闭】</a></div>
<div class="tjyd"><h4>推荐阅读</h4>{hot_news(page, "p")}</div></div><div class="foot">{RECORD}</div></body></html>"""


@_design("word_export")
def _word(page: Page) -> str:
    def runs(line: str) -> str:
        pieces = re.findall(r"[0-9.%—]+|[^0-9.%—]+", line)
        drawn = "".join(
            f'<span lang="EN-US" style="font-family:仿宋_GB2312">{escape(p)}</span>'
            if p[0].isdigit()
            else f'<span style="font-size:16.0pt;font-family:仿宋">{escape(p)}</span>'
            for p in pieces
        )
        return f'<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0">{drawn}<span><o:p></o:p></span></p>'

    body = "\n".join(runs(line) for line in page.lines)
    return f"""<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word"><head>
{page.meta_charset(old=True)}<title>{page.title}</title>{metas(page)}
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]-->
<style><!-- p.MsoNormal{{margin:0;text-align:justify}} --></style></head><body>
<div class="hd"><a href="/">首页</a><a href="/a">政务动态</a><a href="/b">信息公开</a></div>
<div class="detail"><div class="detail-title"><h1>{page.title}</h1></div>
<div class="detail-info"><span>日期：{page.date}</span><span>来源：{page.report.publisher}</span><span>【字号 大 中 小】</span></div>
<div class="detail-con" id="Zoom"><!--ZJEG_RSS.content.begin--><div class="Section1">
{body}
</div><!--ZJEG_RSS.content.end--></div>{page.pager}</div>
<ul class="more">{hot_news(page)}</ul><div class="bottom">{RECORD}</div></body></html>"""


@_design("newspaper")
def _newspaper(page: Page) -> str:
    body = page.paragraphs("<p>\n　　", "\n</p>")
    return f"""<!DOCTYPE html><html><head>{page.meta_charset()}<title>{page.title} _{page.report.region.short}新闻网</title>
<meta property="og:type" content="article"><meta name="publishdate" content="{page.date}"></head><body>
<div class="channel"><a>{page.report.region.short}新闻</a><a>时政</a><a>民生</a><a>评论</a><a>视频</a><a>数字报</a></div>
<div class="left"><h1>{page.title}</h1>
<div class="source"><span>{page.date} 07:15</span> <span>来源：{page.report.region.short}日报</span> <span class="comment">评论(0)</span></div>
<div class="text" id="text">
{body}
</div>{page.pager}
<p class="zrbj">（编辑：田一禾　审核：江小满）</p><div class="statement">版权声明：凡本网注明来源的稿件，未经授权不得转载。</div>
<div class="comment-box"><h4>网友评论</h4><p>文明上网，理性发言</p></div></div>
<div class="right"><h4>24小时热榜</h4><ol>{hot_news(page)}</ol><h4>广告</h4><a><img src="/ad.jpg" alt="招商热线"></a></div>
<div class="copyright">新闻热线：0990-0000000　{RECORD}</div></body></html>"""


@_design("plain_divs")
def _divs(page: Page) -> str:
    body = page.paragraphs("<div>&emsp;&emsp;", "</div>")
    return f"""<!DOCTYPE html><html><head>{page.meta_charset()}<title>{page.title}</title>
<script>function czfxfontzoom(size){{document.getElementById('czfxcontent').style.fontSize=size+'px';}}</script></head><body>
<div class="czfxtop"><a href="/">返回首页</a><a href="javascript:history.back()">返回上级</a></div>
<div class="czfxtitle">{page.title}</div>
<div class="czfxinfo">发布日期：{page.date}&nbsp;&nbsp;来源：{page.report.publisher}&nbsp;&nbsp;字号：〖<a href="javascript:czfxfontzoom(18)">大</a> <a>中</a> <a>小</a>〗</div>
<div id="czfxcontent">
{body}
</div>{page.pager}
<div class="ewm"><img src="/ewm.png"><div>关注官方微信</div></div>
<div class="czfxbottom"><div>{RECORD}</div></div></body></html>"""


def attachment_page(report: Report, href: str, encoding: str = "utf8") -> bytes:
    """Return a page that holds no report but links to it as an attachment."""
    charset, codec = ENCODINGS[encoding]
    page = Page(report, (), charset, "")
    return f"""<!DOCTYPE html><html><head>{page.meta_charset()}<title>{page.title}_{page.site}</title>{metas(page)}</head>
<body><div class="nav"><ul>{navigation()}</ul></div><div class="article"><h1>{page.title}</h1>
<div class="info">发布时间：{page.date}　来源：{report.publisher}</div>
<div class="TRS_Editor"><p>　　《{page.title}》已经大会审议通过，现予公布，请点击附件查阅。</p>
<p class="fujian">附件：<a href="{href}" appendix="true">{page.title}.pdf</a></p></div></div>
<div class="side"><ul>{hot_news(page)}</ul></div><div class="foot">{RECORD}</div></body></html>""".encode(codec)
