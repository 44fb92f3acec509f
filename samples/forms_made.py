"""Reports of the sample as the programs of their forms write them: .doc and .rtf by LibreOffice, OFD by easyofd.

What belongs here: making the files of `samples/forms`, whose twins are texts of `samples/reports`. What does not: files
that Python's own libraries write (``forms.py``), reading any.

Made once, by LibreOffice 7.4.7.2 and easyofd 20260427, and kept: neither is needed to use or to test this project.
easyofd needs PyMuPDF, which is under the AGPL, so it belongs into an environment of its own, whose Python is named:
`python -m samples.forms_made --ofd-python PATH`. WPS writes .wps as Word's binary format, so the .doc stands for both.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
import zipfile
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

HERE = Path(__file__).resolve().parent
#: file made → its twin in samples/reports
TWINS = {"990200_2023.doc": "990200_2023", "990221_2023.rtf": "990221_2023", "990100_2024.ofd": "990100_2024"}
_FILTERS = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "pdf": "pdf:writer_pdf_Export"}
_TO_OFD = (
    "import sys; from easyofd.ofd import OFD; "
    "open(sys.argv[2], 'wb').write(OFD().pdf2ofd(open(sys.argv[1], 'rb').read(), optional_text=True))"
)


def word(lines: list[str]) -> bytes:
    """Return the lines as DOCX, set as offices set a report."""
    document = Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Noto Serif CJK SC", Pt(16)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Noto Serif CJK SC")
    for number, line in enumerate(lines):
        paragraph = document.add_paragraph(line)
        if number < 3:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            paragraph.paragraph_format.first_line_indent = Pt(32)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def converted(data: bytes, form: str) -> bytes:
    """Return what LibreOffice makes of a DOCX."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder) / "report.docx"
        given.write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = ["soffice", profile, "--headless", "--convert-to", _FILTERS[form], "--outdir", folder, str(given)]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return given.with_suffix(f".{form}").read_bytes()


def ofd(pdf: bytes, python: str) -> bytes:
    """Return what easyofd, in the environment of `python`, makes of a PDF."""
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "report.pdf", Path(folder) / "report.ofd"
        given.write_bytes(pdf)
        subprocess.run([python, "-c", _TO_OFD, given, made], check=True, capture_output=True, timeout=180, cwd=folder)
        return _packed(made.read_bytes())


def _packed(data: bytes) -> bytes:
    """Return the archive with its members compressed: easyofd stores them as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, source.read(name))
    return out.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ofd-python", help="Python of an environment with easyofd; without it OFD is left as it is")
    python = parser.parse_args().ofd_python
    for name, twin in TWINS.items():
        form = name.rpartition(".")[2]
        source = word((HERE / "reports" / f"{twin}.txt").read_text(encoding="utf-8").splitlines())
        if form != "ofd":
            (HERE / "forms" / name).write_bytes(converted(source, form))
        elif python:
            (HERE / "forms" / name).write_bytes(ofd(converted(source, "pdf"), python))


if __name__ == "__main__":
    main()
