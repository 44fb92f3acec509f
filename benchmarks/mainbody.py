"""How much of a page's text is found, and how much that is none of it: ours and what else there is.

What belongs here: the comparison. What does not: choosing the text (``sources/document/forms/mainbody.py``).

``python -m benchmarks.mainbody [FOLDER ANNOTATIONS]`` prints a table in Markdown. The sample's designs are measured
always; FOLDER holds pages of one's own, and ANNOTATIONS is a JSON object: file name → [first, last], the numbers of the
first and the last line of its text as ``--lines FILE`` prints them. readability-lxml, trafilatura and magic-html are
measured where they are installed; this project needs none of them.

A character is found where eight letters in a row around it stand in both texts; letters are Chinese characters,
digits, Latin letters, point and percent sign, so that spaces and marks count for nothing.
"""

from __future__ import annotations

import importlib
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml import html as lxml_html

from samples.designs import DESIGNS
from samples.world.compose import reports
from sources.document.errors import UnreadableDocument
from sources.document.forms.encoding import decode
from sources.document.forms.lines import element_lines, shown
from sources.document.forms.mainbody import body_lines, parse
from sources.document.read import read_document

_OTHER = re.compile(r"[^\u4e00-\u9fff0-9A-Za-z.%]")
_WINDOW = 8
#: share of a text above which its page counts as damaged
_LOSS = 0.02
#: reports that are printed in each design
_REPORTS = 6

Method = Callable[[str], str]


@dataclass(frozen=True)
class Page:
    """A page's markup, and what it should give."""

    name: str
    markup: str
    text: str


@dataclass(frozen=True)
class Found:
    """Shares of the right text's letters: lost, and more than there are; seconds needed."""

    lost: float
    more: float
    seconds: float

    @property
    def f1(self) -> float:
        right = 1 - self.lost
        return 2 * right / (2 * right + self.lost + self.more) if right else 0.0


def designs() -> Iterator[Page]:
    """Yield reports of the sample printed in each of its designs."""
    for name, draw in DESIGNS.items():
        for report in reports()[:_REPORTS]:
            yield Page(f"{name} {report.report_id}", draw(report)[0].decode(), "\n".join(report.lines))


def annotated(folder: Path, annotations: Path) -> Iterator[Page]:
    """Yield the pages of a folder of which is told where their text begins and ends."""
    for name, (first, last) in json.loads(annotations.read_text("utf-8")).items():
        markup = decode((folder / name).read_bytes()).text
        yield Page(name, markup, "\n".join(all_lines(markup)[first : last + 1]))


def all_lines(markup: str) -> list[str]:
    """Return all printed lines of a page, whatever they are."""
    root = parse(markup)
    etree.strip_elements(root, "script", "style", "noscript", with_tail=False)
    return [shown(line) for line in element_lines(root, prune=False)]


def _ours(markup: str) -> str:
    root = parse(markup)
    etree.strip_elements(root, "script", "style", "noscript", with_tail=False)
    return "\n".join(shown(line) for line in body_lines(root))


def _ours_cleaned(markup: str) -> str:
    try:
        return "\n".join(document.text for document in read_document([markup.encode()], name="page.html"))
    except UnreadableDocument:
        return ""


def methods() -> dict[str, Method]:
    """Return what is measured, by name."""
    found: dict[str, Method] = {"ours": _ours, "ours, cleaned": _ours_cleaned}
    try:
        readability = importlib.import_module("readability")
    except ImportError:
        print("readability-lxml is not installed: not measured", file=sys.stderr)
    else:
        found["readability-lxml"] = lambda markup: lxml_html.fromstring(
            readability.Document(markup).summary(html_partial=True)
        ).text_content()
    try:
        trafilatura = importlib.import_module("trafilatura")
    except ImportError:
        print("trafilatura is not installed: not measured", file=sys.stderr)
    else:
        found["trafilatura"] = lambda markup: trafilatura.extract(markup) or ""
        found["trafilatura, for recall"] = lambda markup: trafilatura.extract(markup, favor_recall=True) or ""
    try:
        extractor = importlib.import_module("magic_html").GeneralExtractor()
    except ImportError:
        print("magic-html is not installed: not measured", file=sys.stderr)
    else:
        found["magic-html"] = lambda markup: lxml_html.fromstring(
            extractor.extract(markup, base_url="")["html"]
        ).text_content()
    return found


def measure(method: Method, page: Page) -> Found:
    begun = time.perf_counter()
    text = method(page.markup)
    seconds = time.perf_counter() - begun
    wanted, got = _OTHER.sub("", page.text), _OTHER.sub("", text)
    return Found(_uncovered(wanted, got) / len(wanted), _uncovered(got, wanted) / len(wanted), seconds)


def _uncovered(text: str, other: str) -> int:
    """Return how many letters of `text` stand in no window that `other` has too."""
    windows = {other[i : i + _WINDOW] for i in range(len(other) - _WINDOW + 1)}
    covered, until = 0, 0
    for i in range(len(text) - _WINDOW + 1):
        if text[i : i + _WINDOW] in windows:
            covered += i + _WINDOW - max(i, until)
            until = i + _WINDOW
    return len(text) - covered


def table(sets: dict[str, list[Page]]) -> str:
    rows = [
        "| pages | method | mean F | lost | too many | pages that lose over 2 % | ms a page |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, pages in sets.items():
        for method, extract in methods().items():
            found = [measure(extract, page) for page in pages]
            mean = {key: statistics.fmean(getattr(f, key) for f in found) for key in ("f1", "lost", "more", "seconds")}
            damaged = sum(f.lost > _LOSS for f in found)
            rows.append(
                f"| {name} ({len(pages)}) | {method} | {mean['f1']:.4f} | {mean['lost']:.2%} | {mean['more']:.2%} | "
                f"{damaged} | {mean['seconds'] * 1000:.0f} |"
            )
    return "\n".join(rows)


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--lines"]:
        for number, line in enumerate(all_lines(decode(Path(arguments[1]).read_bytes()).text)):
            print(number, line)
        return
    sets = {"designs of the sample": list(designs())}
    if len(arguments) == 2:
        sets["pages of one's own"] = list(annotated(Path(arguments[0]), Path(arguments[1])))
    print(table(sets))


if __name__ == "__main__":
    main(sys.argv[1:])
