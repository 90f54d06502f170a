"""The world of a day: who exists, who names whom, where a name leads. The same for the same number, seed and share of liars."""

import copy
import random
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Self

import numpy as np

from crawler.outcome import Outcome
from crawler.records import PeerKind
from crawler.replica import days, farm, liars, neighbours
from crawler.replica.drift import Drift, Newcomer
from crawler.replica.farm import Farmhand
from crawler.replica.graph import Ints, Keys, Lists, attach
from crawler.replica.liars import Part
from crawler.replica.names import hostnames, young_hostnames
from crawler.replica.neighbours import Manner, Neighbour
from crawler.replica.population import Server, kinds_of, newborn, populate
from crawler.replica.software import BY_NAME, Peering

Resident = Server | Neighbour | Farmhand

MEDIAN_PEERS = 200
"""Names in a list, in the middle; small worlds have less to name."""
_SPREAD = 1.2
"""Standard deviation of the logarithm of a list's length: the longest hundredth is sixteen times the median."""
_MOST_NAMED = 0.8
"""No server has heard of more of the world than this."""
_ISLANDS = 0.004
"""Share of names that nobody names: no crawl can find them."""
_SEEDS = 20
"""Well-connected servers to begin with."""

_BIRTHS_A_DAY = 0.002
"""Of the servers, so many come new on a day."""
_GROWN = frozenset({*liars.RELAYS, *liars.BRIDGES})
_ROOM = 0.9
"""A list that is fuller than this takes no new names."""

_AT_ONCE = 512
"""Lists that are drawn together: a few megabytes."""

_MOST_PEERS: dict[Peering, int] = {
    Peering.NONE: 0,
    Peering.DUMMY: 0,
    # what the pages of one check can hold
    Peering.MISSKEY: 2_500,
    Peering.PAGED_MISSKEY: 2_500,
    Peering.LEMMY: 1_500,
    Peering.FUNKWHALE: 1_500,
    Peering.SUBSCRIBERS: 500,
}
"""Longest list by its shape."""


class World:
    """Who exists on a day, and what is true of them."""

    def __init__(self, servers: int, seed: int, day: int = 0, liars: float = 0.0) -> None:
        if servers < 1:
            raise ValueError(f"a world of {servers} servers is none: give at least 1")
        self.size = servers
        """How many servers worked on day 0."""
        self.seed = seed
        """What made it."""
        self.liars = liars
        """Share of the servers that lie."""
        rng = np.random.default_rng([seed, servers])
        kinds = kinds_of(servers, rng)
        manners = neighbours.manners(servers)
        names = hostnames([*(kind.name for kind in kinds), *("" for _ in manners)], rng)
        self._cast = self._cast_of(populate(kinds, names[:servers], rng))
        self._oldest = self._cast.servers
        names[:servers] = [server.hostname for server in self._oldest]
        self.hubs = (
            sorted(
                (
                    server
                    for server in self._oldest
                    if server.tells_freely and self._is_honest(server)
                ),
                key=lambda server: (-server.users_total, server.index),
            )[:50]
            or self._oldest[:1]
        )
        """Well-connected ones: large, with a list that everybody may read."""
        self.neighbours = [
            Neighbour(
                index=servers + place,
                hostname=names[servers + place],
                manner=manner,
                target=self.hubs[place % len(self.hubs)].hostname,
            )
            for place, manner in enumerate(manners)
        ]
        """Those that do not behave."""
        self._old_names = [*names, *farm.known_names(servers)]
        self._drift = self._make_lists(rng)
        self._friends = tuple(server.hostname for server in self.hubs[:3])
        self._steadfast = frozenset(server.index for server in self.hubs)
        self._live(day)

    def on(self, day: int) -> Self:
        """The same world on another day, for the cost of what changed."""
        other = copy.copy(self)
        for kept in ("lists", "_is_dead", "_followers"):
            other.__dict__.pop(kept, None)
        other._live(day)
        return other

    def _live(self, day: int) -> None:
        """Let so many days pass since day 0."""
        if day < 0:
            raise ValueError(f"day {day} was before the world: give 0 or more")
        self.day = day
        """How many days it is old."""
        young = [server for born_on in range(1, day + 1) for server in self._born(born_on)]
        lasting = [*self._oldest, *young]
        # two of one name on two days cannot be: each has its day in it
        self._places = {server.index: place for place, server in enumerate(lasting)}
        self.servers = [days.on_day(server, day) for server in lasting]
        """All that ever worked, as they are on this day; who is silent then is in `silent`."""
        self.silent = {s.index: manner for s in lasting if (manner := self._silence(s, day))}
        """Who does not work on this day, and how it does not, by index."""
        self.names = [*self._old_names, *(server.hostname for server in young)]
        """Every name that an honest server may list, by index."""
        self._index = {name: index for index, name in enumerate(self.names)}
        self._dice = random.Random(f"{self.seed} {self.size} {day}")

    def _cast_of(self, servers: Sequence[Server]) -> liars.Cast:
        return liars.cast(servers, self.liars, np.random.default_rng([self.seed, self.size, 8]))

    def _born(self, day: int) -> list[Server]:
        """Those that come into the world on a day."""
        before = self._young_count(day - 1)
        rng = np.random.default_rng([self.seed, self.size, 9, day])
        count = self._young_count(day) - before
        kinds = kinds_of(max(self.size, 100), rng)[:count]
        # nobody is born a relay or a bridge
        kinds = [BY_NAME["mastodon"] if kind.name in _GROWN else kind for kind in kinds]
        names = young_hostnames(count, day, rng)
        return newborn(kinds, names, len(self._old_names) + before, day, rng)

    def _young_count(self, day: int) -> int:
        """How many are born up to a day: one on the first, and then as it comes."""
        return 0 if day < 1 else max(1, round(day * self.size * _BIRTHS_A_DAY))

    def _silence(self, server: Server, day: int) -> Manner | None:
        part = self._cast.parts.get(server.index)
        if part is not None and part.original is not None:
            # it is the same machine
            return self._silence(self._oldest[part.original], day)
        if server.index in self._steadfast:
            return None
        is_dead = days.died_on(server, day) is not None
        return Manner.DEAD if is_dead else days.outage(server, day)

    def died_on(self, server: Server) -> int | None:
        """The day a server ended for good; `None` = it has not yet."""
        part = self._cast.parts.get(server.index)
        if part is not None and part.original is not None:
            return self.died_on(self._oldest[part.original])
        return None if server.index in self._steadfast else days.died_on(server, self.day)

    def part(self, server: Server) -> Part:
        """Whether it lies, or looks odd."""
        return liars.part_of(server, self._cast.parts)

    def face(self, server: Server) -> Server:
        """A server as it shows itself at the next question."""
        return liars.face(server, self.part(server), self.day, self._dice) if self.liars else server

    def _is_honest(self, server: Server) -> bool:
        part = self._cast.parts.get(server.index)
        return part is None or part.lie is None

    def find(self, hostname: str) -> Resident | None:
        """Who answers to a name; `None` for a name that is nobody's."""
        index = self._index.get(hostname)
        if index is not None and index in self._places:
            server = self.servers[self._places[index]]
            manner = self.silent.get(index)
            if manner is None:
                return server
            return Neighbour(index=index, hostname=hostname, manner=manner, target=hostname)
        if index is not None and index < self.size + len(self.neighbours):
            return self.neighbours[index - self.size]
        if farm.is_of_farm(hostname):
            return Farmhand(hostname, self._friends)
        return None

    @cached_property
    def seeds(self) -> list[Server]:
        """Where a crawl begins."""
        return self.hubs[:_SEEDS]

    @cached_property
    def lists(self) -> Lists:
        """Who has heard of whom, by index."""
        if self.day == 0:
            return self._drift.base
        young = [server for server in self.servers if server.born_on]
        return self._drift.on_day(
            self.day,
            [
                Newcomer(
                    index=server.index,
                    age=self.day - server.born_on,
                    fame=(server.users_total + 1) ** 0.5,
                    godparent=self.hubs[server.salt % len(self.hubs)].index,
                )
                for server in young
            ],
            len(self.names),
        )

    def known(self, server: Server) -> Ints:
        """Everyone that a server has stored something about, whatever it says of them."""
        return self.lists.row(server.index)

    def followers(self, server: Server) -> Ints:
        """The PeerTube servers that follow a PeerTube server."""
        return self._followers.row(server.index)

    def told(self, server: Server) -> dict[PeerKind, Ints]:
        """What a server's lists say, by kind, were they all open. Kinds its software has no list of are missing."""
        if not server.has_list:
            return {}
        row = self.known(server)
        marks = _marks(server.index, row)
        match server.software.peering:
            case Peering.NONE | Peering.DUMMY:
                return {}
            case Peering.SUBSCRIBERS:
                return {PeerKind.FOLLOWED_BY: row}
            case Peering.PEERTUBE:
                return {PeerKind.FOLLOWS: row, PeerKind.FOLLOWED_BY: self.followers(server)}
            case Peering.LEMMY:
                open_ones = row[marks >= _BLOCKED]
                # one in twelve federates with those only whom it allows
                is_picky = server.salt % 12 == 0
                allowed = row[marks >= 940] if is_picky else row[:0]
                return {
                    PeerKind.KNOWS: open_ones,
                    PeerKind.ALLOWS: allowed,
                    PeerKind.BLOCKS: row[marks < _BLOCKED],
                }
            case Peering.MBIN:
                is_dead = self._is_dead[row] | ((marks >= _BLOCKED) & (marks < 40))
                is_blocked = marks < _BLOCKED
                return {
                    PeerKind.KNOWS: row[~is_dead & ~is_blocked],
                    PeerKind.DEAD: row[is_dead & ~is_blocked],
                    PeerKind.BLOCKS: row[is_blocked],
                }
            case Peering.MISSKEY | Peering.PAGED_MISSKEY if server.software.name != "iceshrimp":
                return {
                    PeerKind.KNOWS: row[marks >= _BLOCKED],
                    PeerKind.BLOCKS: row[marks < _BLOCKED],
                }
        if server.software.name in ("pleroma", "akkoma"):
            # its list names the blocked ones too; its NodeInfo says which
            return {PeerKind.KNOWS: row, PeerKind.BLOCKS: row[marks < 8]}
        return {PeerKind.KNOWS: row}

    def suspended(self, server: Server) -> Ints:
        """Those whom a Misskey has given up: in its pages, not in its flat list."""
        row = self.known(server)
        marks = _marks(server.index, row)
        return row[(marks >= _BLOCKED) & (marks < 40)]

    def names_of(self, indices: Ints) -> list[str]:
        """The names behind indices."""
        names = self.names
        return [names[index] for index in indices.tolist()]

    def outcome(self, index: int) -> Outcome:
        """How a check of one of the names must end."""
        resident = self.find(self.names[index])
        if isinstance(resident, Neighbour):
            return neighbours.OUTCOMES[resident.manner]
        return resident.outcome if isinstance(resident, Server) else Outcome.OK

    @cached_property
    def _is_dead(self) -> np.ndarray:
        dead = np.zeros(len(self.names), dtype=bool)
        for neighbour in self.neighbours:
            dead[neighbour.index] = neighbour.manner in (Manner.DEAD, Manner.RESET)
        return dead

    @cached_property
    def _followers(self) -> Lists:
        size = len(self.names)
        tubes = self._of_peering(Peering.PEERTUBE)
        keys = [np.zeros(0, dtype=np.int64)]
        for source in np.flatnonzero(tubes).tolist():
            row = self.lists.row(source)
            keys.append(source * size + row[tubes[row]].astype(np.int64))
        return Lists.of(np.concatenate(keys), size).turned()

    def _of_peering(self, peering: Peering) -> np.ndarray:
        found = np.zeros(len(self.names), dtype=bool)
        found[[s.index for s in self.servers if s.software.peering is peering]] = True
        return found

    def _make_lists(self, rng: np.random.Generator) -> Drift:
        size = len(self._old_names)
        popularity = np.ones(size)
        popularity[: self.size] = [
            (liars.fame(server, self._cast.parts.get(server.index)) + 1) ** 0.5
            for server in self._oldest
        ]
        popularity[self.size + len(self.neighbours) :] = 0.5
        islands = rng.random(size) < _ISLANDS
        islands[[server.index for server in self.hubs]] = False
        popularity[islands] = 0
        # a PeerTube follows other PeerTubes, and some that are gone
        tubes = np.zeros(size, dtype=bool)
        tubes[[s.index for s in self._oldest if s.software.peering is Peering.PEERTUBE]] = True
        among_tubes = popularity * tubes
        among_tubes[self.size : self.size + len(self.neighbours)] = 0.2
        among_tubes[islands] = 0
        degrees = self._degrees(rng, size)

        def parts() -> Iterator[Keys]:
            for start in range(0, size, _AT_ONCE):
                some = np.arange(start, min(start + _AT_ONCE, size), dtype=np.int64)
                wanted, are_tubes = degrees[some], tubes[some]
                follows = np.where(are_tubes, np.minimum(wanted // 4 + 1, 600), 0)
                yield np.concatenate(
                    [
                        attach(some, np.where(are_tubes, 0, wanted), popularity, rng),
                        attach(some, follows, among_tubes, rng),
                    ]
                )

        base = self._with_lifelines(Lists.of_parts(parts(), size), islands, rng)
        # a list near its longest has no room for a crowd; a PeerTube chooses whom it follows
        is_open = ~tubes
        for server in self._oldest:
            most = _MOST_PEERS.get(server.software.peering, size)
            is_open[server.index] &= bool(degrees[server.index] < _ROOM * most)
        return Drift(
            base=base, popularity=popularity, is_open=is_open, seed=(self.seed, self.size, 7)
        )

    def _degrees(self, rng: np.random.Generator, size: int) -> np.ndarray:
        middle = min(MEDIAN_PEERS, max(8.0, size * 0.15))
        drawn = middle * np.exp(_SPREAD * rng.standard_normal(size))
        degrees = np.zeros(size, dtype=np.int64)
        for server in self._oldest:
            most = min(_MOST_PEERS.get(server.software.peering, size), int(size * _MOST_NAMED))
            # larger servers have heard of more; nobody has heard of nobody
            wanted = drawn[server.index] * (1 + server.users_total) ** 0.1
            degrees[server.index] = min(most, max(1, int(wanted)))
        return degrees

    def _with_lifelines(self, lists: Lists, islands: np.ndarray, rng: np.random.Generator) -> Lists:
        """With one edge from a hub to everybody whom no open list names, but for the islands."""
        size = len(self._old_names)
        is_named = np.zeros(size, dtype=bool)
        for server in self._oldest:
            if server.tells_freely:
                is_named[lists.row(server.index)] = True
        lost = np.flatnonzero(~is_named & ~islands)
        hubs = np.array([server.index for server in self.hubs], dtype=np.int64)
        chosen = hubs[rng.integers(0, len(hubs), len(lost))]

        def parts() -> Iterator[Keys]:
            for start in range(0, size, _AT_ONCE):
                is_here = (chosen >= start) & (chosen < start + _AT_ONCE)
                here = lists.part(start, min(start + _AT_ONCE, size))
                yield np.concatenate([here, chosen[is_here] * size + lost[is_here]])

        return Lists.of_parts(parts(), size)


_BLOCKED = 12
"""Of a thousand peers, so many are blocked by a server that publishes its blocks."""


def _marks(source: int, targets: Ints) -> np.ndarray:
    """A number below 1,000 for each edge, always the same."""
    mixed = targets.astype(np.uint64) * np.uint64(2654435761) + np.uint64(source * 2246822519)
    mixed ^= mixed >> np.uint64(15)
    return ((mixed * np.uint64(2654435761)) >> np.uint64(13)) % np.uint64(1000)
