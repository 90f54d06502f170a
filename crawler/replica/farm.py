"""A wildcard farm: one registrable domain, subdomains without end, all of them the same server.

Each names more siblings that it makes up, so that a crawler without a cap would never end.
"""

from dataclasses import dataclass
from hashlib import blake2b

from crawler.replica.names import farm_labels

DOMAIN = "endless-meadow.example"
"""Somebody registered this once, and answers for every name below it."""
SIBLINGS = 60
"""Invented siblings in each list."""
KNOWN = 40
"""Subdomains that honest servers have heard of, where the world is large enough."""
VERSION = "4.3.15"
"""All of them run the same Mastodon."""
NUMBERS: dict[str, int | None] = {
    "users_total": 3,
    "users_active_month": 2,
    "users_active_halfyear": 3,
    "local_posts": 4096,
    "local_comments": None,
}
"""All of them say the same."""
TITLE = "Endless meadow"
"""Of all of them."""


@dataclass(frozen=True, slots=True)
class Farmhand:
    """One subdomain."""

    hostname: str
    """Any name below the domain."""
    friends: tuple[str, ...]
    """Honest servers that each of them names too."""

    @property
    def peers(self) -> list[str]:
        """Its list: invented siblings, and the friends."""
        return [*siblings(self.hostname), *self.friends]


def is_of_farm(hostname: str) -> bool:
    """Whether a name is one of the farm's."""
    return hostname.endswith(f".{DOMAIN}") and hostname.count(".") == DOMAIN.count(".") + 1


def known_names(servers: int) -> list[str]:
    """The subdomains that honest servers name."""
    return [f"{label}.{DOMAIN}" for label in farm_labels(max(3, min(KNOWN, servers // 10)))]


def siblings(hostname: str) -> list[str]:
    """The siblings that one of them makes up: always the same, never those of another."""
    digest = blake2b(hostname.encode(), digest_size=8).hexdigest()
    return [f"m{digest}{place:02d}.{DOMAIN}" for place in range(SIBLINGS)]
