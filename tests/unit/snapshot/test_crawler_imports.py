"""What the crawling process loads: it is started for every crawl."""

from __future__ import annotations

import subprocess
import sys

from sources.home import REPOSITORY


def test_the_crawling_process_loads_no_tables() -> None:
    code = "import sources.snapshot.spider, sys; print(sorted({'pandas', 'pyarrow', 'dagster'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
