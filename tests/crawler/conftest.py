"""A rig for the crawler: scripted servers over TLS on loopback, and clients that are led to them.

The address guard stays on: settings let 127.0.0.0/8 through and nothing else. Servers live in one thread,
so that the code under test may own the event loop of its own thread, or be another process.
"""

import asyncio
import inspect
import socket
import ssl
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

import orjson
import pytest

from crawler.check import check
from crawler.client import Client
from crawler.exceptions import FetchError
from crawler.hostname import Hostname
from crawler.records import Check
from crawler.replica.authority import Authority
from crawler.settings import Settings

_T = TypeVar("_T")

NAMES = tuple(f"{word}.example" for word in ("one", "two", "three", "four"))
_PATIENCE_SECONDS = 20
"""A test that hangs fails after this; nothing is asserted about time below it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    lines: tuple[str, ...]
    body: bytes
    at: float
    """When it came, on the monotonic clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer. `raw` is sent as it is, and the connection closed after it unless `stays`."""

    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    raw: bytes | None = None
    stays: bool = False

    def wire(self) -> bytes:
        """The bytes that are sent."""
        if self.raw is not None:
            return self.raw
        phrase = HTTPStatus(self.status).phrase if self.status in set(HTTPStatus) else "Other"
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + self.body


class Line:
    """One connection in the hands of a hostile server."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer

    async def send(self, data: bytes) -> None:
        """Send; raises `ConnectionError` when nobody listens any more, so that endless loops end."""
        # neither write nor drain says so by itself, nor lets anybody else run
        if self._writer.transport.is_closing():
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()
        await asyncio.sleep(0)

    def reset(self) -> None:
        """Drop the connection at once."""
        self._writer.transport.abort()


Act = Callable[[Line], Awaitable[None]]
"""A hostile answer: does as it likes with the connection, which is closed after it."""


@dataclass(slots=True)
class Served:
    """A server that is up."""

    answers: dict[str, Any]
    """By path and query: `Reply`, bytes, a JSON value, an `Act`, or a list used up one after another."""
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [asked.path for asked in self.asked]

    def reply(self, path: str) -> Reply | Act:
        """What stands at a path; 404 where nothing does."""
        held = self.answers.get(path, self.answers.get("*", Reply(status=404)))
        if isinstance(held, list) and held and isinstance(held[0], Reply):
            held = held.pop(0) if len(held) > 1 else held[0]
        if isinstance(held, Reply) or inspect.iscoroutinefunction(held):
            return held
        if isinstance(held, bytes):
            return Reply(body=held, headers=(("Content-Type", "application/json"),))
        return Reply(body=orjson.dumps(held), headers=(("Content-Type", "application/json"),))


class Rig:
    """Servers and clients of one test."""

    reply = Reply
    names = NAMES

    def __init__(self, loop: asyncio.AbstractEventLoop, authority: Authority, ca_file: Path):
        self.authority = authority
        self.ca_file = ca_file
        self._loop = loop
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[Any]] = set()

    # --- servers

    def serve(
        self,
        answers: Mapping[str, Any] | None = None,
        *,
        context: ssl.SSLContext | None = None,
        address: str = "127.0.0.1",
        names: tuple[str, ...] = NAMES,
    ) -> Served:
        """Start a server with these answers."""
        served = Served(dict(answers or {}))
        context = context or self.authority.context(names)
        return self._in_thread(self._start(served, context, address))

    def canary(self, address: str = "127.0.0.1") -> Served:
        """A listener that only counts who connects."""
        served = Served({})
        return self._in_thread(self._start(served, None, address))

    async def _start(self, served: Served, context: ssl.SSLContext | None, address: str) -> Served:
        async def serve_one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            served.connections += 1
            task = asyncio.current_task()
            self._tasks.add(task)
            try:
                if context is not None:
                    await _converse(served, reader, writer)
            except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
                pass
            except asyncio.CancelledError:
                pass
            finally:
                self._tasks.discard(task)
                writer.transport.abort()

        server = await asyncio.start_server(serve_one, address, 0, ssl=context)
        served.port = server.sockets[0].getsockname()[1]
        self._servers.append(server)
        return served

    def close(self) -> None:
        """Take every server down."""
        self._in_thread(self._close())

    async def _close(self) -> None:
        for server in self._servers:
            server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _in_thread(self, work: Coroutine[Any, Any, _T]) -> _T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_PATIENCE_SECONDS)

    # --- clients

    def settings(self, served: Served | Mapping[str, Served], **changes: Any) -> Settings:
        """Settings that lead to one server, or each hostname to its own; budgets are short."""
        one = {"*": served} if isinstance(served, Served) else served
        settings = Settings.from_environment(
            {},
            connect_to=[f"{name}:443:127.0.0.1:{to.port}" for name, to in one.items()],
            ca_file=self.ca_file,
            allow_address=["127.0.0.0/8"],
        )
        return replace(settings, **{"request_seconds": 5.0, "check_seconds": 20.0} | changes)

    def run(self, work: Coroutine[Any, Any, _T]) -> _T:
        """Run a coroutine in an event loop of its own; hangs end."""

        async def patiently() -> _T:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await work

        return asyncio.run(patiently())

    def fetch(
        self, served: Served | Mapping[str, Served], path: str = "/", *more: str, **options: Any
    ) -> Any:
        """What a visit's `fetch` of one or more paths gives: the last `Fetched`, or the `FetchError`."""
        limits = options.pop("settings", {})
        settings = self.settings(served, **limits)

        async def one_visit() -> Any:
            client = Client(settings)
            try:
                hostname = Hostname.parse("one.example")
                async with client.visit(hostname, await client.locate(hostname)) as visit:
                    for each in (path, *more):
                        last = await visit.fetch(each, **options)
                    return last
            except FetchError as error:
                return error
            finally:
                await client.close()

        return self.run(one_visit())

    def check(
        self,
        served: Served | Mapping[str, Served],
        hostname: str = "one.example",
        *,
        settings: Settings | None = None,
        **options: Any,
    ) -> Check:
        """One check of a served host."""
        settings = settings or self.settings(served)

        async def one_check() -> Check:
            client = Client(settings)
            try:
                return await check(Hostname.parse(hostname), client, **options)
            finally:
                await client.close()

        return self.run(one_check())


async def _converse(
    served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    while True:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        first, *lines = head.rstrip("\r\n").split("\r\n")
        headers = {
            name.lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        served.asked.append(Asked(method, path, headers, tuple(lines), body, time.monotonic()))
        answer = served.reply(path)
        if not isinstance(answer, Reply):
            await answer(Line(writer))
            return
        writer.write(answer.wire())
        await writer.drain()
        if answer.raw is not None and not answer.stays:
            return


@pytest.fixture(scope="session")
def authority() -> Authority:
    """Vouches for `.example` and for the reserved names of captured servers."""
    return Authority(("example", "test"))


@pytest.fixture(scope="session")
def rig_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """The thread that all servers live in."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="rig", daemon=True)
    thread.start()
    yield loop
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def ca_file(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that makes clients trust the rig."""
    return authority.write(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def rig(rig_loop: asyncio.AbstractEventLoop, authority: Authority, ca_file: Path) -> Iterator[Rig]:
    """Servers and clients."""
    rig = Rig(rig_loop, authority, ca_file)
    yield rig
    rig.close()


def nodeinfo_document(**changes: Any) -> dict[str, Any]:
    """A NodeInfo 2.0 document as an ordinary server sends it."""
    return {
        "version": "2.0",
        "software": {"name": "exampleware", "version": "1.2.3"},
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": True,
        "usage": {"users": {"total": 12, "activeMonth": 5, "activeHalfyear": 8}, "localPosts": 99},
        "metadata": {},
    } | changes


def discovery_document(*links: tuple[str, str]) -> dict[str, Any]:
    """A discovery document with these (version, href)."""
    return {
        "links": [
            {"rel": f"http://nodeinfo.diaspora.software/ns/schema/{version}", "href": href}
            for version, href in links or (("2.0", "https://one.example/nodeinfo/2.0"),)
        ]
    }


@pytest.fixture(scope="session")
def documents() -> Any:
    """Makers of the two NodeInfo documents: `documents.nodeinfo()`, `documents.discovery()`."""

    class Documents:
        nodeinfo = staticmethod(nodeinfo_document)
        discovery = staticmethod(discovery_document)

        @staticmethod
        def ordinary(**changes: Any) -> dict[str, Any]:
            """The answers of a server that speaks NodeInfo 2.0 and nothing else."""
            return {
                "/.well-known/nodeinfo": discovery_document(),
                "/nodeinfo/2.0": nodeinfo_document(**changes),
            }

    return Documents


@pytest.fixture
def unused_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])
