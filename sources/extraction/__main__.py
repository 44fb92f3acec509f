"""`python -m sources.extraction FILE --report-year Y --region NAME`: the observations of a text file, for development.

What belongs here: reading one text file and printing. What does not: other file forms (the `baogao` command).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sources.extraction import ReportContext, extract
from sources.extraction.explain import explain_rows


def main() -> int:
    """Print JSON lines of observations, or with --explain the parse of every number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--report-year", type=int, required=True)
    parser.add_argument("--region", default="")
    parser.add_argument("--level", default="", choices=["", "national", "province", "city", "county"])
    parser.add_argument("--explain", action="store_true")
    arguments = parser.parse_args()
    context = ReportContext(arguments.file.stem, arguments.report_year, arguments.region, arguments.level)
    result = extract(arguments.file.read_text(encoding="utf-8"), context)
    if arguments.explain:
        sys.stdout.write(explain_rows(result) + "\n")
    else:
        for row in result.observations:
            sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
