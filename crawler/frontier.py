"""Whom to visit: the small door through which the census asks for hosts. Kept in a database."""

from dataclasses import dataclass
from typing import Protocol

from crawler.conversation import Wants
from crawler.hostname import Hostname
from crawler.records import Check


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One host whose turn it is."""

    hostname: Hostname
    """Whom to visit."""
    wants: Wants
    """What this visit is due for."""
    priority: int = 0
    """Higher is sooner."""


class Frontier(Protocol):
    """What the census needs of the database. Calls may block: the census runs them in a thread.

    The object is named by path in the Scrapy setting `FRONTIER` and built by
    `from_settings(settings)`; Scrapy's item pipeline uses the same object to store checks.
    """

    def lease(self, count: int) -> list[Due]:
        """Hand out at most `count` hosts that are due, leased so that nobody else gets them."""
        ...

    def leased_count(self) -> int:
        """How many hosts are handed out and not yet stored."""
        ...

    def store(self, checks: list[Check]) -> None:
        """Keep checks in one transaction, end their leases and admit the hosts they name."""
        ...
