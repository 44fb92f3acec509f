"""Reports of the sample in forms of the web that hold the text elsewhere than in a page's own markup.

What belongs here: a page saved with its frames, by Chromium; a page that a script fills from JSON; a page that shows a
form's field; a report over two pages of a newspaper. What does not: pages as portals serve them (``designs.py``).

Made once, the saved page by Chromium 156, and kept in `samples/forms`:
`python -m samples.forms_web --chromium /usr/bin/chromium` makes them anew; without a browser the saved page stays.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from html import escape
from pathlib import Path

from samples.world.compose import Report, reports

HERE = Path(__file__).resolve().parent
#: report → files made, pages of one document in order
FILES = {
    "990300_2022": ("990300_2022.mht",),
    "990100_2022": ("990100_2022_state.html",),
    "990121_2022": ("990121_2022_field.html",),
    "990300_2023": ("990300_2023_a1.html", "990300_2023_a2.html"),
}
#: share of a paragraph behind which a newspaper goes on with it on its next page
_TURN = 0.4


def _page(title: str, body: str, head: str = "") -> str:
    return f"""<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body>{body}</body></html>
"""


def _paragraphs(lines: tuple[str, ...] | list[str]) -> str:
    return "\n".join(f'<p style="text-indent:2em">{escape(line)}</p>' for line in lines)


def framed(report: Report) -> dict[str, str]:
    """Return a page whose text stands in a frame within a frame, beside a menu in another; the page itself first."""
    title = escape(report.title)
    menu = '<a href="/">首页</a><a href="/gzbg/">工作报告</a><p>欢迎访问。网站维护通知：今日服务正常。</p>'
    return {
        "top.html": _page(
            f"{title}_{report.region.name}人民政府",
            '<div class="head">首页 | 政务公开 | 互动交流</div><iframe src="menu.html"></iframe>'
            '<iframe src="middle.html" width="800" height="600"></iframe>',
        ),
        "menu.html": _page("菜单", menu),
        "middle.html": _page("", '<iframe src="text.html" width="780" height="580"></iframe>'),
        "text.html": _page("", f"<div class='TRS_Editor'>{_paragraphs(report.lines)}</div>"),
    }


def state(report: Report) -> str:
    """Return a page as frameworks that run in the browser serve it: an empty element and the text as JSON."""
    article = {"id": 41_702, "title": report.title, "publishDate": report.published.isoformat(),
               "summary": report.lines[4][:60] + "……", "content": _paragraphs(report.lines)}  # fmt: skip
    related = [{"id": n, "title": f"{report.region.short}要闻{n}"} for n in range(1, 6)]
    data = {
        "props": {"pageProps": {"article": article, "related": related}},
        "page": "/detail/[id]",
        "isFallback": False,
    }
    script = json.dumps(data, ensure_ascii=False).replace("</", "<\\/")
    return _page(
        f"{escape(report.title)}_{report.region.name}人民政府",
        f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{script}</script>',
        f'<meta name="PubDate" content="{report.published}"><script src="/_next/main.js" defer></script>',
    )


def field(report: Report) -> str:
    """Return a page that holds its text as escaped markup in a form's field, from which a script shows it."""
    return _page(
        escape(report.title),
        f'<h1>{escape(report.title)}</h1><div class="info">发布时间：{report.published} 来源：{report.publisher}</div>'
        f'<div id="show"></div><textarea id="text" style="display:none">{escape(_paragraphs(report.lines))}</textarea>'
        "<script>document.getElementById('show').innerHTML=document.getElementById('text').value;</script>",
    )


def newspaper(report: Report) -> list[str]:
    """Return the two pages of an e-newspaper over which a report goes on in the midst of a sentence."""
    half = range(len(report.lines) * 2 // 5, len(report.lines) * 3 // 5)
    middle = max(half, key=lambda n: len(report.lines[n]))
    broken = report.lines[middle]
    at = int(len(broken) * _TURN)
    while not ("\u4e00" <= broken[at - 1] <= "\u9fff" and "\u4e00" <= broken[at] <= "\u9fff"):
        at += 1
    parts = (
        [*report.lines[:middle], f"{broken[:at]}（下转第2版）"],
        [f"（上接第1版）{broken[at:]}", *report.lines[middle + 1 :]],
    )
    paper, day = f"{report.region.short}日报", report.published.isoformat()
    links = ('<a href="990300_2023_a2.html">第2版</a>', '<a href="990300_2023_a1.html">第1版</a>')
    return [
        _page(
            f"{escape(report.title)}（{'一二'[number]}）_{paper}数字报",
            f'<div class="paper">{paper}　{day}　第{number + 1}版</div><div class="nav">{links[number]}</div>'
            f'<h1>{escape(report.title)}（{"一二"[number]}）</h1><div id="ozoom">{_paragraphs(part)}</div>',
        )
        for number, part in enumerate(parts)
    ]


def saved(pages: dict[str, str], chromium: str) -> bytes:
    """Return what Chromium saves as one file of these pages, the first with the others in its frames."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as player:
        for name, markup in pages.items():
            (Path(folder) / name).write_text(markup, encoding="utf-8")
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((Path(folder) / next(iter(pages))).as_uri(), wait_until="load")
        data: str = page.context.new_cdp_session(page).send("Page.captureSnapshot", {"format": "mhtml"})["data"]
        browser.close()
        # where it was saved is nobody's matter
        return data.replace(Path(folder).as_uri(), "http://www.sample.invalid").encode()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--chromium", help="path of a Chromium, which saves the page with frames")
    chromium = parser.parse_args().chromium
    by_id = {report.report_id: report for report in reports()}
    made = [state(by_id["990100_2022"]), field(by_id["990121_2022"]), *newspaper(by_id["990300_2023"])]
    names = [name for files in FILES.values() for name in files if name.endswith(".html")]
    for name, markup in zip(names, made, strict=True):
        (HERE / "forms" / name).write_bytes(markup.encode())
    if chromium:
        (HERE / "forms" / "990300_2022.mht").write_bytes(saved(framed(by_id["990300_2022"]), chromium))


if __name__ == "__main__":
    main()
