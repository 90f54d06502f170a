"""Room for large bodies: so many checks at a time hold one, and all the others wait until one of them has ended.

A few hundred bodies of some megabytes each would otherwise be in memory at once, because a few hundred servers
agreed to send them. What is made of a body, such as its parsed lists, lives as long as the visit at most, so a
visit keeps its room to its end.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from crawler.exceptions import FetchError
from crawler.outcome import Outcome

_T = TypeVar("_T")

_WORTH_A_THREAD_BYTES = 1_000_000
"""Bodies above this are read beside the event loop: they take longer than a look at the clock."""


class Rooms:
    """What all visits of a client may hold together."""

    def __init__(self, places: int, small_bytes: int) -> None:
        self.places = asyncio.Semaphore(places)
        self.reading = asyncio.Lock()
        self.small_bytes = small_bytes


class Room:
    """What one visit may hold."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._is_taken = False
        self._deadline = asyncio.Timeout(None)
        self._over_at = 0.0

    @asynccontextmanager
    async def within(self, seconds: float, most_seconds: float) -> AsyncIterator[None]:
        """Let a question last so long, and so long at most with a wait for room. Raises `TimeoutError`."""
        self._over_at = asyncio.get_running_loop().time() + max(seconds, most_seconds)
        async with asyncio.timeout(seconds) as self._deadline:
            yield

    def bytes_of(self, most_bytes: int) -> int:
        """How much of a body that may have so many bytes may be held now."""
        return most_bytes if self._is_taken else min(most_bytes, self._rooms.small_bytes)

    async def take(self) -> None:
        """Wait for a place, while the question's own seconds stand still. Raises `FetchError`."""
        loop = asyncio.get_running_loop()
        begun, due = loop.time(), self._deadline.when()
        self._deadline.reschedule(None)
        try:
            async with asyncio.timeout_at(self._over_at):
                await self._rooms.places.acquire()
        except TimeoutError:
            reason = "there was no room for so large a body in all its time"
            raise FetchError(Outcome.BUDGET_SPENT, reason) from None
        self._is_taken = True
        if due is not None:
            self._deadline.reschedule(min(due + loop.time() - begun, self._over_at))

    async def read(self, body: bytes, work: Callable[..., _T], *arguments: Any) -> _T:
        """Do the work that reads a body; for large ones one at a time, as it makes several times their size of them."""
        if len(body) <= _WORTH_A_THREAD_BYTES:
            return work(*arguments)
        async with self._rooms.reading:
            return await asyncio.to_thread(work, *arguments)

    def give_back(self) -> None:
        """Let the next one have it; nothing of a large body is held any more."""
        if self._is_taken:
            self._is_taken = False
            self._rooms.places.release()
