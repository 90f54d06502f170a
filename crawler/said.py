"""What has been said in a check so far, and what may still be spent."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.client import Fetched
from crawler.consent import forbids_use
from crawler.conversation import Answer, Ask, Told, Wants
from crawler.exceptions import FetchError, RedirectedAway
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Alias, Check, Exchange, NodeInfo
from crawler.scrub import scrub
from crawler.settings import Settings
from crawler.waiting import retry_after_seconds


class Ended(Exception):
    """Raised when a check is over before its end, by the step that knows why."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        self.detail = detail
        super().__init__(outcome, detail)


@dataclass(slots=True, kw_only=True)
class Said:
    """What has been said so far, and what may still be spent."""

    hostname: Hostname
    started_at: datetime
    wants: Wants
    settings: Settings
    begun: float = field(default_factory=time.monotonic)
    last_asked: float | None = None
    requests_made: int = 0
    pages_made: int = 0
    fault: Outcome | None = None
    misread: Ended | None = None
    pointer_body: bytes = b""
    pointer_headers: Mapping[str, str] = field(default_factory=dict)
    outcome: Outcome = Outcome.OK
    detail: str = ""
    is_counting_refused: bool = False
    moved_to: Hostname | None = None
    retry_after_seconds: int | None = None
    nodeinfo: NodeInfo | None = None
    told: Told = field(default_factory=Told)
    aliases: list[Alias] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    address: str | None = None

    @property
    def seconds_left(self) -> float:
        """Of the whole check."""
        return self.settings.check_seconds - (time.monotonic() - self.begun)

    def may_spend(self, ask: Ask) -> bool:
        """Take one question, or one page, from the budget, if there is one left."""
        if self.seconds_left <= 0:
            return False
        if ask.is_page:
            self.pages_made += 1
            self.requests_made += 1
            return self.pages_made <= self.settings.most_pages
        self.requests_made += 1
        return self.requests_made - self.pages_made <= self.settings.most_requests

    def note(self, sentence: str) -> None:
        """Keep a sentence for whoever reads the transcript."""
        if len(self.notes) < 20:
            self.notes.append(sentence[:300])

    def unasked(self, ask: Ask, fault: Outcome, detail: str) -> Answer:
        """Write down a question that was not put, and answer it."""
        self.exchanges.append(
            Exchange(
                path=ask.path,
                method=ask.method,
                purpose=ask.purpose,
                fault=fault,
                detail=detail[:200],
            )
        )
        return Answer(fault=fault, detail=detail)

    def failed(self, ask: Ask, error: FetchError, seconds: float) -> None:
        """Write down a question that was put and not answered."""
        self.exchanges.append(
            Exchange(
                path=ask.path,
                method=ask.method,
                purpose=ask.purpose,
                status=error.status if isinstance(error, RedirectedAway) else None,
                fault=error.outcome,
                detail=error.detail[:200],
                seconds=round(seconds, 4),
            )
        )

    def answered(self, ask: Ask, fetched: Fetched, seconds: float) -> None:
        """Write down a question and its answer, with the document where it is worth keeping."""
        self.requests_made += fetched.requests_count - 1
        self.exchanges.append(
            Exchange(
                path=ask.path,
                method=ask.method,
                purpose=ask.purpose,
                status=fetched.status,
                detail="" if fetched.path == ask.path else f"answered at {fetched.path:.150}",
                seconds=round(seconds, 4),
                body_bytes=len(fetched.body),
                document=scrub(fetched.body) if self.keeps(ask, fetched) else None,
            )
        )

    def keeps(self, ask: Ask, fetched: Fetched) -> bool:
        """Whether the document is worth keeping."""
        return (
            ask.keeps_body
            and fetched.status == 200
            and 0 < len(fetched.body) <= self.settings.most_document_bytes
            and not forbids_use(fetched.headers, fetched.path)
        )

    def hear_retry_after(self, fetched: Fetched) -> None:
        """Remember how long it wants us to stay away."""
        seconds = retry_after_seconds(fetched.headers, self.started_at)
        if seconds is not None:
            self.retry_after_seconds = max(seconds, self.retry_after_seconds or 0)

    def end(self, end: FetchError | Ended) -> None:
        """Take down how the check ended."""
        self.outcome, self.detail = end.outcome, end.detail
        if end.outcome in (Outcome.ROBOTS_DISALLOWED, Outcome.OPTED_OUT):
            self.is_counting_refused = True

    def claim(self, away: RedirectedAway) -> None:
        """Remember where a server says it moved, if for good; a passing redirect claims nothing."""
        if away.target is not None and away.is_permanent and away.target != self.hostname:
            self.moved_to = away.target
            self.aliases.append(Alias(hostname=away.target, evidence="redirect"))

    def check(self) -> Check:
        """Put the record together."""
        info, instance = self.nodeinfo, self.told.instance
        if self.is_counting_refused:
            # listed as refusing, with no numbers and none of its words
            info = _bare(info) if info is not None else None
            instance = None
        is_quiet = self.is_counting_refused
        return Check(
            hostname=self.hostname,
            started_at=self.started_at,
            seconds=round(time.monotonic() - self.begun, 4),
            outcome=self.outcome,
            detail=self.detail[:200],
            is_counting_refused=self.is_counting_refused,
            moved_to=self.moved_to,
            retry_after_seconds=self.retry_after_seconds,
            aliases=_distinct(self._all_aliases(), self.hostname),
            nodeinfo=info,
            instance=instance,
            peer_lists=() if is_quiet else self.told.peer_lists,
            activity=() if is_quiet else self.told.activity,
            exchanges=tuple(
                replace(exchange, document=None) if is_quiet and exchange.document else exchange
                for exchange in self.exchanges
            ),
            notes=(*self.notes, *self.told.notes),
            address=self.address,
        )

    def _all_aliases(self) -> list[Alias]:
        named = [*self.aliases, *self.told.aliases]
        if self.nodeinfo is not None and self.nodeinfo.base_hostname is not None:
            named.append(Alias(hostname=self.nodeinfo.base_hostname, evidence="base_url"))
        return named


def _bare(info: NodeInfo) -> NodeInfo:
    """What may be said of a server that asks not to be counted: what it runs, and that it asks."""
    return NodeInfo(
        schema_version=info.schema_version,
        software_name=info.software_name,
        software_name_raw=info.software_name_raw,
        software_version=info.software_version,
        protocols=info.protocols,
        is_statistics_hidden=info.is_statistics_hidden,
        is_opted_out=info.is_opted_out,
    )


def _distinct(aliases: Iterable[Alias], own: Hostname) -> tuple[Alias, ...]:
    found = {(alias.hostname, alias.evidence): alias for alias in aliases if alias.hostname != own}
    return tuple(found.values())
