"""The census: whom to visit next. Leases hosts from the frontier, finds their address, sends them through.

No barriers: hosts are leased ahead while others are being checked, dead names never take a slot, and a
crawl ends when nothing is due, nothing is underway and nothing waits to be stored.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from crawler.breaker import DOUBTFUL, Breaker
from crawler.check import unreached
from crawler.client import Client, Place
from crawler.exceptions import FetchError
from crawler.frontier import Due
from crawler.handler import CheckResponse
from crawler.outcome import Outcome
from crawler.pace import Crowd
from crawler.progress import Watch
from crawler.records import Check
from crawler.settings import Settings
from crawler.storing import Desk

_ASK_AGAIN_SECONDS = 1.0
"""When the frontier had fewer hosts than asked for, it is asked again after this or the next batch."""

_log = logging.getLogger(__name__)

_KNOWN_PRIORITY = 2_000_000
"""From here on a host is one that answered before, or a seed (pipeline/frontier.py)."""
_SEED_PRIORITY = 3_000_000


class _Visit(Request):
    """A request whose address is one: Scrapy would quote and take it apart again, for a twentieth of its part."""

    def _set_url(self, url: str) -> None:
        self._url = url


_Ready = tuple[Due, Place] | Check
"""A host that can be visited, or the check of one that cannot be reached."""


class Census(Spider):
    """Visits every host that is due."""

    name = "census"

    def __init__(
        self, *, client: Client, desk: Desk, watch: Watch, limits: Settings, **kwargs: Any
    ):
        super().__init__(**kwargs)
        self.client = client
        self.desk = desk
        self.watch = watch
        self.limits = limits
        self.reason = "finished"
        self.error: BaseException | None = None
        self.lost_count = 0
        self.running: set[asyncio.Task[Any] | None] = set()
        self._underway = 0
        self._slots = asyncio.Semaphore(limits.concurrency)
        self._ready: asyncio.Queue[_Ready | None] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._is_stopping = False
        self._locating: set[asyncio.Task[None]] = set()
        self._crowd: Crowd[tuple[Due, Place]] = Crowd(
            per_address=limits.address_checks,
            per_network=limits.network_checks,
            most_waiting=limits.most_crowded,
        )
        self.let_go_count = 0
        self.breaker: Breaker[tuple[Due, Check]] = Breaker(
            client.reaches,
            doubt_seconds=limits.doubt_seconds,
            pause_seconds=limits.pause_seconds,
            patience_seconds=limits.patience_seconds,
            release=self._release,
            repeat=self._repeat,
            give_up=self._give_up,
        )

    async def start(self) -> AsyncIterator[Request | Check]:
        """Yield one request per host, when a slot is free; dead names go to the store directly."""
        leading = asyncio.create_task(self._lead(), name="leasing")
        try:
            while (ready := await self._ready.get()) is not None:
                if isinstance(ready, Check):
                    yield ready
                    continue
                await self.breaker.going()
                await self._slots.acquire()
                if self._is_stopping:
                    break
                yield self._request(*ready)
        finally:
            leading.cancel()
            self.breaker.close()
            for task in self._locating:
                task.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        if not leading.cancelled():
            self.error = leading.exception()

    def parse(self, response: Any, **kwargs: Any) -> Any:
        """Hand the check on."""
        assert isinstance(response, CheckResponse)
        self._slots.release()
        request: Any = response.request
        due, place = request.meta["due"], request.meta["place"]
        self._leave(due, place)
        check = response.check
        if check.outcome in DOUBTFUL:
            self.breaker.doubt(check.outcome, (due, check))
            return []
        self.breaker.heard(check.hostname)
        return [check]

    def lost(self, failure: Failure) -> None:
        """A request without a check: dropped while stopping, or a fault of ours."""
        self._slots.release()
        request: Any = failure.request  # type: ignore[attr-defined]
        self._leave(request.meta["due"], request.meta["place"])
        self._underway -= 1
        self._changed.set()
        if not isinstance(failure.value, IgnoreRequest):
            assert failure.value is not None
            self._blame_us(failure.value)

    def left(self, check: Check) -> None:
        """A check was left at the desk."""
        self._underway -= 1
        self._changed.set()

    def stop(self, reason: str) -> None:
        """Begin to end: nothing new is sent; what is underway has a moment, the rest is due again."""
        if self._is_stopping:
            self._drop()
            return
        self._is_stopping = True
        self.reason = reason
        self.breaker.close()
        self._changed.set()
        self._ready.put_nowait(None)
        asyncio.get_running_loop().call_later(self.limits.stop_seconds, self._drop)

    def _drop(self) -> None:
        for task in tuple(self.running):
            if task is not None:
                task.cancel()

    def _blame_us(self, error: BaseException) -> None:
        self.lost_count += 1
        _log.error("a check failed by our own fault and is due again later", exc_info=error)

    def _request(self, due: Due, place: Place) -> Request:
        return _Visit(
            f"https://{due.hostname}/",
            callback=self.parse,
            errback=self.lost,
            dont_filter=True,
            # one slot for all: each host is asked once, and a slot per host would be searched
            meta={"due": due, "place": place, "download_slot": self.name},
        )

    async def _lead(self) -> None:
        """Keep as many hosts leased ahead as there are slots, until nothing is left."""
        try:
            while not self._is_stopping and await self._lease_some():
                pass
        finally:
            self._ready.put_nowait(None)

    async def _lease_some(self) -> bool:
        """Lease what there is room for; false when the crawl is over."""
        await self.breaker.going()
        if self.breaker.held_count >= self.limits.concurrency:
            # those that are held keep others from being leased
            self.breaker.hurry()
        room = 2 * self.limits.concurrency - self._underway
        if room < max(1, self.limits.concurrency // 10):
            self._changed.clear()
            await self._changed.wait()
            return True
        was_idle = self._underway == 0 and self.desk.unstored_count == 0
        dues = await self.desk.lease(room)
        for due in dues:
            self._underway += 1
            if self._is_known(due):
                self.breaker.knows(due.hostname)
            self._spawn(due)
        if not dues and was_idle:
            return False
        if len(dues) < room:
            if self._underway == self.breaker.held_count:
                # nothing is under way that could vouch for the rest
                self.breaker.hurry()
            if self._underway == 0:
                self.desk.hurry()
            await self.desk.next_batch(_ASK_AGAIN_SECONDS)
        return True

    def _spawn(self, due: Due) -> None:
        task = asyncio.create_task(self._locate(due))
        self._locating.add(task)
        task.add_done_callback(self._located)

    def _located(self, task: asyncio.Task[None]) -> None:
        """A host was passed on, or is lost by a fault of ours: nobody may wait for it for ever."""
        self._locating.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._underway -= 1
            self._changed.set()
            self._blame_us(error)

    async def _locate(self, due: Due) -> None:
        await self.breaker.going()
        try:
            place = await self.client.locate(due.hostname)
        except FetchError as error:
            check = unreached(due.hostname, error, datetime.now(UTC))
            if error.outcome is Outcome.DNS_FAILED:
                self.breaker.doubt(error.outcome, (due, check))
            else:
                self._ready.put_nowait(check)
        else:
            self.breaker.found_address()
            self._enter(due, place)

    def _enter(self, due: Due, place: Place) -> None:
        """Send a host through, unless too many of its neighbours are being visited."""
        if not self.limits.paces(due.hostname):
            self._ready.put_nowait((due, place))
            return
        entered = self._crowd.enter(place.addresses[0], (due, place))
        if entered:
            self._ready.put_nowait((due, place))
        elif entered is None:
            # its lease runs out, and then it is due again
            self.let_go_count += 1
            self._underway -= 1
            self._changed.set()

    def _leave(self, due: Due, place: Place) -> None:
        if self.limits.paces(due.hostname):
            for ready in self._crowd.leave(place.addresses[0]):
                self._ready.put_nowait(ready)

    def _is_known(self, due: Due) -> bool:
        """Whether it should be alive: it answered before. Seeds nobody asked count where they are real."""
        if due.priority >= _SEED_PRIORITY:
            return self.limits.reaches_live_network
        return due.priority >= _KNOWN_PRIORITY

    def _release(self, held: list[tuple[Due, Check]]) -> None:
        """The network was there: these failures are the servers' own."""
        for _, check in held:
            self._ready.put_nowait(check)

    def _repeat(self, held: list[tuple[Due, Check]]) -> None:
        """The network was away: ask them again as if nothing had been."""
        self.client.forget_dead()
        for due, _ in held:
            self._spawn(due)

    def _give_up(self) -> None:
        self.desk.problems.append(
            "the network stayed away, so the crawl ended; nobody is marked for it, and all are due still"
        )
        self.stop("network")
