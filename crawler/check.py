"""One visit to one server: the conversation, read from top to bottom. Knows no Scrapy.

robots.txt → /.well-known/nodeinfo → the best NodeInfo document → the family's own API
           → peers (when due) → weekly activity (when due) → Check
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from crawler.client import Client, Fetched, Place, Visit
from crawler.consent import FREE, ROBOTS, Consent, consent, forbids_use
from crawler.conversation import Answer, Ask, Known, Talk, Told, Wants
from crawler.exceptions import ExtractError, FetchError, HostnameError, RedirectedAway
from crawler.fields import is_wall
from crawler.hostname import Hostname
from crawler.language import with_languages
from crawler.nodeinfo import (
    SHARED_DOCUMENT_HOSTS,
    Discovery,
    Link,
    discovery,
    nodeinfo,
    nodeinfo2,
    statistics_json,
)
from crawler.outcome import Outcome
from crawler.records import Alias, Check, Exchange, NodeInfo
from crawler.registry import family_of
from crawler.scrub import scrub
from crawler.settings import Settings

WELL_KNOWN = "/.well-known/nodeinfo"
_RETRY_AFTER_AT_MOST = 7 * 24 * 3600
"""A server can send us away for a week, not for ever."""
_WORTH_A_THREAD_BYTES = 1_000_000
"""Bodies above this are read beside the event loop: they take longer than a look at the clock."""

_ACCEPT_NODEINFO = "application/json"
_SENT_AWAY = frozenset({Outcome.TIMED_OUT, Outcome.REFUSED, Outcome.RATE_LIMITED})
"""After one of these the server is not asked anything else in this check."""


async def check(
    hostname: Hostname,
    client: Client,
    *,
    wants: Wants | None = None,
    settings: Settings | None = None,
    now: datetime | None = None,
    place: Place | None = None,
) -> Check:
    """Visit one server. A remote fault becomes the check's outcome; only our own faults raise."""
    settings = settings or client.settings
    said = _Said(
        hostname=hostname,
        started_at=now or datetime.now(UTC),
        wants=wants or Wants(),
        settings=settings,
    )
    try:
        async with client.visit(hostname, place or await client.locate(hostname)) as visit:
            await _converse(said, visit, client)
    except RedirectedAway as away:
        said.claim(away)
        said.end(away)
    except (FetchError, _Ended) as end:
        said.end(end)
    return said.check()


def unreached(hostname: Hostname, error: FetchError, now: datetime) -> Check:
    """The check of a server that was not even connected: no address, or a forbidden one."""
    return Check(
        hostname=hostname,
        started_at=now,
        seconds=0.0,
        outcome=error.outcome,
        detail=error.detail[:200],
    )


async def _converse(said: "_Said", visit: Visit, client: Client) -> None:
    rules = await _ask_robots(said, visit)
    asking = _Asking(said, visit, rules)
    found = await _ask_discovery(asking)
    document = await _ask_nodeinfo(asking, found, client)
    said.nodeinfo = document.nodeinfo
    if document.nodeinfo.is_opted_out:
        raise _Ended(Outcome.OPTED_OUT, "a flag in its NodeInfo asks not to be listed")
    if document.is_use_forbidden:
        said.is_counting_refused = True
        said.note("X-Robots-Tag asks not to use its NodeInfo: the numbers are left out.")
        return
    await _ask_family(asking, document)
    if said.told.is_opted_out:
        raise _Ended(Outcome.OPTED_OUT, "a flag in its own API asks not to be listed")


# --- what is asked, in order ------------------------------------------------------------------------


async def _ask_robots(said: "_Said", visit: Visit) -> Consent:
    """Fetch the rules. A server that cannot say what it allows is asked nothing else."""
    asking = _Asking(said, visit, FREE)
    limits = said.settings
    try:
        fetched = await asking.fetch(
            Ask(
                path=ROBOTS,
                accept="text/plain, */*;q=0.5",
                purpose="what we may ask",
                keeps_body=False,
            ),
            most_bytes=limits.most_robots_bytes,
            most_redirects=limits.most_robots_redirects,
            takes_prefix=True,
        )
    except RedirectedAway:
        # RFC 9309 §2.3.1.2: rules that cannot be reached by redirects may count as none; the next
        # question finds out whether the whole server moved
        return FREE
    rules = consent(fetched.status, fetched.body)
    if rules is None:
        _raise_if_sent_away(said, fetched)
        raise _Ended(
            Outcome.HTTP_ERROR, f"robots.txt answers {fetched.status}, so nothing else was asked"
        )
    if rules.crawl_delay_seconds:
        said.note(f"It asks for {rules.crawl_delay_seconds:g} s between two requests.")
    return rules


async def _ask_discovery(asking: "_Asking") -> Discovery:
    """Ask where the NodeInfo documents are; an empty answer where there is no pointer."""
    said = asking.said
    fetched = await asking.fetch(
        Ask(path=WELL_KNOWN, accept=_ACCEPT_NODEINFO, purpose="where its NodeInfo is")
    )
    if fetched.status == 410:
        raise _Ended(Outcome.OPTED_OUT, "answers 410 to NodeInfo: it asks to be left out")
    if fetched.status in (404, 405, 406, 501):
        return Discovery()
    _raise_unless_ok(said, fetched)
    try:
        found = discovery(fetched.body, said.hostname)
    except ExtractError as error:
        raise _Ended(error.outcome, f"{WELL_KNOWN}: {error.detail}") from None
    if found.is_document:
        said.pointer_body, said.pointer_headers = fetched.body, fetched.headers
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A NodeInfo document that was understood."""

    nodeinfo: NodeInfo
    body: bytes
    is_use_forbidden: bool


async def _ask_nodeinfo(asking: "_Asking", found: Discovery, client: Client) -> _Document:
    """Ask for the best document, then one version lower, then for its older cousins."""
    said = asking.said
    if found.is_document:
        try:
            return _read_document(said.pointer_body, said.pointer_headers, WELL_KNOWN)
        except ExtractError as error:
            raise _Ended(error.outcome, error.detail) from None
    own = [link for link in found.links if link.hostname is None]
    for link in own[:2]:
        document = await _try_document(asking, link.path)
        if document is not None:
            return document
    foreign = next((link for link in found.links if link.hostname is not None), None)
    if foreign is not None and not own:
        return await _ask_elsewhere(asking, foreign, client)
    if not found.links:
        for path in ("/.well-known/x-nodeinfo2", "/nodeinfo/2.0", "/statistics.json"):
            if asking.rules.allows(path):
                document = await _try_document(asking, path)
                if document is not None:
                    return document
        await _ask_host_meta(asking)
    raise said.misread or _Ended(Outcome.NO_NODEINFO, "offers no NodeInfo")


async def _try_document(asking: "_Asking", path: str) -> _Document | None:
    """One attempt at a document; `None` where the next one may still answer."""
    said = asking.said
    try:
        fetched = await asking.fetch(
            Ask(path=path, accept=_ACCEPT_NODEINFO, purpose="its NodeInfo document")
        )
    except FetchError as error:
        if error.outcome in _SENT_AWAY:
            raise
        said.misread = said.misread or _Ended(error.outcome, f"{path}: {error.detail}")
        return None
    try:
        _raise_unless_ok(said, fetched)
        return _read_document(fetched.body, fetched.headers, path)
    except ExtractError as error:
        said.note(f"{path} was not understood: {error.detail}.")
        said.misread = said.misread or _Ended(error.outcome, f"{path}: {error.detail}")
    except _Ended as end:
        if end.outcome is not Outcome.HTTP_ERROR:
            raise
        if fetched.status not in (404, 405, 406, 410, 501):
            said.misread = said.misread or end
    return None


async def _ask_elsewhere(asking: "_Asking", link: Link, client: Client) -> _Document:
    """A document on another host: never attributed, but for reviewed hosts that serve one per site.

    Private domains "become" large servers this way (jhass/nodeinfo#63), and a href is how another
    crawler was sent against its own network (CVE-2026-62857). The other name is a claim.
    """
    said = asking.said
    assert link.hostname is not None
    if link.hostname not in SHARED_DOCUMENT_HOSTS:
        said.aliases.append(Alias(hostname=link.hostname, evidence="cross_host_document"))
        raise _Ended(Outcome.FOREIGN_HREF, f"its NodeInfo is on {link.hostname}")
    said.note(f"Its NodeInfo is served by {link.hostname}, which serves one per site.")
    async with client.visit(link.hostname, await client.locate(link.hostname)) as visit:
        shared = _Asking(said, visit, await _ask_robots(said, visit))
        document = await _try_document(shared, link.path)
    if document is None:
        raise said.misread or _Ended(Outcome.NO_NODEINFO, f"none at {link.hostname} either")
    return document


async def _ask_host_meta(asking: "_Asking") -> None:
    """Ask which host speaks for this name: an account domain has no NodeInfo of its own (SURVEY §9.3)."""
    said = asking.said
    path = "/.well-known/host-meta"
    if not asking.rules.allows(path):
        return
    try:
        fetched = await asking.fetch(
            Ask(
                path=path,
                accept="application/xrd+xml",
                purpose="who speaks for it",
                keeps_body=False,
            )
        )
    except RedirectedAway as away:
        if away.target is not None:
            said.aliases.append(Alias(hostname=away.target, evidence="host_meta"))
        return
    except FetchError:
        return
    target = _lrdd_host(fetched.body) if fetched.status == 200 else None
    if target is not None and target != said.hostname:
        said.aliases.append(Alias(hostname=target, evidence="host_meta"))


async def _ask_family(asking: "_Asking", document: _Document) -> None:
    """Let the software's family talk, one question at a time."""
    said = asking.said
    if not (said.wants.instance or said.wants.peers or said.wants.activity):
        return
    known = Known(
        hostname=said.hostname,
        nodeinfo=document.nodeinfo,
        nodeinfo_body=document.body,
        wants=said.wants,
        today=f"{said.started_at.astimezone(UTC):%Y-%m-%d}",
    )
    talk = family_of(document.nodeinfo.software_name).talk(known)
    step = _begin(talk)
    while isinstance(step, Ask):
        answer = await asking.answer(step)
        if len(answer.body) > _WORTH_A_THREAD_BYTES:
            step = await asyncio.to_thread(_go_on, talk, answer)
        else:
            step = _go_on(talk, answer)
    said.told = replace(step, instance=with_languages(step.instance, document.nodeinfo))


def _begin(talk: Talk) -> Ask | Told:
    try:
        return next(talk)
    except StopIteration as end:
        told: Told = end.value
        return told


def _go_on(talk: Talk, answer: Answer) -> Ask | Told:
    """Send an answer; the generator's return becomes a value (it could not cross a thread as is)."""
    try:
        return talk.send(answer)
    except StopIteration as end:
        told: Told = end.value
        return told


# --- asking -----------------------------------------------------------------------------------------


class _Asking:
    """Asks within robots, budgets and pace, and writes every exchange down."""

    def __init__(self, said: "_Said", visit: Visit, rules: Consent) -> None:
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
            if error.outcome in _SENT_AWAY:
                said.fault = error.outcome
            return Answer(fault=error.outcome, detail=error.detail)
        except _Ended as end:
            return Answer(fault=end.outcome, detail=end.detail)
        if _is_rate_limit(fetched):
            said.fault = Outcome.RATE_LIMITED
            said.hear_retry_after(fetched)
        if _is_challenge(fetched):
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
        """Ask one question. Raises `FetchError`, or `_Ended` where robots.txt or a budget says no."""
        said, limits = self.said, self.said.settings
        if not self.rules.allows(ask.path):
            detail = f"robots.txt disallows {ask.path}"
            said.unasked(ask, Outcome.ROBOTS_DISALLOWED, detail)
            raise _Ended(Outcome.ROBOTS_DISALLOWED, detail[:200])
        if not said.may_spend(ask):
            detail = "the check has used up its requests or its time"
            said.unasked(ask, Outcome.BUDGET_SPENT, detail)
            raise FetchError(Outcome.BUDGET_SPENT, detail)
        await self._keep_pace()
        begun = time.monotonic()
        exchange = Exchange(path=ask.path, method=ask.method, purpose=ask.purpose)
        try:
            fetched = await self._visit.fetch(
                ask.path,
                method=ask.method,
                body=ask.body,
                accept=ask.accept,
                seconds=min(limits.request_seconds, said.seconds_left),
                most_bytes=most_bytes,
                most_redirects=most_redirects,
                takes_prefix=takes_prefix,
            )
        except FetchError as error:
            seconds = time.monotonic() - begun
            status = error.status if isinstance(error, RedirectedAway) else None
            said.exchanges.append(
                replace(
                    exchange,
                    status=status,
                    fault=error.outcome,
                    detail=error.detail[:200],
                    seconds=round(seconds, 4),
                )
            )
            raise
        finally:
            said.last_asked = time.monotonic()
        said.requests_made += fetched.requests_count - 1
        kept = scrub(fetched.body) if said.keeps(ask, fetched) else None
        said.exchanges.append(
            replace(
                exchange,
                status=fetched.status,
                detail="" if fetched.path == ask.path else f"answered at {fetched.path:.150}",
                seconds=round(said.last_asked - begun, 4),
                body_bytes=len(fetched.body),
                document=kept,
            )
        )
        return fetched

    async def _keep_pace(self) -> None:
        said, limits = self.said, self.said.settings
        wait = self._wait
        if said.requests_made > limits.burst_requests:
            wait = max(wait, limits.pace_seconds)
        if wait and said.last_asked is not None and limits.paces(said.hostname):
            rest = said.last_asked + wait - time.monotonic()
            if rest > 0:
                await asyncio.sleep(min(rest, max(0.0, said.seconds_left)))


class _Ended(Exception):
    """Raised when a check is over before its end, by the step that knows why."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        self.outcome = outcome
        self.detail = detail
        super().__init__(outcome, detail)


@dataclass(slots=True, kw_only=True)
class _Said:
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
    misread: _Ended | None = None
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

    def keeps(self, ask: Ask, fetched: Fetched) -> bool:
        """Whether the document is worth keeping."""
        return (
            ask.keeps_body
            and fetched.status == 200
            and 0 < len(fetched.body) <= self.settings.most_document_bytes
            and not forbids_use(fetched.headers)
        )

    def hear_retry_after(self, fetched: Fetched) -> None:
        """Remember how long it wants us to stay away."""
        seconds = retry_after_seconds(fetched.headers, self.started_at)
        if seconds is not None:
            self.retry_after_seconds = max(seconds, self.retry_after_seconds or 0)

    def end(self, end: FetchError | _Ended) -> None:
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
        )

    def _all_aliases(self) -> list[Alias]:
        named = [*self.aliases, *self.told.aliases]
        if self.nodeinfo is not None and self.nodeinfo.base_hostname is not None:
            named.append(Alias(hostname=self.nodeinfo.base_hostname, evidence="base_url"))
        return named


# --- reading answers --------------------------------------------------------------------------------


def _read_document(body: bytes, headers: Mapping[str, str], path: str) -> _Document:
    """Read a document by what stands at its path. Raises `ExtractError`."""
    if path == "/.well-known/x-nodeinfo2":
        read = nodeinfo2(body)
    elif path == "/statistics.json":
        read = statistics_json(body)
    else:
        read = nodeinfo(body)
    return _Document(nodeinfo=read, body=body, is_use_forbidden=forbids_use(headers))


def _raise_unless_ok(said: _Said, fetched: Fetched) -> None:
    """Raise `_Ended` for a response that holds no document."""
    if _is_challenge(fetched):
        raise _Ended(Outcome.BOT_WALL, f"answers {fetched.status} with a challenge page")
    _raise_if_sent_away(said, fetched)
    if not 200 <= fetched.status < 300:
        raise _Ended(Outcome.HTTP_ERROR, f"answers {fetched.status}")


def _raise_if_sent_away(said: _Said, fetched: Fetched) -> None:
    if _is_rate_limit(fetched):
        said.hear_retry_after(fetched)
        raise _Ended(Outcome.RATE_LIMITED, f"answers {fetched.status}: too many requests")


def _is_rate_limit(fetched: Fetched) -> bool:
    return fetched.status == 429 or (fetched.status == 503 and "Retry-After" in fetched.headers)


def _is_challenge(fetched: Fetched) -> bool:
    """Whether a bot wall answered; a JSON body is never one, whatever it quotes."""
    if fetched.headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    return fetched.body.lstrip()[:1] == b"<" and is_wall(fetched.body)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> int | None:
    """How long `Retry-After` asks us to stay away, at most 7 days; `None` for none and for garbage.

    Seconds or a date (RFC 9110 §10.2.3); of two headers the longer one counts.
    """
    getall = getattr(headers, "getall", None)
    values = getall("Retry-After", ()) if getall else (headers.get("Retry-After", ""),)
    waits = [wait for value in values if (wait := _wait_seconds(value, now)) is not None]
    return min(max(waits), _RETRY_AFTER_AT_MOST) if waits else None


def _wait_seconds(value: str, now: datetime) -> int | None:
    value = value.strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0, round((at - now).total_seconds()))


def _lrdd_host(body: bytes) -> Hostname | None:
    """The host of the lrdd template in a host-meta document, found without an XML reader."""
    for piece in body[:20_000].split(b"<"):
        if piece.startswith(b"Link") and b"lrdd" in piece and b"template=" in piece:
            template = piece.split(b"template=", 1)[1][1:300]
            text = template.decode("ascii", "replace")
            if not text.startswith("https://"):
                return None
            try:
                return Hostname.parse_claim(text)
            except HostnameError:
                return None
    return None


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
