"""May we ask, may we count: robots.txt for our product token, and the headers that say no.

RFC 9309 §2.3.1: a 4xx means that there are no rules; a server error, a rate limit or a broken connection
means that everything is closed until the rules can be read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from protego import Protego

from crawler.settings import PRODUCT_TOKEN

ROBOTS = "/robots.txt"
_BOM = b"\xef\xbb\xbf"
_AGENT_LINE = re.compile(r"\s*user[- ]?agent(?:\s*:\s*|\s+)([^#]*)", re.IGNORECASE)
_TOKEN = re.compile(r"\*(?=\s|\Z)|[A-Za-z_-]*")
_SOMEBODY_ELSE = "~"
"""Stands for every other agent: a character that no token has."""
_LONGEST_CACHED = 16_384
"""Bytes of a robots.txt up to which its parsed rules are shared: software ships a default one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a server's robots.txt lets us do."""

    rules: Protego | None = None
    """Its rules; `None` = it has none."""
    crawl_delay_seconds: float = 0.0
    """Seconds it wants between two requests."""

    def allows(self, path: str) -> bool:
        """Whether we may ask for this path."""
        return self.rules is None or self.rules.can_fetch(path, PRODUCT_TOKEN)


FREE = Consent()
"""No rules: everything may be asked."""


def consent(status: int, body: bytes) -> Consent | None:
    """Read an answer to `/robots.txt`. `None` = closed: the server could not say."""
    if status == 429 or status >= 500:
        return None
    if not 200 <= status < 300:
        return FREE
    return _shared(body) if len(body) <= _LONGEST_CACHED else _parsed(body)


@lru_cache(maxsize=512)
def _shared(body: bytes) -> Consent:
    return _parsed(body)


def _parsed(body: bytes) -> Consent:
    # a page in place of the file holds no rules, and its megabytes need not be read as such
    if body.lstrip()[:1] == b"<":
        return FREE
    text = body.removeprefix(_BOM).decode("utf-8", "replace")
    rules = Protego.parse("\n".join(_exact(line) for line in text.splitlines()))
    delay = rules.crawl_delay(PRODUCT_TOKEN)
    rate = rules.request_rate(PRODUCT_TOKEN)
    if rate is not None and rate.requests > 0:
        delay = max(delay or 0.0, rate.seconds / rate.requests)
    return Consent(rules=rules, crawl_delay_seconds=max(0.0, float(delay or 0.0)))


def _exact(line: str) -> str:
    """A line whose agent is our token, `*`, or somebody else.

    RFC 9309 §2.2.1 compares whole tokens and lets `Herdbook/0.1` mean `Herdbook`; Protego takes any
    part of a token for it, so that a group for `book` would replace the one for everybody.
    """
    agent = _AGENT_LINE.match(line)
    if agent is None:
        return line
    token = _TOKEN.match(agent[1])
    name = token[0] if token is not None else ""
    is_for_us = name == "*" or name.lower() == PRODUCT_TOKEN.lower()
    return f"User-agent: {name if is_for_us else _SOMEBODY_ELSE}"


_SENT_WITH_EVERYTHING = ("/wp-json/", "rest_route=")
"""Where WordPress core answers its REST API: each answer of every site carries `noindex`, whatever its
admin wants (wp-includes/rest-api/class-wp-rest-server.php), so there it is no wish of anybody."""


def forbids_use(headers: Mapping[str, str], path: str = "") -> bool:
    """Whether `X-Robots-Tag` asks everybody, or us, not to use what came from this path."""
    if any(mark in path for mark in _SENT_WITH_EVERYTHING):
        return False
    getall = getattr(headers, "getall", None)
    values = getall("X-Robots-Tag", ()) if getall else (headers.get("X-Robots-Tag", ""),)
    return any(_names_us_and_forbids(value) for value in values)


def _names_us_and_forbids(value: str) -> bool:
    """One header: `noindex, nofollow`, or `agent: noindex`; an agent holds until the next one."""
    agent = "*"
    for word in value.lower().split(","):
        name, colon, rest = word.partition(":")
        # `unavailable_after: …` and the like are rules with a value, not agents
        if colon and not name.strip().startswith(("unavailable_after", "max-")):
            agent, word = name.strip(), rest
        if agent in ("*", PRODUCT_TOKEN.lower()) and word.strip() in ("noindex", "none"):
            return True
    return False
