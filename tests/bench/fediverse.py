"""A made-up fediverse of any size: who has which name, how it behaves, what it answers. Pure and repeatable.

Everything follows from a server's number, so that nothing is kept per server and 100,000 names cost nothing.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import numpy as np
import orjson

QUESTIONS = (
    ("/robots.txt", "text/plain, */*;q=0.5"),
    ("/.well-known/nodeinfo", "application/json"),
    ("/nodeinfo/2.0", "application/json"),
    ("/api/v2/instance", "application/json"),
    ("/api/v1/instance/peers", "application/json"),
    ("/api/v1/instance/activity", "application/json"),
)
"""What a whole check of a Mastodon server asks, in order, and the Accept header it asks with."""
LOOPBACK = "127.0.0.1"
_ROBOTS = b"User-agent: GPTBot\nDisallow: /\n\nUser-agent: *\nDisallow: /media_proxy/\nDisallow: /interact/\n"
_POPULARITY = 1.7
"""Names are drawn as u**1.7: the first tenth of them is named five times as often as the last."""
_MOST_LATENCY_SECONDS = 8.0
_LEAST_LATENCY_SECONDS = 0.02


class Manner(StrEnum):
    """How a server behaves."""

    ALIVE = "alive"
    """Answers everything."""
    NO_ADDRESS = "no_address"
    """Its name does not exist; the name server says so after a while."""
    REFUSING = "refusing"
    """The connection is closed before TLS."""
    SILENT = "silent"
    """Takes the connection and never says anything: the deadline for connecting ends it."""
    HANGING = "hanging"
    """Answers the first question and no other: the deadline of a request ends it."""
    ODD = "odd"
    """Answers, but not with what it should: an error, a page, no JSON, nothing of the kind."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What a fediverse is made of."""

    names: int
    """Servers that have a number, dead ones included."""
    shares: dict[str, float] = field(default_factory=dict)
    """Share of each manner; the rest is alive."""
    peers: int = 1_000
    """Names on each list."""
    outsiders: int = 0
    """Names beyond the servers that lists draw from too; they do not exist."""
    latency_seconds: float = 0.0
    """Median time to an answer; 0 = at once."""
    spread: float = 0.0
    """Standard deviation of the logarithm of the latency."""
    dead_dns_seconds: float = 0.0
    """How long the name server takes to say that a name does not exist."""
    slow_dns_share: float = 1.0
    """Share of the dead names whose answer takes so long; the others are known at once."""
    farmers: int = 0
    """Of the servers, so many list names of one wildcard domain in place of the rest."""


class Fediverse:
    """Names, manners and answers."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec

    @cached_property
    def manners(self) -> list[Manner]:
        """The manner of each server, by number. The first hundredth is alive: a crawl begins there."""
        random = np.random.default_rng(7)
        drawn = random.random(self.spec.names)
        drawn[: max(1, self.spec.names // 100) + self.spec.farmers] = 1.0
        edges = np.cumsum(list(self.spec.shares.values()))
        kinds = [*(Manner(name) for name in self.spec.shares), Manner.ALIVE]
        return [kinds[place] for place in np.searchsorted(edges, drawn, side="right").tolist()]

    @cached_property
    def latencies(self) -> list[float]:
        """Seconds to an answer of each server."""
        spec = self.spec
        if not spec.latency_seconds:
            return [0.0] * spec.names
        drawn = np.random.default_rng(8).standard_normal(spec.names)
        found = spec.latency_seconds * np.exp(spec.spread * drawn)
        return np.clip(found, _LEAST_LATENCY_SECONDS, _MOST_LATENCY_SECONDS).tolist()

    @cached_property
    def alive(self) -> list[int]:
        """The numbers of those that answer everything."""
        return [number for number, m in enumerate(self.manners) if m is Manner.ALIVE]

    def number(self, hostname: str) -> int | None:
        """Whose name it is; `None` = nobody's. A name of the farm is number -1."""
        if hostname.endswith(".farm.example"):
            return -1
        label = hostname[1:-8]
        if hostname[:1] == "h" and hostname.endswith(".example") and label.isdigit():
            number = int(label)
            return number if number < self.spec.names else None
        return None

    def peers(self, number: int) -> np.ndarray:
        """Numbers of the names on a server's list: distinct, without its own, in no order."""
        spec = self.spec
        pool = spec.names + spec.outsiders
        drawn = np.random.default_rng(number + 1).random(spec.peers * 13 // 10) ** _POPULARITY
        found = (drawn * pool).astype(np.int64)
        # as they were drawn: cut in order of their numbers, the last quarter of all names would be on no list
        _, places = np.unique(found, return_index=True)
        found = found[np.sort(places)]
        return found[found != number][: min(spec.peers, pool - 1)]

    def answer(self, number: int, path: str) -> tuple[int, str, bytes]:
        """Status, content type and body."""
        host = name(number) if number >= 0 else "any.farm.example"
        manner = self.manners[number] if number >= 0 else Manner.ALIVE
        if manner is Manner.ODD:
            return _odd(number, path)
        match path:
            case "/robots.txt":
                return 200, "text/plain", _ROBOTS
            case "/.well-known/nodeinfo":
                return 200, "application/json", _discovery(host)
            case "/nodeinfo/2.0":
                return 200, "application/json", _nodeinfo(number)
            case "/api/v2/instance":
                return 200, "application/json", _instance(host, number)
            case "/api/v1/instance/peers":
                return 200, "application/json", self._list(number)
            case "/api/v1/instance/activity":
                return 200, "application/json", _activity(number)
        return 404, "application/json", b'{"error":"Not Found"}'

    def _list(self, number: int) -> bytes:
        if number < 0:
            return b"[]"
        if number < self.spec.farmers:
            names = [f"n{number}x{place}.farm.example" for place in range(self.spec.peers)]
        else:
            names = [name(place) for place in self.peers(number).tolist()]
        return b'["' + '","'.join(names).encode() + b'"]'


def name(number: int) -> str:
    """The hostname of a server: each a registrable domain of its own."""
    return f"h{number}.example"


def _odd(number: int, path: str) -> tuple[int, str, bytes]:
    if path == "/robots.txt":
        return 404, "text/plain", b""
    match number % 4:
        case 0:
            return 500, "text/html", b"<!doctype html><title>Error</title>"
        case 1:
            return 200, "text/html", b"<!doctype html><title>Parked</title>" + b" " * 20_000
        case 2:
            return 200, "application/json", b'{"links": ['
    return 404, "application/json", b'{"error":"Not Found"}'


def _discovery(host: str) -> bytes:
    rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
    return orjson.dumps({"links": [{"rel": rel, "href": f"https://{host}/nodeinfo/2.0"}]})


def _nodeinfo(number: int) -> bytes:
    users = {"total": 90 + number % 997, "activeMonth": 20 + number % 61, "activeHalfyear": 85}
    return orjson.dumps(
        {
            "version": "2.0",
            "software": {"name": "mastodon", "version": "4.4.3"},
            "protocols": ["activitypub"],
            "services": {"outbound": [], "inbound": []},
            "usage": {"users": users, "localPosts": 1000 + number * 7 % 100_000},
            "openRegistrations": number % 3 == 0,
            "metadata": {"nodeName": f"Garden {number}", "nodeDescription": "A place to talk."},
        }
    )


def _instance(host: str, number: int) -> bytes:
    return orjson.dumps(
        {
            "domain": host,
            "title": f"Garden {number}",
            "version": "4.4.3",
            "source_url": "https://source.example/garden",
            "description": "A quiet place for people who like gardens, trees and long letters. "
            * 3,
            "usage": {"users": {"active_month": 20 + number % 61}},
            "thumbnail": {"url": f"https://{host}/thumbnail.png", "versions": {}},
            "icon": [
                {"src": f"https://{host}/icon-{size}.png", "size": str(size)} for size in (36, 72)
            ],
            "languages": ["en"],
            "configuration": {
                "urls": {"streaming": f"wss://{host}", "about": f"https://{host}/about"},
                "accounts": {"max_featured_tags": 10, "max_pinned_statuses": 5},
                "statuses": {"max_characters": 500, "max_media_attachments": 4},
                "media_attachments": {
                    "supported_mime_types": [f"image/kind{place}" for place in range(25)],
                    "image_size_limit": 16_777_216,
                },
                "polls": {"max_options": 4, "max_characters_per_option": 50},
            },
            "registrations": {"enabled": number % 3 == 0, "approval_required": False},
            "api_versions": {"mastodon": 6},
            "contact": {"email": "", "account": None},
            "rules": [
                {"id": str(place), "text": f"Rule {place}: be kind to those who ask.", "hint": ""}
                for place in range(8)
            ],
        }
    )


def _activity(number: int) -> bytes:
    weeks = [
        {
            "week": str(1_772_409_600 - place * 604_800),
            "statuses": str(100 + number % 50),
            "logins": str(20 + number % 9),
            "registrations": "1",
        }
        for place in range(12)
    ]
    return orjson.dumps(weeks)
