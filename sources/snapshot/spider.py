"""The spider: walks each target's pages, keeps their bytes, and writes to the journal what each fetch told.

What belongs here: from an answer to a journal line and to the next request. What does not: politeness
(``politeness``), judging pages (``pages``), the ledger (``ledger``).

One document's pages are fetched one after the other; documents of one host are handed out one by one, so that a host
that rests holds up none but its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import StopDownload
from scrapy.http import Headers, Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from sources.home import Home
from sources.registry.profiles import SiteProfile, find_reports, next_listing
from sources.settings import CrawlSettings
from sources.snapshot.faults import reason_of, remedy_for
from sources.snapshot.job import DONE, LISTED, PAGE, Job, Journal, KnownPage, Line, Target
from sources.snapshot.ledger import COVER_PAGE, VALID
from sources.snapshot.pages import find_links, inner_frame, lost_text, soft_failure
from sources.snapshot.politeness import keep_apart
from sources.snapshot.store import DamagedSnapshotError, SnapshotStore

#: content types that can hold a document; anything else is dropped at its headers
_DOCUMENT_TYPES = (
    "text/html", "application/xhtml", "text/plain", "text/xml", "application/xml", "application/pdf",
    "application/x-pdf", "application/msword", "application/vnd.openxmlformats-officedocument.wordprocessingml",
    "application/vnd.ms-word", "application/vnd.ms-works", "application/wps", "application/kswps",
    "application/octet-stream", "binary/octet-stream", "application/x-download", "application/download",
    "application/force-download", "application/x-msdownload",
)  # fmt: skip


@dataclass
class Walk:
    """How far one target is."""

    target: Target
    page: int = 1
    visited: set[str] = field(default_factory=set)
    last_page: int = 0
    #: a page came first that only leads to the document
    covered: bool = False

    def known(self, url: str) -> KnownPage | None:
        """Return the known page that came from `url`: its validators make a conditional request."""
        return next((page for page in self.target.known if page.url == url), None)

    def former(self, page: int) -> KnownPage | None:
        return next((known for known in self.target.known if known.page == page), None)

    def have(self, url: str) -> Line | None:
        """Return the line that an interrupted crawl wrote about `url`, if the page was stored."""
        return next(
            (line for line in self.target.have if line["url"] == url and line["outcome"] in VALID and line["sha256"]),
            None,
        )


class DocumentSpider(scrapy.Spider):
    """Fetches the targets of one job."""

    name = "documents"

    def __init__(self, job: Job, report: Callable[[str], None], **values: Any) -> None:
        super().__init__(**values)
        self.crawl = CrawlSettings.model_validate(job.crawl)
        self.store = SnapshotStore(Home(Path(job.root)), job.remote)
        self.journal = Journal(Path(job.journal))
        self.report = report
        self.waiting: dict[str, deque[Target]] = {}
        for target in job.targets:
            self.waiting.setdefault(urlsplit(target.url).hostname or "", deque()).append(target)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> DocumentSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.headers_received, signals.headers_received)
        crawler.signals.connect(spider.closed_by, signals.spider_closed)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Yield the first requests of each host; the others follow as those are done."""
        for host in list(self.waiting):
            for _ in range(self.crawl.per_host):
                for request in self._next_target(host):
                    yield request

    def _next_target(self, host: str) -> Iterator[Request]:
        while self.waiting.get(host):
            target = self.waiting[host].popleft()
            if target.profile:
                keep_apart(self.crawler, host, float(target.profile.get("delay_seconds") or self.crawl.delay_seconds))
            requests = list(self._visit(Walk(target), target.url))
            if requests:
                yield from requests
                return

    def _visit(self, walk: Walk, url: str) -> Iterator[Request]:
        """Go to the page at `url`: ask for it, or go on from what an interrupted crawl stored."""
        walk.visited.add(url)
        line = walk.have(url)
        if line is not None:
            try:
                body = self.store.get(line["sha256"])
            except (FileNotFoundError, DamagedSnapshotError):
                pass
            else:
                walk.page = int(line["page"])
                yield from self._follow(walk, body, line["final_url"], line["charset"], stored=True)
                return
        yield Request(
            url,
            headers=self._conditions(walk, url),
            meta={"walk": walk, "asked": url},
            dont_filter=True,
            callback=self.parse,
            errback=self.failed,
        )

    def _conditions(self, walk: Walk, url: str) -> dict[str, str]:
        known = walk.known(url)
        if known is None or walk.target.profile or known.sha256 not in self.store:
            return {}
        conditions = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
        return {name: value for name, value in conditions.items() if value}

    def headers_received(self, headers: Headers, body_length: int, request: Request, spider: scrapy.Spider) -> None:
        """Stop the download of what can't be a document, before its body comes."""
        content_type, _ = _content_type(headers)
        if request.meta.get("dont_obey_robotstxt") or not content_type:
            return
        if not content_type.startswith(_DOCUMENT_TYPES):
            raise StopDownload(fail=True)

    def parse(self, response: Response, **_: Any) -> Iterator[Request]:
        walk: Walk = response.meta["walk"]
        asked: str = response.meta["asked"]
        if response.status == 304:
            yield from self._not_modified(walk, asked, response)
        elif response.status == 200:
            yield from self._good(walk, asked, response)
        else:
            yield from self._bad_status(walk, asked, response)

    def _not_modified(self, walk: Walk, asked: str, response: Response) -> Iterator[Request]:
        known = walk.known(asked)
        if known is None:
            yield from self._end(walk, asked, "failed", "answers 304 to an unconditional request; try again", response)
            return
        try:
            body = self.store.get(known.sha256)
        except (FileNotFoundError, DamagedSnapshotError) as error:
            yield from self._end(walk, asked, "failed", str(error), response)
            return
        if known.page == COVER_PAGE:
            walk.page = COVER_PAGE
        # a 304 need not repeat the validators
        etag = _header(response.headers, "ETag") or known.etag
        last_modified = _header(response.headers, "Last-Modified") or known.last_modified
        self._write_good(walk, asked, response, known.sha256, len(body), etag=etag, last_modified=last_modified)
        yield from self._follow(walk, body, response.url, None)

    def _good(self, walk: Walk, asked: str, response: Response) -> Iterator[Request]:
        body: bytes = response.body
        _, charset = _content_type(response.headers)
        if walk.target.profile:
            yield from self._listing(walk, body, response)
            return
        links = find_links(body, response.url, charset)
        behind = links.attachment or inner_frame(body, response.url, charset)
        is_cover = walk.page == 1 and behind is not None and not walk.covered
        fault = None if is_cover else soft_failure(body, charset=charset, asked=asked, answered=response.url)
        fault = fault or (None if is_cover else self._lost_text(walk, body, charset))
        if fault:
            kept = self.store.put(body) if body else None
            yield from self._end(walk, asked, "failed", fault, response, sha256=kept, n_bytes=len(body) or None)
            return
        if is_cover:
            walk.page = COVER_PAGE
        self._write_good(walk, asked, response, self.store.put(body), len(body))
        yield from self._follow(walk, body, response.url, charset)

    def _lost_text(self, walk: Walk, body: bytes, charset: str | None) -> str | None:
        former = walk.former(walk.page)
        if former is None or walk.target.accept_shorter:
            return None
        try:
            return lost_text(body, self.store.get(former.sha256), self.crawl.keep_fraction, charset)
        except (FileNotFoundError, DamagedSnapshotError):
            return None

    def _follow(
        self, walk: Walk, body: bytes, url: str, charset: str | None, *, stored: bool = False
    ) -> Iterator[Request]:
        """Go on to what is behind a cover (attachment, frame), or to the next page; else the target is done."""
        walk.last_page = max(walk.last_page, walk.page)
        links = find_links(body, url, charset)
        following = links.next_page
        if walk.page == COVER_PAGE:
            walk.covered = True
            following = links.attachment or inner_frame(body, url, charset)
        if following is None or following in walk.visited:
            self._page_gone(walk)
            yield from self._done(walk)
        elif walk.page >= self.crawl.max_pages:
            walk.page += 1
            reason = f"the document has more than {self.crawl.max_pages} pages; raise crawl.max_pages in baogao.toml"
            yield from self._end(walk, following, "failed", reason)
        else:
            walk.page += 1
            yield from self._visit(walk, following)

    def _page_gone(self, walk: Walk) -> None:
        """Tell of pages that the document had once and has no more."""
        for known in walk.target.known:
            if known.page > walk.last_page and known.page > 1:
                reason = f"the document now ends with page {walk.last_page}"
                self._write(walk, known.url, "gone", page=known.page, error=reason, previous_sha256=known.sha256)

    def _bad_status(self, walk: Walk, asked: str, response: Response) -> Iterator[Request]:
        status = response.status
        if status in (404, 410) and walk.page == 1 and not response.meta.get("redirect_urls"):
            reason = f"the site answers {status}: the page is gone; look for its new address"
            yield from self._end(walk, asked, "gone", reason, response)
            return
        tries = response.meta.get("retry_times", 0) + 1
        tried = f" after {tries} tries" if tries > 1 else ""
        yield from self._end(walk, asked, "failed", f"the site answers {status}{tried}; {remedy_for(status)}", response)

    def failed(self, failure: Failure) -> Iterator[Request]:
        request: Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        walk: Walk = request.meta["walk"]
        host = urlparse_cached(request).hostname or ""
        outcome, reason = reason_of(failure.value, host, self.crawl)
        yield from self._end(walk, request.meta["asked"], outcome, reason)

    def _end(
        self, walk: Walk, asked: str, outcome: str, reason: str, response: Response | None = None, **values: Any
    ) -> Iterator[Request]:
        """Write what went wrong with a page; the target is done with it."""
        former = walk.former(walk.page)
        values.setdefault("previous_sha256", former.sha256 if former else None)
        self._write(walk, asked, outcome, response, error=f"{asked}: {reason}", **values)
        yield from self._done(walk)

    def _write_good(self, walk: Walk, asked: str, response: Response, sha256: str, n_bytes: int, **values: Any) -> None:
        former = walk.former(walk.page)
        outcome = "new" if former is None else ("unchanged" if former.sha256 == sha256 else "changed")
        self._write(
            walk, asked, outcome, response,
            sha256=sha256, n_bytes=n_bytes, previous_sha256=former.sha256 if former else None, **values,
        )  # fmt: skip

    def _write(self, walk: Walk, asked: str, outcome: str, response: Response | None = None, **values: Any) -> None:
        line: Line = {
            "type": PAGE,
            "location": walk.target.location,
            "page": walk.page,
            "url": asked,
            "retrieved_at": datetime.now(UTC).isoformat(),
            "outcome": outcome,
            **dict.fromkeys(("final_url", "http_status", "content_type", "charset", "sha256", "n_bytes")),
            **dict.fromkeys(("etag", "last_modified", "previous_sha256", "error")),
        }
        if response is not None:
            content_type, charset = _content_type(response.headers)
            line |= {
                "final_url": response.url,
                "redirects": response.meta.get("redirect_urls", []),
                "http_status": response.status,
                "content_type": content_type,
                "charset": charset,
                "etag": _header(response.headers, "ETag"),
                "last_modified": _header(response.headers, "Last-Modified"),
            }
        self.journal.add(line | values)

    def _done(self, walk: Walk) -> Iterator[Request]:
        self.journal.add({"type": DONE, "location": walk.target.location})
        self.report(walk.target.location)
        yield from self._next_target(urlsplit(walk.target.url).hostname or "")

    def _listing(self, walk: Walk, body: bytes, response: Response) -> Iterator[Request]:
        """Write the reports that a listing page links, and go on to the listing's next page."""
        profile = SiteProfile.model_validate(walk.target.profile)
        found = find_reports(body, response.url, profile)
        self.journal.add(
            {
                "type": LISTED,
                "location": walk.target.location,
                "url": response.url,
                "candidates": [candidate.__dict__ for candidate in found],
            }
        )
        following = next_listing(body, response.url, profile)
        if following and following not in walk.visited and walk.page < min(profile.max_pages, self.crawl.max_pages):
            walk.page += 1
            yield from self._visit(walk, following)
        else:
            yield from self._done(walk)

    def closed_by(self, spider: scrapy.Spider, reason: str) -> None:
        self.journal.close()


def _header(headers: Headers, name: str) -> str | None:
    value = headers.get(name)
    return value.decode("latin-1") if value else None


def _content_type(headers: Headers) -> tuple[str | None, str | None]:
    """Return content type and charset as served."""
    content_type, _, rest = (_header(headers, "Content-Type") or "").partition(";")
    charset = next((part.split("=", 1)[1] for part in rest.split(";") if "charset=" in part.lower()), "")
    return content_type.strip().lower() or None, charset.strip(" \"'") or None
