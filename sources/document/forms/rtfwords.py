"""The words of RTF: which groups are printed, which words are characters.

What belongs here: the tables of Microsoft's Rich Text Format Specification 1.9.1, as far as text needs them. What does
not: reading by them (``rtf.py``).
"""

from __future__ import annotations

#: groups whose text is not printed where it stands, whatever is inside them
SKIPPED_GROUPS = frozenset(
    b"colortbl stylesheet info header headerl headerr headerf footer footerl footerr footerf annotation "
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
