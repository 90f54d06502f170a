"""The frontier behind its one thread: leases out, checks in, in batches. The database never blocks a check."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from scrapy.exceptions import DropItem

from crawler.exceptions import CrawlerError
from crawler.frontier import Due, Frontier
from crawler.lean import trim
from crawler.records import Check

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

_T = TypeVar("_T")

BATCH_CHECKS = 300
"""Checks stored in one transaction when they come fast: its fixed cost is then small beside them."""
BATCH_EDGES = 500_000
"""Peers in one transaction at most: about 10 MB on the way."""
BATCH_SECONDS = 2.0
"""A check waits no longer than this for its transaction, whose two dozen statements cost 25 ms however few it holds."""
MOST_WAITING_EDGES = 2_000_000
"""Peers not yet stored beyond which no further check is taken in."""
FIRST_PUBLISH_SECONDS = 10.0
"""Someone may be looking at an empty page: the first publish does not wait for its minute."""


class StoringFrontier(Frontier, Protocol):
    """A frontier with the rest of its life: see `crawler.frontier.Frontier`."""

    def publish(self) -> None:
        """Publish what is known so far."""
        ...

    def finish(self, reason: str) -> None:
        """End the crawl, publish a last time, close."""
        ...


class Desk:
    """Where the census gets its hosts and leaves its checks."""

    def __init__(
        self,
        opens: Callable[[], StoringFrontier],
        *,
        publish_every_seconds: float | None = None,
        passing_errors: tuple[type[Exception], ...] = (),
    ) -> None:
        self.unstored_count = 0
        self.stored_count = 0
        self.problems: list[str] = []
        self._opens = opens
        self._publish_every = publish_every_seconds
        self._passing_errors = passing_errors
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="frontier")
        self._frontier: StoringFrontier | None = None
        self._waiting: deque[Check] = deque()
        self._waiting_edges = 0
        self._hurry = asyncio.Event()
        self._stored = asyncio.Condition()
        self._task: asyncio.Task[None] | None = None
        self._is_closing = False
        self._publish_at = 0.0

    async def open(self) -> None:
        """Open the frontier in its thread; what goes wrong there is raised here."""
        self._frontier = await self._run(self._opens)
        if self._publish_every is not None:
            self._publish_at = time.monotonic() + min(FIRST_PUBLISH_SECONDS, self._publish_every)
        self._task = asyncio.create_task(self._store_batches(), name="storing")

    async def lease(self, count: int) -> list[Due]:
        """Hand out at most `count` hosts."""
        self._raise_if_broken()
        assert self._frontier is not None
        return await self._run(self._frontier.lease, count)

    async def put(self, check: Check) -> None:
        """Take a check in; waits while too much is waiting already."""
        if self._waiting_edges >= MOST_WAITING_EDGES:
            async with self._stored:
                await self._stored.wait_for(
                    lambda: self._waiting_edges < MOST_WAITING_EDGES or self._is_broken
                )
        self._raise_if_broken()
        self._waiting.append(check)
        self._waiting_edges += _edges(check)
        self.unstored_count += 1
        if len(self._waiting) >= BATCH_CHECKS or self._waiting_edges >= BATCH_EDGES:
            self._hurry.set()

    def hurry(self) -> None:
        """Store now what is there, because someone waits for it."""
        self._hurry.set()

    async def next_batch(self, seconds: float) -> None:
        """Wait until something was stored, at most so long."""
        try:
            async with asyncio.timeout(seconds), self._stored:
                await self._stored.wait()
        except TimeoutError:
            return

    async def close(self, reason: str) -> None:
        """Store the rest, end the crawl and let go. Raises what broke, if something did."""
        self._is_closing = True
        self._hurry.set()
        try:
            if self._task is not None:
                await self._task
            if self._frontier is not None:
                await self._run(self._frontier.finish, reason)
        finally:
            self._thread.shutdown(wait=True)

    async def _store_batches(self) -> None:
        assert self._frontier is not None
        try:
            while self._waiting or not self._is_closing:
                await self._batch_is_due()
                if self._waiting:
                    batch = self._take_batch()
                    await self._run(self._frontier.store, batch)
                    self.stored_count += len(batch)
                    self.unstored_count -= len(batch)
                    del batch
                    await self._run(trim)
                    await self._tell()
                await self._publish_if_due()
        finally:
            await self._tell()

    async def _batch_is_due(self) -> None:
        if not self._is_closing and len(self._waiting) < BATCH_CHECKS:
            try:
                async with asyncio.timeout(BATCH_SECONDS):
                    await self._hurry.wait()
            except TimeoutError:
                pass
        self._hurry.clear()

    def _take_batch(self) -> list[Check]:
        batch: list[Check] = []
        edges = 0
        while self._waiting and len(batch) < 2 * BATCH_CHECKS and edges < BATCH_EDGES:
            check = self._waiting.popleft()
            edges += _edges(check)
            batch.append(check)
        self._waiting_edges -= edges
        return batch

    async def _publish_if_due(self) -> None:
        if self._publish_every is None or self._is_closing or time.monotonic() < self._publish_at:
            return
        assert self._frontier is not None
        try:
            await self._run(self._frontier.publish)
            await self._run(trim)
        except self._passing_errors as error:
            # readers keep the file they have; the crawl is worth going on with
            self.problems.append(str(error))
        self._publish_at = time.monotonic() + self._publish_every

    async def _tell(self) -> None:
        async with self._stored:
            self._stored.notify_all()

    @property
    def _is_broken(self) -> bool:
        return self._task is not None and self._task.done()

    def _raise_if_broken(self) -> None:
        if self._is_broken:
            raise DeskBroken("checks cannot be stored any more")

    async def _run(self, work: Callable[..., _T], *arguments: Any) -> _T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)


class DeskBroken(CrawlerError):
    """Raised when a check is left after storing failed, by `Desk`; the cause is raised by `close`."""


class StoringPipeline:
    """Scrapy's item pipeline: every check goes to the desk."""

    def __init__(self, crawler: "Crawler") -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: "Crawler") -> Self:
        """As Scrapy builds it."""
        return cls(crawler)

    async def process_item(self, item: Check) -> Check:
        """Leave the check at the census's desk and tell whoever watches."""
        spider: Any = self._crawler.spider
        try:
            await spider.desk.put(item)
        except DeskBroken:
            spider.stop("broken")
            raise DropItem("it cannot be stored") from None
        finally:
            spider.left(item)
        spider.watch.saw(item)
        return item


def _edges(check: Check) -> int:
    return sum(len(peers.hostnames) for peers in check.peer_lists)
