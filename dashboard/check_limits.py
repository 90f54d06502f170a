"""How often visitors may have servers checked: per server, per visitor, and altogether. No Streamlit."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Refusal = Literal["asked_lately", "visitor_spent", "hour_spent", "busy"]
"""Why a check is not made now."""

HOUR = timedelta(hours=1)

BETWEEN = timedelta(minutes=10)
"""Between two checks of one server, a crawl's own included: long enough to change a setting and to look again."""

PER_VISITOR = 6
"""Checks an hour for one visitor: an admin has few servers."""

PER_HOUR = 30
"""Checks an hour in all: three minutes of a crawl's work."""

REMEMBERED = 1_000
"""Visitors that are remembered at most; more come in one hour only if somebody makes them up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class No:
    """A check that is not made now."""

    reason: Refusal
    again_at: datetime
    """When it may be asked for again."""


class CheckLimits:
    """Remembers who asked for what within the hour; bounded, and in this process only."""

    def __init__(self) -> None:
        self._servers: OrderedDict[str, datetime] = OrderedDict()
        self._visitors: OrderedDict[str, list[datetime]] = OrderedDict()
        self._all: list[datetime] = []

    def take(
        self, hostname: str, visitor: str, now: datetime, *, asked_at: datetime | None = None
    ) -> No | None:
        """Spend one check; a `No` spends nothing. `asked_at`: when a crawl asked the server last."""
        self._forget(now)
        last = max(filter(None, (self._servers.get(hostname), asked_at)), default=None)
        if last is not None and now - last < BETWEEN:
            return No(reason="asked_lately", again_at=last + BETWEEN)
        own = self._visitors.get(visitor, [])
        if len(own) >= PER_VISITOR:
            return No(reason="visitor_spent", again_at=own[0] + HOUR)
        is_full = len(self._visitors) >= REMEMBERED and visitor not in self._visitors
        if len(self._all) >= PER_HOUR or is_full:
            return No(reason="hour_spent", again_at=self._all[0] + HOUR)
        self._servers[hostname] = now
        self._visitors[visitor] = [*own, now]
        self._all.append(now)
        return None

    def _forget(self, now: datetime) -> None:
        self._all = [at for at in self._all if now - at < HOUR]
        recent = {
            visitor: [at for at in times if now - at < HOUR]
            for visitor, times in self._visitors.items()
        }
        self._visitors = OrderedDict((who, times) for who, times in recent.items() if times)
        self._servers = OrderedDict(
            (name, at) for name, at in self._servers.items() if now - at < BETWEEN
        )
