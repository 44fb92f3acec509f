"""Reports as pictures: printed by a browser, drawn, and made to look as if they had lain on a scanner.

What belongs here: how the pictures in ``samples/forms`` were made. They are committed, because what a browser prints
depends on its version; made with Chromium 156 and the fonts of Debian's fonts-noto-cjk and fonts-liberation, pypdfium2
5.15 and pillow 13:

    python -m samples.scanned

- ``scanned_300dpi.tif``: a report at 300 dpi in black and white, a page a frame, one of them lying a bit askew;
- ``strip_150dpi.png``: the same at 150 dpi in 16 greys, its pages one under the other, as web sites publish them;
- ``scanned.pdf``: an excerpt as a PDF that holds nothing but pictures, 200 dpi.
"""

from __future__ import annotations

import html
import io
import subprocess
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image

FOLDER = Path(__file__).parent
REPORT, EXCERPT = "990221_2024", "990100_2023_excerpt"
STYLE = """
@page { size: A4; margin: 24mm 22mm }
body { font: 13pt/21pt 'Liberation Serif', 'Noto Serif CJK SC'; margin: 0; text-align: justify }
p { margin: 0; text-indent: 2em }
p.head { text-align: center; text-indent: 0 }
"""


def printed(lines: list[str], browser: str = "chromium") -> bytes:
    """Return a PDF of the lines, a paragraph each, the first three centred, as the browser prints them."""
    body = "".join(f'<p class="{"head" if n < 3 else ""}">{html.escape(line)}</p>' for n, line in enumerate(lines))
    with tempfile.TemporaryDirectory() as folder:
        page, out = Path(folder) / "page.html", Path(folder) / "page.pdf"
        page.write_text(f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{body}', encoding="utf-8")
        command = [browser, "--headless", "--no-sandbox", "--no-pdf-header-footer", f"--print-to-pdf={out}", str(page)]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return out.read_bytes()


def drawn(pdf: bytes, dpi: int) -> list[Image.Image]:
    """Return the pages of a PDF as grey pictures."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [page.render(scale=dpi / 72, grayscale=True).to_pil() for page in document]


def black_and_white(page: Image.Image) -> Image.Image:
    return page.point(lambda value: 255 if value > 150 else 0).convert("1", dither=Image.Dither.NONE)


def saved(pages: list[Image.Image], form: str, **how: object) -> bytes:
    out = io.BytesIO()
    pages[0].save(out, form, save_all=True, append_images=pages[1:], **how)
    return out.getvalue()


def strip(pages: list[Image.Image]) -> Image.Image:
    """Return pages one under the other, in 16 greys."""
    whole = Image.new("L", (pages[0].width, sum(page.height for page in pages)), 255)
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height
    return whole.quantize(16, dither=Image.Dither.NONE)


def main() -> None:
    lines = {name: (FOLDER / "reports" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
             for name in (REPORT, EXCERPT)}  # fmt: skip
    report, excerpt = printed(lines[REPORT]), printed(lines[EXCERPT])
    scan = [black_and_white(page.rotate(0.6 if n == 1 else 0, Image.Resampling.BICUBIC, fillcolor=255))
            for n, page in enumerate(drawn(report, 300))]  # fmt: skip
    forms = FOLDER / "forms"
    forms.mkdir(exist_ok=True)
    (forms / "scanned_300dpi.tif").write_bytes(saved(scan, "TIFF", compression="group4", dpi=(300, 300)))
    out = io.BytesIO()
    strip(drawn(report, 150)).save(out, "PNG", optimize=True)
    (forms / "strip_150dpi.png").write_bytes(out.getvalue())
    pages = [black_and_white(page) for page in drawn(excerpt, 200)]
    (forms / "scanned.pdf").write_bytes(saved(pages, "PDF", resolution=200.0))


if __name__ == "__main__":
    main()
