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
        (",990100,云州市,city,2015", "row 3: location is empty", False),
        ("ftp://h.example/a,990100,云州市,city,2015", "row 3: location 'ftp:", False),
        ("http:///a,990100,云州市,city,2015", "names no host", False),
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
