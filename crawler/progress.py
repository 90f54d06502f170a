"""How far a crawl is, for whoever sits in front of it: a bar in a terminal, plain lines elsewhere. To stderr."""

import time
from collections import Counter
from typing import Protocol

from rich.console import Console
from rich.live import Live
from rich.text import Text

from crawler.outcome import Outcome
from crawler.records import Check

_LINE_EVERY_SECONDS = 10.0
"""Between two plain lines: a log of an hour stays readable."""
_REDRAW_PER_SECOND = 4
"""Of the terminal's line: smooth to the eye, nothing to the crawl."""
_RECENT_SECONDS = 10.0
"""Span of the rate that is shown: what happens now, not on average since the start."""


class Watch(Protocol):
    """Someone who is told of every check."""

    def saw(self, check: Check) -> None:
        """A check was taken in."""
        ...


class Progress:
    """Counts checks and shows them."""

    def __init__(self, *, limit: int | None = None, is_quiet: bool = False) -> None:
        self.outcomes: Counter[Outcome] = Counter()
        self.edges_count = 0
        self._limit = limit
        self._is_quiet = is_quiet
        self._console = Console(stderr=True, highlight=False, markup=False)
        self._began = time.monotonic()
        self._recent: list[tuple[float, int]] = [(self._began, 0)]
        self._line_at = self._began + _LINE_EVERY_SECONDS
        self._live: Live | None = None

    def __enter__(self) -> "Progress":
        if not self._is_quiet and self._console.is_terminal:
            self._live = Live(
                console=self._console,
                get_renderable=self._drawn,
                refresh_per_second=_REDRAW_PER_SECOND,
                transient=True,
            )
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()
        if not self._is_quiet:
            self._console.print(self.line(), soft_wrap=True)

    @property
    def visited_count(self) -> int:
        """Checks taken in."""
        return self.outcomes.total()

    def saw(self, check: Check) -> None:
        """A check was taken in."""
        self.outcomes[check.outcome] += 1
        self.edges_count += sum(len(peers.hostnames) for peers in check.peer_lists)
        now = time.monotonic()
        if self._live is None and not self._is_quiet and now >= self._line_at:
            self._console.print(self.line(), soft_wrap=True)
            self._line_at = now + _LINE_EVERY_SECONDS

    def line(self) -> str:
        """Where the crawl is, in one line."""
        of_limit = f" of at most {self._limit:,}" if self._limit is not None else ""
        others = ", ".join(
            f"{outcome} {count:,}"
            for outcome, count in self.outcomes.most_common()
            if outcome is not Outcome.OK
        )
        return (
            f"{self.visited_count:,}{of_limit} servers visited, "
            f"{self.outcomes[Outcome.OK]:,} ok{', ' + others if others else ''}; "
            f"{self.edges_count:,} peers named; {self._rate():.0f} a second"
        )

    def _rate(self) -> float:
        now = time.monotonic()
        self._recent.append((now, self.visited_count))
        while len(self._recent) > 2 and self._recent[1][0] < now - _RECENT_SECONDS:
            self._recent.pop(0)
        then, count = self._recent[0]
        return (self.visited_count - count) / max(now - then, 0.001)

    def _drawn(self) -> Text:
        """The line with a bar before it, where the end is known."""
        text = Text(no_wrap=True, overflow="ellipsis")
        if self._limit:
            share = min(1.0, self.visited_count / self._limit)
            text.append("━" * round(share * 24), style="green")
            text.append("━" * (24 - round(share * 24)), style="dim")
            text.append(f" {share:4.0%} ")
        text.append(self.line())
        return text
