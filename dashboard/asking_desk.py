"""Where visitors have their SQL answered: few at once, others wait a little; each has a share of the time. No Streamlit."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal

from dashboard.door import door
from pipeline.exceptions import QueryRefused
from pipeline.read import Answer, QueryLimits, saved_query

Refusal = Literal["visitor_spent", "busy"]
"""Why a query is not answered now."""

LIMITS = QueryLimits(
    seconds=10,
    rows=5_000,
    cell_characters=1_000,
    answer_bytes=2_000_000,
    memory_bytes=512_000_000,
    threads=1,
)
"""One visitor's query: an answer that a browser takes in one piece, and a processor left for the pages."""

AT_ONCE = 2
"""Queries that are answered at once: 1.5 GB and two processors at worst, at a lower priority than the pages."""

WAIT_SECONDS = 5.0
"""How long others wait for a place before they are told so; half the longest query."""

SHARE_SECONDS = 90.0
"""What one visitor's queries may take within `SHARE_WITHIN`: hundreds of small ones, nine of the longest."""

SHARE_WITHIN = timedelta(minutes=10)

REMEMBERED = 1_000
"""Visitors that are remembered at most; more come in ten minutes only if somebody makes them up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """A query that is not answered now."""

    reason: Refusal
    again_at: datetime
    """When it may be asked again."""


class AskingDesk:
    """Takes queries. Safe for threads."""

    def __init__(
        self,
        ask: Callable[[str], Answer],
        *,
        wait_seconds: float = WAIT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._wait_seconds = wait_seconds
        self._clock = clock
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._spent: OrderedDict[str, list[tuple[datetime, float]]] = OrderedDict()

    def ask(self, sql: str, visitor: str, now: datetime) -> Answer | NoAnswer:
        """Answer a query, or say why not now. Raises as `Published.ask`; its time counts all the same."""
        no = self._has_spent(visitor, now)
        if no is not None:
            return no
        with self.place() as is_free:
            if not is_free:
                return NoAnswer(reason="busy", again_at=now)
            begun = self._clock()
            try:
                return self._ask(sql)
            finally:
                self._spend(visitor, now, self._clock() - begun)

    @contextmanager
    def place(self) -> Iterator[bool]:
        """Wait for one of the places; `False` = there is none."""
        is_free = self._places.acquire(timeout=self._wait_seconds)
        try:
            yield is_free
        finally:
            if is_free:
                self._places.release()

    def _has_spent(self, visitor: str, now: datetime) -> NoAnswer | None:
        with self._lock:
            self._forget(now)
            own = self._spent.get(visitor, [])
            if sum(seconds for _, seconds in own) >= SHARE_SECONDS:
                return NoAnswer(reason="visitor_spent", again_at=own[0][0] + SHARE_WITHIN)
            if len(self._spent) >= REMEMBERED and visitor not in self._spent:
                return NoAnswer(reason="busy", again_at=now + SHARE_WITHIN)
        return None

    def _spend(self, visitor: str, now: datetime, seconds: float) -> None:
        with self._lock:
            self._spent.setdefault(visitor, []).append((now, seconds))

    def _forget(self, now: datetime) -> None:
        recent = {
            visitor: [(at, seconds) for at, seconds in spent if now - at < SHARE_WITHIN]
            for visitor, spent in self._spent.items()
        }
        self._spent = OrderedDict((who, spent) for who, spent in recent.items() if spent)


def answer_saved(name: str) -> Answer:
    """Answer a saved query, which is kept for everybody and counts for nobody. Raises as `Published.ask`."""
    saved = saved_query(name)
    if saved is None:
        raise QueryRefused(f"no query is saved as {name!r:.60}")
    with desk().place() as is_free:
        if not is_free:
            raise QueryRefused("others are asking this moment; please try again in a few seconds")
        return door().ask(saved.sql, LIMITS)


@cache
def desk() -> AskingDesk:
    """The one desk of this process."""
    return AskingDesk(lambda sql: door().ask(sql, LIMITS))
