"""When pages are due: by the season of the reports. Congresses sit from January to March, so that is when pages change.

What belongs here: the moments. What does not: which partitions have due pages (``hops``), Dagster.
"""

from __future__ import annotations

TIMEZONE = "Asia/Shanghai"
#: daily from January to March, on Mondays in the other months
CRONS = ("0 3 * 1-3 *", "0 3 * 4-12 1")
#: the daily release, and when it must be there
RELEASE_CRON, RELEASE_DEADLINE = "30 5 * * *", "30 6 * * *"
#: when nothing else is asked for
CLEANING_CRON = "0 13 * * 0"
