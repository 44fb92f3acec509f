"""`error_card.md`: how often the numbers are wrong, from the table `quality_estimate`, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

TABLE = "quality_estimate"
SHOWN = ("all", "headline", "measure_status", "level", "decade", "form")
#: those of this installation first
ORDER = "case measured_on when 'audit' then 0 when 'blind' then 1 else 2 end"
#: words of codes and labels: section → code → language → text (dashboard/texts.yaml)
Words = Mapping[str, Mapping[str, Mapping[str, str]]]


def error_card(connection: duckdb.DuckDBPyConnection, words: Words) -> str:
    """Return the card as Markdown, of the file that `connection` has open, which has the table."""
    labels = words["labels"]
    lines = ["# Error card 误差卡", "", labels["card_note"]["en"], "", labels["card_note"]["zh"]]
    order = f"{ORDER}, list_position(?, breakdown), estimate_id"
    found = connection.execute(f"select * from {TABLE} where list_contains(?, breakdown) order by {order}", [SHOWN] * 2)
    names = [name for name, *_ in found.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
    for sample in dict.fromkeys(row["measured_on"] for row in rows):
        why = words["measured_on_why"][sample]
        lines += ["", f"## {_both(words['measured_on'][sample])}", "", why["en"], "", why["zh"], ""]
        head = [labels[name] for name in ("card_by", "figure", "n_right", "n")]
        lines.append("| " + " | ".join([_both(head[0]), "", _both(head[1]), "%", "95 %", *map(_both, head[2:])]) + " |")
        lines.append("| --- | --- | --- | ---: | --- | ---: | ---: |")
        lines += [_line(row, words) for row in rows if row["measured_on"] == sample]
    return "\n".join(lines) + "\n"


def _line(row: Mapping[str, Any], words: Words) -> str:
    group = [_word(words, name, row[name]) for name in ("measure", "status", "level", "decade", "form") if row[name]]
    cells = [
        _word(words, "breakdown", row["breakdown"]),
        ", ".join(group),
        _word(words, "figure", row["figure"]),
        f"{100 * row['estimate']:.1f}",
        f"{100 * row['lower']:.1f}–{100 * row['upper']:.1f}",
        f"{row['n_right']:,}",
        f"{row['n']:,}",
    ]
    return "| " + " | ".join(cells) + " |"


def _word(words: Words, kind: str, code: str) -> str:
    return _both(words.get(kind, {}).get(code, {"zh": "", "en": code}))


def _both(text: Mapping[str, str]) -> str:
    return f"{text['zh']} {text['en']}".strip()
