"""The codebook: what every published table and column means, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration.release.schema import PublishedTable

HEADER = ("table", "column", "type", "description", "名称")


def rows(schema: Mapping[str, PublishedTable]) -> list[tuple[str, str, str, str, str]]:
    """Return one row per table (column empty) and per column, in the order of HEADER."""
    found = []
    for table in schema.values():
        found.append((table.name, "", "", table.description, table.zh))
        found += [(table.name, c.name, c.data_type, c.description, c.zh) for c in table.columns]
    return found


def markdown(schema: Mapping[str, PublishedTable], counts: Mapping[str, int]) -> str:
    """Return the codebook as Markdown."""
    lines = [
        "# Codebook 数据字典",
        "",
        "Every number leads back to a sentence: `panel_cell_source` names, for each cell of `city_year_panel`, the",
        "observation, the sentence, the place it came from and the hash of the page as fetched.",
        "",
        "每个数字都可以追溯到原句：`panel_cell_source` 给出宽表 `city_year_panel` 每个单元格",
        "对应的观测、原句、出处和网页快照的哈希值。",
        "",
        "In the CSV files an apostrophe stands before text that begins with =, +, -, @, a tab or a line break, which a",
        "spreadsheet would take for a formula. Parquet, Excel, Stata and DuckDB hold it without.",
        "",
        "The texts of the reports, sentence by sentence, are not among these files: they stay in the home of who made",
        "the release (texts.duckdb, table `fct_sentence`), where `baogao say` searches them. The sentence of each",
        "number is here.",
        "",
        "报告全文（逐句）不在这些文件中，只保留在制作者本机的 texts.duckdb（表 `fct_sentence`），",
        "用 `baogao say` 检索；每个数字的原句都在这里。",
        "",
        "CSV 文件中，以 =、+、-、@、制表符或换行开头的文本前加了撇号，",
        "以免电子表格将其当作公式；Parquet、Excel、Stata 和 DuckDB 中没有。",
    ]
    for table in schema.values():
        title = f"## {table.name}" + (f" {table.zh}" if table.zh else "")
        lines += ["", title, "", table.description, "", f"{counts.get(table.name, 0)} rows 行", ""]
        lines += ["| column 字段 | type 类型 | description | 名称 |", "| --- | --- | --- | --- |"]
        lines += [f"| {c.name} | {c.data_type} | {_cell(c.description)} | {_cell(c.zh)} |" for c in table.columns]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
