"""A calendar date in figures, as pages and headers write when they were published.

What does not belong here: dates in a report's own text (``identity/clocks.py``).
"""

from __future__ import annotations

import re
from datetime import date

DATE = re.compile(r"((?:19|20)\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")


def parse_date(text: str | None) -> date | None:
    """Return the first calendar date in `text`, None where there is none or it can't be."""
    for match in DATE.finditer(text or ""):
        try:
            return date(*(int(part) for part in match.groups()))
        except ValueError:
            continue
    return None
