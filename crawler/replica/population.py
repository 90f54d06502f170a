"""One made-up server, and how a population of them is drawn: heavy-tailed, and honest where its software is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from crawler.outcome import Outcome
from crawler.records import Registration
from crawler.replica.prose import JAPANESE, SHARES, Words, words
from crawler.replica.software import BY_NAME, Peering, Robots, Software, software_counts, version_at

COUNTS = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)
"""Fields of a NodeInfo record that hold a number."""

_RUSHES = 0.02
"""Of the newborn, so many are found by thousands at once."""
_MOST_USERS = 900_000
"""Below what an auditor calls implausible: the largest server is large, not a lie."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server that works, and what is true of it."""

    index: int
    """Its place among the names of its world."""
    hostname: str
    """As peers write it."""
    software: Software
    """What it runs."""
    version: str
    """As its software spells it."""
    language: str
    """The language it speaks."""
    salt: int
    """Decides what nothing else decides."""
    users_total: int
    """Accounts."""
    users_active_month: int
    """Of them, in the last month."""
    users_active_halfyear: int
    """Of them, in the last half year."""
    local_posts: int
    """Posts of its own."""
    local_comments: int
    """Comments of its own."""
    registration: Registration
    """Who may sign up, as far as anybody can know from its documents."""
    is_list_hidden: bool = False
    """Whether it keeps its peers to itself."""
    is_withheld: bool = False
    """Whether it keeps its numbers to itself."""
    is_opted_out: bool = False
    """Whether a flag asks not to be listed."""
    robots: Robots = Robots.OPEN
    """What its robots.txt closes."""
    born_on: int = 0
    """The day it came into the world; 0 = it was there before anybody looked."""
    is_rushing: bool = False
    """Whether people find it by the thousand in its first days."""
    guise: str | None = None
    """The hostname of another server whose words it speaks; `None` = its own."""

    @property
    def words(self) -> Words:
        """What it says of itself."""
        return words(self.guise or self.hostname, self.language, self.salt)

    @property
    def numbers(self) -> dict[str, int | None]:
        """The numbers of its NodeInfo, as a reader should understand them."""
        if self.is_withheld:
            return dict.fromkeys(COUNTS)
        said = {name: getattr(self, name) for name in COUNTS if name in self.software.says}
        return dict.fromkeys(COUNTS) | said | self.software.constants

    @property
    def has_list(self) -> bool:
        """Whether this version of its software has a list of peers."""
        # Pixelfed's came with #5125
        return not (self.software.name == "pixelfed" and self.is_older_than(0, 12))

    @property
    def tells_freely(self) -> bool:
        """Whether its peers are one open list of names without further meaning."""
        return (
            self.software.peering is Peering.FLAT
            and self.has_list
            and self.robots is Robots.OPEN
            and not self.is_list_hidden
            and not self.is_opted_out
        )

    @property
    def outcome(self) -> Outcome:
        """How a check of it must end."""
        if self.robots is Robots.ALL:
            return Outcome.ROBOTS_DISALLOWED
        return Outcome.OPTED_OUT if self.is_opted_out else Outcome.OK

    def luck(self, purpose: str) -> float:
        """A number from 0 to 1 for one purpose, always the same."""
        value = self.salt
        for letter in purpose:
            value = (value * 1_000_003 ^ ord(letter)) & 0xFFFFFFFF
        value ^= value >> 15
        value = value * 2_246_822_519 & 0xFFFFFFFF
        return (value ^ value >> 13) / 2**32

    def is_older_than(self, *parts: int) -> bool:
        """Whether its version is below these parts."""
        return version_parts(self.version, len(parts)) < parts


def version_parts(version: str, count: int) -> tuple[int, ...]:
    """The first numbers of a version."""
    digits = "".join(letter if letter.isdigit() else " " for letter in version)
    numbers = [int(part) for part in digits.split()][:count]
    return tuple(numbers + [0] * (count - len(numbers)))


def kinds_of(servers: int, rng: np.random.Generator) -> list[Software]:
    """What each of so many servers runs, in no order."""
    kinds = [BY_NAME[name] for name, n in software_counts(servers).items() for _ in range(n)]
    return [kinds[place] for place in rng.permutation(len(kinds))]


def populate(
    kinds: Sequence[Software], hostnames: Sequence[str], rng: np.random.Generator
) -> list[Server]:
    """Draw servers: how large each is, whom it lets in and what it keeps back."""
    luck = rng.random((len(kinds), 12)).tolist()
    salts = rng.integers(1, 2**31 - 1, len(kinds)).tolist()
    return [
        _server(index, name, kind, row, salt)
        for index, (name, kind, row, salt) in enumerate(
            zip(hostnames, kinds, luck, salts, strict=True)
        )
    ]


def newborn(
    kinds: Sequence[Software],
    hostnames: Sequence[str],
    first_index: int,
    day: int,
    rng: np.random.Generator,
) -> list[Server]:
    """Draw servers that come into the world on a day: small all of them, and the first of the first day in a rush."""
    born = []
    for place, server in enumerate(populate(kinds, hostnames, rng)):
        is_rushing = rng.random() < _RUSHES or (place == 0 and day == 1)
        total = 300 + server.salt % 1700 if is_rushing else 1 + server.salt % 12
        born.append(
            replace(
                server,
                index=first_index + place,
                born_on=day,
                is_rushing=is_rushing,
                # crowds come to what they have heard of
                software=BY_NAME["mastodon"] if is_rushing else server.software,
                version=BY_NAME["mastodon"].versions[0]
                if is_rushing
                else server.software.versions[0],
                robots=Robots.OPEN if is_rushing else server.robots,
                is_withheld=server.is_withheld and not is_rushing,
                is_opted_out=server.is_opted_out and not is_rushing,
                registration=Registration.OPEN if is_rushing else server.registration,
                users_total=total,
                users_active_month=max(1, total * 8 // 10),
                users_active_halfyear=max(1, total * 9 // 10),
                local_posts=total * 2,
                local_comments=total,
            )
        )
    return born


def _server(
    index: int, hostname: str, software: Software, luck: Sequence[float], salt: int
) -> Server:
    total = int(min(software.smallest * (1.0 - luck[0]) ** (-1.0 / software.exponent), _MOST_USERS))
    total = max(1, total)
    halfyear = max(1, round(total * (0.15 + 0.7 * luck[1])))
    month = min(halfyear, round(halfyear * (0.3 + 0.6 * luck[2])))
    posts = round(total * math.exp(2.2 + 2.4 * luck[3]))
    if software.name in ("pixelfed", "wordpress") and luck[4] < 0.1:
        # counts deleted accounts, or visitors: more of them active than there are (SURVEY §3)
        month = halfyear = total + 1 + int(luck[2] * 4)
    is_withheld = luck[5] < software.withheld
    robots = software.robots
    if software.name == "gotosocial" and is_withheld:
        # unless it serves its statistics, its robots.txt closes NodeInfo too (SURVEY §10.1)
        robots = Robots.ALL
    return Server(
        index=index,
        hostname=hostname,
        software=software,
        version=version_at(software.versions, luck[6]),
        language=_language(software, luck[7]),
        salt=salt,
        users_total=total,
        users_active_month=month,
        users_active_halfyear=halfyear,
        local_posts=posts,
        local_comments=round(posts * (0.2 + 3 * luck[8])),
        registration=_registration(software, total, luck[9]),
        is_list_hidden=luck[10] < software.hidden,
        is_withheld=is_withheld,
        is_opted_out=luck[11] < software.opted_out,
        robots=robots,
    )


def _language(software: Software, luck: float) -> str:
    shares = JAPANESE if software.is_japanese else SHARES
    edge = luck * sum(shares.values())
    for language, share in shares.items():
        edge -= share
        if edge < 0:
            return language
    return next(iter(shares))


_DOORS = (Registration.OPEN, Registration.APPROVAL, Registration.INVITE, Registration.CLOSED)


def _registration(software: Software, users: int, luck: float) -> Registration:
    if software.constant_registration is not None:
        return software.constant_registration
    if users == 1 and software.registrations[3] > 0:
        return Registration.CLOSED
    edge = luck * sum(software.registrations)
    for door, share in zip(_DOORS, software.registrations, strict=True):
        edge -= share
        if edge < 0:
            return door
    return Registration.CLOSED
