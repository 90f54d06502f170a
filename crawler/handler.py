"""Scrapy's download handler: one Scrapy request is one check of one server."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.check import check
from crawler.records import Check


class CheckResponse(Response):
    """A finished check on its way through Scrapy's engine."""

    def __init__(self, url: str, *, check: Check) -> None:
        super().__init__(url)
        self.check = check


class CheckHandler(BaseDownloadHandler):
    """Runs the conversation, as scrapy-playwright runs a browser session for one request."""

    lazy = False

    async def download_request(self, request: Request) -> Response:
        """Check the server that the request stands for."""
        census: Any = self.crawler.spider
        due, place = request.meta["due"], request.meta["place"]
        task = asyncio.current_task()
        census.running.add(task)
        try:
            done = await check(
                due.hostname,
                census.client,
                wants=due.wants,
                now=datetime.now(UTC),
                place=place,
            )
        except asyncio.CancelledError:
            # the crawl was told to stop and this check took too long to end by itself
            raise IgnoreRequest("stopped") from None
        finally:
            census.running.discard(task)
        return CheckResponse(request.url, check=done)
