"""Liars of eight kinds, and honest servers that look odd: who plays which part, and what it says. Pure."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from crawler.records import Registration
from crawler.replica.population import Server
from crawler.replica.software import ALL_COUNTS, BY_NAME, Robots, Software


class Lie(StrEnum):
    """How a server's numbers are not what they seem."""

    RANDOM = "random"
    """Other numbers at each question: GoToSocial's `baffle`, or somebody's patch."""
    CONSTANT = "constant"
    """Numbers that never move, or one number for everything."""
    NEGATIVE = "negative"
    """Fifteen million less than nobody."""
    INFLATED = "inflated"
    """A few people who say that they are up to two million; next to nobody names them."""
    MIRRORED = "mirrored"
    """What another server says, under another name."""
    WILDCARD = "wildcard"
    """One of several names below one server's own, all of which are that server."""
    MONTH_BUG = "month_bug"
    """Its software counts the active people of everywhere."""
    RELAY = "relay"
    """It counts its subscribers; nobody lives there."""


class Oddity(StrEnum):
    """What is honest and looks odd."""

    GIANT = "giant"
    """A hundred thousand people."""
    BRIDGE = "bridge"
    """It counts accounts of elsewhere, as its software says."""
    WITHHOLDING = "withholding"
    """It keeps its numbers to itself."""
    DELETING = "deleting"
    """Deleted accounts are among the active ones: more of them than there are registered."""
    TENANT = "tenant"
    """A customer: many independent servers under one registrable domain."""
    RUSH = "rush"
    """Young, and found by thousands within days."""


TENANTS_DOMAIN = "guest-house.example"
"""A company that runs servers for others; each customer has a name below it."""
GIANT_USERS = 100_000
"""A giant has so many people."""
BRIDGES = frozenset({"birdsitelive"})
"""Software that counts accounts of elsewhere."""
RELAYS = frozenset({"activity-relay", "pub-relay"})
"""Software where nobody lives."""

_SERVERS_A_GIANT = 500
_MOST_TENANTS = 15
"""Fewer than the strangers that one registrable domain may bring."""
_SIBLINGS = 9
"""Names of one wildcard besides its own."""
_NEGATIVE = -15_000_000
_BUGGY_MONTH = 91_000
_HIDDEN_IN_LIES = 3
"""As many people as a liar's neighbours think it has: nobody meets those that it makes up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The part that a server plays."""

    lie: Lie | None = None
    """`None` = it is honest."""
    oddity: Oddity | None = None
    """`None` = nothing about it looks odd."""
    original: int | None = None
    """Index of the server that it is, or repeats."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Servers with their parts."""

    servers: list[Server]
    """In the order they came; those that play a part are changed."""
    parts: Mapping[int, Part]
    """By index; who plays none is missing."""


def cast(servers: Sequence[Server], ratio: float, rng: np.random.Generator) -> Cast:
    """Turn a share of servers into liars, as many of each kind, and some more into honest oddities."""
    if not 0 <= ratio <= 0.2:
        raise ValueError(f"a share of {ratio} liars is no world to count: give 0 to 0.2")
    changed = list(servers)
    parts: dict[int, Part] = {}
    if ratio == 0:
        return Cast(changed, parts)
    waiting = iter(rng.permutation([s.index for s in servers if _is_plain(s)]).tolist())
    models = [servers[place] for place in rng.permutation(len(servers)).tolist()]
    roles = _roles(max(len(Lie), round(len(servers) * ratio)), models)
    for number, part in enumerate(roles):
        index = next(waiting, None)
        if index is None:
            break
        original = None if part.original is None else servers[part.original]
        changed[index] = _disguised(servers[index], part, original, number)
        parts[index] = part
    for number in range(max(4, len(servers) // 100)):
        index = next(waiting, None)
        if index is None:
            break
        oddity = _oddity(number, len(servers))
        changed[index] = _odd(servers[index], oddity, number)
        parts[index] = Part(oddity=oddity)
    return Cast(changed, parts)


def part_of(server: Server, parts: Mapping[int, Part]) -> Part:
    """The part of a server, whether it was given one or is by nature what it is."""
    given = parts.get(server.index)
    if given is not None:
        return given
    if server.software.name in RELAYS:
        return Part(lie=Lie.RELAY)
    if server.software.name in BRIDGES:
        return Part(oddity=Oddity.BRIDGE)
    if server.is_rushing:
        return Part(oddity=Oddity.RUSH)
    if server.is_withheld:
        return Part(oddity=Oddity.WITHHOLDING)
    return Part(oddity=Oddity.GIANT) if server.users_total >= GIANT_USERS else Part()


def people(server: Server, part: Part) -> int:
    """How many people really have an account there and nowhere else."""
    if part.oddity is Oddity.BRIDGE or part.lie in (Lie.RELAY, Lie.MIRRORED, Lie.WILDCARD):
        return 0
    return server.numbers["users_total"] or server.users_total


def fame(server: Server, part: Part | None) -> int:
    """How many people others have met there, by which they name it."""
    return server.users_total if part is None or part.lie is None else _HIDDEN_IN_LIES


def face(server: Server, part: Part | None, day: int, dice: random.Random) -> Server:
    """A server as it shows itself at one question."""
    match part.lie if part is not None else None:
        case Lie.RANDOM:
            return _with_numbers(server, *_thrown(dice))
        case Lie.CONSTANT:
            users = round(150 * 400 ** server.luck("constant"))
            if server.luck("one number") < 0.5:
                return _with_numbers(server, users, users, users, users)
            return _with_numbers(server, users, users // 2, users // 2 + 9, users * 7)
        case Lie.NEGATIVE:
            return _with_numbers(server, *(_NEGATIVE,) * 4)
        case Lie.INFLATED:
            users = round(30_000 * 66 ** server.luck("inflated") * 1.001**day)
            month = round(users * (0.3 + 0.4 * server.luck("month")))
            return _with_numbers(server, users, month, (month + users) // 2, users * 11 + 97 * day)
        case Lie.MONTH_BUG:
            month = _BUGGY_MONTH + server.salt % 40_000 + 23 * day
            return replace(server, users_active_month=month)
        case Lie.RELAY if server.software.name != "pub-relay":
            subscribers = 20 + server.salt % 1500 + day
            return _with_numbers(server, *(subscribers,) * 3, 0)
    return server


def _thrown(dice: random.Random) -> tuple[int, int, int, int]:
    """Random numbers that fit together, as GoToSocial throws them."""
    users = dice.randrange(2_000, 1_000_000)
    month = dice.randrange(1, users)
    return users, month, dice.randrange(month, users + 1), dice.randrange(users, users * 30)


def _with_numbers(server: Server, users: int, month: int, halfyear: int, posts: int) -> Server:
    return replace(
        server,
        users_total=users,
        users_active_month=month,
        users_active_halfyear=halfyear,
        local_posts=posts,
        local_comments=posts // 2,
        is_withheld=False,
    )


def _is_plain(server: Server) -> bool:
    """Whether it can play a part: small, open, of software that says everything."""
    is_open = server.robots is Robots.OPEN and not (server.is_withheld or server.is_opted_out)
    is_plain = server.software.name in ("mastodon", "pleroma", "akkoma")
    return is_open and is_plain and 2 <= server.users_total <= 60


def _roles(count: int, models: Sequence[Server]) -> Iterator[Part]:
    """So many parts of liars, each kind in turn."""
    mirrored = iter([s.index for s in models if _is_worth_a_mirror(s)])
    wild = [s.index for s in models if _is_worth_a_wildcard(s)]
    for number in range(count):
        lie = list(Lie)[number % len(Lie)]
        turn = number // len(Lie)
        original = None
        if lie is Lie.MIRRORED:
            original = next(mirrored, None)
        elif lie is Lie.WILDCARD and turn // _SIBLINGS < len(wild):
            original = wild[turn // _SIBLINGS]
        if original is None and lie in (Lie.MIRRORED, Lie.WILDCARD):
            # a small world has nobody to repeat
            lie = Lie.INFLATED
        yield Part(lie=lie, original=original)


def _is_worth_a_mirror(server: Server) -> bool:
    is_plain = server.software.name in ("mastodon", "lemmy", "misskey", "pleroma")
    is_open = server.robots is Robots.OPEN and not (server.is_withheld or server.is_opted_out)
    return is_plain and is_open and 100 <= server.users_total <= 5_000 <= server.local_posts


def _is_worth_a_wildcard(server: Server) -> bool:
    """Whether it has a name that its registrable domain is, so that it can be told from its siblings."""
    is_bare = server.hostname.count(".") == 1
    return is_bare and server.software.name == "mastodon" and 61 <= server.users_total <= 5_000


def _disguised(server: Server, part: Part, original: Server | None, number: int) -> Server:
    """What a liar really runs, and under which name."""
    if original is not None:
        is_below = part.lie is Lie.WILDCARD
        own = f"m{number}.{original.hostname}" if is_below else server.hostname
        # the luck of the original makes its days too
        return replace(original, index=server.index, hostname=own, guise=original.hostname)
    if part.lie is Lie.RANDOM and number // len(Lie) % 2 == 0:
        return _running(server, replace(BY_NAME["gotosocial"], says=ALL_COUNTS))
    name = {Lie.MONTH_BUG: "firefish", Lie.RELAY: "activity-relay"}.get(part.lie or Lie.RANDOM)
    return server if name is None else _running(server, BY_NAME[name])


def _running(server: Server, software: Software) -> Server:
    """The same with another software, in all that hangs on it."""
    return replace(
        server,
        software=software,
        version=software.versions[0],
        robots=software.robots,
        registration=software.constant_registration or Registration.CLOSED,
        is_list_hidden=software.hidden > 0.5,
    )


def _oddity(number: int, servers: int) -> Oddity:
    """One giant in so many servers, a few tenants of one company, and those that delete."""
    if number < max(1, servers // _SERVERS_A_GIANT):
        return Oddity.GIANT
    return Oddity.TENANT if number % 2 and number < _MOST_TENANTS * 2 else Oddity.DELETING


def _odd(server: Server, oddity: Oddity, number: int) -> Server:
    if oddity is Oddity.TENANT:
        return replace(server, hostname=f"customer-{number}.{TENANTS_DOMAIN}")
    if oddity is Oddity.GIANT:
        users = round(1.5 * GIANT_USERS * 5 ** server.luck("giant"))
        return _with_numbers(server, users, users // 5, users // 3, users * 37)
    # of these it is Mastodon that keeps counting who has left
    month = math.ceil(server.users_total * 1.15) + 1
    mastodon = _running(server, BY_NAME["mastodon"])
    return replace(mastodon, users_active_month=month, users_active_halfyear=month)
