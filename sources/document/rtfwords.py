"""The words of RTF: which groups are printed, which words are characters, which numbers name a character set.

What belongs here: the tables of Microsoft's Rich Text Format Specification 1.9.1, as far as text needs them. What does
not: reading by them (``rtf.py``).
"""

from __future__ import annotations

import codecs

#: groups whose text is not printed where it stands, whatever is inside them
SKIPPED_GROUPS = frozenset(
    b"colortbl stylesheet info header headerl headerr headerf footer footerl footerr footerf annotation fldinst "
    b"shprslt nonshppict xe rxe tc tcn private template objdata themedata datastore ftnsep ftnsepc aftnsep aftnsepc "
    b"background comment mmathPict sp nonesttables".split()
)
#: groups with nothing to print but what the next ones open again
SILENT_GROUPS = frozenset(b"shpinst shpgrp shp do object upr".split())
OPENING = frozenset(b"shptxt dptxbxtext result ud".split())
READ_THOUGH_STARRED = frozenset(b"nesttableprops shppict".split())
BOXES = frozenset(b"shptxt dptxbxtext".split())
LABELS = frozenset(b"listtext pntext".split())
MATHS = frozenset(b"moMath moMathPara".split())
CHARACTERS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”",
    b"bullet": "•", b"emspace": "\u2003", b"enspace": "\u2002", b"qmspace": "\u2005", b"tab": "\t", b"line": "\n",
    b"lbr": "\n", b"page": "\n", b"column": "\n", b"softline": "",
}  # fmt: skip
SYMBOLS = {b"\\": "\\", b"{": "{", b"}": "}", b"~": "\u00a0", b"_": "\u2011", b"\t": "\t"}
ENDS, CELLS = frozenset((b"par", b"sect", b"nestcell")), frozenset((b"cell", b"row"))
#: \fcharset → code page; gb18030 holds all of cp936
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
#: the character set of fonts whose characters are pictures, and what stands for its code page
SYMBOL_CHARSET, PICTURES = 2, ""
WIDE = frozenset(("gb18030", "cp950", "cp932", "cp949"))


def code_page(number: int) -> str:
    """Return Python's name of a code page, that of Western Europe where the number is none."""
    pages = {936: "gb18030", 54936: "gb18030", 65001: "utf-8", 10000: "mac_roman", 10008: "gb18030"}
    name = pages.get(number, f"cp{number}")
    try:
        codecs.lookup(name)
    except LookupError:
        return "cp1252"
    return name
