"""Addresses that are never asked, and waits that sites ask for."""

from __future__ import annotations

import email.utils
import time

import pytest
from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from sources.settings import CrawlSettings
from sources.snapshot.crawl import scrapy_settings, user_agent
from sources.snapshot.politeness import (
    AddressGuard,
    PatientRetry,
    PrivateAddressError,
    RestTooLongError,
    is_public,
    retry_after,
)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2400:3200::1", True), ("127.0.0.1", False), ("10.1.2.3", False), ("192.168.0.9", False),
        ("172.16.0.1", False), ("169.254.169.254", False), ("100.64.0.1", False), ("0.0.0.0", False),
        ("224.0.0.1", False), ("::1", False), ("fe80::1", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("64:ff9b::808:808", True), ("2002:a00:1::1", False), ("2002:808:808::1", True),
        ("::a00:1", False), ("168.63.129.16", False), ("192.0.0.192", False),
        ("64:ff9b::7f00:1", False), ("64:ff9b::808:808", True), ("64:ff9b:1::808:808", False), ("fec0::1", False),
        ("2002:7f00:1::", False), ("2002:808:808::1", True), ("::127.0.0.1", False), ("2001:0:53aa::1", False),
        ("168.63.129.16", False), ("64:ff9b::a83f:8110", False), ("100.100.100.200", False), ("::ffff:8.8.8.8", True),
    ],
)  # fmt: skip
def test_public_addresses(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "127.1", "0x7f.1", "127.0.0.1."]
)
def test_guard_refuses_literals_of_the_private_network(host: str) -> None:
    with pytest.raises(PrivateAddressError):
        AddressGuard(allow_private=False).process_request(Request(f"http://{host}/a"))
    AddressGuard(allow_private=True).process_request(Request(f"http://{host}/a"))


@pytest.mark.parametrize(
    "url", ["http://www.example.cn/a", "https://example.cn:8443/", "http://8.8.8.8/a", "http://12371.cn/"]
)
def test_guard_lets_public_hosts_pass(url: str) -> None:
    AddressGuard(allow_private=False).process_request(Request(url))


@pytest.mark.parametrize("url", ["ftp://example.cn/a", "file:///etc/hosts", "data:text/plain,a"])
def test_guard_lets_only_the_web_pass(url: str) -> None:
    with pytest.raises(IgnoreRequest):
        AddressGuard(allow_private=True).process_request(Request(url))


def test_retry_after() -> None:
    def answer(value: str) -> Response:
        return Response("http://example.cn", headers={"Retry-After": value})

    assert retry_after(answer("7")) == 7
    soon = retry_after(answer(email.utils.formatdate(time.time() + 30, usegmt=True)))
    assert soon is not None
    assert 25 < soon <= 30
    assert retry_after(answer(email.utils.formatdate(time.time() - 30, usegmt=True))) == 0
    assert retry_after(answer("bald")) is None
    assert retry_after(Response("http://example.cn")) is None


@pytest.mark.parametrize(("status", "whole_host"), [(429, True), (503, True), (500, False), (408, False)])
def test_a_host_that_is_overloaded_rests_as_a_whole(status: int, whole_host: bool) -> None:
    crawler = get_crawler(Spider, {"BAOGAO_BACKOFF": 5, "BAOGAO_LONGEST_REST": 300, "RETRY_TIMES": 3})
    crawler.spider = crawler._create_spider("any")
    retry = PatientRetry.from_crawler(crawler)
    url = "http://www.example.cn/a"
    again = retry.process_response(Request(url), Response(url, status=status))
    assert isinstance(again, Request) and again.meta["not_before"] > time.monotonic() + 4
    assert (retry.rests.get("www.example.cn", 0.0) > time.monotonic() + 4) is whole_host
    longer = retry.process_response(Request(url), Response(url, status=status, headers={"Retry-After": "60"}))
    assert isinstance(longer, Request) and longer.meta["not_before"] > time.monotonic() + 59
    with pytest.raises(RestTooLongError):
        retry.process_response(Request(url), Response(url, status=status, headers={"Retry-After": "301"}))


def test_defaults_are_polite() -> None:
    settings = scrapy_settings(CrawlSettings(contact="mailto:keeper@example.org"), None)
    assert settings["ROBOTSTXT_OBEY"]
    assert settings["DOWNLOAD_DELAY"] >= 2
    assert settings["DOWNLOAD_DELAY_JITTER"] == 0
    assert settings["DOWNLOAD_VERIFY_CERTIFICATES"]
    assert settings["CONCURRENT_REQUESTS_PER_DOMAIN"] == 1
    assert not settings["REFERER_ENABLED"], "no site is told what another was asked for"
    assert not settings["TELNETCONSOLE_ENABLED"]
    assert not settings["REMOTE_CONTROL_ENABLED"]
    assert settings["TWISTED_DNS_RESOLVER"].endswith("GuardedResolver")
    assert settings["USER_AGENT"] == "baogao/0.1 (+mailto:keeper@example.org)"
    assert user_agent(CrawlSettings()) == "baogao/0.1"
