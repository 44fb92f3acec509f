"""What Word prints and nothing else: hidden, struck, raised, wrapped and drawn text."""

from __future__ import annotations

import io
import zipfile

import pytest

from sources.document.errors import UnreadableDocument
from sources.document.forms.docx import read_docx
from sources.document.forms.raised import printed_as

from .hostile import docx

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = " ".join(
    f'xmlns:{name}="{space}"'
    for name, space in (
        ("w", _W),
        ("m", f"{_OFFICE}/math"),
        ("r", f"{_OFFICE}/relationships"),
        ("mc", "http://schemas.openxmlformats.org/markup-compatibility/2006"),
        ("wps", "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"),
        ("wp", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"),
        ("a", "http://schemas.openxmlformats.org/drawingml/2006/main"),
        ("v", "urn:schemas-microsoft-com:vml"),
        ("new", "http://example.invalid/of-another-program"),
    )
)
STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="32"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="character" w:styleId="Gone"><w:rPr><w:vanish/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Son"><w:basedOn w:val="Gone"/></w:style>
<w:style w:type="character" w:styleId="Back"><w:basedOn w:val="Gone"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Loop"><w:basedOn w:val="Loop2"/></w:style>
<w:style w:type="character" w:styleId="Loop2"><w:basedOn w:val="Loop"/></w:style>
<w:style w:type="character" w:styleId="Struck"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="StruckP"><w:rPr><w:strike/></w:rPr></w:style>
<w:style w:type="character" w:styleId="Ref"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
"""


def part(name: str, content: str) -> bytes:
    return f'<?xml version="1.0"?><w:{name} {_SPACES}>{content}</w:{name}>'.encode()


def word(body: str, **parts: str) -> bytes:
    """Return a Word file with this body, and parts of styles, footnotes, numbering."""
    kinds = "".join(
        f'<Relationship Id="r{name}" Type="{_OFFICE}/relationships/{name}" Target="{name}.xml"/>' for name in parts
    )
    buffer = io.BytesIO(docx(part("document", f"<w:body>{body}</w:body>")))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{kinds}'
            "</Relationships>",
        )
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", part(name, content))
    return buffer.getvalue()


def lines(body: str, **parts: str) -> list[str]:
    draft = read_docx(word(body, **parts))
    assert draft.source == draft.body.text
    return draft.body.text.split("\n")


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def high(text: str) -> str:
    return run(text, '<w:vertAlign w:val="superscript"/>')


def field(code: str, result: str | None) -> str:
    shown = "" if result is None else f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{result}'
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{code}</w:instrText></w:r>{shown}'
        f'<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


BOX = f"<w:txbxContent><w:p>{run('框里增长6.1%')}</w:p></w:txbxContent>"

UNPRINTED = [
    "<w:vanish/>",
    '<w:vanish w:val="1"/>',
    '<w:vanish w:val="on"/>',
    "<w:strike/>",
    '<w:strike w:val="true"/>',
    "<w:dstrike/>",
    "<w:strike/><w:vanish/>",
    '<w:rStyle w:val="Gone"/>',
    '<w:rStyle w:val="Son"/>',
    '<w:rStyle w:val="Struck"/>',
    '<w:rStyle w:val="Back"/><w:vanish/>',
    '<w:del w:id="1"/>',
]


@pytest.mark.parametrize("properties", UNPRINTED)
def test_what_is_hidden_or_struck_is_no_text(properties: str) -> None:
    body = f"<w:p>{run('一般公共预算收入')}{run('9', properties)}{run('5.5亿元')}</w:p>"
    assert lines(body, styles=STYLES) == ["一般公共预算收入5.5亿元"]


@pytest.mark.parametrize(
    "properties",
    [
        '<w:vanish w:val="0"/>',
        '<w:vanish w:val="false"/>',
        '<w:strike w:val="off"/>',
        '<w:dstrike w:val="0"/>',
        '<w:rStyle w:val="Gone"/><w:vanish w:val="0"/>',
        '<w:rStyle w:val="Back"/>',
        '<w:rStyle w:val="Loop"/>',
        "<w:webHidden/>",
        '<w:rPrChange w:id="1"><w:rPr><w:strike/></w:rPr></w:rPrChange>',
        '<w:vertAlign w:val="subscript"/>',
        '<w:vertAlign w:val="baseline"/>',
    ],
)
def test_what_is_printed_is_text(properties: str) -> None:
    body = f"<w:p>{run('一般公共预算收入')}{run('9', properties)}{run('5.5亿元')}</w:p>"
    assert lines(body, styles=STYLES) == ["一般公共预算收入95.5亿元"]


def test_styles_of_paragraph_and_run_turn_each_other_round() -> None:
    style = '<w:pPr><w:pStyle w:val="StruckP"/></w:pPr>'
    struck = f"<w:p>{style}{run('增长9%')}</w:p><w:p>{run('增长5%')}</w:p>"
    assert lines(struck, styles=STYLES) == ["增长5%"]
    # twice struck by styles is not struck (17.7.3)
    twice = run("增长5%", '<w:rStyle w:val="Struck"/>')
    body = f"<w:p>{style}{run('9')}{twice}</w:p>"
    assert lines(body, styles=STYLES) == ["增长5%"]
    hidden = "<w:docDefaults><w:rPrDefault><w:rPr><w:vanish/></w:rPr></w:rPrDefault></w:docDefaults>"
    shown = run("增长5%", '<w:vanish w:val="0"/>')
    body = f"<w:p>{run('9')}{shown}</w:p>"
    assert lines(body, styles=hidden) == ["增长5%"]


def test_paragraph_with_a_hidden_end_goes_on_in_the_next() -> None:
    for mark in ("<w:vanish/>", '<w:del w:id="1"/>'):
        body = f"<w:p><w:pPr><w:rPr>{mark}</w:rPr></w:pPr>{run('出口增长1')}</w:p><w:p>{run('2.5%')}</w:p>"
        assert lines(body) == ["出口增长12.5%"]
    gone = f"<w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>{run('9', '<w:vanish/>')}</w:p>"
    assert lines(f"<w:p>{run('增长1%')}</w:p>{gone}<w:p>{run('2.5%')}</w:p>") == ["增长1%", "2.5%"]


RAISED = [
    (run("粮食产量") + high("2") + run("120万吨"), "粮食产量120万吨"),
    (run("企业") + run("5", '<w:rStyle w:val="Ref"/>') + run("874家"), "企业874家"),
    (run("高标准农田") + high("[3]") + run("15万亩"), "高标准农田15万亩"),
    (run("进出口") + high("注1") + run("33亿元"), "进出口33亿元"),
    (run("外资") + high("①") + run("2亿美元"), "外资2亿美元"),
    (run("外资") + high("*") + run("2亿美元"), "外资2亿美元"),
    (run("外资") + high("1") + high("2") + run("2亿美元"), "外资2亿美元"),
    (run("外资") + run("6", '<w:position w:val="12"/><w:sz w:val="18"/>') + run("2亿美元"), "外资2亿美元"),
    (run("外资") + run("6", '<w:position w:val="2"/><w:sz w:val="24"/>') + run("2亿美元"), "外资62亿美元"),
    (run("外资") + run("6", '<w:position w:val="16"/>') + run("2亿美元"), "外资2亿美元"),
    (run("增长") + high("12") + run("%"), "增长\ufffd%"),
    (run("增长5") + high("1") + run("%"), "增长5%"),
    (run("外资") + run("6", '<w:position w:val="2"/>') + run("2亿美元"), "外资62亿美元"),
    (run("外资") + run("6", '<w:position w:val="-6"/><w:sz w:val="18"/>') + run("2亿美元"), "外资62亿美元"),
    (run("新增绿地120km") + high("2") + run("，"), "新增绿地120km2，"),
    (run("库容3.5m") + high("3"), "库容3.5m3"),
    (run("耕地3hm") + high("2"), "耕地3hm2"),
    (run("team") + high("2") + run("5人"), "team5人"),
    (run("3.5×10") + high("4") + run("吨"), "3.5×10^4吨"),
    (run("210") + high("4") + run("万吨"), "210万吨"),
    (run("增长1") + high("2") + run(".5%"), "增长1\ufffd.5%"),
    (run("增长1") + high("2") + run("5%"), "增长1\ufffd5%"),
    (run("增长") + high("12.5") + run("%"), "增长\ufffd%"),
    (run("全市") + high("生产总值增长5%"), "全市生产总值增长5%"),
    (run("PM") + run("2.5", '<w:vertAlign w:val="subscript"/>') + run("浓度28"), "PM2.5浓度28"),
]


@pytest.mark.parametrize(("runs", "wanted"), RAISED)
def test_raised_characters_are_marks_or_exponents(runs: str, wanted: str) -> None:
    assert lines(f"<w:p>{runs}</w:p>", styles=STYLES) == [wanted]


def test_a_mark_between_words_is_nothing() -> None:
    assert printed_as("合作社", "（3）", "12家") == ""
    assert printed_as("面积12KM", "2", "") == "2"
    assert printed_as("10", "-3", "克") == "^-3"


#: a container of runs or the content of a run, around the second character of 12.5
WRAPPED = {
    "fldSimple": '<w:fldSimple w:instr="PAGE">{}</w:fldSimple>',
    "bdo": '<w:bdo w:val="ltr">{}</w:bdo>',
    "bdo of one digit": '<w:bdo w:val="rtl">{}</w:bdo>',
    "dir": '<w:dir w:val="ltr">{}</w:dir>',
    "smartTag": '<w:smartTag w:element="x"><w:smartTagPr/>{}</w:smartTag>',
    "sdt": "<w:sdt><w:sdtPr/><w:sdtContent>{}</w:sdtContent></w:sdt>",
    "customXml": '<w:customXml w:element="x">{}</w:customXml>',
    "ins": '<w:ins w:id="1">{}</w:ins>',
    "moveTo": '<w:moveTo w:id="1">{}</w:moveTo>',
    "hyperlink": '<w:hyperlink w:anchor="x">{}</w:hyperlink>',
    "unknown": "<new:thing><new:content>{}</new:content></new:thing>",
    "choice": '<mc:AlternateContent><mc:Choice Requires="w14">{}</mc:Choice><mc:Fallback/></mc:AlternateContent>',
    "choice alone": '<mc:AlternateContent><mc:Choice Requires="w14">{}</mc:Choice></mc:AlternateContent>',
    "fallback": '<mc:AlternateContent><mc:Choice Requires="w14"/><mc:Fallback>{}</mc:Fallback></mc:AlternateContent>',
    "both": '<mc:AlternateContent><mc:Choice Requires="w14">{0}</mc:Choice><mc:Fallback>{0}</mc:Fallback>'
    "</mc:AlternateContent>",
    "ruby": "<w:r><w:ruby><w:rubyPr/><w:rt><w:r><w:t>9</w:t></w:r></w:rt><w:rubyBase>{}</w:rubyBase></w:ruby></w:r>",
    "permission": '<w:permStart w:id="1"/>{}<w:permEnd w:id="1"/>',
    "proof": '<w:proofErr w:type="spellStart"/>{}<w:proofErr w:type="spellEnd"/>',
    "bookmark": '<w:bookmarkStart w:id="1" w:name="x"/>{}<w:bookmarkEnd w:id="1"/>',
    "comment": '<w:commentRangeStart w:id="1"/>{}<w:commentRangeEnd w:id="1"/>'
    '<w:r><w:commentReference w:id="1"/></w:r>',
    "page of the last print": "<w:r><w:lastRenderedPageBreak/></w:r>{}",
    "soft hyphen": "<w:r><w:softHyphen/></w:r>{}",
    "deleted beside": '<w:del w:id="1"><w:r><w:delText>9</w:delText></w:r></w:del>{}',
    "moved away beside": '<w:moveFrom w:id="1"><w:r><w:t>9</w:t></w:r></w:moveFrom>{}',
    "comment of XML": "<!-- 9 -->{}<?x 9?>",
}


@pytest.mark.parametrize("name", WRAPPED)
def test_no_element_takes_a_digit_away(name: str) -> None:
    body = f"<w:p>{run('出口额1')}{WRAPPED[name].format(run('2'))}{run('.5亿元')}</w:p>"
    assert lines(body) == ["出口额12.5亿元"]


#: what stands in a run between 1 and .5 or in its place, and what is printed
INSIDE = [
    ("<w:sym w:font='Symbol' w:char='F032'/>", "12.5"),
    ("<w:sym w:font='宋体' w:char='0032'/>", "12.5"),
    ("<w:sym w:font='Wingdings' w:char='F0FC'/>", "1\ufffd.5"),
    ("<w:sym w:font='Symbol' w:char='xx'/>", "1\ufffd.5"),
    ("<w:t>2<!-- so -->3</w:t>", "123.5"),
    ("<w:t><![CDATA[2]]></w:t>", "12.5"),
    ("<w:t> 2\n</w:t>", "12.5"),
    ("<w:noBreakHyphen/>", "1\u2011.5"),
    ("<w:tab/>", "1 .5"),
    ("<w:br/>", "1\n.5"),
    ("<w:cr/>", "1\n.5"),
    ("<w:br w:type='page'/>", "1\n.5"),
    ("<w:drawing><wp:inline><a:graphic/></wp:inline></w:drawing>", "1\ufffd.5"),
    ("<w:drawing><wp:anchor><a:graphic/></wp:anchor></w:drawing>", "1.5"),
    ("<w:pict><v:shape style='width:9pt'><v:imagedata/></v:shape></w:pict>", "1\ufffd.5"),
    ("<w:pict><v:shape style='position: absolute'><v:imagedata/></v:shape></w:pict>", "1.5"),
    ("<w:object><v:shape><v:imagedata/></v:shape></w:object>", "1\ufffd.5"),
    ("<w:yearShort/>", "1\ufffd.5"),
]


@pytest.mark.parametrize(("content", "wanted"), INSIDE)
def test_content_of_a_run(content: str, wanted: str) -> None:
    body = f"<w:p>{run('出口额1')}<w:r>{content}</w:r>{run('.5亿元')}</w:p>"
    assert lines(body) == f"出口额{wanted}亿元".split("\n")


def test_a_picture_at_a_lines_start_is_an_ornament() -> None:
    picture = "<w:r><w:drawing><wp:inline><a:graphic/></wp:inline></w:drawing></w:r>"
    assert lines(f"<w:p>{picture}{run('2030年增长5%。')}{picture}</w:p>") == ["2030年增长5%。"]
    assert lines(f"<w:p>{run('全市')}{picture}{run('各县')}</w:p>") == ["全市各县"]


def test_figures_from_the_right_are_not_known() -> None:
    assert lines(f'<w:p>{run("增长")}<w:bdo w:val="rtl">{run("12")}</w:bdo>{run("%")}</w:p>') == ["增长\ufffd%"]


FIELDS = [
    (field(" DOCPROPERTY x ", run("2")), "12.5"),
    (field(" IF " + "1" * 9, run("2")), "12.5"),
    (field(" XE &quot;出口&quot; ", None), "1.5"),
    (field(" =SUM(ABOVE) ", None), "1\ufffd.5"),
    (field(" eq \\f(1,2) ", None), "1\ufffd.5"),
    (field(" EQ \\o\\ac(○,2) ", None), "1②.5"),
    (field(" EQ \\* jc2 \\* hps10 \\o\\ad(\\s\\up 9(er),2)", None), "12.5"),
    (field(" EQ \\o\\ad(\\s\\up 9(er),2)", run("7")), "12.5"),
    (field(" QUOTE ", field(" DOCPROPERTY y ", run("2"))), "12.5"),
    ('<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run("2"), "12.5"),
    ('<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("2"), "12.5"),
]


@pytest.mark.parametrize(("content", "wanted"), FIELDS)
def test_fields_print_their_result(content: str, wanted: str) -> None:
    assert lines(f"<w:p>{run('出口额1')}{content}{run('.5亿元')}</w:p>") == [f"出口额{wanted}亿元"]


def test_a_field_that_never_ends_hides_its_paragraph_at_most() -> None:
    begun = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>X</w:instrText></w:r>'
    assert lines(f"<w:p>{run('甲')}{begun}{run('9')}</w:p><w:p>{run('增长5%')}</w:p>") == ["甲", "增长5%"]


def math(content: str) -> str:
    return f"<m:oMath>{content}</m:oMath>"


def m(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


MATHS = [
    (math(m("2")), "12.5"),
    (f"<m:oMathPara>{math(m('2'))}</m:oMathPara>", "12.5"),
    (math(f"<m:d><m:e>{m('2')}</m:e></m:d>"), "1(2).5"),
    (math(f"<m:f><m:num>{m('1')}</m:num><m:den>{m('2')}</m:den></m:f>"), "1\ufffd.5"),
    (run("取") + math(f"<m:f><m:num>{m('1')}</m:num><m:den>{m('3')}</m:den></m:f>"), "1取1/3.5"),
    (math(f"<m:sSup><m:e>{m('0')}</m:e><m:sup>{m('4')}</m:sup></m:sSup>"), "10^4.5"),
    (math(f"<m:sSup><m:e>{m('km')}</m:e><m:sup>{m('2')}</m:sup></m:sSup>"), "1km2.5"),
    (math(f"<m:rad><m:deg/><m:e>{m('4')}</m:e></m:rad>"), "1\ufffd.5"),
    (math("<m:r><w:rPr><w:strike/></w:rPr><m:t>9</m:t></m:r>" + m("2")), "12.5"),
]


@pytest.mark.parametrize(("content", "wanted"), MATHS)
def test_formulas(content: str, wanted: str) -> None:
    assert lines(f"<w:p>{run('出口额1')}{content}{run('.5亿元')}</w:p>") == [f"出口额{wanted}亿元"]


BOXES = {
    "choice alone": f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor><a:graphic><wps:txbx>{BOX}'
    "</wps:txbx></a:graphic></wp:anchor></w:drawing></mc:Choice></mc:AlternateContent>",
    "choice and fallback": f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{BOX}</wps:txbx>'
    f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback>"
    "</mc:AlternateContent>",
    "old": f"<w:pict><v:shape style='position:absolute'><v:textbox>{BOX}</v:textbox></v:shape></w:pict>",
    "drawn text": "<w:drawing><wp:anchor><a:p><a:r><a:t>框里增长6.1%</a:t></a:r></a:p></wp:anchor></w:drawing>",
}


@pytest.mark.parametrize("name", BOXES)
def test_text_boxes_stand_behind_their_paragraph(name: str) -> None:
    assert lines(f"<w:p>{run('出口额1')}<w:r>{BOXES[name]}</w:r>{run('2.5亿元')}</w:p>") == [
        "出口额12.5亿元",
        "框里增长6.1%",
    ]
    assert lines(f"<w:p>{run('甲')}<w:r><w:rPr><w:vanish/></w:rPr>{BOXES[name]}</w:r></w:p>") == ["甲"]


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def cell(*texts: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(f'<w:p>{run(text)}</w:p>' for text in texts)}</w:tc>"


def test_cells_of_a_row_stay_apart() -> None:
    table = "".join(
        (
            row(cell("指标"), cell("2030年", properties='<w:gridSpan w:val="2"/>'), cell("2031年")),
            row(cell("粮食产量"), cell("120"), cell("130万吨"), cell("")),
            row(cell("旧"), cell("9"), properties="<w:hidden/>"),
            row(cell("旧"), cell("9"), properties='<w:del w:id="1"/>'),
            row(cell("9", properties="<w:vMerge/>"), cell("5.5"), cell("6左右")),
            row(cell("第一段。", "第二段。"), cell("右")),
        )
    )
    assert lines(f"<w:tbl>{table}</w:tbl>") == [
        "指标\t2030年\t\t2031年",
        "粮食产量\t120\t130万吨",
        "5.5\t6左右",
        "第一段。",
        "第二段。",
        "右",
    ]
    inner = f"<w:tc><w:tbl>{row(cell('甲'), cell('5'))}</w:tbl><w:p/></w:tc>"
    assert lines(f"<w:tbl><w:tr>{inner}</w:tr></w:tbl>") == ["甲\t5"]


def test_tabs_part_columns_of_figures() -> None:
    tab = "<w:r><w:tab/></w:r>"
    assert lines(f"<w:p>{tab}{run('粮食产量')}{tab}{run('120')}{tab}{run('130万吨')}</w:p>") == [
        "粮食产量\t120\t130万吨"
    ]
    assert lines(f"<w:p>{run('一、')}{tab}{run('2030年工作')}</w:p>") == ["一、 2030年工作"]


def test_notes_of_word_follow_the_text() -> None:
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r>{run(text)}</w:p></w:footnote>'
        for n, text in ((1, "专精特新：指…"), (2, "没有引用"))
    )
    mark = '<w:r><w:rPr><w:rStyle w:val="Ref"/></w:rPr><w:footnoteReference w:id="1"/></w:r>'
    body = f"<w:p>{run('企业')}{mark}{run('874家')}</w:p>"
    assert lines(body, styles=STYLES, footnotes=notes) == ["企业[1]874家", "专精特新：指…"]


def test_numbers_that_are_hidden_or_plain() -> None:
    levels = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/>{}</w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2）"/>'
        "</w:lvl>"
    )
    for hidden, first in (("", "一、甲"), ("<w:rPr><w:vanish/></w:rPr>", "甲")):
        numbering = (
            f'<w:abstractNum w:abstractNumId="1">{levels.format(hidden)}</w:abstractNum>'
            '<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        )
        body = "".join(
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="1"/></w:numPr></w:pPr>{run(text)}</w:p>'
            for depth, text in ((0, "甲"), (1, "乙"))
        )
        assert lines(body, numbering=numbering) == [first, "1.1）乙"]


def test_strict_form_of_the_standard_is_read() -> None:
    data = word(f"<w:p>{run('增长')}{math(m('5'))}{run('9', '<w:vanish/>')}{run('%')}</w:p>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            for usual, strict in (
                (_W, "http://purl.oclc.org/ooxml/wordprocessingml/main"),
                (_OFFICE, "http://purl.oclc.org/ooxml/officeDocument"),
            ):
                content = content.replace(usual.encode(), strict.encode())
            target.writestr(name, content)
    assert read_docx(buffer.getvalue()).body.text == "增长5%"


def test_text_in_another_file_inside_is_told() -> None:
    with pytest.raises(UnreadableDocument, match="save it as"):
        read_docx(word(f"<w:p>{run('封面')}</w:p><w:altChunk/>"))
    draft = read_docx(word(f"<w:p>{run('全市生产总值增长5%。' * 40)}</w:p><w:altChunk/>"))
    assert draft.flags == ("inserted_files_unread",)


def test_entities_are_no_hiding_place() -> None:
    data = part("document", f"<w:body><w:p>{run('增长1&x;5%')}</w:p></w:body>")
    with pytest.raises(UnreadableDocument) as caught:
        read_docx(docx(data.replace(b"?>", b'?><!DOCTYPE w:document [<!ENTITY x "2">]>', 1)))
    assert caught.value.reason == "hostile"
