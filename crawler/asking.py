"""Asks within robots, budgets and pace, and writes every exchange down."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, TypeVar

from crawler.client import Fetched, Visit
from crawler.consent import Consent
from crawler.conversation import Answer, Ask
from crawler.exceptions import FetchError
from crawler.fields import is_wall
from crawler.outcome import Outcome
from crawler.said import Ended, Said
from crawler.waiting import is_rate_limit

_T = TypeVar("_T")

SENT_AWAY = frozenset({Outcome.TIMED_OUT, Outcome.REFUSED, Outcome.RATE_LIMITED})
"""After one of these the server is not asked anything else in this check."""


class Asking:
    """Asks within robots, budgets and pace, and writes every exchange down."""

    def __init__(self, said: Said, visit: Visit, rules: Consent) -> None:
        self.said = said
        self.rules = rules
        self._visit = visit
        limits = said.settings
        self._wait = 0.0
        self._is_optional_skipped = False
        if rules.crawl_delay_seconds:
            self._wait = min(rules.crawl_delay_seconds, limits.longest_crawl_delay_seconds)
            self._is_optional_skipped = (
                rules.crawl_delay_seconds > limits.longest_crawl_delay_seconds
            )

    async def answer(self, ask: Ask) -> Answer:
        """Ask for a family: whatever happens becomes an answer."""
        said = self.said
        # what robots.txt closes is closed, whatever pace it wants
        if self._is_optional_skipped and self.rules.allows(ask.path):
            reason = f"it wants {self.rules.crawl_delay_seconds:g} s between two requests"
            return said.unasked(ask, Outcome.BUDGET_SPENT, reason)
        if said.fault is not None:
            return said.unasked(ask, said.fault, "not asked after that")
        try:
            fetched = await self.fetch(ask)
        except FetchError as error:
            if error.outcome in SENT_AWAY:
                said.fault = error.outcome
            return Answer(fault=error.outcome, detail=error.detail)
        except Ended as end:
            return Answer(fault=end.outcome, detail=end.detail)
        if is_rate_limit(fetched.status, fetched.headers):
            said.fault = Outcome.RATE_LIMITED
            said.hear_retry_after(fetched)
        if is_challenge(fetched):
            return Answer(
                status=fetched.status,
                fault=Outcome.BOT_WALL,
                detail="a challenge page in place of the document",
            )
        return Answer(
            status=fetched.status,
            body=fetched.body,
            content_type=fetched.headers.get("Content-Type", ""),
        )

    async def fetch(
        self,
        ask: Ask,
        *,
        most_bytes: int | None = None,
        most_redirects: int | None = None,
        takes_prefix: bool = False,
    ) -> Fetched:
        """Ask one question. Raises `FetchError`, or `Ended` where robots.txt or a budget says no."""
        said, limits = self.said, self.said.settings
        if not self.rules.allows(ask.path):
            detail = f"robots.txt disallows {ask.path}"
            said.unasked(ask, Outcome.ROBOTS_DISALLOWED, detail)
            raise Ended(Outcome.ROBOTS_DISALLOWED, detail[:200])
        if not said.may_spend(ask):
            detail = "the check has used up its requests or its time"
            said.unasked(ask, Outcome.BUDGET_SPENT, detail)
            raise FetchError(Outcome.BUDGET_SPENT, detail)
        await self._keep_pace()
        begun = time.monotonic()
        try:
            fetched = await self._visit.fetch(
                ask.path,
                method=ask.method,
                body=ask.body,
                accept=ask.accept,
                seconds=min(limits.request_seconds, said.seconds_left),
                most_seconds=said.seconds_left,
                most_bytes=most_bytes,
                most_redirects=most_redirects,
                takes_prefix=takes_prefix,
            )
        except FetchError as error:
            said.failed(ask, error, time.monotonic() - begun)
            raise
        finally:
            said.last_asked = time.monotonic()
        said.answered(ask, fetched, said.last_asked - begun)
        return fetched

    async def read(self, body: bytes, work: Callable[..., _T], *arguments: Any) -> _T:
        """Do the work that reads a body, beside the event loop where it is a large one."""
        return await self._visit.room.read(body, work, *arguments)

    async def _keep_pace(self) -> None:
        said, limits = self.said, self.said.settings
        wait = self._wait
        if said.requests_made > limits.burst_requests:
            wait = max(wait, limits.pace_seconds)
        if wait and said.last_asked is not None and limits.paces(said.hostname):
            rest = said.last_asked + wait - time.monotonic()
            if rest > 0:
                await asyncio.sleep(min(rest, max(0.0, said.seconds_left)))
        # other names may share its address
        if (turn := self._visit.turn_seconds()) > 0:
            await asyncio.sleep(min(turn, max(0.0, said.seconds_left)))


def is_challenge(fetched: Fetched) -> bool:
    """Whether a bot wall answered; a JSON body is never one, whatever it quotes."""
    if fetched.headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    return fetched.body.lstrip()[:1] == b"<" and is_wall(fetched.body)
