"""Which software there is: how much of it, how large, who may sign up, what it says and what it keeps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from crawler.records import Registration


class Robots(StrEnum):
    """What a server's robots.txt closes."""

    OPEN = "open"
    """Nothing that we ask for."""
    API = "api"
    """Everything under `/api/`; NodeInfo is free."""
    ALL = "all"
    """Everything."""


class Peering(StrEnum):
    """Which list of peers a software has."""

    NONE = "none"
    """None at all."""
    FLAT = "flat"
    """A flat array at `/api/v1/instance/peers`."""
    MISSKEY = "misskey"
    """The same, and pages by POST with what is known of each peer."""
    PAGED_MISSKEY = "paged_misskey"
    """Pages by POST only."""
    LEMMY = "lemmy"
    """Linked, allowed and blocked."""
    MBIN = "mbin"
    """Federated, dead and defederated."""
    PEERTUBE = "peertube"
    """Follows, in both directions, in pages."""
    FUNKWHALE = "funkwhale"
    """Known domains, in pages."""
    DUMMY = "dummy"
    """A constant in place of a list."""
    SUBSCRIBERS = "subscribers"
    """A relay's subscribers in its NodeInfo."""


ALL_COUNTS = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """One kind of software as the replica's servers run it."""

    name: str
    """Canonical NodeInfo name."""
    share: float
    """Of all servers, in hundredths; all together about 100."""
    versions: tuple[str, ...]
    """Newest first; each older one is half as frequent."""
    smallest: float = 1.0
    """Users of the smallest server (the scale of the Pareto distribution)."""
    exponent: float = 1.0
    """How heavy the tail is: 0.7 has giants, 2 has none."""
    registrations: tuple[float, float, float, float] = (0.1, 0.2, 0.0, 0.7)
    """Shares of open, approval, invite and closed among servers of more than one user."""
    constant_registration: Registration | None = None
    """What a reader must understand where the software sends a constant."""
    says: tuple[str, ...] = ALL_COUNTS
    """Counts that its NodeInfo carries."""
    constants: dict[str, int] = field(default_factory=dict)
    """Counts that are the same on all servers."""
    peering: Peering = Peering.NONE
    """Its list of peers."""
    hidden: float = 0.0
    """Share of servers that hide that list."""
    withheld: float = 0.0
    """Share of servers that withhold their numbers."""
    opted_out: float = 0.0
    """Share of servers with a flag that asks not to be listed."""
    robots: Robots = Robots.OPEN
    """What its own robots.txt closes."""
    is_japanese: bool = False
    """Whether it is mostly used in Japan."""


_SINGLE = (0.0, 0.0, 0.0, 1.0)
_UNKNOWN = Registration.UNKNOWN
_WITH_COMMENTS = (*ALL_COUNTS, "local_comments")
_TOTALS = ("users_total", "local_posts")
_NO_COMMENTS = {"local_comments": 0}
_ONE = {"users_total": 1, "users_active_month": 1, "users_active_halfyear": 1}

SOFTWARE: tuple[Software, ...] = (
    Software(
        name="mastodon", share=37, smallest=1.5, exponent=0.72,
        versions=("4.5.2", "4.4.9", "4.5.2+glitch", "4.3.15", "4.2.27", "4.0.2", "3.5.19", "3.4.10"),
        registrations=(0.12, 0.38, 0.0, 0.5), peering=Peering.FLAT, hidden=0.16,
    ),
    Software(
        name="wordpress", share=12, exponent=2.2, versions=("6.8", "6.7", "6.6"),
        constant_registration=_UNKNOWN, says=_WITH_COMMENTS,
    ),
    Software(
        name="misskey", share=6, smallest=1.2, exponent=0.75, is_japanese=True,
        versions=("2025.10.0", "2025.4.1", "13.14.2", "12.119.2"),
        registrations=(0.2, 0.0, 0.0, 0.8), says=_TOTALS, constants=_NO_COMMENTS, peering=Peering.MISSKEY,
    ),
    Software(
        name="gotosocial", share=6, exponent=1.9, versions=("0.20.1", "0.19.2", "0.18.3"),
        registrations=(0.0, 0.15, 0.0, 0.85), says=_TOTALS, peering=Peering.FLAT, hidden=0.9,
        withheld=0.1, robots=Robots.API,
    ),
    Software(
        name="peertube", share=6, smallest=2, exponent=0.95, versions=("7.3.0", "6.3.3", "5.2.1"),
        registrations=(0.08, 0.3, 0.0, 0.62), says=_WITH_COMMENTS, peering=Peering.PEERTUBE,
    ),
    Software(
        name="pleroma", share=3.5, smallest=1.2, exponent=0.95, versions=("2.9.1", "2.7.0", "2.5.5"),
        registrations=(0.2, 0.2, 0.1, 0.5), peering=Peering.FLAT,
    ),
    Software(
        name="akkoma", share=3, smallest=1.2, exponent=1.05, versions=("3.16.0", "3.13.3"),
        registrations=(0.1, 0.25, 0.15, 0.5), peering=Peering.FLAT,
    ),
    Software(
        name="lemmy", share=3, smallest=3, exponent=0.74,
        versions=("0.19.13", "0.19.3", "1.0.0-beta.1", "0.17.4"),
        registrations=(0.15, 0.55, 0.0, 0.3), says=_WITH_COMMENTS, peering=Peering.LEMMY, hidden=0.04,
    ),
    Software(
        name="pixelfed", share=3, smallest=1.5, exponent=0.85, versions=("0.12.6", "0.12.5", "0.11.13"),
        registrations=(0.2, 0.1, 0.0, 0.7), says=_WITH_COMMENTS, peering=Peering.FLAT, hidden=0.7,
    ),
    Software(
        name="friendica", share=2.5, smallest=1.5, exponent=1.0,
        versions=("2024.12-1571", "2024.08-1565", "2023.12-1542"),
        registrations=(0.2, 0.25, 0.05, 0.5), says=_WITH_COMMENTS, peering=Peering.FLAT, withheld=0.15,
    ),
    Software(
        name="writefreely", share=2.5, smallest=1, exponent=1.0, versions=("0.15.1", "0.14.0"),
        registrations=(0.15, 0.0, 0.0, 0.85), says=_TOTALS, opted_out=0.06,
    ),
    Software(
        name="sharkey", share=2, smallest=1.2, exponent=1.0, versions=("2025.4.4", "2024.9.1"),
        registrations=(0.1, 0.4, 0.0, 0.5), says=_TOTALS, constants=_NO_COMMENTS, peering=Peering.MISSKEY,
    ),
    Software(
        name="ghost", share=2, exponent=9, versions=("0.1.0",), constant_registration=_UNKNOWN,
        constants={"users_total": 1},
    ),
    Software(
        name="owncast", share=1.5, exponent=9, versions=("0.2.3", "0.1.3"),
        constant_registration=_UNKNOWN, constants=_ONE,
    ),
    Software(
        name="snac", share=1.5, exponent=2, versions=("2.94", "2.80"), constant_registration=_UNKNOWN,
        peering=Peering.FLAT, robots=Robots.ALL,
    ),
    Software(
        name="piefed", share=0.8, smallest=3, exponent=0.8, versions=("1.6.18", "1.2.5"),
        registrations=(0.2, 0.6, 0.0, 0.2), says=_WITH_COMMENTS, peering=Peering.LEMMY,
    ),
    Software(
        name="hubzilla", share=0.8, smallest=1.5, exponent=1.2, versions=("10.2", "9.0"),
        registrations=(0.2, 0.0, 0.0, 0.8), says=_WITH_COMMENTS,
    ),
    Software(
        name="funkwhale", share=0.8, smallest=1.5, exponent=1.0, versions=("1.4.0", "1.3.4"),
        registrations=(0.15, 0.0, 0.0, 0.85), says=ALL_COUNTS[:3], peering=Peering.FUNKWHALE,
        hidden=0.25, opted_out=0.1,
    ),
    Software(
        name="bookwyrm", share=0.7, smallest=4, exponent=0.8, versions=("0.9.2", "0.7.5"),
        registrations=(0.1, 0.5, 0.0, 0.4), peering=Peering.FLAT,
    ),
    Software(
        name="mobilizon", share=0.7, smallest=3, exponent=0.9, versions=("5.1.0", "4.1.0"),
        registrations=(0.35, 0.0, 0.0, 0.65), says=(*_TOTALS, "local_comments"),
    ),
    Software(
        name="iceshrimp", share=0.6, smallest=1, exponent=1.2, versions=("2023.12.13", "2023.12.10"),
        registrations=(0.1, 0.0, 0.0, 0.9), constants=_NO_COMMENTS, peering=Peering.MISSKEY, hidden=0.1,
    ),
    Software(
        name="mbin", share=0.5, smallest=3, exponent=0.85, versions=("1.8.3", "1.7.4"),
        registrations=(0.4, 0.0, 0.0, 0.6), says=_WITH_COMMENTS, peering=Peering.MBIN,
    ),
    Software(
        name="diaspora", share=0.5, smallest=6, exponent=0.8, versions=("0.9.0.0", "0.7.18.2"),
        registrations=(0.4, 0.0, 0.0, 0.6), says=_WITH_COMMENTS, withheld=0.3,
    ),
    Software(
        name="castopod", share=0.5, smallest=1, exponent=1.8, versions=("1.13.5", "1.12.0"),
        registrations=_SINGLE, says=_WITH_COMMENTS,
    ),
    Software(
        name="hollo", share=0.5, exponent=3, versions=("0.6.12", "0.5.3"),
        constant_registration=_UNKNOWN, says=_WITH_COMMENTS,
    ),
    Software(
        name="firefish", share=0.4, smallest=1.2, exponent=0.95, versions=("20240729", "1.0.4-rc"),
        registrations=(0.2, 0.0, 0.0, 0.8), constants=_NO_COMMENTS, peering=Peering.MISSKEY, hidden=0.2,
    ),
    Software(
        name="hometown", share=0.4, smallest=2, exponent=1.1, versions=("4.2.17+hometown-1.1.2",),
        registrations=(0.05, 0.45, 0.0, 0.5), peering=Peering.FLAT, hidden=0.3,
    ),
    Software(
        name="nodebb", share=0.4, smallest=5, exponent=0.8, versions=("4.8.1", "4.5.0"),
        registrations=(0.7, 0.0, 0.0, 0.3), says=_WITH_COMMENTS,
    ),
    Software(
        name="mitra", share=0.3, smallest=1, exponent=1.4, versions=("4.13.0", "4.2.0"),
        registrations=(0.3, 0.0, 0.7, 0.0), peering=Peering.FLAT,
    ),
    Software(
        name="iceshrimp.net", share=0.3, smallest=1, exponent=1.4, versions=("2025.1-beta5",),
        registrations=(0.1, 0.0, 0.3, 0.6),
    ),
    Software(
        name="cherrypick", share=0.3, smallest=1.2, exponent=1.0, versions=("4.15.1", "4.12.0"),
        registrations=(0.2, 0.0, 0.0, 0.8), says=_TOTALS, constants=_NO_COMMENTS, peering=Peering.MISSKEY, is_japanese=True,
    ),
    Software(
        name="gancio", share=0.3, smallest=3, exponent=1.1, versions=("1.26.1", "1.21.0"),
        registrations=(0.0, 0.5, 0.0, 0.5), says=_TOTALS,
    ),
    Software(
        name="activity-relay", share=0.3, smallest=5, exponent=1.0, versions=("2.0.6",),
        constant_registration=_UNKNOWN, says=ALL_COUNTS,
    ),
    Software(
        name="kmyblue", share=0.2, smallest=1.5, exponent=1.0, versions=("18.0", "17.2"),
        registrations=(0.2, 0.3, 0.0, 0.5), peering=Peering.FLAT, is_japanese=True,
    ),
    Software(
        name="takahe", share=0.2, smallest=1.5, exponent=1.2, versions=("0.11.0",),
        registrations=(0.1, 0.0, 0.0, 0.9), says=_TOTALS, peering=Peering.FLAT,
    ),
    Software(
        name="microblogpub", share=0.2, exponent=9, versions=("2.0.0+ci",),
        constant_registration=_UNKNOWN, says=_TOTALS, constants={"users_total": 1},
    ),
    Software(
        name="plume", share=0.2, smallest=2, exponent=1.0, versions=("0.7.2",),
        registrations=(0.4, 0.0, 0.0, 0.6), says=(*_TOTALS, "local_comments"),
    ),
    Software(
        name="nextcloud", share=0.2, exponent=1.5, versions=("0.7.0",),
        constant_registration=_UNKNOWN, says=(),
    ),
    Software(
        name="gnusocial", share=0.15, smallest=1.5, exponent=1.0, versions=("2.0.2beta0",),
        registrations=(0.3, 0.0, 0.0, 0.7), says=_WITH_COMMENTS,
    ),
    Software(
        name="epicyon", share=0.15, exponent=2, versions=("1.6.0",), constant_registration=_UNKNOWN,
        constants={**_ONE, "local_posts": 1}, peering=Peering.DUMMY,
    ),
    Software(
        name="loops", share=0.1, smallest=10, exponent=0.7, versions=("1.0.0-beta.4",),
        registrations=(0.6, 0.0, 0.0, 0.4), says=_WITH_COMMENTS, robots=Robots.API,
    ),
    Software(
        name="fedibird", share=0.1, smallest=5, exponent=0.8, versions=("0.1",),
        registrations=(0.4, 0.2, 0.0, 0.4), peering=Peering.FLAT, is_japanese=True,
    ),
    Software(
        name="wafrn", share=0.1, smallest=5, exponent=0.8, versions=("2025.10.02",),
        constant_registration=_UNKNOWN,
    ),
    Software(
        name="smithereen", share=0.1, smallest=2, exponent=1.0, versions=("0.10.1",),
        registrations=(0.3, 0.0, 0.0, 0.7), peering=Peering.FLAT,
    ),
    Software(
        name="socialhome", share=0.1, smallest=1, exponent=1.3, versions=("0.19.0",),
        registrations=(0.3, 0.0, 0.0, 0.7), says=_WITH_COMMENTS,
    ),
    Software(
        name="vernissage", share=0.1, smallest=2, exponent=1.0, versions=("1.23.0",),
        registrations=(0.3, 0.0, 0.0, 0.7), says=_WITH_COMMENTS,
    ),
    Software(
        name="neodb", share=0.1, smallest=3, exponent=0.9, versions=("0.12.4",),
        registrations=(0.5, 0.0, 0.5, 0.0), peering=Peering.FLAT,
    ),
    Software(
        name="bonfire", share=0.1, smallest=2, exponent=1.2, versions=("1.0.0",),
        registrations=(0.2, 0.0, 0.0, 0.8), says=("users_total",),
    ),
    Software(
        name="tootik", share=0.1, exponent=2, versions=("0.19.4",), constant_registration=_UNKNOWN,
        says=(), robots=Robots.ALL,
    ),
    Software(
        name="birdsitelive", share=0.1, smallest=30, exponent=0.9, versions=("0.22.0",),
        constant_registration=_UNKNOWN, says=_TOTALS,
    ),
    Software(
        name="pub-relay", share=0.1, smallest=1, exponent=9, versions=("0.3.0",),
        constant_registration=_UNKNOWN, says=("users_total",), constants={"users_total": 1, "local_posts": 0},
        peering=Peering.SUBSCRIBERS,
    ),
)  # fmt: skip
"""Every kind, the most frequent first."""

BY_NAME: dict[str, Software] = {software.name: software for software in SOFTWARE}


def software_counts(servers: int) -> dict[str, int]:
    """How many servers run what: by share, and one of each kind where there is room for it."""
    room = sum(software.share for software in SOFTWARE)
    counts = {s.name: max(1, int(servers * s.share / room)) for s in SOFTWARE}
    # what rounding gave and took is the most frequent one's
    counts[SOFTWARE[0].name] += servers - sum(counts.values())
    if counts[SOFTWARE[0].name] > 0:
        return counts
    kinds = [software.name for software in SOFTWARE]
    return {name: len(range(place, servers, len(kinds))) for place, name in enumerate(kinds)}


def version_at(versions: Sequence[str], luck: float) -> str:
    """Pick a version: the newest for most, each older one for half as many as the one before."""
    for version in versions[:-1]:
        if luck < 0.5:
            return version
        luck = (luck - 0.5) * 2
    return versions[-1]
