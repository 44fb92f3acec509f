"""What went wrong with a request, in words that name the remedy.

What belongs here: from an exception or a status to outcome and reason. What does not: judging a page that came
(``pages``), writing it down (``spider``).
"""

from __future__ import annotations

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    StopDownload,
)

from sources.settings import CrawlSettings
from sources.snapshot.politeness import (
    GuardedResolver,
    PrivateAddressError,
    RestTooLongError,
    RobotsForbiddenError,
    RobotsUnavailableError,
)

_REMEDIES = {
    401: "the page wants a login",
    403: "the site refuses; ask its keeper, or look for another publisher",
    404: "the page is linked but missing; look at the site",
    429: "the site wants fewer requests; raise crawl.delay_seconds in baogao.toml",
}


def remedy_for(status: int) -> str:
    """Return what to do about an HTTP status that is no success."""
    return _REMEDIES.get(status, "try again later" if status >= 500 else "open the address in a browser")


def reason_of(error: BaseException, host: str, crawl: CrawlSettings) -> tuple[str, str]:
    """Return the outcome and the reason, with the remedy, for what a request to `host` ended with."""
    if isinstance(error, RobotsForbiddenError):
        return "refused_by_robots", f"robots.txt of {host} forbids it; look for another publisher"
    return "failed", _reason(error, host, crawl)


def _reason(error: BaseException, host: str, crawl: CrawlSettings) -> str:
    if isinstance(error, RobotsUnavailableError):
        if error.__cause__ is not None:
            return f"{error}: {_reason(error.__cause__, host, crawl)}"
        return f"{error} on {host}, so nothing is fetched there; try again later"
    if isinstance(error, PrivateAddressError) or (
        isinstance(error, CannotResolveHostError) and host in GuardedResolver.refused
    ):
        return f"{host} is in a private network; set crawl.allow_private_addresses in baogao.toml if that is meant"
    if isinstance(error, RestTooLongError):
        return f"{error}; try again later"
    if isinstance(error, StopDownload):
        served = error.response.headers.get("Content-Type") if error.response else None
        return f"is {(served or b'?').decode('latin-1')}, no document; give the document's own address"
    if isinstance(error, IgnoreRequest):
        return _ignored(str(error), crawl)
    return _broken(error, host, crawl)


def _ignored(words: str, crawl: CrawlSettings) -> str:
    """Tell why Scrapy gave a request up: it has no exceptions of their own for these."""
    if "DOWNLOAD_MAXSIZE" in words:
        return f"is larger than {crawl.max_bytes} bytes when decompressed; raise crawl.max_bytes if that is right"
    if "redirections" in words:
        return f"more than {crawl.max_redirects} redirects; open the address in a browser"
    return f"{words}; correct the location"


def _broken(error: BaseException, host: str, crawl: CrawlSettings) -> str:
    if isinstance(error, DownloadTimeoutError):
        return f"was not there in whole after {crawl.timeout_seconds:g} s; raise crawl.timeout_seconds"
    if isinstance(error, DownloadCancelledError):
        return f"is larger than {crawl.max_bytes} bytes; raise crawl.max_bytes if that is right"
    if isinstance(error, CannotResolveHostError):
        return f"the name {host} can't be resolved; correct the location, or check the network"
    if isinstance(error, DownloadConnectionRefusedError):
        return f"{host} refuses the connection; correct the location, or try again later"
    if isinstance(error, ResponseDataLossError):
        return "the answer breaks off before its end; try again later"
    if isinstance(error, DownloadFailedError):
        if any(word in str(error).lower() for word in ("certificate", "ssl", "tls")):
            return f"the certificate of {host} can't be verified; see crawl.verify_tls in docs/crawling.md"
        return f"the connection to {host} broke off; try again later"
    return f"{type(error).__name__}: {error}; open the address in a browser"
