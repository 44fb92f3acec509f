"""What Scrapy is told: no cookie, no address of the page before, robots.txt as set."""

from __future__ import annotations

from sources.settings import CrawlSettings
from sources.snapshot.crawl import scrapy_settings


def test_a_site_gets_no_cookies_and_no_referer() -> None:
    told = scrapy_settings(CrawlSettings(), None)
    assert told["COOKIES_ENABLED"] is False and told["REFERER_ENABLED"] is False
    assert told["ROBOTSTXT_OBEY"] is True and told["TELNETCONSOLE_ENABLED"] is False
