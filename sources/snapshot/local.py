"""Reading the files that a catalogue names by path: their bytes, and the further pages that lie beside them.

What belongs here: files, and which of them a catalogue may name. What does not: addresses (``spider``), what is news
(``ledger``).
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from sources import outgoing
from sources.registry.catalogue import CatalogueEntry
from sources.snapshot.ledger import COVER_PAGE, Row, make_row, outcome_of
from sources.snapshot.pages import Links, find_links
from sources.snapshot.store import SnapshotStore

#: stands for the folder of a page, so that its links are read by the rules of the web
_FOLDER = "http://localhost/"
#: what the kernel tells in the form of files, secrets of processes among it; no document, whatever the settings say
NEVER = (Path("/proc"), Path("/sys"), Path("/dev"))


def read_local(
    entry: CatalogueEntry,
    base: Path,
    store: SnapshotStore,
    limit: int,
    former: Mapping[int, Row],
    folders: Sequence[str] = (),
) -> list[Row]:
    """Keep the bytes of the entry's file and return a row of tables.SNAPSHOTS for each of its pages.

    Next pages of an HTML page, and the document behind a page that only links it, are read where their files lie
    beside it; a saved page whose next page was not saved is taken as it is.
    `former` are the newest valid rows by page; `limit` is the largest file taken, in bytes; `folders` are those besides
    `base` whose files may be taken.
    """
    path: Path | None = local_path(entry.location, base)
    rows: list[Row] = []
    seen: set[Path] = set()
    page = 1
    while path is not None and path not in seen:
        seen.add(path)
        data, fault = _read(path, limit, base, folders)
        url = path.absolute().as_uri()
        previous = former[page]["sha256"] if page in former else None
        if data is None:
            # the ledger's words are published, and folders name people and machines
            error = f"catalogue row {entry.row}: {outgoing.location(entry.location)}: {fault}"
            rows.append(make_row(entry, url=url, page=page, outcome="failed", error=error, previous_sha256=previous))
            return rows
        links = _links(path, data)
        document = _beside(path, links.attachment) if page == 1 else None
        if document is not None:
            page = COVER_PAGE
            previous = former[page]["sha256"] if page in former else None
        sha256 = store.put(data)
        rows.append(
            make_row(
                entry,
                url=url,
                page=page,
                final_url=url,
                outcome=outcome_of(sha256, former.get(page)),
                content_type=mimetypes.guess_type(path.name)[0],
                sha256=sha256,
                n_bytes=len(data),
                previous_sha256=previous,
            )
        )
        path = document or _beside(path, links.next_page)
        page += 1
    last = rows[-1]["page"]
    reason = f"catalogue row {entry.row}: the document now ends with page {last}"
    for page in sorted(former):
        if page > last:
            row = former[page]
            rows.append(
                make_row(entry, url=row["url"], page=page, outcome="gone", error=reason, previous_sha256=row["sha256"])
            )
    return rows


def local_path(location: str, base: Path) -> Path:
    """Return the path that a location names: absolute, relative to `base`, or a file: address."""
    if location.lower().startswith("file:"):
        return Path(unquote(urlsplit(location).path))
    return base / location


def forbidden(path: Path, base: Path, folders: Sequence[str] = ()) -> str | None:
    """Return why a catalogue in `base` may not name the file at `path`, with the remedy, or None where it may.

    It may where the file lies below `base` or one of `folders` (absolute, or relative to `base`), links resolved: who
    writes a catalogue need not be who runs it, and what is read is kept for ever and may be published.
    """
    real = _real(path)
    if any(real.is_relative_to(never) for never in NEVER):
        return f"is of the machine's own ({real}); name a document"
    if any(real.is_relative_to(folder) for folder in _allowed(base, tuple(folders))):
        return None
    return (
        f"lies outside the catalogue's folder{'' if real == path else f' ({real})'}; put it there, or name its folder "
        "in catalogue.folders of baogao.toml"
    )


@lru_cache(maxsize=8)
def _allowed(base: Path, folders: tuple[str, ...]) -> tuple[Path, ...]:
    return _real(base), *(_real(base / Path(folder).expanduser()) for folder in folders)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _read(path: Path, limit: int, base: Path, folders: Sequence[str]) -> tuple[bytes | None, str]:
    """Return the file's bytes, or None and what is wrong with the remedy."""
    try:
        if fault := forbidden(path, base, folders):
            return None, fault
        if path.is_dir():
            return None, "is a folder; name the file in it"
        if not path.exists():
            return None, "no such file; correct the location in the catalogue or put the file there"
        if not path.is_file():
            return None, "is no regular file; name a file"
        # by what comes, not by what is told: some file systems tell no size, and a file may grow
        with _real(path).open("rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            return None, f"is larger than {limit} bytes; split it, or raise crawl.max_bytes in baogao.toml"
    except OSError as error:
        return None, f"can't be read ({error.strerror or error}); check the file and its permissions"
    return (data, "") if data else (None, "is empty; put the document there again")


def _links(path: Path, data: bytes) -> Links:
    if path.suffix.lower() not in (".html", ".htm", ".shtml"):
        return Links()
    return find_links(data, _FOLDER + quote(path.name))


def _beside(path: Path, address: str | None) -> Path | None:
    """Return the file of the linked name in the folder of `path`, if there is one."""
    name = unquote(urlsplit(address or "").path).rsplit("/", 1)[-1]
    beside = path.parent / name
    return beside if name and beside.is_file() else None
