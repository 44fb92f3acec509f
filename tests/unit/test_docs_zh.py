"""Each Chinese page says what its English page says: same headings, code, tables, pictures, names and numbers."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from test_docs import DOCS, FENCED, INLINE, LINK

from sources.home import REPOSITORY

#: Chinese page → English page
TWINS = {page: DOCS / page.name for page in sorted((DOCS / "zh").glob("*.md"))}
TWINS[REPOSITORY / "README.zh.md"] = REPOSITORY / "README.md"
FENCE = re.compile(r"^ *```([^\n]*)\n(.*?)^ *```", re.M | re.S)
GENERATED = re.compile(r"<!-- .*?written by.*? -->\n.*?<!-- end of .*? -->\n?", re.S)
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
HAN = "[　-〿一-鿿＀-￯]"
#: prose in code; what stands before it is the code itself
COMMENT = re.compile(r"(?:^|\s+)(?:#|--)\s.*$")
#: left → what mainland statistics and publishing say (the first is a translation, or another region's word)
WORDS = {
    "未讲": "未提及",
    "已讲": "已提及",
    "说法不一": "表述不一致",
    "各种说法": "不同表述",
    "量度": "口径",
    "散列": "哈希值",
    "读到的数": "提取结果",
    "怎么办": "处理建议",
    "为何为空": "缺失原因",
    "回到那一句话": "追溯到原句",
    "从不沉默": "都有原因代码",
    "软件包源": "软件源",
    "未获得": "未获取",
    "文中证实": "正文核实",
    "无从判断": "无法判断",
    "默认值为": "默认",
    "「": "“",
    "快取": "缓存",
    "档案": "文件",
    "伺服器": "服务器",
    "预设": "默认",
    "资料库": "数据库",
    "网路": "网络",
    "程式": "程序",
}

chinese = pytest.mark.parametrize("page", TWINS, ids=lambda path: path.stem)


def text(page: Path) -> str:
    """Return a page without what a program writes into it: that is linked to, and not repeated."""
    return GENERATED.sub("", page.read_text(encoding="utf-8"))


def sections(page: Path) -> list[str]:
    """Return a page's parts from heading to heading, without code; the way to the other language is no part of it."""
    plain = re.sub(r"^\[(?:English|中文)\]\(\S+\)\n", "", FENCED.sub("", text(page)), flags=re.M)
    return re.split(r"^(?=#+ )", plain, flags=re.M)[1:]


def code(page: Path) -> list[tuple[str, list[str]]]:
    """Return language and lines of each block of code, without comments."""
    blocks = FENCE.findall(text(page))
    lines = [(language, [COMMENT.sub("", line).rstrip() for line in block.splitlines()]) for language, block in blocks]
    return [(language, [line for line in block if line]) for language, block in lines]


def twin(name: str) -> str:
    """Return what a picture or page is called in either language."""
    return re.sub(r"_(?:zh|en)(?=\.png$)", "", name.rsplit("/", 1)[-1])


def prose(part: str) -> str:
    """Return a part without its targets of links, which name files."""
    return re.sub(r"\]\([^)]*\)", "]", part)


def test_there_are_chinese_pages_of_all_that_a_reader_of_a_release_needs() -> None:
    assert {page.stem for page in TWINS} >= {"bi", "client", "cockpit", "crawling", "dashboard", "quality", "using"}
    assert all(TWINS[page].exists() for page in TWINS)


@chinese
def test_headings_are_as_many_of_the_same_levels(page: Path) -> None:
    levels = [[len(part.split(" ", 1)[0]) for part in sections(of)] for of in (page, TWINS[page])]
    assert levels[0] == levels[1]
    titles = [part.splitlines()[0] for part in sections(page)]
    assert [title for title in titles if not re.search("[一-鿿]", title) and title not in TWINS[page].read_text()] == []


@chinese
def test_code_is_the_same_but_for_its_comments(page: Path) -> None:
    assert code(page) == code(TWINS[page])


@chinese
def test_names_in_code_pictures_and_rows_of_tables_stand_in_the_same_part(page: Path) -> None:
    for ours, theirs in zip(sections(page), sections(TWINS[page]), strict=True):
        title = theirs.splitlines()[0]
        names = [{" ".join(name.split()) for name in re.findall(r"`([^`]+)`", part)} for part in (ours, theirs)]
        assert names[1] - names[0] == set(), title
        pictures = [[twin(name) for name in re.findall(r"!\[[^]]+\]\((\S+)\)", part)] for part in (ours, theirs)]
        assert pictures[0] == pictures[1], title
        tables = [[line.count("|") for line in part.splitlines() if line.startswith("|")] for part in (ours, theirs)]
        assert tables[0] == tables[1], title


@chinese
def test_numbers_of_a_part_and_of_each_row_are_those_of_the_english_one(page: Path) -> None:
    for ours, theirs in zip(sections(page), sections(TWINS[page]), strict=True):
        title = theirs.splitlines()[0]
        numbers = [Counter(NUMBER.findall(prose(part))) for part in (ours, theirs)]
        assert numbers[1] - numbers[0] == Counter(), title
        rows = [
            [NUMBER.findall(prose(line)) for line in part.splitlines() if line[:1] == "|"] for part in (ours, theirs)
        ]
        for row, other in zip(*rows, strict=True):
            assert Counter(other) - Counter(row) == Counter(), title


@chinese
def test_chinese_is_shown_without_gaps_and_stars(page: Path) -> None:
    """A line's end shows as a space; stars between a mark and a character end no emphasis."""
    plain = "\n".join(sections(page))
    assert re.findall(rf"^(?![|>#]).*{HAN}\n(?![-*>#|!])(?!\d)\S.*$", plain, re.M) == []
    parts = [part for block in MarkdownIt().parse(text(page)) for part in block.children or ()]
    assert [part.content for part in parts if part.type == "text" and "*" in part.content] == []


def targets(page: Path) -> list[Path]:
    """Return the files that a page's links lead to."""
    links = [link.partition("#")[0] for part in sections(page) for link in LINK.findall(part)]
    return [(page.parent / link).resolve() for link in links if link and "://" not in link]


@chinese
def test_links_lead_to_the_same_pages_to_the_chinese_one_where_there_is_one(page: Path) -> None:
    theirs = {there: here for here, there in TWINS.items()}
    named = {theirs.get(path, path).with_name(twin(path.name)) for path in targets(TWINS[page])} - {page}
    found = {path.with_name(twin(path.name)) for path in targets(page)}
    assert named - found == set()
    assert set(targets(page)) & set(theirs) - {TWINS[page]} == set(), "these are there in Chinese"


@chinese
def test_each_language_leads_to_the_other_and_what_a_program_writes_is_linked(page: Path) -> None:
    beside = TWINS[page]
    for one, other, name in ((page, beside, "English"), (beside, page, "中文")):
        way = Path(os.path.relpath(other, one.parent)).as_posix()
        assert f"\n[{name}]({way})\n" in one.read_text(encoding="utf-8"), one.name
    generated = GENERATED.findall(beside.read_text(encoding="utf-8"))
    assert len(re.findall(rf"\]\(\.\./{page.name}#", page.read_text(encoding="utf-8"))) >= len(generated)


@pytest.mark.parametrize(
    "page",
    [*TWINS, REPOSITORY / "dashboard" / "texts.yaml", REPOSITORY / "client" / "baogao" / "words.py"],
    ids=lambda path: path.name,
)
def test_words_are_those_of_mainland_statistics(page: Path) -> None:
    written = page.read_text(encoding="utf-8")
    assert {word: instead for word, instead in WORDS.items() if word in written} == {}


def test_every_chinese_page_is_named_where_a_reader_begins() -> None:
    for door in (DOCS / "index.md", REPOSITORY / "README.zh.md"):
        assert {page for page in TWINS if page.parent != REPOSITORY} - set(targets(door)) == set(), door.name


def test_comments_are_cut_and_code_is_not() -> None:
    assert COMMENT.sub("", "baogao run --home a   # Tool: x") == "baogao run --home a"
    assert COMMENT.sub("", "a.toml # 注释") == "a.toml"
    assert COMMENT.sub("", "baogao run --plan") == "baogao run --plan"
    assert COMMENT.sub("", "-- 注释") == ""
    assert COMMENT.sub("", "page.md#part") == "page.md#part"
    assert INLINE.findall("`a` b `c`") == ["a", "c"]
