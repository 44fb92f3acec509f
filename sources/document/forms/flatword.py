"""Word files that are one XML file, of 2003 (WordprocessingML) and later (Flat OPC), to drafts.

What belongs here: their parts to those of the .docx that they stand for. What does not: reading it (``docx.py``).
Portals serve both under the name .doc.
"""

from __future__ import annotations

import io
import zipfile

from lxml import etree

from sources.document.draft import Draft
from sources.document.errors import UnreadableDocument
from sources.document.forms.docx import read_docx
from sources.document.forms.wordxml import file_of_parts

Element = etree._Element

_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_OF_2003 = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_HINTS = "{http://schemas.microsoft.com/office/word/2003/auxHint}"
_SPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read_flat_word(data: bytes) -> Draft:
    """Return the draft of a Word file in one XML file. Raises UnreadableDocument: damaged, without text, hostile."""
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableDocument("unreadable", f"the Word file's XML is damaged ({error}): get it again") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableDocument("hostile", "the Word file defines entities of its own: not read")
    return read_docx(_of_package(root) if root.tag == _PACKAGE + "package" else _of_2003(root))


def _of_package(root: Element) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for part in root.iterfind(_PACKAGE + "part"):
            content = part.find(_PACKAGE + "xmlData")
            name = (part.get(_PACKAGE + "name") or "").lstrip("/")
            if name and content is not None and len(content):
                archive.writestr(name, etree.tostring(content[0], encoding="UTF-8", with_tail=False))
    return buffer.getvalue()


def _of_2003(root: Element) -> bytes:
    """Return a .docx of the body and the styles, whose elements have the names of later versions."""
    body, styles = root.find(_OF_2003 + "body"), root.find(_OF_2003 + "styles")
    if body is None:
        raise UnreadableDocument("unreadable", "the Word file has no text: get it again")
    for hint in body.iter(_HINTS + "t"):
        _write_number(hint)
    return file_of_parts("".join(_renamed(child) for child in body), _renamed(styles) if styles is not None else "")


def _write_number(hint: Element) -> None:
    """Write a paragraph's automatic number, which Word tells as printed, in front of its text."""
    paragraph = next(hint.iterancestors(_OF_2003 + "p"), None)
    label = (hint.get(_HINTS + "val") or "").strip()
    properties = paragraph.find(_OF_2003 + "pPr") if paragraph is not None else None
    if properties is None or not label or (label[-1] in ".．" and _begins_with_digit(properties)):
        return
    run = etree.Element(_OF_2003 + "r")
    etree.SubElement(run, _OF_2003 + "t").text = label
    properties.addnext(run)


def _begins_with_digit(properties: Element) -> bool:
    paragraph = properties.getparent()
    texts = paragraph.iter(_OF_2003 + "t") if paragraph is not None else ()
    return "".join(text.text or "" for text in texts).strip()[:1].isdigit()


def _renamed(element: Element) -> str:
    told = etree.tostring(element, encoding="unicode", with_tail=False)
    return told.replace(_OF_2003[1:-1], _SPACE)
