"""Reading catalogues: what is told about a bad file, a bad row, a bad cell."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.registry.catalogue import COLUMNS, CatalogueError, read_catalogue

HEADER = ",".join(COLUMNS)
GOOD = "a.txt,990100,云州市,city,2015"


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "catalogue.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = f"{HEADER},note\r\n{GOOD},选自公报\r\n".replace(",", delimiter)
    catalogue = read_catalogue(write(tmp_path, text, encoding))
    entry = catalogue.entries[0]
    assert (entry.region, entry.report_year, entry.row) == ("云州市", 2015, 2)
    assert entry.notes == {"note": "选自公报"}
    assert str(entry.partition) == "990000|2015"
    assert catalogue.problems == ()
    assert catalogue.base == tmp_path


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"location,region\nx,y\n", "region_code, level, report_year missing"),
        (b"PK\x03\x04....", "spreadsheet"),
        (HEADER.encode("utf-16"), "not text in UTF-8"),
        (HEADER.encode() + b"\n", "no usable row"),
        (HEADER.encode() + b",level\n", "twice"),
        (b"\xff\xfe\xfa\xff,\xff", "neither UTF-8 nor GB18030"),
    ],
)
def test_no_catalogue(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(data)
    with pytest.raises(CatalogueError, match=words) as caught:
        read_catalogue(path)
    assert str(path) in str(caught.value)


def test_unreadable(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="no such file"):
        read_catalogue(tmp_path / "none.csv")
    with pytest.raises(CatalogueError, match="can't be read"):
        read_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("row", "words", "kept"),
    [
        ("b.txt,9901,云州市,city,2015", "row 3: region_code '9901'", True),
        ("b.txt,990100,云州市,town,2015", "row 3: level 'town'", True),
        ("b.txt,990100,云州市,city,2015?", "row 3: report_year '2015\\?'", True),
        ("b.txt,990100,云州市,city,215", "row 3: report_year '215'", True),
        ("b.txt,990100,云州市,city,0000", "row 3: report_year '0000'", True),
        ("b.txt,990100,云州市,city,1948", "row 3: report_year '1948'", True),
        ("b.txt,990100,云州市,city,2101", "row 3: report_year '2101'", True),
        ("b.txt,990100,云州市,city,9999", "row 3: report_year '9999'", True),
        (",990100,云州市,city,2015", "row 3: location is empty", False),
        ("ftp://h.example/a,990100,云州市,city,2015", "row 3: location 'ftp:", False),
        ("http:///a,990100,云州市,city,2015", "names no host", False),
        ("file://other.example/a.txt,990100,云州市,city,2015", "another machine, other.example", False),
        ("http://h.example:x/a,990100,云州市,city,2015", "no valid address", False),
        ("a.txt,990100,云州市,city,2016", "stands in row 2 already", False),
        ("b,c.txt,990100,云州市,city,2015", "has 6 cells", False),
    ],
)
def test_bad_row_is_told_and_the_rest_goes_on(tmp_path: Path, row: str, words: str, kept: bool) -> None:
    catalogue = read_catalogue(write(tmp_path, f"{HEADER}\n{GOOD}\n{row}\nlast.txt,,,,\n"))
    assert len(catalogue.problems) == 1
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(catalogue.problems[0])
    assert [entry.row for entry in catalogue.entries] == ([2, 3, 4] if kept else [2, 4])


OPEN = [
    "a.html,990100,霁川市,city,2021",
    'b.html,990100,"霁川市,city,2022',
    "c.html,990100,霁川市,city,2023",
    "d.html,990100,霁川市,city,2024",
]


@pytest.mark.parametrize(
    "end",
    [
        "",  # it never closes
        'e.html,990100,"霁川市",city,2025',  # another quote opens
        'e.html,990100,霁川市",city,2025',  # it closes in a row of its own
    ],
)
def test_an_open_quote_costs_its_own_row_alone(tmp_path: Path, end: str) -> None:
    catalogue = read_catalogue(write(tmp_path, "\n".join([HEADER, *OPEN, end, ""])))
    told = "row 3: a quote opens in region ('霁川市,city,2022') and does not close in this row: this row is left out"
    assert len(catalogue.problems) == 1 and catalogue.problems[0].startswith(told)
    assert [entry.row for entry in catalogue.entries] == [2, 4, 5] + ([6] if end else [])
    assert [entry.report_year for entry in catalogue.entries][:3] == [2021, 2023, 2024]


def test_a_line_break_in_a_note_is_told_and_one_that_takes_in_rows_is_none(tmp_path: Path) -> None:
    meant = 'a.txt,990100,云州市,city,2015,"of two\r\nlines"\r\nb.txt,,,,,\r\n'
    catalogue = read_catalogue(write(tmp_path, f"{HEADER},note\r\n{meant}"))
    assert [(entry.location, entry.row) for entry in catalogue.entries] == [("a.txt", 2), ("b.txt", 3)]
    assert catalogue.entries[0].notes == {"note": "of two\r\nlines"}
    assert [problem.split(":")[0] for problem in catalogue.problems] == ["row 2"]
    assert "note holds a line break" in catalogue.problems[0]
    taken = 'a.txt,990100,云州市,city,2015,"a note\nb.txt,990100,云州市,city,2016,of another"\nc.txt,,,,,\n'
    catalogue = read_catalogue(write(tmp_path, f"{HEADER},note\n{taken}"))
    assert [entry.location for entry in catalogue.entries] == ["b.txt", "c.txt"]
    assert "row 2: a quote opens in note" in catalogue.problems[0]


def test_quotes_that_do_not_fit_are_told(tmp_path: Path) -> None:
    catalogue = read_catalogue(write(tmp_path, f'{HEADER}\na.txt,990100,"云州"市,city,2015\n{GOOD}\n'))
    assert "row 2: can't be read as CSV" in catalogue.problems[0] and [e.row for e in catalogue.entries] == [3]
    with pytest.raises(CatalogueError, match="the header can't be read"):
        read_catalogue(write(tmp_path, f'"{HEADER}\n{GOOD}\n'))


def test_many_open_quotes_take_no_time(tmp_path: Path) -> None:
    rows = [f'{at}.txt,990100,"云州市,city,2015' for at in range(2000)]
    catalogue = read_catalogue(write(tmp_path, "\n".join([HEADER, *rows, GOOD])))
    assert len(catalogue.problems) == 2000 and [entry.row for entry in catalogue.entries] == [2002]


CELL = st.sampled_from(["", "a", '"', '""', '"b"', 'c"', '"d', "霁", ",", '"e\nf"'])


@given(lines=st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=12))
def test_every_line_is_an_entry_or_told(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("lines") / "c.csv"
    text = "\n".join(f"{at}.txt,990100,{region},{level},{year}" for at, (region, level, year) in enumerate(lines))
    path.write_text(f"{HEADER}\n{GOOD}\n{text}\n", encoding="utf-8")
    catalogue = read_catalogue(path)
    named = {entry.location for entry in catalogue.entries}
    left_out = [problem for problem in catalogue.problems if "left out" in problem or "cells, the header" in problem]
    assert len(named & {f"{at}.txt" for at in range(len(lines))}) + len(left_out) >= len(lines)


def test_empty_label_is_unlabelled(tmp_path: Path) -> None:
    entry = read_catalogue(write(tmp_path, f"{HEADER}\na.txt,,,,\n")).entries[0]
    assert str(entry.partition) == "unlabelled|undated"


@given(text=st.text(max_size=200))
def test_any_text_is_a_catalogue_or_a_clear_error(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "c.csv"
    path.write_bytes(f"{HEADER}\n{text}".encode("utf-8", "replace"))
    try:
        catalogue = read_catalogue(path)
    except CatalogueError as error:
        assert str(path) in str(error)
    else:
        assert all(entry.location and entry.row >= 2 for entry in catalogue.entries)
