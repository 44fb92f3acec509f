"""`baogao extract` and `baogao explain` as a person types them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path

import pytest
from command_line import baogao
from published_home import GOOD, REPORTS, write_bad_documents

from orchestration.cli.printing import GUIDE_FIELDS

GOOD_FILE = REPORTS / f"{GOOD[0]}.txt"


def test_jsonl_has_the_guides_fields_and_quotes_that_stand_in_the_text() -> None:
    done = baogao("extract", GOOD_FILE, "--format", "jsonl")
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert len(rows) > 20
    text = GOOD_FILE.read_text(encoding="utf-8").replace("\\r\\n", "\n")
    for row in rows:
        assert set(GUIDE_FIELDS) <= set(row)
        assert row["report_id"] == GOOD_FILE.stem
        assert row["report_year"] == 2022 and row["region_code"] == "990100"
        assert "".join(row["quote"].split()) in "".join(text.split())


def test_csv_and_table_tell_the_same_numbers() -> None:
    as_csv = baogao("extract", GOOD_FILE, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(as_csv.out)))
    table = baogao("extract", GOOD_FILE)
    assert as_csv.code == table.code == 0
    assert len(rows) > 20 and all(row["indicator"] in table.out for row in rows)


@pytest.mark.parametrize(("region", "told"), [("不存在市", "is no region"), ("榆舟市", "not of 榆舟市")])
def test_a_region_that_the_text_does_not_take_is_told(region: str, told: str) -> None:
    done = baogao("extract", GOOD_FILE, "--region", region, "--format", "jsonl")
    assert done.code == 0 and told in done.err
    assert {json.loads(line)["region_code"] for line in done.out.splitlines()} == {"990100"}


def test_what_an_archive_holds_and_is_not_printed_is_told(tmp_path: Path) -> None:
    path = tmp_path / "papers.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(GOOD_FILE, "1.txt")
        archive.write(GOOD_FILE, "2.txt")
        archive.writestr("3.docx", b"PK\x03\x04 no more")
    done = baogao("extract", path, "--format", "jsonl")
    assert done.code == 0
    assert {json.loads(line)["report_id"] for line in done.out.splitlines()} == {"papers"}
    assert "a fuller report of the file is" in done.err
    assert "3.docx" in done.err


def test_bad_files_are_told_with_a_remedy_and_the_others_go_on(tmp_path: Path) -> None:
    bad = write_bad_documents(tmp_path)
    done = baogao("extract", *(tmp_path / name for name in bad), GOOD_FILE, "--format", "jsonl")
    assert done.code == 1
    assert "Traceback" not in done.err
    assert {json.loads(line)["report_id"] for line in done.out.splitlines()} == {GOOD_FILE.stem}
    lines = done.err.splitlines()
    for name, word in bad.items():
        told = [line for line in lines if str(tmp_path / name) in line]
        assert len(told) == 1 and word in told[0], (name, told)


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_masked_template_prints_no_row(tmp_path: Path, form: str) -> None:
    path = tmp_path / "template.txt"
    body = "全市生产总值增长X.X%，一般公共预算收入XX亿元，增长XX%，城镇新增就业XX万人。" * 30
    path.write_text(f"政府工作报告\n各位代表：\n{body}", encoding="utf-8")
    done = baogao("extract", path, "--format", form)
    assert done.code == 0 and "masked" in done.err
    assert not [line for line in done.out.splitlines() if not line.startswith("report_id,")]


def test_explain_shows_the_parse_and_the_reason() -> None:
    done = baogao("explain", "全市生产总值增长8.5%，居全省第2位。", "--report-year", "2022", "--region", "栖川市")
    assert done.code == 0, done.err
    assert "gdp growth = 8.5 %" in done.out and "no observation: rank" in done.out


def test_explain_of_a_missing_file_is_an_error() -> None:
    done = baogao("explain", "nowhere.txt")
    assert done.code == 1 and "no such file" in done.err


def test_a_report_that_names_no_place_is_read_with_a_word_of_warning(tmp_path: Path) -> None:
    path = tmp_path / "nameless.txt"
    filling = "全市上下坚持稳中求进工作总基调，深化改革开放，保障和改善民生，各项事业取得新的进步。\n" * 40
    path.write_text(
        "政府工作报告\n各位代表：\n现在，我代表市人民政府，向大会报告工作，请予审议。\n一、2022年工作回顾\n"
        f"过去一年，全市生产总值达到1203.4亿元，增长4.1%。\n{filling}"
        "二、2023年工作安排\n主要预期目标是：生产总值增长5%左右。\n各位代表，让我们团结奋斗，谢谢大家！\n",
        encoding="utf-8",
    )
    done = baogao("extract", path, "--format", "jsonl")
    assert done.code == 0 and "names no region" in done.err and "--region" in done.err
    told = {(row["measure"], row["value"], row["period_end"]) for row in map(json.loads, done.out.splitlines())}
    assert told == {("level", 1203.4, 2022), ("growth", 4.1, 2022), ("growth", 5, 2023)}
