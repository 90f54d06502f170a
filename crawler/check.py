"""One visit to one server: the conversation, read from top to bottom. Knows no Scrapy.

robots.txt → /.well-known/nodeinfo → the best NodeInfo document → the family's own API
           → peers (when due) → weekly activity (when due) → Check
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from crawler.asking import SENT_AWAY, Asking, is_challenge
from crawler.client import Client, Fetched, Place, Visit
from crawler.consent import FREE, ROBOTS, Consent, consent, forbids_use
from crawler.conversation import Answer, Ask, Known, Talk, Told, Wants
from crawler.exceptions import ExtractError, FetchError, HostnameError, RedirectedAway
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
from crawler.records import Alias, Check, NodeInfo
from crawler.registry import family_of
from crawler.said import Ended, Said
from crawler.settings import Settings
from crawler.waiting import is_rate_limit

WELL_KNOWN = "/.well-known/nodeinfo"

_ACCEPT_NODEINFO = "application/json"


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
    said = Said(
        hostname=hostname,
        started_at=now or datetime.now(UTC),
        wants=wants or Wants(),
        settings=settings,
    )
    try:
        place = place or await client.locate(hostname)
        said.address = place.addresses[0]
        async with client.visit(hostname, place) as visit:
            await _converse(said, visit, client)
    except RedirectedAway as away:
        said.claim(away)
        said.end(away)
    except (FetchError, Ended) as end:
        said.end(end)
    # its traceback leads to answers, which would stay until the garbage is looked at
    said.misread = None
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


async def _converse(said: Said, visit: Visit, client: Client) -> None:
    rules = await _ask_robots(said, visit)
    asking = Asking(said, visit, rules)
    found = await _ask_discovery(asking)
    document = await _ask_nodeinfo(asking, found, client)
    said.nodeinfo = document.nodeinfo
    if document.nodeinfo.is_opted_out:
        raise Ended(Outcome.OPTED_OUT, "a flag in its NodeInfo asks not to be listed")
    if document.is_use_forbidden:
        said.is_counting_refused = True
        said.note("X-Robots-Tag asks not to use its NodeInfo: the numbers are left out.")
        return
    await _ask_family(asking, document)
    if said.told.is_opted_out:
        raise Ended(Outcome.OPTED_OUT, "a flag in its own API asks not to be listed")


# --- what is asked, in order ------------------------------------------------------------------------


async def _ask_robots(said: Said, visit: Visit) -> Consent:
    """Fetch the rules. A server that cannot say what it allows is asked nothing else."""
    asking = Asking(said, visit, FREE)
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
        raise Ended(
            Outcome.HTTP_ERROR, f"robots.txt answers {fetched.status}, so nothing else was asked"
        )
    if rules.crawl_delay_seconds:
        said.note(f"It asks for {rules.crawl_delay_seconds:g} s between two requests.")
    return rules


async def _ask_discovery(asking: Asking) -> Discovery:
    """Ask where the NodeInfo documents are; an empty answer where there is no pointer."""
    said = asking.said
    fetched = await asking.fetch(
        Ask(path=WELL_KNOWN, accept=_ACCEPT_NODEINFO, purpose="where its NodeInfo is")
    )
    if fetched.status == 410:
        raise Ended(Outcome.OPTED_OUT, "answers 410 to NodeInfo: it asks to be left out")
    if fetched.status in (404, 405, 406, 501):
        return Discovery()
    _raise_unless_ok(said, fetched)
    try:
        found = await asking.read(fetched.body, discovery, fetched.body, said.hostname)
    except ExtractError as error:
        raise Ended(error.outcome, f"{WELL_KNOWN}: {error.detail}") from None
    if found.is_document:
        said.pointer_body, said.pointer_headers = fetched.body, fetched.headers
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """A NodeInfo document that was understood."""

    nodeinfo: NodeInfo
    body: bytes
    is_use_forbidden: bool


async def _ask_nodeinfo(asking: Asking, found: Discovery, client: Client) -> _Document:
    """Ask for the best document, then one version lower, then for its older cousins."""
    said = asking.said
    if found.is_document:
        try:
            body, headers = said.pointer_body, said.pointer_headers
            return await asking.read(body, _read_document, body, headers, WELL_KNOWN)
        except ExtractError as error:
            raise Ended(error.outcome, error.detail) from None
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
    raise said.misread or Ended(Outcome.NO_NODEINFO, "offers no NodeInfo")


async def _try_document(asking: Asking, path: str) -> _Document | None:
    """One attempt at a document; `None` where the next one may still answer."""
    said = asking.said
    try:
        fetched = await asking.fetch(
            Ask(path=path, accept=_ACCEPT_NODEINFO, purpose="its NodeInfo document")
        )
    except FetchError as error:
        if error.outcome in SENT_AWAY:
            raise
        said.misread = said.misread or Ended(error.outcome, f"{path}: {error.detail}")
        return None
    try:
        _raise_unless_ok(said, fetched)
        return await asking.read(fetched.body, _read_document, fetched.body, fetched.headers, path)
    except ExtractError as error:
        said.note(f"{path} was not understood: {error.detail}.")
        said.misread = said.misread or Ended(error.outcome, f"{path}: {error.detail}")
    except Ended as end:
        if end.outcome is not Outcome.HTTP_ERROR:
            raise
        if fetched.status not in (404, 405, 406, 410, 501):
            said.misread = said.misread or end
    return None


async def _ask_elsewhere(asking: Asking, link: Link, client: Client) -> _Document:
    """A document on another host: never attributed, but for reviewed hosts that serve one per site.

    Private domains "become" large servers this way (jhass/nodeinfo#63), and a href is how another
    crawler was sent against its own network (CVE-2026-62857). The other name is a claim.
    """
    said = asking.said
    assert link.hostname is not None
    if link.hostname not in SHARED_DOCUMENT_HOSTS:
        said.aliases.append(Alias(hostname=link.hostname, evidence="cross_host_document"))
        raise Ended(Outcome.FOREIGN_HREF, f"its NodeInfo is on {link.hostname}")
    said.note(f"Its NodeInfo is served by {link.hostname}, which serves one per site.")
    async with client.visit(link.hostname, await client.locate(link.hostname)) as visit:
        shared = Asking(said, visit, await _ask_robots(said, visit))
        document = await _try_document(shared, link.path)
    if document is None:
        raise said.misread or Ended(Outcome.NO_NODEINFO, f"none at {link.hostname} either")
    return document


async def _ask_host_meta(asking: Asking) -> None:
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


async def _ask_family(asking: Asking, document: _Document) -> None:
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
        step = await asking.read(answer.body, _go_on, talk, answer)
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


# --- reading answers --------------------------------------------------------------------------------


def _read_document(body: bytes, headers: Mapping[str, str], path: str) -> _Document:
    """Read a document by what stands at its path. Raises `ExtractError`."""
    if path == "/.well-known/x-nodeinfo2":
        read = nodeinfo2(body)
    elif path == "/statistics.json":
        read = statistics_json(body)
    else:
        read = nodeinfo(body)
    return _Document(nodeinfo=read, body=body, is_use_forbidden=forbids_use(headers, path))


def _raise_unless_ok(said: Said, fetched: Fetched) -> None:
    """Raise `Ended` for a response that holds no document."""
    if is_challenge(fetched):
        raise Ended(Outcome.BOT_WALL, f"answers {fetched.status} with a challenge page")
    _raise_if_sent_away(said, fetched)
    if not 200 <= fetched.status < 300:
        raise Ended(Outcome.HTTP_ERROR, f"answers {fetched.status}")


def _raise_if_sent_away(said: Said, fetched: Fetched) -> None:
    if is_rate_limit(fetched.status, fetched.headers):
        said.hear_retry_after(fetched)
        raise Ended(Outcome.RATE_LIMITED, f"answers {fetched.status}: too many requests")


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
