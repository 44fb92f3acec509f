"""robots.txt as Scrapy and its parser read it, and the methods of Scrapy that ours stand in for."""

from __future__ import annotations

import inspect

from protego import Protego
from relied import relied_on
from scrapy import signals
from scrapy.core.downloader import Slot
from scrapy.core.engine import ExecutionEngine
from scrapy.robotstxt import decode_robotstxt
from scrapy.signalmanager import SignalManager

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
    "the handlers of a signal are called in the order in which they were connected, and AutoThrottle connects the one "
    "that sets delays when it is made",
    follows="a host's own delay is set back after AutoThrottle has gone below it",
    where="sources/snapshot/politeness.py",
)
def test_handlers_of_a_signal_are_called_in_their_order() -> None:
    called: list[str] = []
    manager = SignalManager()
    handlers = [lambda name=name: called.append(name) for name in "abc"]
    for handler in handlers:
        manager.connect(handler, signal=signals.response_downloaded)
    manager.send_catch_log(signals.response_downloaded)
    assert called == ["a", "b", "c"]


@relied_on(
    "scrapy",
    "`engine.download_async` fetches past the spider, through all middlewares, and `engine.downloader` has the slots by "
    "host with their delay",
    follows="robots.txt is fetched by it; delays are set there",
    where="sources/snapshot/politeness.py",
)
def test_the_engine_fetches_past_the_spider() -> None:
    assert list(inspect.signature(ExecutionEngine.download_async).parameters) == ["self", "request"]
    slot = Slot(concurrency=1, delay=0.5, jitter=0.0)
    assert slot.delay == 0.5
