"""robots.txt as Scrapy and its parser read it, and the methods of Scrapy that ours stand in for."""

from __future__ import annotations

import asyncio
import inspect

from protego import Protego
from relied import relied_on
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Request, Response, TextResponse
from scrapy.robotstxt import ProtegoRobotParser, decode_robotstxt
from scrapy.utils.test import get_crawler

ROBOTS = "User-agent: *\nDisallow: /政府公报/\nCrawl-delay: "


@relied_on(
    "protego",
    "a rule in Han characters holds for the address in UTF-8 percent signs, upper or lower case, and not for the same "
    "words in GBK's",
    follows="a site whose addresses are GBK is held to the rules that are written as its addresses are",
    where="sources/snapshot/politeness.py",
)
def test_rules_in_han_characters_are_utf8() -> None:
    rules = Protego.parse(ROBOTS)
    utf8 = "%E6%94%BF%E5%BA%9C%E5%85%AC%E6%8A%A5"
    addresses = [f"https://a.test/{path}/1.html" for path in (utf8, utf8.lower(), "%D5%FE%B8%AE%B9%AB%B1%A8")]
    assert [rules.can_fetch(address, "bot") for address in addresses] == [False, False, True]


@relied_on(
    "protego",
    "a delay that is no plain number (`10s`) is none: `crawl_delay` is None; `0.5` is 0.5",
    follows="such a site is kept to the delay of the settings",
    where="sources/snapshot/politeness.py",
)
def test_a_delay_with_a_unit_is_none() -> None:
    assert [Protego.parse(ROBOTS + told).crawl_delay("bot") for told in ("10s", "0.5", "7")] == [None, 0.5, 7.0]


@relied_on(
    "protego",
    "a text that begins with a byte order mark loses its first group: all is allowed. Scrapy takes the mark away before",
    follows="robots.txt is read by way of Scrapy only",
    where="sources/snapshot/politeness.py",
)
def test_a_byte_order_mark_is_taken_away_by_scrapy_alone() -> None:
    told = "\ufeffUser-agent: *\nDisallow: /a"
    assert Protego.parse(told).can_fetch("https://a.test/a/1", "bot")
    assert not Protego.parse(decode_robotstxt(told.encode(), None)).can_fetch("https://a.test/a/1", "bot")


@relied_on(
    "scrapy",
    "of several requests that wait for one robots.txt the first two are given the parser and all others None, which its "
    "own middleware takes for “all allowed”",
    follows="the parser is looked up in the middleware's `_parsers` after the wait; what was awaited is not used",
    where="sources/snapshot/politeness.py",
    private=True,
)
def test_of_requests_that_wait_together_some_get_no_parser() -> None:
    class Engine:
        async def download_async(self, _request: Request) -> Response:
            await asyncio.sleep(0.001)
            return TextResponse("https://a.test/robots.txt", body=b"User-agent: *\nDisallow: /a")

    async def ask() -> tuple[list[object], object]:
        crawler = get_crawler(settings_dict={"ROBOTSTXT_OBEY": True})
        crawler.engine = Engine()  # type: ignore[assignment]
        middleware = RobotsTxtMiddleware(crawler)
        requests = [Request(f"https://a.test/{number}") for number in range(4)]
        given = await asyncio.gather(*(middleware.robot_parser(request) for request in requests))
        return list(given), middleware._parsers["a.test"]

    given, kept = asyncio.run(ask())
    assert isinstance(kept, ProtegoRobotParser)
    assert kept.rp.crawl_delay("bot") is None
    assert [parser is kept for parser in given] == [True, True, False, False]
    assert given[2:] == [None, None]


@relied_on(
    "scrapy",
    "`RobotsTxtMiddleware` calls `_parse_robots(response, netloc, request)` for what came and `_robots_error(exc, netloc)` "
    "where nothing did; `AutoThrottle` sets delays in `_adjust_delay(slot, latency, response)`",
    follows="ours stand in for these three: an unreachable robots.txt forbids, a host's own delay is never undercut",
    where="sources/snapshot/politeness.py",
    private=True,
)
def test_the_methods_that_ours_stand_in_for() -> None:
    def parameters(method: object) -> list[str]:
        return list(inspect.signature(method).parameters)[1:]  # type: ignore[arg-type]

    assert parameters(RobotsTxtMiddleware._parse_robots) == ["response", "netloc", "request"]
    assert parameters(RobotsTxtMiddleware._robots_error) == ["exc", "netloc"]
    assert parameters(AutoThrottle._adjust_delay) == ["slot", "latency", "response"]
    caller = inspect.getsource(RobotsTxtMiddleware.robot_parser)
    assert "self._parse_robots(resp, netloc, request)" in caller
    assert "self._robots_error(e, netloc)" in caller
