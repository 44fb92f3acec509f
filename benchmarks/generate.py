"""`python -m benchmarks.generate`: a catalogue of fictional reports with their files, as many as asked for.

What belongs here: files (pages, plain text, their encodings and noise), catalogue, overlay. What does not: what the
reports say (``compose.py``), running or measuring anything.

The same number of reports and the same seed give the same bytes. Three of four documents are web pages as sites serve
them (menus, links, print buttons, share bars, a date of publication, one of five in GB 18030), the others plain text;
one in ten has numbers in full-width digits or lines broken at forty characters.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import os
import random
from dataclasses import dataclass
from html import escape
from pathlib import Path

from benchmarks.compose import Composer, Text
from benchmarks.world import FIRST_YEAR, GRID, N_YEARS, Place, overlay, places

CATALOGUE_FIELDS = ("location", "region_code", "region", "level", "report_year")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_PAGE = """<!DOCTYPE html>
<html><head><meta charset="{charset}"><title>{title}_{site}</title>
<meta name="ArticleTitle" content="{title}"><meta name="PubDate" content="{published}">
<link rel="stylesheet" href="/css/style.css"><script>var pv = 0; function goPage(n) {{ return n; }}</script></head>
<body><div class="top"><a href="/">首页</a> | <a href="/zwgk/">政务公开</a> | <a href="/bsfw/">办事服务</a> |
<a href="/hdjl/">互动交流</a> <form action="/search"><input name="q" value="请输入关键字"></form></div>
<div class="nav"><ul>{menu}</ul></div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 政府工作报告</div>
<div class="article"><h1>{title}</h1>
<div class="info">发布日期：{published}　来源：{publisher}　浏览次数：<span>{hits}</span> 【字体：大 中 小】</div>
<div class="content" id="zoom">
{body}
</div><div class="tools"><a href="javascript:print()">打印本页</a> <a href="javascript:close()">关闭窗口</a></div></div>
<div class="related"><h3>相关文章</h3><ul>{related}</ul></div>
<div class="footer">主办：{publisher}　网站标识码：0000000000　备案号：第00000000号　联系电话：000-0000000</div>
</body></html>
"""


@dataclass(frozen=True)
class Job:
    """The reports of one place, made by one process."""

    place: Place
    folder: str


def generate(n_reports: int, folder: Path, seed: int = 1, workers: int | None = None) -> Path:
    """Write `n_reports` (a multiple of GRID) below `folder`: files/, catalogue.csv, regions.yaml; return the catalogue.

    Raises ValueError for another number, OSError where the disk refuses.
    """
    if n_reports < GRID or n_reports % GRID:
        raise ValueError(f"{n_reports} reports: give a multiple of {GRID} (places × {N_YEARS} years)")
    found = places(n_reports // GRID, seed)
    jobs = [Job(place, str(folder)) for place in found]
    for place in found:
        (folder / "files" / place.code[:2]).mkdir(parents=True, exist_ok=True)
    with multiprocessing.get_context("fork").Pool(workers or os.cpu_count()) as pool:
        rows = [row for some in pool.imap(_write, jobs, chunksize=4) for row in some]
    (folder / "regions.yaml").write_text(overlay(found), encoding="utf-8")
    catalogue = folder / "catalogue.csv"
    with catalogue.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(CATALOGUE_FIELDS)
        writer.writerows(rows)
    return catalogue


def _write(job: Job) -> list[tuple[str, str, str, str, int]]:
    place = job.place
    rows = []
    for year in range(FIRST_YEAR, FIRST_YEAR + N_YEARS):
        draw = random.Random(f"{place.seed}|{year}|file")
        ending, data = document(Composer(place, year).report(), place, year, draw)
        location = f"files/{place.code[:2]}/{place.code}_{year}.{ending}"
        (Path(job.folder) / location).write_bytes(data)
        rows.append((location, place.code, place.name, place.level, year))
    return rows


def document(text: Text, place: Place, year: int, draw: random.Random) -> tuple[str, bytes]:
    """Return the ending and the bytes of the file that a report is published as."""
    lines = list(text.lines)
    noise = draw.random()
    if noise < 0.05:
        lines = [line.translate(_FULL_WIDTH) if at > 5 else line for at, line in enumerate(lines)]
    if draw.random() < 0.25:
        if noise > 0.95:
            lines = [piece for line in lines for piece in _wrapped(line)]
        return "txt", "\n".join(lines).encode("gb18030" if draw.random() < 0.2 else "utf-8")
    charset = "gb2312" if draw.random() < 0.2 else "utf-8"
    page = _page(text, lines, place, year, charset, draw)
    return "html", page.encode("gb18030" if charset == "gb2312" else charset)


def _wrapped(line: str, width: int = 40) -> list[str]:
    return [line[at : at + width] for at in range(0, len(line), width)]


def _page(text: Text, lines: list[str], place: Place, year: int, charset: str, draw: random.Random) -> str:
    style = draw.choice(("", ' style="text-indent: 2em;"', ' style="line-height: 1.75em; font-family: 宋体;"'))
    indent = draw.choice(("", "　　", "&nbsp;&nbsp;&nbsp;&nbsp;"))
    body = "\n".join(f"<p{style}>{indent}{escape(line)}</p>" for line in lines)
    names = ("机构职能", "规划计划", "财政信息", "人事任免", "统计数据", "应急管理", "政策解读", "公告公示")
    menu = "".join(f'<li><a href="/zwgk/{at}/">{name}</a></li>' for at, name in enumerate(names))
    related = "".join(
        f'<li><a href="/zwgk/{at}.html">{place.name}{name}工作动态</a></li>' for at, name in enumerate(names)
    )
    return _PAGE.format(
        charset=charset,
        title=text.title,
        site=f"{place.name}人民政府门户网站",
        published=f"{year}-02-{draw.randint(1, 28):02d} 0{draw.randint(8, 9)}:{draw.randint(10, 59)}",
        publisher=text.publisher,
        hits=draw.randint(100, 9999),
        menu=menu,
        related=related,
        body=body,
    )


def main(arguments: list[str] | None = None) -> int:
    """Write the files and say where the catalogue is."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--reports", type=int, default=GRID, help=f"a multiple of {GRID} (default)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        catalogue = generate(options.reports, options.folder, options.seed)
    except ValueError as error:
        parser.error(str(error))
    print(catalogue)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
