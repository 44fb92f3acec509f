"""Run the sweep over damaged files and print a line for each form: see ``sweep.py``."""

from __future__ import annotations

import argparse
import sys
import time

from tests.unit.document.sweep import FORMS, sweep


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("forms", nargs="*", help="form or form=count; all where none is named")
    parser.add_argument("--first", type=int, default=0, help="first seed")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    wanted = dict(part.split("=") if "=" in part else (part, str(FORMS[part])) for part in given.forms)
    failures: list[str] = []
    for form, count in wanted.items() if wanted else FORMS.items():
        start = time.monotonic()
        outcomes, longest, failed = sweep(form, int(count), given.first, given.workers)
        told = ", ".join(f"{name} {n}" for name, n in outcomes.most_common())
        sys.stdout.write(f"{form}: {told}; longest {longest:.2f} s of CPU; {time.monotonic() - start:.0f} s in all\n")
        sys.stdout.flush()
        failures += failed
    sys.stdout.write("\n".join([*failures, f"{len(failures)} failed\n"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
