"""The forms that portals attach: old Word files, rich text, OFD, and archives of documents."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

import samples
from samples.forms_made import TWINS
from samples.forms_marked import PRINTED, word
from sources.document.identity.identity import Label
from sources.document.read import Unread, UnreadableDocument, read_document, read_file
from sources.document.reports import report_rows
from sources.document.traced import to_source
from sources.extraction import ReportContext, extract
from sources.partitions import Partition
from sources.registry.regions import load_regions
from sources.report_ids import report_id_of
from sources.tables import REPORTS

from .forms import Set, ofd, printed, rtf, word_2003, zipped
from .hostile import PARAGRAPH
from .pages import LINES

SAMPLES = Path(samples.__file__).parent
FIELDS = ("indicator", "measure", "value", "value_upper", "unit", "qualifier", "status", "period_start", "period_end",
          "scope", "relation")  # fmt: skip


def text_of(data: bytes, name: str = "report") -> str:
    return read_document([data], name=name)[0].text


def observations(data: bytes, name: str) -> list[tuple[object, ...]]:
    (row,) = report_rows(name, [data], Label(), load_regions(), Partition("990000", "2023"))
    assert row["accepted"], row["refusal_detail"]
    context = ReportContext("x", row["report_year"], row["region_name"], row["level"], meeting_date=row["meeting_date"])
    return [tuple(found[field] for field in FIELDS) for found in extract(row["text"], context).observations]


@pytest.mark.parametrize("name", TWINS)
def test_a_report_reads_as_its_text_does(name: str) -> None:
    data = (SAMPLES / "forms" / name).read_bytes()
    twin = (SAMPLES / "reports" / f"{TWINS[name]}.txt").read_bytes()
    document = read_document([data], name=name)[0]
    assert document.form == name.rpartition(".")[2]
    assert document.text == text_of(twin, "twin.txt")
    found = observations(data, name)
    assert len(found) > 40
    assert found == observations(twin, "twin.txt")
    for offset, character in enumerate(document.text):
        if not character.isspace():
            origin = to_source(document.source_map, offset)
            assert origin is not None
            assert document.source[origin] == character


@pytest.mark.parametrize("name", ["marked.doc", "marked.rtf", "marked.wps"])
def test_what_is_not_printed_is_no_text(name: str) -> None:
    """Struck, hidden and deleted figures, marks of notes, heads; a table's cells stay apart, numbers are printed."""
    data = (SAMPLES / "forms" / name.replace("wps", "doc")).read_bytes()
    assert text_of(data, name).split("\n") == PRINTED


RICH = [
    (PARAGRAPH, PARAGRAPH),
    # halves of characters parted by a line's end, as writers of 255 columns leave them
    (r"全县生产总值\'d4\'f6" + "\r\n" + r"\'b3" + "\r\n" + r"\'a4百分之七。", "全县生产总值增长百分之七。"),
    (r"生产总值增长\uc1\u26376?6.5\u37?，一产\u-26786?8。各项事业。", "生产总值增长月6.5%，一产非8。各项事业。"),
    (r"\uc2\u20840\'c8\'ab\u21439\'cf\'d8生产总值增长\uc0\u54 .5\u37 ，事业发展。", "全县生产总值增长6.5%，事业发展。"),
    (r"全县\u-10179?\u-8704?生产总值增长6.5%，事业发展。", "全县\U0001f600生产总值增长6.5%，事业发展。"),
    (
        r"生产总值增长{\strike 9.}{\striked1 9}6.5{\v 88}%，{\deleted 3}税收增长{\strike\strike0 4}%，发展。",
        "生产总值增长6.5%，税收增长4%，发展。",
    ),
    (
        r"企业{\super 5}达到{\up6\fs16 [3]}874家，面积12km{\super 2}，惠及10{\super 4}户，{\up0 9}个项目建成。",
        "企业达到874家，面积12km2，惠及10^4户，9个项目建成。",
    ),
    (
        r"生产总值{\field{\*\fldinst{ REF a \\h 77}}{\fldrslt{增长6.5%}}}，{\*\unknown 8}事业{\pict 89ab}发展。",
        "生产总值增长6.5%，事业发展。",
    ),
    (
        r"目标{\field{\*\fldinst EQ \\o\\ac(○,3)}{\fldrslt }}生产总值增长6.5%"
        r"{\strike{\field{\*\fldinst A}{\fldrslt 9}}}，发展。",
        "目标③生产总值增长6.5%，发展。",
    ),
    (
        r"{\field{\fldinst REF {\field{\*\fldinst B}{\fldrslt 7}}}{\fldrslt 增长6.5%}}\u8212\emdash 各项事业全面发展。",
        "增长6.5%—各项事业全面发展。",
    ),
    (r"增长1{\*\shppict{\pict 89ab}}2.5%，事业全面发展，百业兴旺。", "增长1\ufffd2.5%，事业全面发展，百业兴旺。"),
    (
        r"{\header 页眉12}{\footerr 页脚34}生产总值增长6.5%，各项事业全面发展{\footnote\pard 注释文字9}。",
        "生产总值增长6.5%，各项事业全面发展。\n注释文字9",
    ),
    (
        r"生产总值增长{\shp{\*\shpinst{\sp{\sn a}{\sv 7}}{\shptxt 框内12家\par}}{\shprslt 12}}6.5%，事业发展。",
        "生产总值增长6.5%，事业发展。\n框内12家",
    ),
    (
        r"\trowd\cellx1\cellx2\intbl 指标\cell 本年\cell\row\trowd\cellx1\cellx2\intbl 产量\cell 31\cell\row"
        r"\pard 33万吨，各项事业发展。",
        "指标\t本年\n产量\t31\n33万吨，各项事业发展。",
    ),
    (
        r"{\listtext\pard 一、\tab}产业发展\par{\listtext 1.\tab}5万吨粮食入库\par"
        r"{\pntext\f14\'b7\tab}生产总值\par{\listtext 2.\tab}各项事业发展",
        "一、产业发展\n5万吨粮食入库\n生产总值\n2.各项事业发展",
    ),
    (
        r"增长6.5%\rquote\emdash 事业全面发展{\*\bkmkstart a}\~10\_12家{\bin5 {{{{{}\line 完。",
        "增长6.5%’—事业全面发展 10\u201112家 完。",
    ),
    (r"面积为{\*\moMath{\mr 5}}亩，{\f14 5\'fc}事业全面发展完成。", "面积为\ufffd亩，\ufffd\ufffd事业全面发展完成。"),
]


@pytest.mark.parametrize(("body", "wanted"), RICH, ids=range(len(RICH)))
def test_rich_text(body: str, wanted: str) -> None:
    document = read_document([rtf(body)], name="report.rtf")[0]
    assert document.form == "rtf"
    assert document.source.replace("\u00a0", " ").split() == wanted.split()


def test_rich_text_in_bytes_of_the_page() -> None:
    """Programs that write no Unicode name a font of another character set, or leave bytes as they are."""
    western = rtf(rf"\f0 {PARAGRAPH}")
    raw = rb"{\rtf1\ansi\ansicpg936 " + PARAGRAPH.encode("gbk") + rb"\par}"
    assert [text_of(western), text_of(raw), text_of(b"\xef\xbb\xbf" + raw)] == [PARAGRAPH] * 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (rtf("{" * 2_000 + PARAGRAPH), "nests"),
        (rtf("全县 " + "1 234 567 " * 160_000), "characters"),
        (rtf(PARAGRAPH * 3)[:-40], "breaks off"),
        (rtf(r"{\v " + PARAGRAPH + "}"), "no text"),
        (zipped({f"{n}.txt": b"x" for n in range(300)}), "300 files"),
        (zipped({f"{n}.txt": bytes(9_000_000) for n in range(20)}), "180 MB"),
        (zipped({}), "empty"),
        (zipped({"a.png": b"\x89PNG", "b.bin": bytes(99)}), "2 file.*a.png、b.bin"),
        (zipped({"a.zip": zipped({"a.txt": PARAGRAPH.encode()})}), "a.zip.*unpack"),
        (ofd([[Set("  ", 30, 40)]] * 3), "OCR"),
        (ofd([printed(["ÞßàáâãäåæçèéêëìíîïðñÅÆÇ" * 12, PARAGRAPH])]), "OCR"),
        (ofd([printed(LINES)], head='<!DOCTYPE x [<!ENTITY a "b">]>'), "damaged"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words):
        read_document([data], name="report")


#: first bytes of the stream of Word 97's text as LibreOffice writes them
FIRST = b"\xec\xa5\x01\x01"


def compound(*streams: str) -> bytes:
    """Return a container of these streams, made from the sample's by renaming its Word streams."""
    data = (SAMPLES / "forms" / "marked.doc").read_bytes()
    for old, new in zip(("WordDocument", "1Table"), streams, strict=False):
        name, other = old.encode("utf-16-le"), new.encode("utf-16-le")
        at = data.index(name)
        length = (2 * len(new) + 2).to_bytes(2, "little")
        data = data[:at] + other.ljust(64, b"\0") + length + data[at + 66 :]
    return data


@pytest.mark.parametrize(
    ("data", "reason", "words"),
    [
        (compound("Workbook"), "unsupported_format", "spreadsheet"),
        (compound("PowerPoint Document"), "unsupported_format", "slides"),
        (compound("CONTENTS"), "unsupported_format", "without a Word text"),
        (compound("WordDocument").replace(FIRST, b"\xdc\xa5\x65\x00"), "unsupported_format", "Word 95"),
        (compound("WordDocument")[:9_000], "unreadable", "damaged|docx"),
    ],
)
def test_other_files_of_the_old_container_are_told_apart(data: bytes, reason: str, words: str) -> None:
    with pytest.raises(UnreadableDocument, match=words) as caught:
        read_document([data], name="report.doc")
    assert caught.value.reason == reason


def test_a_fault_in_the_layout_is_none_in_the_text() -> None:
    data = bytearray((SAMPLES / "forms" / "marked.doc").read_bytes())
    sections = data.index(FIRST) + 0x9A + 8 * 6
    data[sections + 4] = 0x21  # a size that no table of sections has
    data[8:24] = bytes(range(16))
    assert text_of(bytes(data), "marked.doc").split("\n") == PRINTED


def test_locked_word_file_says_so() -> None:
    data = bytearray((SAMPLES / "forms" / "marked.doc").read_bytes())
    data[data.index(FIRST) + 11] |= 1
    with pytest.raises(UnreadableDocument, match="password"):
        read_document([bytes(data)], name="report.doc")


def test_word_files_in_one_xml_file() -> None:
    found = read_document([word_2003()], name="report.doc")[0]
    assert found.text == "一、产业发展稳中向好\n5万吨粮食入库\n生产总值增长6.5%，面积12km2"
    with zipfile.ZipFile(io.BytesIO(word())) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels"))}
    told = "".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{re.sub(r"<[?]xml.*?[?]>", "", content)}</pkg:xmlData></pkg:part>'
        for name, content in parts.items()
    )
    flat = f'<?xml version="1.0"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{told}'
    assert text_of(f"{flat}</pkg:package>".encode(), "report.doc").split("\n") == PRINTED
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_document([flat.encode()], name="report.doc")


def test_printed_pages_without_what_their_template_prints() -> None:
    template = [Set("松洄县人民政府公报", 60, 20), Set("内部资料123", 90, 150)]
    first, second = printed(LINES[:6]), printed(LINES[6:])
    unseen = Set("全县生产总值完成77亿元", 30, 280, more='Visible="false"')
    document = read_document([ofd([[*first, unseen], second], template=template)], name="report.ofd")[0]
    assert document.form == "ofd"
    assert document.text.replace("\n", "") == "".join(LINES)
    assert [line for line in document.text.split("\n") if line in LINES[3:]] == LINES[3:]


def test_lines_of_a_page_are_read_from_top_to_bottom_and_left_to_right() -> None:
    told = "全县生产总值完成92.4亿元，增长7.5%；粮食产量稳定在31万吨。"
    at = told.index("9")
    number, rest = Set(told[at : at + 4], 30 + 5 * at, 40.4), Set(told[at + 4 :], 50 + 5 * at, 40)
    pieces = [Set(told[:at], 30, 40), number, rest]
    drawn_twice = [*pieces, pieces[0]]
    assert text_of(ofd([[*printed(LINES[3:5], top=60), *reversed(drawn_twice)]])).split("\n")[0] == told


def test_raised_marks_on_a_page_are_no_digits() -> None:
    line = [
        Set("全县高新技术企业", 30, 40), Set("5", 70, 38, 2.5), Set("达到874家，绿地面积12km", 72.5, 40),
        Set("2", 147.5, 38, 2.5), Set("。", 150, 40),
    ]  # fmt: skip
    found = text_of(ofd([[*line, *printed(LINES[3:5], top=60)]]))
    assert found.split("\n")[0] == "全县高新技术企业达到874家，绿地面积12km2。"


def test_columns_are_read_one_after_the_other() -> None:
    left, right = LINES[3] + LINES[5] + LINES[6], LINES[7] + LINES[9]
    columns = [*printed([left], x=20, per_line=15), *printed([right], x=110, per_line=15)]
    heading = [Set("松洄县二〇三一年政府工作报告全文刊登如下请予审议", 30, 25)]
    found = text_of(ofd([[*heading, *columns]])).replace("\n", "")
    assert found == heading[0].text + left + right


def test_rows_of_a_table_on_a_page_stay_rows() -> None:
    rows = [
        ("粮食产量", "31万吨"),
        ("税收", "6.3亿元"),
        ("工业投资增速", "12.6%"),
        ("新增就业", "4126人"),
        ("园林", "6处"),
    ]
    table = [Set(cell, 30 + 80 * n, 100 + 8 * m) for m, row in enumerate(rows) for n, cell in enumerate(row)]
    lines = text_of(ofd([[*printed(LINES[3:5]), *table]])).split("\n")
    assert [line.split() for line in lines[-5:]] == [list(row) for row in rows]


def archive() -> bytes:
    folder = SAMPLES / "forms"
    return zipped(
        {
            "附件/第10号.rtf": (folder / "990221_2023.rtf").read_bytes(),
            "附件/第9号.doc": (folder / "990200_2023.doc").read_bytes(),
            "附件/损坏.docx": b"PK\x03\x04 no archive",
            "附件/封面.jpg": b"\xff\xd8\xff" + bytes(60),
            "附件/Thumbs.db": bytes(60),
            "__MACOSX/附件/._第9号.doc": bytes(60),
        },
        in_gbk=True,
    )


def test_an_archives_files_are_documents_of_it_and_none_falls_silent() -> None:
    found = read_file([archive()], name="附件.zip")
    told = [(each.part, each.reason if isinstance(each, Unread) else each.form) for each in found]
    assert told == [(1, "unreadable"), (2, "doc"), (3, "rtf"), (4, "unsupported_format")]
    unread = [each.detail for each in found if isinstance(each, Unread)]
    assert "附件/损坏.docx in the archive" in unread[0]
    assert "1 file(s)" in unread[1]
    assert "附件/封面.jpg" in unread[1]
    assert [document.part for document in read_document([archive()], name="a.zip")] == [2, 3]


def test_an_archives_rows_keep_to_the_contract() -> None:
    rows = report_rows("附件.zip", [archive()], Label(), load_regions(), Partition("990000", "2023"))
    REPORTS.to_arrow(rows)
    assert len({row["report_id"] for row in rows}) == 4
    assert [(row["part"], row["accepted"], row.get("region_code")) for row in rows] == [
        (1, False, None), (2, True, "990200"), (3, True, "990221"), (4, False, None),
    ]  # fmt: skip


def test_an_archive_of_one_file_is_that_file() -> None:
    (row,) = report_rows("a.zip", [zipped({"a.doc": (SAMPLES / "forms/990200_2023.doc").read_bytes()})], Label(),
                         load_regions(), Partition("990000", "2023"))  # fmt: skip
    assert (row["part"], row["region_code"], row["report_id"]) == (1, "990200", report_id_of("a.zip"))


def test_a_locked_or_damaged_file_leaves_the_others() -> None:
    data = bytearray(zipped({"a.txt": PARAGRAPH.encode(), "b.txt": PARAGRAPH.encode()}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1  # the directory says that b.txt is encrypted
    found = read_file([bytes(data)], name="a.zip")
    assert [type(each).__name__ for each in found] == ["CleanDocument", "Unread"]
    assert "password" in found[1].detail  # type: ignore[union-attr]
    data = bytearray(zipped({"a.txt": PARAGRAPH.encode(), "b.txt": PARAGRAPH.encode()}))
    at = zipfile.ZipFile(io.BytesIO(bytes(data))).infolist()[1].header_offset + 60
    data[at : at + 20] = bytes(20)
    found = read_file([bytes(data)], name="a.zip")
    assert [type(each).__name__ for each in found] == ["CleanDocument", "Unread"]


def test_a_file_of_an_archive_without_a_name_is_none() -> None:
    """Damage to an archive's table may leave a name empty, which Python's own zipfile stumbles over."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a", PARAGRAPH)
        archive.writestr("报告.txt", "\n".join(LINES))
    data = out.getvalue()
    # the length of the first name, in the central directory
    at = data.index(b"PK\x01\x02") + 28
    (document,) = read_document([data[:at] + b"\x00\x00\x01\x00" + data[at + 4 :]], name="a.zip")
    assert document.text.startswith(LINES[0])
