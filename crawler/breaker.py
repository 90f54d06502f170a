"""When most of the world seems dead, it is our own network: then the crawl pauses and buries nobody.

A check that failed as a dead network would make it fail is held until something vouches for the network
since: an address found vouches for the resolver, a server that answered for the uplink. Where nothing does,
canaries are asked: servers known to be alive. If none of them answers, nothing is asked any more until one
does, and everything held is asked again as if it had never been.
"""

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from crawler.hostname import Hostname
from crawler.outcome import Outcome

DOUBTFUL = frozenset({Outcome.DNS_FAILED, Outcome.TIMED_OUT, Outcome.REFUSED})
"""What a dead resolver or a dead uplink looks like."""

_T = TypeVar("_T")

_log = logging.getLogger(__name__)

Probe = Callable[[Hostname], Awaitable[bool]]
"""Whether a server can be reached, whatever it answers."""


class Breaker(Generic[_T]):
    """Holds doubtful failures; pauses the crawl while the network is away."""

    FEWEST_CANARIES = 5
    """With fewer known servers their silence proves nothing."""
    MOST_CANARIES = 200
    """Remembered; the newest replace the oldest, so that probes are spread."""
    ASKED_AT_ONCE = 5
    """Canaries asked one after another before the network is believed to be away."""

    def __init__(
        self,
        probe: Probe,
        *,
        doubt_seconds: float,
        pause_seconds: float,
        patience_seconds: float,
        release: Callable[[list[_T]], None],
        repeat: Callable[[list[_T]], None],
        give_up: Callable[[], None],
    ) -> None:
        self._probe = probe
        self._doubt_seconds = doubt_seconds
        self._pause_seconds = pause_seconds
        self._patience_seconds = patience_seconds
        self._release = release
        self._repeat = repeat
        self._give_up = give_up
        self._held: dict[bool, list[_T]] = {True: [], False: []}
        self._canaries: OrderedDict[Hostname, None] = OrderedDict()
        self._going = asyncio.Event()
        self._going.set()
        self._hurry = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._is_closed = False
        self.pauses_count = 0
        """How often the network was away."""

    @property
    def is_paused(self) -> bool:
        """Whether nothing may be asked now."""
        return not self._going.is_set()

    @property
    def held_count(self) -> int:
        """Failures that nothing has vouched for yet."""
        return len(self._held[True]) + len(self._held[False])

    async def going(self) -> None:
        """Wait until the network is there."""
        await self._going.wait()

    def knows(self, hostname: Hostname) -> None:
        """A server that is known to be alive: a canary."""
        self._canaries[hostname] = None
        self._canaries.move_to_end(hostname)
        if len(self._canaries) > self.MOST_CANARIES:
            self._canaries.popitem(last=False)

    def found_address(self) -> None:
        """The resolver works."""
        self._vouch(is_dns=True)

    def heard(self, hostname: Hostname) -> None:
        """A server answered: the uplink works."""
        self.knows(hostname)
        self._vouch(is_dns=False)

    def doubt(self, outcome: Outcome, who: _T) -> None:
        """Hold a failure until the network is vouched for."""
        self._held[outcome is Outcome.DNS_FAILED].append(who)
        if self._is_closed:
            return
        if len(self._canaries) < self.FEWEST_CANARIES:
            # nobody could be asked
            self._release(self._take(True) + self._take(False))
        elif self._watching is None or self._watching.done():
            self._watching = asyncio.create_task(self._watch(), name="breaker")

    def hurry(self) -> None:
        """Ask the canaries now: nothing else will vouch for what is held."""
        if self.held_count:
            self._hurry.set()

    def close(self) -> None:
        """Let go of everything; what is held is due again later."""
        self._is_closed = True
        if self._watching is not None:
            self._watching.cancel()
        self._going.set()

    def _vouch(self, *, is_dns: bool) -> None:
        # a pause ends by canaries only: an answer that was on its way proves nothing about now
        if self._held[is_dns] and not self.is_paused:
            self._release(self._take(is_dns))

    def _take(self, is_dns: bool) -> list[_T]:
        held, self._held[is_dns] = self._held[is_dns], []
        return held

    async def _watch(self) -> None:
        """Ask canaries while something is held."""
        while self.held_count:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._doubt_seconds):
                    await self._hurry.wait()
            self._hurry.clear()
            if not self.held_count:
                return
            if len(self._canaries) < self.FEWEST_CANARIES or await self._is_there():
                self._release(self._take(True) + self._take(False))
            else:
                await self._pause()

    async def _pause(self) -> None:
        self._going.clear()
        self.pauses_count += 1
        loop = asyncio.get_running_loop()
        began = loop.time()
        _log.warning(
            "nobody answers, not even %d servers known to be alive: the crawl pauses",
            self.ASKED_AT_ONCE,
        )
        while loop.time() - began < self._patience_seconds:
            await asyncio.sleep(self._pause_seconds)
            if await self._is_there():
                _log.warning(
                    "the network was away for %.0f s; nobody is marked for it", loop.time() - began
                )
                self._going.set()
                self._repeat(self._take(True) + self._take(False))
                return
        self._give_up()

    async def _is_there(self) -> bool:
        asked = random.sample(list(self._canaries), min(self.ASKED_AT_ONCE, len(self._canaries)))
        for hostname in asked:
            if await self._probe(hostname):
                return True
        return False
