"""The versions that rows carry cover every module that makes the rows: what a rule changes is made anew."""

from __future__ import annotations

import subprocess
import sys

import pytest

from sources.home import REPOSITORY

EXTRACT = """
from sources import extraction
from sources.extraction import ReportContext, extract
extract("一、过去一年\\n全年地区生产总值增长5%。", ReportContext("", 2020, "", "city"))
hashed = {f"sources.document.{name.removesuffix('.py')}" for name in extraction._SHARED} | {"sources.extraction"}
"""
READ = """
from sources.document import reports
from sources.partitions import Partition
from sources.registry.regions import load_regions
text = "各位代表：现在，我代表市人民政府，向大会报告工作。" + "全年地区生产总值增长5%。" * 99
reports.report_rows("a.txt", [text.encode()], None, load_regions(None), Partition("990000", "2020"))
hashed = {f"sources.{name.removesuffix('.py').replace('/', '.')}" for name in reports._FURTHER} | {"sources.document"}
"""
#: what rows are stored in, not made by
SHAPES = {"sources.tables", "sources.partitions", "sources.home", "sources.settings", "sources.errors"}


@pytest.mark.parametrize("work", [EXTRACT, READ], ids=["extraction", "reading"])
def test_every_module_that_was_loaded_is_hashed(work: str) -> None:
    code = f"{work}\nimport sys\nprint(*(m for m in sys.modules if m.startswith('sources.')), '|', *hashed)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == 0, done.stderr
    loaded, hashed = (set(part.split()) for part in done.stdout.split("|"))
    packages = {"sources.registry", "sources.document"}  # their __init__ holds nothing but words
    missing = {m for m in loaded - SHAPES - packages if not any(m == h or m.startswith(f"{h}.") for h in hashed)}
    assert missing == set()
    assert hashed <= loaded | {"sources.extraction", "sources.document"}, "a module that is hashed is not read with"
