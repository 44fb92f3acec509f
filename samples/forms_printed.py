"""One report as other programs' writers leave it: ``python -m samples.forms_printed``. Needs the programs, not tests.

What belongs here: printing the sample county's report by Chromium, LibreOffice and Skia into ``samples/forms/``. What
does not: files that the sample's site publishes (``forms``), which are made without any program.

The files here were made by Chromium 156.0.8078.108, LibreOffice 7.4.7.2 and skia-python 144.1, with the fonts Noto
Serif CJK SC (fonts-noto-cjk 20220127) and, for Skia, the Noto Sans CJK SC of mplfonts 0.0.11. Other versions make
other bytes.
"""

from __future__ import annotations

import html
import importlib.util
import shutil
import subprocess
import tempfile
from pathlib import Path

from samples.world.compose import reports
from sources.fonts import font_file

REPORT = "990221_2024"
FOLDER = Path(__file__).parent / "forms"
_STYLE = """
@page {{ size: A4{turned}; margin: 25mm; }}
body {{ font: 12pt/1.9 "Noto Serif CJK SC"; text-align: justify; {more} }}
p {{ margin: 0; text-indent: 24pt; }}
p.title {{ text-align: center; text-indent: 0; }}
"""
_VERTICAL = "writing-mode: vertical-rl; height: 160mm;"
#: Skia: points of a page of A4, its margin, the size of letters and of lines
_PAGE, _MARGIN, _SIZE, _LEADING = (595, 842), 72, 12, 21


def main() -> None:
    """Write the files; those whose program is missing are left as they are."""
    lines = excerpt()
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if shutil.which("chromium"):
            chromium(page(lines), folder, FOLDER / f"{REPORT}_chromium.pdf")
            chromium(page(lines, vertical=True), folder, FOLDER / f"{REPORT}_vertical.pdf")
        if shutil.which("soffice"):
            written = libreoffice(folder / "page.html", page(lines), "docx:MS Word 2007 XML", folder)
            shutil.copy(written, FOLDER / f"{REPORT}_libreoffice.docx")
            shutil.copy(libreoffice(written, None, "pdf", folder), FOLDER / f"{REPORT}_libreoffice.pdf")
    if importlib.util.find_spec("skia"):
        (FOLDER / f"{REPORT}_skia.pdf").write_bytes(skia_pdf(lines))


def excerpt() -> list[str]:
    """Return the report's head, its first paragraphs and its goals: writers keep the outline of each character used."""
    report = next(report for report in reports() if report.report_id == REPORT)
    return [*report.lines[:8], report.goals]


def page(lines: list[str], *, vertical: bool = False) -> str:
    """Return the report as a page to print, set across or in columns from the right."""
    style = _STYLE.format(turned=" landscape" if vertical else "", more=_VERTICAL if vertical else "")
    body = "".join(
        f"<p{' class=title' if number < 3 else ''}>{html.escape(line)}</p>" for number, line in enumerate(lines)
    )
    return f'<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><style>{style}</style><body>{body}</body></html>'


def chromium(source: str, folder: Path, target: Path) -> None:
    file = folder / "print.html"
    file.write_text(source, encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    command += [f"--user-data-dir={folder / 'chromium'}", f"--print-to-pdf={target}", file.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


def libreoffice(file: Path, content: str | None, form: str, folder: Path) -> Path:
    if content is not None:
        file.write_text(content, encoding="utf-8")
    command = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless", "--convert-to", form]
    subprocess.run([*command, "--outdir", str(folder), str(file)], check=True, capture_output=True, timeout=180)
    return file.with_suffix("." + form.split(":", maxsplit=1)[0])


def skia_pdf(lines: list[str]) -> bytes:
    """Return the report drawn by Skia. Its PDF maps a glyph to the lowest of its characters: ⼀ for 一, ⻓ for 长."""
    import skia

    stream = skia.DynamicMemoryWStream()
    document = skia.PDF.MakeDocument(stream)
    font = skia.Font(skia.Typeface.MakeFromFile(str(font_file())), _SIZE)
    across = _PAGE[0] - 2 * _MARGIN
    printed: list[str] = []
    for line in lines:
        printed.append("　　")
        for character in line:
            if font.measureText(printed[-1] + character) > across:
                printed.append("")
            printed[-1] += character
    down = (_PAGE[1] - 2 * _MARGIN) // _LEADING
    for first in range(0, len(printed), down):
        canvas = document.beginPage(*_PAGE)
        for row, line in enumerate(printed[first : first + down]):
            canvas.drawString(line, _MARGIN, _MARGIN + _SIZE + _LEADING * row, font, skia.Paint())
        document.endPage()
    document.close()
    return bytes(stream.detachAsData())


if __name__ == "__main__":
    main()
