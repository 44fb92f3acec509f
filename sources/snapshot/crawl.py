"""The crawling process: ``python -m sources.snapshot.crawl JOB`` runs one job of ``supervise`` and ends.

What belongs here: Scrapy's settings and starting it. A process of its own, because Twisted's reactor can't be
started twice and because a crawl must be killable without harm.

It ends when its standard input closes, so it never outlives the process that started it.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import Any

from scrapy.crawler import CrawlerProcess

from sources.settings import CrawlSettings
from sources.snapshot.job import Job

_HERE = "sources.snapshot.politeness"


def scrapy_settings(crawl: CrawlSettings, log_file: str | None) -> dict[str, Any]:
    """Return Scrapy's settings for our politeness settings."""
    return {
        "USER_AGENT": user_agent(crawl),
        "ROBOTSTXT_OBEY": crawl.obey_robots,
        "ROBOTSTXT_USER_AGENT": crawl.agent,
        "CONCURRENT_REQUESTS": crawl.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_host,
        "DOWNLOAD_DELAY": crawl.delay_seconds,
        # the delay is promised as the least, so it is not varied
        "DOWNLOAD_DELAY_JITTER": 0,
        "AUTOTHROTTLE_ENABLED": crawl.adaptive,
        "AUTOTHROTTLE_START_DELAY": crawl.delay_seconds,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": crawl.per_host,
        "AUTOTHROTTLE_MAX_DELAY": max(60.0, crawl.delay_seconds),
        "DOWNLOAD_TIMEOUT": crawl.timeout_seconds,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_FAIL_ON_DATALOSS": True,
        "DOWNLOAD_VERIFY_CERTIFICATES": crawl.verify_tls,
        "RETRY_TIMES": crawl.retries,
        "REDIRECT_MAX_TIMES": crawl.max_redirects,
        "METAREFRESH_MAXDELAY": 10,
        "COOKIES_ENABLED": False,
        # both open a port that runs what it is sent
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "HTTPERROR_ALLOW_ALL": True,
        # it would name the document asked before this one, which links it nowhere
        "REFERER_ENABLED": False,
        "TWISTED_DNS_RESOLVER": (
            "scrapy.resolver.CachingThreadedResolver" if crawl.allow_private_addresses else f"{_HERE}.GuardedResolver"
        ),
        "DNS_TIMEOUT": min(30.0, crawl.timeout_seconds),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.3",
        },
        "DOWNLOADER_MIDDLEWARES": {
            f"{_HERE}.AddressGuard": 50,
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            **({f"{_HERE}.Robots": 100} if crawl.obey_robots else {}),
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
            f"{_HERE}.PatientRetry": 550,
            "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
            **({} if crawl.use_proxy else {"scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": None}),
        },
        "EXTENSIONS": {
            "scrapy.extensions.throttle.AutoThrottle": None,
            f"{_HERE}.PoliteThrottle": 0,
        },
        "BAOGAO_ALLOW_PRIVATE": crawl.allow_private_addresses,
        "BAOGAO_BACKOFF": crawl.backoff_seconds,
        "BAOGAO_LONGEST_REST": crawl.retry_after_max_seconds,
        "LOG_LEVEL": "INFO",
        "LOG_FILE": log_file,
        "LOGSTATS_INTERVAL": 60.0,
    }


def user_agent(crawl: CrawlSettings) -> str:
    """Return an honest User-Agent: what we are and how to reach who runs it."""
    return f"{crawl.agent} (+{crawl.contact})" if crawl.contact else crawl.agent


def main(arguments: list[str]) -> int:
    job = Job.read(Path(arguments[0]))
    crawl = CrawlSettings.model_validate(job.crawl)
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def report(location: str) -> None:
        sys.stdout.write(location + "\n")
        sys.stdout.flush()

    from sources.snapshot.spider import DocumentSpider

    process = CrawlerProcess(scrapy_settings(crawl, str(Path(job.journal).with_suffix(".log"))))
    process.crawl(DocumentSpider, job=job, report=report)
    process.start()
    return 0


def _end_with_parent() -> None:
    """End at once when standard input closes: every result is on disk already."""
    try:
        # not sys.stdin: its lock, held by this thread, would break the interpreter's orderly end
        while os.read(0, 1024):
            pass
    finally:
        os._exit(3)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
