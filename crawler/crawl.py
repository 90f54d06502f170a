"""One crawl: the census, its desk and its client put into Scrapy's engine, and run to the end."""

import asyncio
import logging
import signal
from collections.abc import Callable, Mapping
from typing import Any

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.logformatter import LogFormatter
from scrapy.utils.misc import load_object

from crawler import guard as guards
from crawler.client import Client
from crawler.engine import Signals
from crawler.lean import settle
from crawler.log import log_to_stderr
from crawler.progress import Watch
from crawler.registry import families
from crawler.settings import Settings
from crawler.spiders.census import Census
from crawler.storing import Desk, StoringFrontier

FRONTIER = "pipeline.frontier.DuckDBFrontier"
"""By path, so that the crawler knows nothing of the database."""
LIVENESS_FRONTIER = "pipeline.liveness.LivenessFrontier"
"""The same of a run that only looks whether watched servers answer."""
FRONTIER_ERRORS = "pipeline.exceptions.PipelineError"
"""What an operator can mend; its message says how."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
"""Each ends a crawl in good order; a second one drops what is underway."""
PUBLISH_EVERY_SECONDS = 60
"""Readers see a crawl grow; more often would cost the crawl more than it shows them."""


class QuietLogFormatter(LogFormatter):
    """Says nothing of single requests and items: a check tells its own story."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def dropped(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        """Nothing."""


def scrapy_settings(limits: Settings) -> dict[str, Any]:
    """Scrapy as we want it: its frontier machinery, none of its ways out and none of its ways in."""
    return {
        # one check per request, through our own client; every other scheme has no handler. Without a
        # reactor Scrapy puts its own http handler into the base, whatever stands there: hence the None
        "DOWNLOAD_HANDLERS_BASE": {},
        "DOWNLOAD_HANDLERS": {"https": "crawler.handler.CheckHandler", "http": None, "ftp": None},
        "CONCURRENT_REQUESTS": limits.concurrency,
        "CONCURRENT_REQUESTS_PER_DOMAIN": limits.concurrency,
        # asyncio as it is: no Twisted reactor beside it, and not uvloop, which the audit hook cannot see
        "TWISTED_REACTOR_ENABLED": False,
        "ASYNCIO_EVENT_LOOP": None,
        # consent, redirects, cookies, compression, retries and proxies are the client's or nobody's
        "DOWNLOADER_MIDDLEWARES_BASE": {},
        "SPIDER_MIDDLEWARES_BASE": {},
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "COOKIES_ENABLED": False,
        "REFERER_ENABLED": False,
        "HTTPPROXY_ENABLED": False,
        "HTTPCACHE_ENABLED": False,
        "USER_AGENT": limits.user_agent,
        # no console, no remote control, no mail: nothing listens
        "EXTENSIONS_BASE": {},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        # each response holds one item, and a task per possible item would be made for each (DESIGN §3)
        "CONCURRENT_ITEMS": 1,
        "ITEM_PIPELINES": {"crawler.storing.StoringPipeline": 100},
        # the database is the frontier: nothing on disk, nothing to deduplicate, one plain queue
        "JOBDIR": None,
        "SCHEDULER": "crawler.engine.Line",
        "DOWNLOADER": "crawler.engine.Slots",
        "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
        "STATS_DUMP": False,
        "LOG_ENABLED": False,
        "LOG_FORMATTER": "crawler.crawl.QuietLogFormatter",
        "WARN_ON_GENERATOR_RETURN_VALUE": False,
    }


async def crawl(
    limits: Settings,
    opens: Callable[[], StoringFrontier],
    watch: Watch,
    *,
    seconds: float | None = None,
    publish_every_seconds: float | None = PUBLISH_EVERY_SECONDS,
    passing_errors: tuple[type[Exception], ...] = (),
    makes: Callable[[Settings], Client] = Client,
) -> list[str]:
    """Run one crawl. Returns its problems worth a look; what ends it is raised.

    `makes` makes its client, where names are to be looked up elsewhere than usual.
    """
    # loaded now, not with the first answer, and never looked through for garbage
    families()
    client = makes(limits)
    desk = Desk(opens, publish_every_seconds=publish_every_seconds, passing_errors=passing_errors)
    reason = "failed"
    try:
        await client.self_test()
        await desk.open()
        runner = AsyncCrawlerRunner(scrapy_settings(limits))
        crawler = runner.create_crawler(Census)
        crawler.signals = Signals(crawler)
        settle()
        loop = asyncio.get_running_loop()
        running = runner.crawl(crawler, client=client, desk=desk, watch=watch, limits=limits)
        if seconds is not None:
            loop.call_later(seconds, _stop, crawler, "time")
        for watched in _SIGNALS:
            loop.add_signal_handler(watched, _stop, crawler, "stopped")
        try:
            await running
        finally:
            for watched in _SIGNALS:
                loop.remove_signal_handler(watched)
        census: Any = crawler.spider
        if census.error is not None:
            raise census.error
        reason = census.reason
    finally:
        await client.close()
        await desk.close(reason)
    if census.lost_count:
        checks = "1 check" if census.lost_count == 1 else f"{census.lost_count:,} checks"
        desk.problems.append(f"{checks} failed by a fault of Herdbook itself")
    return desk.problems


def frontier_from(settings: Mapping[str, Any]) -> Callable[[], StoringFrontier]:
    """How to open the frontier that the settings name."""

    def opens() -> StoringFrontier:
        frontier: StoringFrontier = load_object(settings["FRONTIER"]).from_settings(settings)
        return frontier

    return opens


def frontier_errors() -> tuple[type[Exception], ...]:
    """What the frontier raises when an operator can mend it."""
    return (load_object(FRONTIER_ERRORS),)


def wear_belt(limits: Settings) -> None:
    """Guard every connection of this process, not only the client's. Raises `GuardError`."""
    guard = guards.Guard(limits.allowed)
    guards.wear_belt(guard)
    guards.test_belt(guard)


def quiet_logs() -> None:
    """Warnings and errors of libraries to stderr, one line each; nothing else."""
    log_to_stderr()
    for name in ("scrapy", "twisted", "asyncio"):
        logging.getLogger(name).setLevel(logging.ERROR)


def _stop(crawler: Crawler, reason: str) -> None:
    spider: Any = crawler.spider
    if spider is not None:
        spider.stop(reason)
