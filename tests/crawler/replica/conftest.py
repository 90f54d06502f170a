"""A small replica on loopback for all tests of this folder, and what a check of it is compared with."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.check import check
from crawler.client import Client
from crawler.hostname import Hostname
from crawler.records import Check, PeerKind, PeerListState, Registration
from crawler.replica.expected import Expected, ExpectedList, Truth
from crawler.replica.server import Replica
from crawler.replica.world import World
from crawler.settings import Settings

SERVERS = 150
"""One of every kind of software, and several of the frequent ones."""


@pytest.fixture(scope="session")
def world() -> World:
    """A small world."""
    return World(SERVERS, 7)


@pytest.fixture(scope="session")
def truth(world: World) -> Truth:
    """What is true of it."""
    return Truth(world)


@pytest.fixture(scope="session")
def replica(world: World) -> Iterator[Replica]:
    """It runs, on a free port, in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="replica")
    thread.start()
    running = Replica(world)
    asyncio.run_coroutine_threadsafe(running.start(), loop).result(10)
    try:
        yield running
    finally:
        asyncio.run_coroutine_threadsafe(running.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture(scope="session")
def settings(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A crawler's settings that lead to it; who never answers costs two seconds."""
    authority = replica.authority.write(tmp_path_factory.mktemp("rig"))
    limits = Settings.from_environment(
        {},
        connect_to=[f"*:443:127.0.0.1:{replica.port}"],
        ca_file=authority,
        allow_address=["127.0.0.0/8"],
    )
    return replace(limits, request_seconds=2.0)


@pytest.fixture(scope="session")
def checked(settings: Settings) -> Callable[..., list[Check]]:
    """Check some servers over real sockets, with the crawler's own client."""

    async def all_of(hostnames: tuple[str, ...]) -> list[Check]:
        client = Client(settings)
        try:
            checks = [check(Hostname.parse(hostname), client) for hostname in hostnames]
            return list(await asyncio.gather(*checks))
        finally:
            await client.close()

    return lambda *hostnames: asyncio.run(all_of(hostnames))


@pytest.fixture(scope="session")
def as_recorded() -> Callable[[Check, Expected], Expected]:
    """A check in the words of the truth, so that the two can be compared at once."""
    return _as_recorded


def _as_recorded(done: Check, expected: Expected) -> Expected:
    info, instance = done.nodeinfo, done.instance
    registration = instance.registration if instance is not None else Registration.UNKNOWN
    return Expected(
        hostname=done.hostname,
        outcome=done.outcome,
        software=info.software_name if info is not None else None,
        version=info.software_version if info is not None else None,
        is_counting_refused=done.is_counting_refused,
        numbers={name: getattr(info, name) for name in expected.numbers},
        # nobody can know it where nothing else was asked
        registration=registration if expected.registration is not None else None,
        lists=_lists(done, expected),
        moved_to=done.moved_to,
        alias=done.aliases[0].hostname if done.aliases else None,
        is_findable=expected.is_findable,
    )


def _lists(done: Check, expected: Expected) -> dict[PeerKind, ExpectedList]:
    """Lists of kinds that the truth has, and any other that names somebody."""
    return {
        peers.kind: ExpectedList(state=peers.state, hostnames=frozenset(peers.hostnames))
        for peers in done.peer_lists
        if peers.kind in expected.lists or peers.state is PeerListState.SERVED
    }


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder of nobody else."""
    return tmp_path / "data"
