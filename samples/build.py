"""Build the sample's files from the fictional world: ``python -m samples.build``. Same world, same bytes.

What belongs here: which document is published where and in which form, and writing the files. What does not: the
world (``world``), the forms (``designs``, ``forms``, ``others``).

Written: ``site/`` (what the loopback server serves), ``catalogue.csv`` (what the catalogue claims), ``truth.csv``
(numbers), ``truth_relations.csv`` (targets without a number), ``truth_reports.csv`` (what each document is),
``reports/<report_id>.txt`` (the text that a reader should get).
"""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

from samples import forms, others
from samples.designs import DESIGNS, attachment_page
from samples.world.compose import Report, reports, world
from samples.world.sentences import row

HERE = Path(__file__).parent
GUIDE_FIELDS = ("report_id", "indicator", "measure", "value", "value_upper", "unit", "qualifier", "status",
                "period_start", "period_end", "scope", "optional", "quote", "tier")  # fmt: skip
RELATION_FIELDS = ("report_id", "indicator", "relation", "status", "period_start", "period_end", "scope", "quote")
REPORT_FIELDS = ("report_id", "location", "form", "region_code", "region", "level", "report_year", "meeting_date",
                 "congress_session", "speaker", "title", "published_at", "publisher", "kind", "accepted",
                 "refusal_reason", "identity", "copy_of")  # fmt: skip
CATALOGUE_FIELDS = ("location", "region_code", "region", "level", "report_year", "note")
#: report → form: a design with encoding and pages, or a file form
FORMS: dict[str, tuple[str, str, int]] = {
    "990000_2021": ("trs_editor", "utf8", 1),
    "990000_2022": ("ucap", "utf8", 1),
    "990000_2023": ("modern", "utf8", 1),
    "990000_2024": ("docx", "", 1),
    "990100_2021": ("table_layout", "gb2312", 1),
    "990100_2022": ("footnotes", "utf8", 1),
    "990100_2023": ("trs_editor", "gb18030", 1),
    "990100_2024": ("pdf", "", 1),
    "990200_2021": ("nested_tables", "gb2312", 1),
    "990200_2022": ("script_title", "utf8", 1),
    "990200_2023": ("ucap", "utf8", 3),
    "990200_2024": ("plain_divs", "utf8_said_gb2312", 1),
    "990300_2021": ("word_export", "gb2312", 1),
    "990300_2022": ("newspaper", "utf8", 1),
    "990300_2023": ("footnotes", "gbk_said_utf8", 1),
    "990300_2024": ("attachment", "utf8", 1),
    "990121_2021": ("text_escaped", "", 1),
    "990121_2022": ("table_layout", "undeclared_gbk", 1),
    "990121_2023": ("modern", "utf8", 2),
    "990121_2024": ("docx", "", 1),
    "990221_2021": ("text_wrapped", "", 1),
    "990221_2022": ("nested_tables", "utf8", 1),
    "990221_2023": ("script_title", "gb2312", 1),
    "990221_2024": ("text", "", 1),
}


#: forms that hold the report alone, with nothing about its publication
BARE_FORMS = ("docx", "pdf", "attachment", "text", "text_wrapped")


@dataclass(frozen=True)
class Document:
    """One document of the site: its files, what the catalogue claims of it and what it is."""

    report: Report
    form: str
    files: dict[str, bytes]
    kind: str = "work_report"
    refusal: str = ""
    claimed: tuple[str, int] | None = None
    copy_of: str = ""
    note: str = ""

    @property
    def location(self) -> str:
        return f"site/{next(iter(self.files))}"


def documents() -> list[Document]:
    """Return every document of the site: the reports, then what else stands on such sites."""
    by_id = {report.report_id: report for report in reports()}
    return [_published(report) for report in by_id.values()] + _others(by_id)


def _published(report: Report) -> Document:
    form, encoding, pages = FORMS[report.report_id]
    stem = f"{report.region.code}/{report.report_id}"
    if form == "docx":
        files = {f"{stem}.docx": forms.docx(report, goals_table(report))}
    elif form == "pdf":
        files = {f"{stem}.pdf": forms.pdf(report)}
    elif form == "attachment":
        files = {f"{stem}.html": attachment_page(report, f"{report.report_id}_fj.pdf", encoding)}
        files[f"{stem}_fj.pdf"] = forms.pdf(report)
    elif form in DESIGNS:
        files = _html(report, form, encoding, pages, stem)
    else:
        files = {f"{stem}.txt": getattr(forms, form)(report)}
    return Document(report, form, files)


def _html(report: Report, design: str, encoding: str, pages: int, stem: str) -> dict[str, bytes]:
    printed = DESIGNS[design](report, encoding=encoding, pages=pages, stem=Path(stem).name)
    names = [f"{stem}.html"] + [f"{stem}_{number}.html" for number in range(2, pages + 1)]
    return dict(zip(names, printed, strict=True))


def _others(by_id: dict[str, Report]) -> list[Document]:
    masked = others.masked(by_id["990221_2022"])
    excerpt = others.excerpt(by_id["990100_2023"])
    budget = others.budget(by_id["990100_2023"])
    bulletin = others.bulletin(by_id["990200_2022"])
    copied = by_id["990121_2023"]
    return [
        Document(masked, "plain_divs", _html(masked, "plain_divs", "utf8", 1, f"fanwen/{masked.report_id}"),
                 "template", "masked", note="a template with masked figures"),
        Document(excerpt, "newspaper", _html(excerpt, "newspaper", "utf8", 1, f"ribao/{excerpt.report_id}"),
                 "excerpt", note="a newspaper's excerpt"),
        Document(budget, "trs_editor", _html(budget, "trs_editor", "utf8", 1, f"990100/{budget.report_id}"),
                 "budget_report", "not_a_report", note="the budget report of the same meeting"),
        Document(bulletin, "table_layout", _html(bulletin, "table_layout", "gb2312", 1, f"990200/{bulletin.report_id}"),
                 "statistical_bulletin", "not_a_report", note="the statistical bulletin"),
        Document(copied, "plain_divs", _html(copied, "plain_divs", "gb18030", 1, "zhuanzai/gzbg_0417"),
                 claimed=("990221", 2022), copy_of=copied.report_id, note="a copy whose label is wrong"),
    ]  # fmt: skip


def goals_table(report: Report) -> list[tuple[str, ...]]:
    """Return a table that repeats three of the goals told in the text, as attachments do."""
    names = {
        "gdp": "地区生产总值增长",
        "fixed_asset_investment": "固定资产投资增长",
        "retail_sales": "社会消费品零售总额增长",
    }
    rows = [("指标", f"{report.report_year}年预期目标")]
    for indicator, name in names.items():
        figure = world().get(report.region.code, report.report_year, "target", indicator, "growth")
        if figure is not None and not figure.relation:
            rows.append((name, figure.surface))
    return [*rows]


def build(folder: Path) -> None:
    """Write the whole sample below `folder`, replacing what an earlier build left there."""
    for name in ("site", "reports"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "reports").mkdir(parents=True)
    found = documents()
    for document in found:
        for name, data in document.files.items():
            path = folder / "site" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    (folder / "site" / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n", encoding="utf-8")
    _write_csv(folder / "catalogue.csv", [_claim(document) for document in found] + [_dead_link()], CATALOGUE_FIELDS)
    _write_csv(folder / "truth_reports.csv", [_is(document) for document in found], REPORT_FIELDS)
    truths = []
    for document in found:
        if document.copy_of or document.refusal:
            continue
        text = document.report.text + "\n"
        (folder / "reports" / f"{document.report.report_id}.txt").write_text(text, encoding="utf-8")
        truths += _unrepeated(document.report)
    _write_csv(folder / "truth.csv", [truth for truth in truths if truth["value"]], GUIDE_FIELDS)
    _write_csv(folder / "truth_relations.csv", [truth for truth in truths if truth["relation"]], RELATION_FIELDS)


def _claim(document: Document) -> dict[str, str]:
    code, year = document.claimed or (document.report.region.code, document.report.report_year)
    region = world().regions[code]
    return {"location": document.location, "region_code": code, "region": region.name, "level": region.level,
            "report_year": str(year), "note": document.note}  # fmt: skip


def _dead_link() -> dict[str, str]:
    return {"location": "site/990300/990300_2020.html", "region_code": "990300", "region": "芷州市", "level": "city",
            "report_year": "2020", "note": "a page that is gone"}  # fmt: skip


def _is(document: Document) -> dict[str, str]:
    """Return what is true of a document as far as its own files tell it: empty cells are told nowhere in them."""
    report = document.report
    row = {
        "report_id": Path(document.location).stem, "location": document.location, "form": document.form,
        "title": report.title, "published_at": report.published.isoformat(), "publisher": _publisher(document),
        "kind": document.kind, "accepted": str(not document.refusal).lower(), "refusal_reason": document.refusal,
        "copy_of": document.copy_of,
    }  # fmt: skip
    if document.form in BARE_FORMS:
        row |= {"title": report.lines[0], "published_at": ""}
    if document.refusal:
        return row
    return row | {
        "region_code": report.region.code, "region": report.region.name, "level": report.region.level,
        "report_year": str(report.report_year), "meeting_date": report.meeting.isoformat(),
        "congress_session": report.congress, "speaker": report.speaker,
        "identity": "contradicts_label" if document.claimed else "confirmed",
    }  # fmt: skip


def _publisher(document: Document) -> str:
    region = document.report.region
    if document.form in BARE_FORMS:
        return ""
    if document.form == "newspaper":
        return f"{region.short}日报"
    return f"{region.name}人民政府" if document.form == "text_escaped" else document.report.publisher


def _unrepeated(report: Report) -> list[dict[str, str]]:
    """Return the truth's rows, each fact once although a report may state it twice."""
    seen: dict[tuple[str, ...], dict[str, str]] = {}
    for truth in report.truths:
        fields = row(report.report_id, truth)
        seen.setdefault(tuple(value for name, value in fields.items() if name != "quote"), fields)
    return list(seen.values())


def _write_csv(path: Path, rows: list[dict[str, str]], columns: tuple[str, ...]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    build(HERE)


if __name__ == "__main__":
    main()
