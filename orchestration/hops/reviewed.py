"""Which of what people decided concerns nothing that there is: told, since nobody looks for what has no effect.

What belongs here: files of `reviews/` that nothing reads, entries about no document. What does not: decisions on a
number that no longer fits (a verdict, ``gate.tell_outdated``), corrections (a test of the warehouse).
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatch
from typing import Any

from orchestration.home.installation import Installation
from orchestration.hops.observations import lost_decisions
from sources.document.identity import reviews as identities
from sources.extraction import review as observations
from sources.tables import REPORTS

#: what is read from the folder of reviews, and by which names
FILES = (identities.FILES, observations.FILES, "corrections.yaml")
#: folders in it that hold no decisions
FOLDERS = ("audits",)
_COLUMNS = ["location", "part", "text_sha256"]


def without_effect(installation: Installation) -> list[str]:
    """Return what in the folder of reviews has no effect, one line each with the remedy; empty where all has."""
    folder = installation.reviews
    if not folder.is_dir():
        return []
    return [*_unread(installation), *_concerning_nothing(installation)]


def _unread(installation: Installation) -> Iterator[str]:
    for path in sorted(installation.reviews.iterdir()):
        if path.is_dir():
            if path.name not in FOLDERS:
                yield f"{path.name}/ is a folder, and no file in it is read; put them beside it"
        elif not path.name.startswith(".") and not any(fnmatch(path.name, pattern) for pattern in FILES):
            yield f"{path.name} is not read; what is read is called {', '.join(FILES)}"


def _concerning_nothing(installation: Installation) -> Iterator[str]:
    folder = installation.reviews
    try:
        of_identities = identities.load_identity_reviews(folder)
        lost = lost_decisions(installation)
    except (identities.ReviewError, observations.ReviewError) as error:
        yield str(error)
        return
    rows = list(_reports(installation)) if of_identities else []
    for review in of_identities:
        here = [row for row in rows if row["location"] == review.location]
        if not any(review.concerns(review.location, row["part"], row["text_sha256"]) for row in here):
            why = "its part or text is another" if here else "there is no such document"
            yield f"the identity of {review.location}: {why}; mend or remove the entry by {review.by}"
    yield from (f"{line}; mend or remove the entry" for line in lost)


def _reports(installation: Installation) -> Iterator[dict[str, Any]]:
    for partition in installation.lake.partitions(REPORTS.name):
        data = installation.lake.read(REPORTS, partition, _COLUMNS)
        yield from [] if data is None else data.to_pylist()
