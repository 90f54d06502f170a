"""Scrapy's scheduler and downloader in their least form: the census has chosen, and a slot is free before it sends.

What Scrapy's own do for each request (priorities, slots of a host, delays, middlewares, another task and signals that
nobody listens to) a census has no use for.
"""

from collections import deque

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Response
from scrapy.utils.defer import deferred_from_coro
from twisted.internet.defer import Deferred


class Line(BaseScheduler):
    """First come, first served, in memory: the frontier is the database."""

    def __init__(self) -> None:
        self._waiting: deque[Request] = deque()

    def has_pending_requests(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiting)

    def enqueue_request(self, request: Request) -> bool:
        """Take a request in; none is ever refused."""
        self._waiting.append(request)
        return True

    def next_request(self) -> Request | None:
        """Hand out the request that has waited longest."""
        return self._waiting.popleft() if self._waiting else None


class Slots(Downloader):
    """A request goes to its handler at once; as many are under way as the census has slots."""

    def fetch(self, request: Request) -> Deferred[Response | Request]:  # type: ignore[override]
        """Run the check that a request stands for."""
        return deferred_from_coro(self._visit(request))

    async def _visit(self, request: Request) -> Response:
        self.active.add(request)
        try:
            return await self.handlers.download_request_async(request)
        finally:
            self.active.remove(request)
