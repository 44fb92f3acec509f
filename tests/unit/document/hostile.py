"""Files that a reader of the web must survive, and the small valid files that they are made from."""

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib

from .forms import Set, ofd, rtf, zipped

PARAGRAPH = "全县生产总值完成九十二亿元，增长百分之七点五，粮食总产量稳定在三十万吨以上，城镇新增就业四千人。"


def docx(document_xml: bytes) -> bytes:
    """Return a Word file with this main part."""
    types = (
        b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        b'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        b'<Override PartName="/word/document.xml" '
        b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Target="word/document.xml" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations)
        archive.writestr("word/document.xml", document_xml)
    return buffer.getvalue()


def word_xml(paragraphs: list[str]) -> bytes:
    body = "".join(f"<w:p><w:r><w:t>{p}</w:t></w:r></w:p>" for p in paragraphs)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode()


def bomb_docx(megabytes: int) -> bytes:
    """Return a Word file of some kilobytes that unpacks to `megabytes`."""
    return docx(word_xml(["啊" * 300_000] * (megabytes + 1)))


def billion_laughs_docx() -> bytes:
    entities = '<!ENTITY a0 "哈哈哈哈哈哈哈哈哈哈">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return docx(
        f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><w:document xmlns:w="{space}"><w:body><w:p><w:r>'
        f"<w:t>&a9;</w:t></w:r></w:p></w:body></w:document>".encode()
    )


def nested_docx(depth: int) -> bytes:
    """Return a Word file whose tables stand in each other's cells `depth` times."""
    opening, closing = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f"{opening * depth}<w:p><w:r><w:t>{PARAGRAPH}</w:t></w:r></w:p>{closing * depth}"
    return docx(f'<?xml version="1.0"?><w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode())


def body_docx(body: str) -> bytes:
    """Return a Word file with this content of its body."""
    spaces = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    return docx(f'<?xml version="1.0"?><w:document {spaces}><w:body>{body}</w:body></w:document>'.encode())


def raised_docx(runs: int) -> bytes:
    """Return a Word file with one paragraph of this many raised digits among others."""
    high = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>2</w:t></w:r>'
    return body_docx(f"<w:p>{f'<w:r><w:t>增长5</w:t></w:r>{high}' * runs}</w:p>")


def fields_docx(fields: int) -> bytes:
    """Return a Word file whose fields begin in each other and never end."""
    begin, separate = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate"))
    return body_docx(f"<w:p>{f'{begin}{separate}<w:r><w:t>增长5</w:t></w:r>' * fields}</w:p>")


def inside_docx(opening: str, closing: str, depth: int) -> bytes:
    """Return a Word file with an element that stands in itself `depth` times."""
    return body_docx(f"<w:p>{opening * depth}<w:r><w:t>{PARAGRAPH}</w:t></w:r>{closing * depth}</w:p>")


def table_docx(cells: int) -> bytes:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="9999"/></w:tcPr><w:p><w:r><w:t>5.5</w:t></w:r></w:p></w:tc>'
    return body_docx(f"<w:tbl><w:tr>{cell * cells}</w:tr></w:tbl>")


def nested_html(megabytes: float) -> bytes:
    """Return a page of divisions in each other, with a paragraph inside."""
    depth = int(megabytes * 1_000_000 / 11)
    return b"<html><body>" + b"<div>" * depth + f"<p>{PARAGRAPH}</p>".encode() + b"</div>" * depth


def wide_html(megabytes: int) -> bytes:
    cell = f"<td><p>{PARAGRAPH}</p></td>".encode()
    return b"<html><body><table><tr>" + cell * (megabytes * 1_000_000 // len(cell)) + b"</tr></table></body></html>"


def pdf(objects: list[bytes]) -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start)


def looping_pdf() -> bytes:
    """Return a PDF whose tree of pages contains itself."""
    return pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 9/Kids[2 0 R 2 0 R 2 0 R]>>"])


def self_drawing_pdf() -> bytes:
    """Return a PDF whose page draws a form that draws itself twice."""
    content = b"/F Do /F Do"
    form = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>/Length 11>>stream\n"
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>/Contents 5 0 R>>",
            form + content + b"\nendstream",
            b"<</Length 11>>stream\n" + content + b"\nendstream",
        ]
    )


def bomb_pdf(megabytes: int) -> bytes:
    """Return a PDF whose page's content is a stream that unpacks to `megabytes` of drawing commands."""
    stream = zlib.compress(b"0 0 m 9 9 l S\n" * (megabytes * 1_000_000 // 14), 9)
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
        ]
    )


def text_pdf(content: bytes) -> bytes:
    """Return a PDF of one page whose text (Helvetica) these operators draw."""
    stream = zlib.compress(b"BT /F 9 Tf 10 800 Td 10 TL " + content + b" ET", 9)
    return pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
            b"<</Filter/FlateDecode/Length %d>>stream\n" % len(stream) + stream + b"\nendstream",
            b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ]
    )


def empty_pdf(pages: int) -> bytes:
    """Return a PDF whose pages hold no text, as a scan does."""
    kids = b" ".join(b"%d 0 R" % (n + 3) for n in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    return pdf(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids), *[page] * pages]
    )


def self_drawing_ofd() -> bytes:
    """Return an OFD file whose page draws a unit that draws itself twice."""
    unit = '<ofd:CompositeObject ID="8" ResourceID="5"/>'
    page = ofd([[Set(PARAGRAPH, 30, 40)]])
    resources = (
        '<ofd:Res xmlns:ofd="http://www.ofdspec.org/2016"><ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="5">'
        f"<ofd:Content>{unit}{unit}</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits></ofd:Res>"
    )
    with zipfile.ZipFile(io.BytesIO(page)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    content, document = "Doc_0/Pages/Page_0/Content.xml", "Doc_0/Document.xml"
    files[content] = files[content].replace(b"</ofd:Layer>", f"{unit}</ofd:Layer>".encode())
    files[document] = files[document].replace(
        b"</ofd:CommonData>", b"<ofd:PublicRes>R.xml</ofd:PublicRes></ofd:CommonData>"
    )
    return zipped({**files, "Doc_0/R.xml": resources.encode()})


def saved_page(parts: list[bytes]) -> bytes:
    """Return a page saved by a browser (.mht) of these parts, the page itself first."""
    head = b'From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="--b"\r\n\r\n'
    kind = b"----b\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <%d@b>\r\n\r\n"
    return head + b"".join(kind % n + part + b"\r\n" for n, part in enumerate(parts)) + b"----b--\r\n"


def frames_in_frames(depth: int) -> bytes:
    """Return a saved page whose parts hold each other, as no browser writes them."""
    opening = b"Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n"
    return b"".join(opening % (n, n) for n in range(depth)) + b"Content-Type: text/html\r\n\r\n<p>"


def escaped_often(times: int) -> bytes:
    """Return a page whose text stands in JSON in a string of JSON, and so on."""
    text = PARAGRAPH * 8
    for _ in range(times):
        text = json.dumps({"content": text}, ensure_ascii=False)
    return f"<html><div id=app></div><script>window.__STATE__={text}</script>".encode()


def styled(rules: int, depth: int) -> bytes:
    """Return a page of many rules for hidden and struck text, and as many elements in each other that they hold for."""
    sheet = "".join(f".a{n}{{display:none}} .a{n}{{text-decoration:line-through;display:inline}}" for n in range(rules))
    opening = "".join(f"<span class='a{n % rules} a{n * 7 % rules}'>" for n in range(depth))
    return f"<html><style>{sheet}</style><body>{opening}{PARAGRAPH * 20}".encode()


_MARKED = f"""<html><head><meta charset=utf-8><title>政府工作报告</title>
<style>.n{{vertical-align:super}} .h{{display:none}}</style></head><body><div id=zoom><p>
{PARAGRAPH}企业<sup>5</sup>874家
<span class=h>9</span></p><pre>增长\n5%</pre><table><tr><td rowspan=2>指标<td colspan=2>2022年</tr>
<tr><td>5.5<br>6<td>10<sup>4</sup></table>{PARAGRAPH}（下转第2版）</p><p>（上接第1版）<ruby>霁<rt>jì</rt></ruby>
<del>3</del><q>{PARAGRAPH}</q></div></body></html>"""
_SCRIPTED = f"""<html><body><div id=__next></div><script id=__NEXT_DATA__ type='application/json'>
{json.dumps({"a": [{"content": f"<p>{PARAGRAPH}</p>" * 9}, 1]})}</script><script>x='{PARAGRAPH}'</script>"""
_HELD = f"""<html><body><textarea>&lt;p&gt;{PARAGRAPH * 8}&lt;/p&gt;</textarea>
<iframe srcdoc='&lt;p&gt;{PARAGRAPH * 6}'></iframe><xmp><p>{PARAGRAPH}</p></xmp>
<noscript><p>{PARAGRAPH}</noscript><template>{PARAGRAPH}</template>"""
_FRAMES = [b"<html><iframe src=cid:1@b>", f"<html><p>{PARAGRAPH * 8}".encode(), b"<html><frame src=cid:0@b>"]
SEEDS: tuple[bytes, ...] = (_MARKED.encode(), _SCRIPTED.encode(), _HELD.encode(), saved_page(_FRAMES))
_TAGS = (
    "<table> <tr> <td> </table> <sup> </sup> <del> <ruby> <rt> <script> </script> <style> .a{display:none} <!-- --> "
    "<pre> <p> <textarea> </textarea> <![CDATA[ { "
    "} \\ \\u \\ud800 &# &lt;p&gt; &#4; &#x110000; ' \" =3D （下转第2版） 10^"
)
_PIECES = (
    *(tag.encode() for tag in _TAGS.split()),
    b"<td colspan=99>", b"<td rowspan=9999>", b"<iframe srcdoc='", b"<span style='vertical-align:super'>",
    b"<a href='#_ftn1'>", b"----b\r\n", b"\r\n\r\n", b"Content-Type: multipart/related; boundary=a\r\n",
    b"\x00", b"\xff\xfe", b"\x02", b"\x07", b"\x08",
)  # fmt: skip


def mutated(seed: int) -> bytes:
    """Return one of SEEDS with some changes; the same for the same number."""
    chance = random.Random(seed)
    data = SEEDS[seed % len(SEEDS)]
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(data) + 1)
        to = min(len(data), at + int(chance.expovariate(1 / 40)))
        change = chance.randrange(6)
        if change == 0:
            data = data[:at] + data[to:]
        elif change == 1:
            data = data[:to] + data[at:]
        elif change == 2:
            data = data[:at] + bytes(chance.randrange(256) for _ in range(3)) + data[to:]
        elif change == 3:
            data = data[:at] + chance.choice(_PIECES) * chance.choice((1, 1, 1, 3, 400)) + data[at:]
        elif change == 4:
            data = data[:at] + chance.choice(_PIECES) + data[at:to] + chance.choice(_PIECES) + data[to:]
        elif len(data) < 400_000:
            data = data[:at] + data[at:to] * chance.choice((2, 30, 900)) + data[to:]
    return data[:2_000_000]


HOSTILE = {
    "bomb.docx": lambda: bomb_docx(400),
    "laughs.docx": billion_laughs_docx,
    "nested_tables.docx": lambda: nested_docx(3_000),
    "nested.html": lambda: nested_html(11),
    "huge.html": lambda: nested_html(100),
    "wide.html": lambda: wide_html(11),
    "tags.html": lambda: b"<html>" + b"<a href='x" * 1_100_000,
    "entities.html": lambda: b"<html><p>" + b"&#x589e;" * 1_300_000,
    "scripts.html": lambda: b"<html><script>" * 400_000,
    "comments.html": lambda: b"<html><!--" * 400_000,
    "styles.html": lambda: styled(2_000, 200_000),
    "escapes.html": lambda: escaped_often(12),
    "quotes.html": lambda: b"<html><script>" + b'\\"' * 3_000_000 + "。。。。。。".encode(),
    "spans.html": lambda: b"<table><tr>" + b"<td colspan=99 rowspan=65534>1" * 90 + b"<tr><td>1<td>2" * 100_000,
    "marks.html": lambda: f"<p>{PARAGRAPH}".encode() + b"1<sup>2</sup>" * 150_000,
    "turns.html": lambda: ("<p>增长（下转第2版）</p>" * 20_000 + f"<p>（上接第1版）{PARAGRAPH}</p>" * 9_000).encode(),
    "frames.mht": lambda: saved_page([f"<iframe src=cid:{n + 1}@b>{PARAGRAPH}".encode() for n in range(20_000)]),
    "deep_frames.mht": lambda: frames_in_frames(30_000),
    "looping.pdf": looping_pdf,
    "self_drawing.pdf": self_drawing_pdf,
    "bomb.pdf": lambda: bomb_pdf(300),
    "groups.rtf": lambda: rtf(r"{\par}" * 1_500_000),
    "characters.rtf": lambda: rtf(r"\u22686?" * 1_400_000),
    "pictures.rtf": lambda: rtf(rf"{{\pict {'89abcdef' * 7_500_000}}}{PARAGRAPH}"),
    "bomb.zip": lambda: zipped({f"{n}.txt": bytes(10_000_000) for n in range(40)}),
    "bomb_inside.zip": lambda: zipped({"a.docx": bomb_docx(110), "b.txt": PARAGRAPH.encode()}),
    "self_drawing.ofd": self_drawing_ofd,
    "wide.ofd": lambda: ofd([[Set(PARAGRAPH[:20], 30 + n % 7, n / 10) for n in range(40_000)]]),
    "line.txt": lambda: ("增长" * 700_000).encode(),
    "sentences.txt": lambda: (PARAGRAPH * 30_000).encode(),
    "digits.txt": lambda: ("增长 " + "1 2 " * 370_000 + "%。，，").encode(),
    "spaces.txt": lambda: (" " * 5_900_000 + "增").encode(),
    "questions.txt": lambda: ("? " * 2_900_000).encode(),
    "nul.txt": lambda: (PARAGRAPH * 5).encode().replace("，".encode(), b"\x00\x00"),
    "noise.bin": lambda: bytes(range(256)) * 40_000,
    "raised.docx": lambda: raised_docx(150_000),
    "fields.docx": lambda: fields_docx(150_000),
    "boxes.docx": lambda: inside_docx("<w:r><w:txbxContent><w:p>", "</w:p></w:txbxContent></w:r>", 70),
    "powers.docx": lambda: inside_docx("<m:sSup><m:sup><m:e>", "</m:e></m:sup></m:sSup>", 70),
    "turned.docx": lambda: inside_docx('<w:bdo w:val="rtl">', "</w:bdo>", 240),
    "table.docx": lambda: table_docx(60_000),
    "digits.pdf": lambda: text_pdf(b"(12 3456.7%) Tj T* " * 90_000),
    "rising.pdf": lambda: text_pdf(b"3 Ts 5 TL (12) Tj 0 Ts (34) Tj T* " * 120_000),
    "endless.pdf": lambda: text_pdf(b"(1 2 3 4 5 6 7 8 9) Tj T* " * 400_000),
    "cut.docx": lambda: docx(word_xml([PARAGRAPH] * 200))[:600],
    "cut.pdf": lambda: bomb_pdf(1)[:400],
    "long.txt": lambda: ("增长" * 1_700_000).encode(),
    "lines.txt": lambda: ("增长\n" * 59_000).encode(),
    "dashes.txt": lambda: ("政府 " * 240_000 + "，" + "一、" * 240_000).encode(),
}
