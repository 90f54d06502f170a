"""Asks a world without a socket: the crawler's own check, with answers from memory. For many servers on many days.

What travels between two machines (TLS, HTTP, time) is not tried here; the listener is for that.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Literal

from multidict import CIMultiDict

from crawler.client import Client, Fetched, Place, Visit
from crawler.exceptions import FetchError
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.replica import neighbours
from crawler.replica.answering import answer
from crawler.replica.message import Request
from crawler.replica.neighbours import Neighbour
from crawler.replica.world import Resident, World
from crawler.room import Room, Rooms
from crawler.settings import Settings

_NOWHERE = Place(addresses=("127.0.0.1",), port=9)


class Recollection(Client):
    """A client that knows everybody's answers. Who does not behave is met as the outcome that is intended."""

    def __init__(self, world: World) -> None:
        # no super: what it makes is for sockets
        self.world = world
        self.settings = Settings.from_environment({}, connect_to=["*:443:127.0.0.1:9"])
        self._rooms = Rooms(self.settings.large_bodies, self.settings.large_body_bytes)

    async def locate(self, hostname: Hostname) -> Place:
        """Nobody is anywhere."""
        return _NOWHERE

    @asynccontextmanager
    async def visit(self, hostname: Hostname, place: Place) -> AsyncIterator[Visit]:
        """Talk to whoever has a name. Raises `FetchError`."""
        resident = self.world.find(hostname)
        if resident is None:
            raise FetchError(Outcome.REFUSED, "nobody has this name")
        if isinstance(resident, Neighbour):
            raise FetchError(neighbours.OUTCOMES[resident.manner], f"{resident.manner}")
        yield _Remembered(self.world, resident, hostname, Room(self._rooms))

    async def close(self) -> None:
        """Nothing is held."""


class _Remembered(Visit):
    """What one server would answer."""

    def __init__(self, world: World, resident: Resident, hostname: Hostname, room: Room) -> None:
        self.hostname = hostname
        self._world = world
        self._resident = resident
        self.room = room

    def turn_seconds(self) -> float:
        """Nobody waits."""
        return 0.0

    async def fetch(
        self,
        path: str,
        *,
        method: Literal["GET", "POST"] = "GET",
        body: bytes | None = None,
        accept: str = "application/json",
        seconds: float | None = None,
        most_seconds: float | None = None,
        most_bytes: int | None = None,
        most_redirects: int | None = None,
        takes_prefix: bool = False,
    ) -> Fetched:
        """Answer one question."""
        place, _, query = path.partition("?")
        headers = {"host": str(self.hostname), "accept": accept}
        request = Request(method=method, path=place, query=query, headers=headers, body=body or b"")
        response = answer(self._world, self._resident, request)
        named: Mapping[str, str] = CIMultiDict(
            {**response.headers, "content-type": response.content_type}
        )
        return Fetched(path=path, status=response.status, headers=named, body=response.body)
