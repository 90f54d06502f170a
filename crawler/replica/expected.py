"""The truth: what a correct crawl finds, said for each name apart from how the crawler works.

It describes the full design; software that the crawler does not speak yet is left out by whoever compares.
"""

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from crawler.outcome import Outcome
from crawler.records import PeerKind, PeerListState, Registration
from crawler.replica import farm, liars, neighbours
from crawler.replica.farm import Farmhand
from crawler.replica.graph import Ints
from crawler.replica.liars import Lie, Part
from crawler.replica.neighbours import Manner, Neighbour
from crawler.replica.population import COUNTS, Server
from crawler.replica.software import Peering, Robots
from crawler.replica.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedList:
    """What must be known of a server's peers of one kind."""

    state: PeerListState
    """What becomes of the list."""
    hostnames: frozenset[str] = frozenset()
    """Whom it names; empty unless served."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a correct check of one name records."""

    hostname: str
    """Whom it asks."""
    outcome: Outcome
    """How it ends."""
    software: str | None = None
    """Canonical name; `None` where nothing is known of it."""
    version: str | None = None
    """As its software spells it."""
    is_counting_refused: bool = False
    """Whether it asks not to be counted: no numbers then, and no edges."""
    numbers: dict[str, int | None] = field(default_factory=dict)
    """Number fields of its NodeInfo record; empty where there is none, or where nobody can know them."""
    registration: Registration | None = None
    """Who may sign up; `None` where nobody can know, because nothing else was asked."""
    lists: dict[PeerKind, ExpectedList] = field(default_factory=dict)
    """Its lists by kind; kinds that its software does not have are missing."""
    moved_to: str | None = None
    """Where it says it moved for good."""
    alias: str | None = None
    """The other name it claims."""
    is_findable: bool = False
    """Whether a crawl from the seeds comes to it."""

    @property
    def edges(self) -> set[tuple[str, str, str]]:
        """Its edges as (source, target, kind)."""
        return {
            (self.hostname, target, kind.value)
            for kind, peers in self.lists.items()
            for target in peers.hostnames
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What no crawl can see of a server."""

    hostname: str
    """Its name."""
    part: Part
    """Whether it lies, or looks odd."""
    is_up: bool
    """Whether it answers on this day."""
    born_on: int | None
    """The day it came into the world; `None` = it was there before day 1."""
    died_on: int | None
    """The day it ended for good, if that was; `None` = it lives, working or not."""
    users_total: int
    """People who really have an account there and nowhere else, whatever it says, and if it says nothing."""


class Truth:
    """What is true of a world on its day."""

    def __init__(self, world: World) -> None:
        self._world = world

    def expected(self, hostname: str) -> Expected:
        """What a correct check of a name records. Raises `KeyError` for a name that is nobody's."""
        resident = self._world.find(hostname)
        match resident:
            case Server():
                return self._of_server(resident)
            case Neighbour():
                return self._of_neighbour(resident)
            case Farmhand():
                return self._of_farmhand(resident)
        raise KeyError(hostname)

    @cached_property
    def findable(self) -> frozenset[str]:
        """Every name that a crawl from the seeds comes to, without what the farm makes up."""
        world = self._world
        found = np.zeros(len(world.names), dtype=bool)
        waiting = deque(server.index for server in world.seeds)
        found[list(waiting)] = True
        while waiting:
            for index in self._leads_to(waiting.popleft()):
                if not found[index]:
                    found[index] = True
                    waiting.append(index)
        return frozenset(world.names[index] for index in np.flatnonzero(found).tolist())

    def _leads_to(self, index: int) -> list[int]:
        """The names that a visit to one name brings."""
        world = self._world
        resident = world.find(world.names[index])
        if isinstance(resident, Server):
            kinds = _readable(world, resident)
            # the dead are named, and not worth a visit
            return [
                target
                for kind, targets in kinds.items()
                if kind is not PeerKind.DEAD
                for target in targets.tolist()
            ]
        claims = isinstance(resident, Neighbour) and resident.manner in neighbours.CLAIMS
        if claims and isinstance(resident, Neighbour):
            target = world.find(resident.target)
            return [target.index] if isinstance(target, Server) else []
        return []

    def life(self, hostname: str) -> Life:
        """What no crawl can see of a server: who it really is. Raises `KeyError` for any other name."""
        server = self._lives[hostname]
        world = self._world
        part = world.part(server)
        return Life(
            hostname=hostname,
            part=part,
            is_up=server.index not in world.silent,
            born_on=server.born_on or None,
            died_on=world.died_on(server),
            users_total=liars.people(server, part),
        )

    @cached_property
    def _lives(self) -> dict[str, Server]:
        return {server.hostname: server for server in self._world.servers}

    def _of_server(self, server: Server) -> Expected:
        server = self._world.face(server)
        is_thrown = self._world.part(server).lie is Lie.RANDOM
        outcome = server.outcome
        is_refusing = outcome is not Outcome.OK
        is_silent = outcome is Outcome.ROBOTS_DISALLOWED
        return Expected(
            hostname=server.hostname,
            outcome=outcome,
            software=None if is_silent else server.software.name,
            version=None if is_silent else server.version,
            is_counting_refused=is_refusing,
            numbers={}
            if is_silent
            else _numbers(server, is_refusing=is_refusing, is_thrown=is_thrown),
            registration=_registration(server, is_refusing=is_refusing),
            lists={} if is_refusing else _lists(self._world, server),
            is_findable=server.hostname in self.findable,
        )

    def _of_neighbour(self, neighbour: Neighbour) -> Expected:
        manner = neighbour.manner
        is_answering = manner is Manner.NO_INDEX
        return Expected(
            hostname=neighbour.hostname,
            outcome=neighbours.OUTCOMES[manner],
            software="mastodon" if is_answering else None,
            version="4.4.9" if is_answering else None,
            is_counting_refused=manner in (Manner.NO_INDEX, Manner.CLOSED, Manner.GONE),
            numbers=dict.fromkeys(COUNTS) if is_answering else {},
            moved_to=neighbour.target if manner is Manner.MOVED else None,
            alias=neighbour.target if manner in neighbours.CLAIMS else None,
            is_findable=neighbour.hostname in self.findable,
        )

    def _of_farmhand(self, hand: Farmhand) -> Expected:
        return Expected(
            hostname=hand.hostname,
            outcome=Outcome.OK,
            software="mastodon",
            version=farm.VERSION,
            numbers=farm.NUMBERS,
            registration=Registration.CLOSED,
            lists={
                PeerKind.KNOWS: ExpectedList(
                    state=PeerListState.SERVED, hostnames=frozenset(hand.peers)
                )
            },
            is_findable=hand.hostname in self.findable,
        )


def _numbers(server: Server, *, is_refusing: bool, is_thrown: bool) -> dict[str, int | None]:
    if is_refusing:
        return dict.fromkeys(COUNTS)
    # nobody knows what the dice show at the next question
    return {} if is_thrown else server.numbers


def _readable(world: World, server: Server) -> dict[PeerKind, Ints]:
    """A server's edges that anybody can read."""
    if server.outcome is not Outcome.OK:
        return {}
    is_open = not server.is_list_hidden and server.robots is Robots.OPEN
    return world.told(server) if is_open else {}


def _lists(world: World, server: Server) -> dict[PeerKind, ExpectedList]:
    if server.software.peering is Peering.DUMMY:
        return {PeerKind.KNOWS: ExpectedList(state=PeerListState.DUMMY)}
    told = world.told(server)
    readable = _readable(world, server)
    found = {}
    for kind in told:
        names = frozenset(world.names_of(readable[kind])) if kind in readable else frozenset()
        if kind in readable:
            state = PeerListState.SERVED if names else PeerListState.EMPTY
        elif server.robots is not Robots.OPEN:
            state = PeerListState.DISALLOWED
        else:
            state = PeerListState.HIDDEN
        found[kind] = ExpectedList(state=state, hostnames=names)
    return found


_NOBODYS = frozenset({"activity-relay", "pub-relay", "birdsitelive"})
"""Relays and bridges: nobody signs up there, whatever their NodeInfo says."""
_TWO_MEANINGS = frozenset({"bonfire", "nodebb", "takahe"})
"""Software that says the same of a closed door and of one that opens by invitation."""


def _registration(server: Server, *, is_refusing: bool) -> Registration | None:
    if is_refusing:
        return None
    if server.robots is Robots.API or server.software.name in _NOBODYS:
        # NodeInfo alone cannot tell approval from open
        return None
    if server.registration is Registration.CLOSED and server.software.name in _TWO_MEANINGS:
        return Registration.UNKNOWN
    return server.registration
