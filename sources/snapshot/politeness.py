"""Scrapy middlewares that make the crawl polite and safe: robots.txt, retries with waiting, private addresses.

What belongs here: what holds for every request. What does not: what is asked for and what becomes of an answer
(``spider``).
"""

from __future__ import annotations

import asyncio
import email.utils
import ipaddress
import logging
import time
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import get_retry_request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.resolver import CachingThreadedResolver
from scrapy.robotstxt import ProtegoRobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import Deferred
from twisted.internet.task import deferLater

logger = logging.getLogger(__name__)

RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 520, 522, 524})
RETRY_EXCEPTIONS = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
#: statuses that speak of the host and not of the page: the whole host is given a rest
_HOST_STATUS = frozenset({429, 503})
#: further tries after a page took its whole time; each costs that time again
_TIMEOUT_RETRIES = 1


class PrivateAddressError(IgnoreRequest):
    """The address lies in a private network or on this machine."""


class RobotsUnavailableError(IgnoreRequest):
    """robots.txt can't be had, so what it allows is not known."""


class RobotsForbiddenError(IgnoreRequest):
    """robots.txt forbids the address."""


class RestTooLongError(IgnoreRequest):
    """The site asks for a longer rest than we wait for."""


#: networks whose addresses end in one of IPv4, which a gateway asks in their place: NAT64, and the old compatible form
_ENDING_IN_4 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("::/96"))
#: what Python takes for public and is not: gateways and sites of one's own network, the inside of a cloud
_OWN = (
    ipaddress.ip_network("64:ff9b:1::/48"),
    ipaddress.ip_network("fec0::/10"),
    ipaddress.ip_network("168.63.129.16/32"),
    ipaddress.ip_network("192.0.0.192/32"),
)


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public network; of one that embeds another, whether that is."""
    ip = ipaddress.ip_address(address)
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return all(
        one.is_global and not one.is_multicast and not any(one in network for network in _OWN)
        for one in (ip, *_embedded(ip))
    )


def _embedded(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address leads to, by whichever of the forms that hold one."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    found = [ip.sixtofour, *(ip.teredo or ())]
    if any(ip in network for network in _ENDING_IN_4):
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF))
    return [one for one in found if one is not None]


class GuardedResolver(CachingThreadedResolver):
    """Resolver that gives no private address, so that neither a name nor a redirect leads into the local network."""

    #: hosts whose name led to a private address
    refused: set[str] = set()  # noqa: RUF012

    def getHostByName(self, name: str, timeout: Any = ()) -> Deferred[str]:  # noqa: N802
        answer: Deferred[str] = super().getHostByName(name, timeout)
        answer.addCallback(self._check, name)
        return answer

    def _check(self, address: str, name: str) -> str:
        if not is_public(address):
            self.refused.add(name)
            raise OSError(f"{name} is {address}, a private address")
        return address


class AddressGuard:
    """Lets only http and https pass, and no address literal of a private network unless the settings allow it."""

    def __init__(self, allow_private: bool) -> None:
        self.allow_private = allow_private

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AddressGuard:
        return cls(crawler.settings.getbool("BAOGAO_ALLOW_PRIVATE"))

    def process_request(self, request: Request) -> None:
        parts = urlparse_cached(request)
        if parts.scheme not in ("http", "https"):
            raise IgnoreRequest(f"{parts.scheme}: addresses are not fetched")
        if self.allow_private:
            return
        host = (parts.hostname or "").rstrip(".")
        try:
            public = is_public(host.strip("[]"))
        except ValueError:
            # a name: the resolver checks it, except forms like 127.1 or 0x7f000001, which no public site uses
            public = not host.split(".")[-1].isalnum() or not host.split(".")[-1][:1].isdigit()
        if not public:
            raise PrivateAddressError(f"{host} is no public address")


@dataclass(frozen=True)
class HostRules:
    """What one host's robots.txt says: its rules, or why they can't be known (`unavailable`, by `cause`)."""

    parser: ProtegoRobotParser | None = None
    unavailable: str = ""
    cause: Exception | None = None


class Robots:
    """robots.txt by RFC 9309: where the server fails to give it, nothing is fetched; Crawl-delay is kept.

    In place of Scrapy's own, which takes a robots.txt that can't be had for "all allowed".
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._longest = crawler.settings.getfloat("BAOGAO_LONGEST_REST")
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._rules: dict[str, HostRules] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Robots:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        netloc = urlparse_cached(request).netloc
        async with self._asking[netloc]:
            if netloc not in self._rules:
                self._rules[netloc] = await self._ask(request)
        rules = self._rules[netloc]
        if rules.unavailable:
            raise RobotsUnavailableError(rules.unavailable) from rules.cause
        if rules.parser is not None and not rules.parser.allowed(request.url, self._agent):
            raise RobotsForbiddenError("robots.txt forbids it")

    async def _ask(self, request: Request) -> HostRules:
        """Fetch robots.txt of the request's host, before everything else that waits for the host."""
        address = urlparse_cached(request)
        asked = Request(
            f"{address.scheme}://{address.netloc}/robots.txt",
            priority=1000,
            meta={"dont_obey_robotstxt": True},
            callback=NO_CALLBACK,
        )
        assert self.crawler.engine is not None
        try:
            response = await self.crawler.engine.download_async(asked)
        except Exception as error:
            # whatever kept it away, the host's rules are not known
            return HostRules(unavailable="robots.txt can't be had", cause=error)
        if response.status >= 500 or response.status == 429:
            return HostRules(unavailable=f"robots.txt answers with status {response.status}")
        parser = ProtegoRobotParser.from_crawler(self.crawler, response.body if response.status == 200 else b"")
        delay = parser.rp.crawl_delay(self._agent)
        if delay:
            keep_apart(self.crawler, address.hostname or "", float(delay))
        if delay and delay > self._longest:
            return HostRules(unavailable=f"robots.txt asks for {delay:g} s between two requests")
        return HostRules(parser)


def keep_apart(crawler: Crawler, host: str, seconds: float) -> None:
    """Keep requests to `host` at least `seconds` apart from now on."""
    settings = crawler.engine.downloader.per_slot_settings.setdefault(host, {})
    settings["delay"] = max(seconds, settings.get("delay", crawler.settings.getfloat("DOWNLOAD_DELAY")))
    slot = crawler.engine.downloader.slots.get(host)
    if slot is not None:
        slot.delay = max(slot.delay, seconds)
        slot.jitter = 0.0


class PoliteThrottle(AutoThrottle):
    """AutoThrottle that never goes below a host's own delay (Crawl-delay, site profile)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        # after the handler that AutoThrottle has just connected: a signal's handlers are called in their order
        crawler.signals.connect(self.keep_own_delay, signal=signals.response_downloaded)

    def keep_own_delay(self, request: Request) -> None:
        """Set the delay of the request's host back to its own where AutoThrottle went below."""
        assert self.crawler.engine is not None
        downloader, host = self.crawler.engine.downloader, request.meta.get("download_slot", "")
        own, slot = downloader.per_slot_settings.get(host, {}).get("delay", 0.0), downloader.slots.get(host)
        if slot is not None:
            slot.delay = max(slot.delay, own)


class PatientRetry:
    """Tries again what is worth it, after a wait that doubles; a host that says so (429, 503) is given a rest.

    The wait happens before the request reaches the downloader, so it holds no connection.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.retries = crawler.settings.getint("RETRY_TIMES")
        self.backoff = crawler.settings.getfloat("BAOGAO_BACKOFF")
        self.longest = crawler.settings.getfloat("BAOGAO_LONGEST_REST")
        self.rests: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PatientRetry:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        host = urlparse_cached(request).hostname or ""
        while (wait := max(self.rests.get(host, 0.0), request.meta.get("not_before", 0.0)) - time.monotonic()) > 0:
            await maybe_deferred_to_future(deferLater(_reactor(), wait, lambda: None))

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in RETRY_STATUS:
            return response
        asked = retry_after(response)
        if asked is not None and asked > self.longest:
            raise RestTooLongError(f"the site answers {response.status} and asks to wait {asked:.0f} s")
        return self._again(request, f"status {response.status}", asked, response.status in _HOST_STATUS) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, RETRY_EXCEPTIONS):
            return None
        if (
            isinstance(exception, CannotResolveHostError)
            and urlparse_cached(request).hostname in GuardedResolver.refused
        ):
            return None
        most = _TIMEOUT_RETRIES if isinstance(exception, DownloadTimeoutError) else self.retries
        return self._again(request, type(exception).__name__, None, False, most)

    def _again(
        self, request: Request, reason: str, asked: float | None, whole_host: bool, most: int | None = None
    ) -> Request | None:
        assert self.crawler.spider is not None
        tries = request.meta.get("retry_times", 0)
        again = get_retry_request(
            request,
            spider=self.crawler.spider,
            reason=reason,
            max_retry_times=min(self.retries, self.retries if most is None else most),
            give_up_log_level=logging.INFO,
        )
        wait = asked if asked is not None else self.backoff * 2**tries
        until = time.monotonic() + wait
        if whole_host:
            host = urlparse_cached(request).hostname or ""
            self.rests[host] = max(self.rests.get(host, 0.0), until)
        if again is not None:
            again.meta["not_before"] = until
        return again


def _reactor() -> Any:
    # imported late: importing it installs a reactor, which is Scrapy's to choose
    from twisted.internet import reactor

    return reactor


def retry_after(response: Response) -> float | None:
    """Return the seconds that Retry-After asks for (a number or a date), or None."""
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if not value:
        return None
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
