"""Nothing that came from a page does anything where it arrives: in a terminal, a spreadsheet, a viewer of Markdown."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from html import unescape
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.markdown import Markdown

from dashboard.downloads import as_csv
from orchestration.cockpit import preview
from orchestration.cockpit.verdicts import failing_rows
from orchestration.release.exports import write_csv
from sources import outgoing
from sources.home import REPOSITORY
from sources.registry.catalogue import CatalogueEntry, read_catalogue
from sources.registry.regions import load_regions
from sources.snapshot.ledger import make_row
from sources.tables import RAW_TABLES

#: what a page may begin a text with
STARTS = ["=1+1", "+1+1", "-1+1", "-", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠SUM(1)"]
#: text of any characters, mostly of those that do something somewhere
TEXTS = st.text(
    st.one_of(
        st.sampled_from("=+-@\t\r\n\x1b\x07\x9b\u202e\u2066\u200b!|[]()<>`\\&:/?#;'\"霁川市5%"),
        st.characters(codec="utf-8"),
    )
)


def obeyed(character: str) -> bool:
    """Whether a terminal or a writer of lines from right to left does something at `character`."""
    return (
        unicodedata.category(character) == "Cc"
        or unicodedata.bidirectional(character) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
        or character in "\u200e\u200f\u061c\u2028\u2029"
    )


@given(TEXTS)
def test_a_line_is_one_line_and_does_nothing(text: str) -> None:
    told = outgoing.line(text)
    assert not [c for c in told if obeyed(c) and c != "\t"]
    assert outgoing.line(told) == told
    assert all("\n" not in line and outgoing.is_plain(line) for line in outgoing.lines(text).split("\n"))


@given(TEXTS)
def test_a_cell_is_no_formula_and_all_its_text(text: str) -> None:
    cell = outgoing.cell(text)
    assert cell in (text, f"'{text}")
    assert not cell.startswith(tuple("=+-@\t\r\n＝＋－＠")) or re.fullmatch(r"[+-]?[0-9.]+%?", cell, re.ASCII)


def test_a_number_with_its_sign_stays_one(tmp_path: Path) -> None:
    numbers = ["-5.2%", "+3", "-0.75"]
    assert [outgoing.cell(number) for number in numbers] == numbers
    with duckdb.connect() as connection:
        write_csv(connection, "select unnest(['-5.2%', '+3', '-0.75']) as surface", tmp_path / "numbers.csv")
    assert (tmp_path / "numbers.csv").read_text("utf-8-sig").split() == ["surface", *numbers]


@given(TEXTS)
def test_markdown_shows_no_picture_and_no_words_as_a_link(text: str) -> None:
    shown = outgoing.markdown(text)
    assert not re.search(r"[<>\[\]()`|!\\*~$]|://", shown)
    assert "&" not in re.sub(r"&#\d+;", "", shown)


@pytest.mark.parametrize(
    "text",
    [
        "建设2*30万千瓦、2*60万千瓦机组",
        "增长6~8%，失业率控制在3~5%以内",
        "**1.2**倍",
        "__6__所",
        "_x_ region_id $5亿 $3",
        "a__b",
    ],
)
def test_markdown_takes_no_sign_from_a_number(text: str) -> None:
    shown = outgoing.markdown(text)
    console = Console(file=io.StringIO(), width=200)
    console.print(Markdown(shown))
    assert console.file.getvalue().strip() == unescape(shown) == text  # type: ignore[attr-defined]
    # viewers that know more than CommonMark
    assert not re.search(r"[~$]", shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://leser:geheim@host/a?x=1", "http://…@host/a?x=1"),
        ("https://host/a?id=7&token=abc&x=2#t", "https://host/a?id=7&token=…&x=2#t"),
        ("catalogue row 3: http://a:b@host/c: no such file", "catalogue row 3: http://…@host/c: no such file"),
        ("http://host/?X-Amz-Signature=12ab&AccessToken=3", "http://host/?X-Amz-Signature=…&AccessToken=…"),
        ("http://a@b:c@host/", "http://…@host/"),
        ("http://host/a@b?page=2", "http://host/a@b?page=2"),
        ("全市GDP=5, key=3", "全市GDP=5, key=3"),
        ("\x1b]0;owned\x07 \u202e", "\\x1b]0;owned\\x07 \\u202e"),
    ],
)
def test_what_is_shown_of_addresses_and_escapes(text: str, shown: str) -> None:
    assert outgoing.line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/li/reports/missing.html", "missing.html"),
        ("file:///home/li/reports/missing.html", "file:missing.html"),
        ("C:\\Users\\li\\missing.html", "missing.html"),
        ("sub/missing.html", "sub/missing.html"),
        ("http://host/a/b.html", "http://host/a/b.html"),
    ],
)
def test_folders_are_left_out(text: str, shown: str) -> None:
    assert outgoing.without_folders(text) == shown


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("/home/li wei/reports/a.html", "a.html"),
        ("file:///home/li/a.html", "file:a.html"),
        ("D:\\li wei\\a.html", "a.html"),
        ("sub/a.html", "sub/a.html"),
        ("https://host/home/li/a.html?next=/home/x&token=t", "https://host/home/li/a.html?next=/home/x&token=…"),
    ],
)
def test_a_location_names_no_folder_of_the_machine(given: str, shown: str) -> None:
    assert outgoing.location(given) == shown


#: what the patterns look for, in every order
PARTS = [
    "://", "file:", "http", "/", "//", "\\", "C:", "home", "li", "@", ":", "?", "&", ";", "#", "token=", "KEY=", "ſig=",
    "geheim", "'", '"', "(", "元", "人", "：", "５", "_", ".", "…", " ", "\u3000", "\n", "\x1c", "\x85",
]  # fmt: skip
ADDRESSES = st.lists(st.sampled_from(PARTS), max_size=14).map("".join)


@settings(max_examples=20, deadline=None)
@given(st.lists(ADDRESSES, min_size=40, max_size=40))
def test_the_warehouse_leaves_out_what_python_does(texts: list[str]) -> None:
    with duckdb.connect() as connection:
        for sql, shown in (
            (outgoing.address_sql, outgoing.address),
            (outgoing.location_sql, outgoing.location),
            (outgoing.message_sql, lambda text: outgoing.without_folders(outgoing.address(text))),
        ):
            rows = connection.execute(f"select {sql('text')} from (select unnest(?) as text)", [texts]).fetchall()
            assert [told for (told,) in rows] == [shown(text) for text in texts]


@pytest.mark.parametrize("start", STARTS)
def test_no_text_column_of_any_export_holds_a_formula(tmp_path: Path, start: str) -> None:
    """Every text column of every raw table, as the published ones are made of them."""
    with duckdb.connect() as connection:
        for table in RAW_TABLES:
            texts = [field.name for field in table.fields if field.dtype == "string"]
            columns = ", ".join(f'? as "{name}"' for name in texts)
            connection.execute(f"create table {table.name} as select {columns}, -1 as number", [start] * len(texts))
            path = tmp_path / f"{table.name}.csv"
            write_csv(connection, f"select * from {table.name}", path)
            with path.open(encoding="utf-8-sig", newline="") as stream:
                assert list(csv.reader(stream)) == [[*texts, "number"], [*[f"'{start}"] * len(texts), "-1"]], table.name
    assert path.read_bytes().startswith("\ufeffpartition".encode())


@pytest.mark.parametrize("start", STARTS)
def test_no_download_of_the_dashboard_holds_a_formula(start: str) -> None:
    import pandas as pd

    told = as_csv(pd.DataFrame({"title": [start, "说"], "value": [-1.5, None]})).decode("utf-8-sig")
    assert f"'{start}" in told and "说" in told and ",-1.5" in told


def test_pictures_and_links_of_a_page_are_shown_as_they_are_in_the_ui() -> None:
    sentence = "![x](http://elsewhere.example/b.png) [点](javascript:alert) <img src=x>"
    examples = '[{"sentence": "![x](http://elsewhere.example/b.png) <b>"}]'
    failure = {"partition": "p", "expectation": "e", "severity": "warning", "n_failed": 1, "examples": examples}
    for shown in (preview.markdown([{"sentence": sentence}]), failing_rows([{**failure, "observed": ""}])):
        assert "](" not in shown and "<" not in shown and "://" not in shown and "elsewhere.example" in shown


def test_a_ledger_holds_no_escapes_of_a_site_and_no_secrets() -> None:
    entry = CatalogueEntry("http://host/a", None, None, None, None)
    row = make_row(
        entry,
        url="http://host/a",
        outcome="failed",
        content_type="image/\x1b]0;x\x07",
        charset="\x1b[2J",
        etag='"\x07"',
        last_modified="Sat, 01 Jan 2000 00:00:00 GMT",
        error="http://u:p@host/a?token=t: \u202e gone",
    )
    assert row["content_type"] == "image/\\x1b]0;x\\x07" and row["charset"] == "\\x1b[2J"
    assert row["etag"] is None and row["last_modified"] == "Sat, 01 Jan 2000 00:00:00 GMT"
    assert row["error"] == "http://…@host/a?token=…: \\u202e gone"


def test_a_catalogue_takes_no_password_and_no_hidden_characters(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.csv"
    rows = ["http://leser:geheim@host/a.html,,,,", "a\x1b[2J.html,,,,", "b\u202e.html,,,,", "good.html,,,,"]
    path.write_text("location,region_code,region,level,report_year\n" + "\n".join(rows) + "\n", encoding="utf-8")
    found = read_catalogue(path)
    assert [entry.location for entry in found.entries] == ["good.html"]
    assert "user name or password" in found.problems[0] and "geheim" not in "".join(found.problems)
    assert all(outgoing.is_plain(problem) for problem in found.problems) and len(found.problems) == 3


def test_commands_speak_through_the_door() -> None:
    """All that commands print goes through `saying.echo`, which shows what a terminal would obey."""
    folder = REPOSITORY / "orchestration" / "cli"
    direct = [path.name for path in folder.glob("*.py") if re.search(r"typer\.echo|\bprint\(", path.read_text("utf-8"))]
    assert sorted(direct) == ["printing.py", "saying.py"]
    assert "Console(" in (folder / "printing.py").read_text("utf-8")  # its table, whose cells are lines


def test_what_is_said_to_a_person_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    from orchestration.cli.saying import echo

    echo("row 3: \x1b]0;x\x07\u202e\nhttp://u:p@host/")
    assert capsys.readouterr().out == "row 3: \\x1b]0;x\\x07\\u202e\nhttp://…@host/\n"


def test_a_table_on_the_terminal_does_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    from orchestration.cli.printing import print_table
    from sources.files import Reading

    assert load_regions()
    row = dict.fromkeys(("indicator", "measure", "unit", "qualifier", "status", "scope"), "[red]\x1b[2J")
    row |= {"value": 1.0, "period_start": 2024, "period_end": 2024, "sentence": "\x9b2J5%", "surface": "5%"}
    report = {"report_id": "\x1b]0;x\x07", "region_name": "", "report_year": 2024, "kind": "", "completeness": ""}
    print_table(Reading(report, [row], []))
    told = capsys.readouterr().out
    assert "\x1b" not in told and "\x9b" not in told and "[red]" in told and "\\x1b[2J" in told
