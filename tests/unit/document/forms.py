"""Small files in the forms that portals attach, written by hand where a program's file would not show the case."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

_FONTS = (
    r"{\fonttbl{\f0\froman\fcharset0 Times New Roman;}"
    r"{\f13\fnil\fcharset134{\*\falt SimSun}\'cb\'ce\'cc\'e5;}{\f14\fcharset2 Wingdings;}}"
)


def rtf(body: str, *, page: int = 936) -> bytes:
    """Return a rich text file of this body, whose Chinese characters become bytes of GBK as Word writes them."""
    head = rf"{{\rtf1\ansi\ansicpg{page}\deff0{_FONTS}{{\info{{\title {escaped('不是正文')}}}}}\pard\plain\f13 "
    return (head + escaped(body) + r"\par}").encode("ascii")


def escaped(text: str) -> str:
    return "".join(c if c.isascii() else "".join(rf"\'{byte:02x}" for byte in c.encode("gb18030")) for c in text)


class _InGbk(zipfile.ZipInfo):
    """An entry whose name is written as Chinese programs write it: in GBK, without a flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits


def zipped(files: dict[str, bytes], *, in_gbk: bool = False) -> bytes:
    """Return a zip archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr((_InGbk if in_gbk else zipfile.ZipInfo)(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


@dataclass(frozen=True)
class Set:
    """A text object of an OFD page: its text at a place in millimetres, its baseline's height, its size."""

    text: str
    x: float
    y: float
    size: float = 5.0
    more: str = ""

    def xml(self, number: int) -> str:
        deltas = f'DeltaX="g {len(self.text) - 1} {self.size}"' if len(self.text) > 1 else ""
        return (
            f'<ofd:TextObject ID="{number}" Boundary="{self.x} {self.y - self.size} 150 {self.size}" Font="3" '
            f'Size="{self.size}" {self.more}><ofd:TextCode X="0" Y="{self.size}" {deltas}>{self.text}</ofd:TextCode>'
            f"</ofd:TextObject>"
        )


_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'


def ofd(pages: Sequence[Sequence[Set]], *, template: Sequence[Set] = (), head: str = "") -> bytes:
    """Return an OFD file (GB/T 33190-2016) of these pages, each upon the template."""

    def content(objects: Sequence[Set], first: int, use: str = "") -> str:
        inside = "".join(o.xml(first + n) for n, o in enumerate(objects))
        layer = f'<ofd:Layer ID="{first + 900}" Type="Body">{inside}</ofd:Layer>'
        area = "<ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area>"
        return f"{head}<ofd:Page {_SPACE}>{area}{use}<ofd:Content>{layer}</ofd:Content></ofd:Page>"

    listed = "".join(f'<ofd:Page ID="{n + 1}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    use = '<ofd:Template TemplateID="7" ZOrder="Background"/>' if template else ""
    files = {
        "OFD.xml": f'<ofd:OFD {_SPACE} Version="1.1" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        '</ofd:PhysicalBox></ofd:PageArea><ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
        f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/Tpl_0/Content.xml": content(template, 5_000),
    }
    for number, objects in enumerate(pages):
        files[f"Doc_0/Pages/Page_{number}/Content.xml"] = content(objects, 1_000 * (number + 10), use)
    return zipped({name: text.encode() for name, text in files.items()})


def printed(lines: Sequence[str], *, x: float = 30.0, top: float = 40.0, per_line: int = 30) -> list[Set]:
    """Return paragraphs as objects, one a printed line, the first line of each indented by two ems."""
    objects: list[Set] = []
    for line in lines:
        pieces = [line[: per_line - 2], *(line[at : at + per_line] for at in range(per_line - 2, len(line), per_line))]
        for number, piece in enumerate(pieces):
            objects.append(Set(piece, x + (0 if number else 10), top + 8 * len(objects)))
    return objects
