"""Bad neighbours: names that lead to nobody, or to somebody who does not behave. Each has its intended outcome."""

import gzip
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from crawler.outcome import Outcome
from crawler.replica.message import Fate, Request, Response, json_response, page


class Manner(StrEnum):
    """How a bad neighbour behaves."""

    DEAD = "dead"
    """Named in lists; its connection is closed before TLS."""
    RESET = "reset"
    """The connection is reset before TLS."""
    EXPIRED = "expired"
    """Its certificate has expired."""
    SELF_SIGNED = "self_signed"
    """Nobody vouches for its certificate."""
    WRONG_NAME = "wrong_name"
    """Its certificate is for another name."""
    SLOW = "slow"
    """It never answers."""
    DRIPPING = "dripping"
    """It sends a byte now and then."""
    HANGING_UP = "hanging_up"
    """It closes the connection instead of answering."""
    NO_HTTP = "no_http"
    """What it sends is not HTTP."""
    CUT = "cut"
    """Its NodeInfo ends before its end."""
    ERRORS = "errors"
    """500 to everything."""
    FAILING = "failing"
    """Only its NodeInfo answers 500."""
    RATE_LIMITED = "rate_limited"
    """429 with Retry-After to everything."""
    BUSY = "busy"
    """503 with Retry-After to NodeInfo."""
    GONE = "gone"
    """410 to NodeInfo: it asks to be left out."""
    PARKED = "parked"
    """The same HTML page for every path."""
    WALL = "wall"
    """A challenge page where NodeInfo is; `/.well-known/` passes."""
    BROKEN = "broken"
    """Its NodeInfo is no JSON: a title with quotation marks that nobody escaped."""
    LIST = "list"
    """JSON, but a list in place of the pointer."""
    BARE = "bare"
    """A NodeInfo without software."""
    LARGE = "large"
    """A NodeInfo of 12 MB, sent as 12 kB of gzip."""
    PLAIN_SITE = "plain_site"
    """A website that has nothing to do with all this."""
    ACCOUNT_DOMAIN = "account_domain"
    """No NodeInfo of its own; host-meta says who speaks for it."""
    REDIRECTING = "redirecting"
    """302 to another host, whatever is asked."""
    MOVED = "moved"
    """301 to another host, whatever is asked."""
    CIRCLING = "circling"
    """NodeInfo redirects to itself."""
    FOREIGN = "foreign"
    """Its pointer leads to another server's NodeInfo."""
    CLOSED = "closed"
    """robots.txt closes everything."""
    NO_INDEX = "no_index"
    """It answers, and `X-Robots-Tag` asks not to use the answer."""


OUTCOMES: dict[Manner, Outcome] = {
    Manner.DEAD: Outcome.REFUSED,
    Manner.RESET: Outcome.REFUSED,
    Manner.EXPIRED: Outcome.TLS_FAILED,
    Manner.SELF_SIGNED: Outcome.TLS_FAILED,
    Manner.WRONG_NAME: Outcome.TLS_FAILED,
    Manner.SLOW: Outcome.TIMED_OUT,
    Manner.DRIPPING: Outcome.TIMED_OUT,
    Manner.HANGING_UP: Outcome.REFUSED,
    Manner.NO_HTTP: Outcome.BAD_HTTP,
    Manner.CUT: Outcome.BAD_HTTP,
    Manner.ERRORS: Outcome.HTTP_ERROR,
    Manner.FAILING: Outcome.HTTP_ERROR,
    Manner.RATE_LIMITED: Outcome.RATE_LIMITED,
    Manner.BUSY: Outcome.RATE_LIMITED,
    Manner.GONE: Outcome.OPTED_OUT,
    Manner.PARKED: Outcome.NOT_JSON,
    Manner.WALL: Outcome.BOT_WALL,
    Manner.BROKEN: Outcome.NOT_JSON,
    Manner.LIST: Outcome.WRONG_SHAPE,
    Manner.BARE: Outcome.WRONG_SHAPE,
    Manner.LARGE: Outcome.TOO_LARGE,
    Manner.PLAIN_SITE: Outcome.NO_NODEINFO,
    Manner.ACCOUNT_DOMAIN: Outcome.NO_NODEINFO,
    Manner.REDIRECTING: Outcome.REDIRECTED_AWAY,
    Manner.MOVED: Outcome.REDIRECTED_AWAY,
    Manner.CIRCLING: Outcome.HTTP_ERROR,
    Manner.FOREIGN: Outcome.FOREIGN_HREF,
    Manner.CLOSED: Outcome.ROBOTS_DISALLOWED,
    Manner.NO_INDEX: Outcome.OK,
}
"""How a check of each must end."""

CLAIMS: dict[Manner, str] = {
    Manner.MOVED: "redirect",
    Manner.FOREIGN: "cross_host_document",
    Manner.ACCOUNT_DOMAIN: "host_meta",
}
"""Those that name another server, which is a claim for the frontier, and by which evidence."""

SHARE = 0.09
"""Of the servers: so many bad neighbours come on top of them, at least one of each manner."""
_DEAD_SHARE = 0.5
"""Half of them are merely dead."""
_RARE = frozenset({Manner.SLOW, Manner.DRIPPING, Manner.LARGE})
"""One of each will do: they cost everybody seconds."""

RETRY_AFTER_SECONDS = 7200
"""How long a rate-limited one wants us to stay away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """One name that leads to nobody good."""

    index: int
    """Its place among the names of its world."""
    hostname: str
    """As peers write it."""
    manner: Manner
    """How it behaves."""
    target: str
    """The server it leads to, where it leads to one."""


def manners(servers: int) -> list[Manner]:
    """The manners of as many bad neighbours as there are for so many servers."""
    count = max(len(Manner), round(servers * SHARE))
    drawn = list(Manner)
    dead = round((count - len(drawn)) * _DEAD_SHARE)
    drawn += [Manner.DEAD] * dead
    usual = [manner for manner in Manner if manner not in _RARE and manner is not Manner.DEAD]
    rest = count - len(drawn)
    return drawn + [usual[place % len(usual)] for place in range(rest)]


# --- what they answer -------------------------------------------------------------------------------

_WELL_KNOWN = "/.well-known/nodeinfo"
_DOCUMENT = "/nodeinfo/2.0"
_REL = "http://nodeinfo.diaspora.software/ns/schema/2.0"
_PARKED = "<!doctype html><title>This domain is parked</title><p>Perhaps it is for sale.</p>"
_CHALLENGE = (
    "<!doctype html><html><head><title>Making sure you&#39;re not a bot!</title>"
    '<link rel="stylesheet" href="/.within.website/x/xess/xess.css"></head>'
    "<body><p>Your browser is being checked.</p></body></html>"
)


def answer(neighbour: Neighbour, request: Request) -> Response:
    """What a bad neighbour that has got as far as HTTP answers."""
    manner, path = neighbour.manner, request.path
    everywhere = _everywhere(neighbour, request)
    if everywhere is not None:
        return everywhere
    if path == "/robots.txt":
        if manner is Manner.CLOSED:
            return Response(body=b"User-agent: *\nDisallow: /\n", content_type="text/plain")
        return Response(body=b"User-agent: *\nDisallow:\n", content_type="text/plain")
    if path == _WELL_KNOWN:
        return _pointer(neighbour)
    if path == _DOCUMENT:
        return _document(neighbour)
    if path == "/.well-known/host-meta" and manner is Manner.ACCOUNT_DOMAIN:
        return _host_meta(neighbour)
    return page("<!doctype html><title>Not found</title>", 404)


def _everywhere(neighbour: Neighbour, request: Request) -> Response | None:
    """The answer of those who answer everything alike."""
    match neighbour.manner:
        case Manner.SLOW:
            return Response(fate=Fate.NEVER)
        case Manner.DRIPPING:
            return Response(body=b"User-agent: *\n" * 64, fate=Fate.DRIPPING)
        case Manner.HANGING_UP:
            return Response(fate=Fate.CLOSED)
        case Manner.NO_HTTP:
            return Response(body=b"SSH-2.0-dropbear\r\n", fate=Fate.HEADLESS)
        case Manner.ERRORS:
            return page("<!doctype html><title>Something went wrong</title>", 500)
        case Manner.RATE_LIMITED:
            return json_response(
                {"error": "Too many requests"}, 429, retry_after=str(RETRY_AFTER_SECONDS)
            )
        case Manner.PARKED:
            return page(_PARKED)
        case Manner.REDIRECTING | Manner.MOVED:
            status = 301 if neighbour.manner is Manner.MOVED else 302
            return page("", status, location=f"https://{neighbour.target}{request.path}")
    return None


def _pointer(neighbour: Neighbour) -> Response:
    match neighbour.manner:
        case Manner.FAILING:
            return page("<!doctype html><title>Something went wrong</title>", 500)
        case Manner.BUSY:
            return page("", 503, retry_after=str(RETRY_AFTER_SECONDS))
        case Manner.GONE:
            return page("<!doctype html><title>Gone</title>", 410)
        case Manner.LIST:
            return json_response([])
        case Manner.PLAIN_SITE | Manner.ACCOUNT_DOMAIN:
            return page("<!doctype html><title>Not found</title>", 404)
        case Manner.CIRCLING:
            return page("", 302, location=_WELL_KNOWN)
    host = neighbour.target if neighbour.manner is Manner.FOREIGN else neighbour.hostname
    return json_response({"links": [{"rel": _REL, "href": f"https://{host}{_DOCUMENT}"}]})


def _document(neighbour: Neighbour) -> Response:
    match neighbour.manner:
        case Manner.WALL:
            return page(_CHALLENGE)
        case Manner.BROKEN:
            return Response(
                body=b'{"version":"2.0","software":{"name":"snac"},"metadata":{"nodeName":"'
            )
        case Manner.BARE:
            return json_response({"version": "2.0", "usage": {"users": {"total": 5}}})
        case Manner.LARGE:
            return Response(body=_bomb(), headers={"content-encoding": "gzip"})
        case Manner.CUT:
            return _cut(neighbour)
        case Manner.NO_INDEX:
            return json_response(_small_talk(neighbour), x_robots_tag="noindex, nofollow")
    return page("<!doctype html><title>Not found</title>", 404)


def _cut(neighbour: Neighbour) -> Response:
    whole = json_response(_small_talk(neighbour))
    return Response(body=whole.body, fate=Fate.CUT)


def _small_talk(neighbour: Neighbour) -> dict[str, object]:
    return {
        "version": "2.0",
        "software": {"name": "mastodon", "version": "4.4.9"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {
            "users": {"total": 12, "activeMonth": 3, "activeHalfyear": 5},
            "localPosts": 4000,
        },
        "metadata": {"nodeName": neighbour.hostname, "nodeDescription": "Please do not count us."},
    }


def _host_meta(neighbour: Neighbour) -> Response:
    template = f"https://{neighbour.target}/.well-known/webfinger?resource={{uri}}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?><XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">'
        f'<Link rel="lrdd" template="{template}"/></XRD>'
    )
    return Response(body=body.encode(), content_type="application/xrd+xml; charset=utf-8")


@cache
def _bomb() -> bytes:
    return gzip.compress(b'{"version":"2.0","metadata":"' + b" " * 12_000_000, mtime=0)
