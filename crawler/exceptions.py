"""What can go wrong on our side of a crawl.

CrawlerError
├── HostnameError      raised when text is not a public hostname, by `Hostname.parse`
├── ExtractError       raised when bytes are not the document they should be, by extractors
├── FetchError         raised when a request ended without an answer, by `Visit.fetch`
│   └── RedirectedAway     raised when a redirect leads to another host, by `Visit.fetch`
├── BlockedAddress     raised when an address that is not public would be connected, by `Guard`
├── SettingsError      raised when settings contradict each other, by `Settings.from_environment`
├── SeedsError         raised when a seeds file cannot be used, by `read_seeds`
├── GuardError         raised when the address guard fails its self-test, before a crawl starts
└── ReplicaError       raised when the replica cannot be served, by `crawler.replica`

A fault of a remote server is data (an `Outcome`); these classes carry it to the place where it
becomes data, or, for the last four, stop the run with the next step in their message.
"""

from typing import TYPE_CHECKING

from crawler.outcome import Outcome

if TYPE_CHECKING:
    # `Hostname.parse` raises from this module
    from crawler.hostname import Hostname


class CrawlerError(Exception):
    """The root of every exception the crawler raises on purpose."""


class HostnameError(CrawlerError, ValueError):
    """Raised when text is not a public hostname, by `Hostname.parse`."""

    def __init__(self, reason: str, text: object) -> None:
        self.reason = reason
        self.text = text
        super().__init__(f"{text!r:.200} is not a hostname we can ask: {reason}")


class ExtractError(CrawlerError, ValueError):
    """Raised when bytes are not the document they should be, by an extractor."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        self.detail = detail
        super().__init__(f"{outcome}: {detail}")


class FetchError(CrawlerError):
    """Raised when a request ended without an answer, by `Visit.fetch`."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        self.detail = detail
        super().__init__(f"{outcome}: {detail}")


class RedirectedAway(FetchError):
    """Raised when a redirect leads to another host, by `Visit.fetch`. Nothing there was asked."""

    def __init__(self, status: int, target: "Hostname | None", detail: str) -> None:
        self.status = status
        self.target = target
        super().__init__(Outcome.REDIRECTED_AWAY, detail)

    @property
    def is_permanent(self) -> bool:
        """Whether the server says that it moved for good."""
        return self.status in (301, 308)


class BlockedAddress(CrawlerError):
    """Raised when an address that is not public would be connected, by `Guard`."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(f"{address:.60} is not a public address")


class SettingsError(CrawlerError, ValueError):
    """Raised when settings contradict each other or cannot be read."""


class SeedsError(CrawlerError, ValueError):
    """Raised when a seeds file cannot be used, by `read_seeds`."""


class GuardError(CrawlerError, RuntimeError):
    """Raised when the address guard fails its self-test, before a crawl starts."""


class ReplicaError(CrawlerError, RuntimeError):
    """Raised when the replica cannot be served, by `crawler.replica`."""
