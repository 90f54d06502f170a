"""Scrapy's scheduler, downloader and signals in their least form: the census has chosen before it sends a request.

What Scrapy's own do for each request (priorities, slots of a host, delays, middlewares, another task, a search for who
listens to signals that nobody listens to) a census has no use for.
"""

from collections import deque
from typing import Any

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.core.scheduler import BaseScheduler
from scrapy.http import Response
from scrapy.signalmanager import SignalManager
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


class Signals(SignalManager):
    """A signal that nobody has connected to is not sent: Scrapy looks for its listeners four times over, each time."""

    def __init__(self, sender: Any) -> None:
        super().__init__(sender)
        self._heard: set[object] = set()

    def connect(self, receiver: Any, signal: Any, **kwargs: Any) -> None:
        """Connect a receiver to a signal."""
        self._heard.add(signal)
        super().connect(receiver, signal, **kwargs)

    def send_catch_log(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Send a signal to whoever is connected to it."""
        return super().send_catch_log(signal, **kwargs) if signal in self._heard else []

    async def send_catch_log_async(self, signal: Any, **kwargs: Any) -> list[tuple[Any, Any]]:
        """Send a signal to whoever is connected to it, and wait for them."""
        return await super().send_catch_log_async(signal, **kwargs) if signal in self._heard else []
