"""The only socket: one guarded, bounded connection to one server at a time.

A visit is one connection, opened for one check and closed with it: nothing of one server can reach
the next, and an idle TLS connection costs about 130 kB. aiohttp's parser on a connection of our own:
the figures are in this folder's README.
"""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Literal
from urllib.parse import quote, urljoin, urlsplit

import aiohttp
from aiohttp import StreamReader
from aiohttp.http import RawResponseMessage
from aiohttp.http_exceptions import HttpProcessingError

from crawler import guard as guards
from crawler.body import ACCEPT_ENCODING, decoder
from crawler.connection import Connection, Question
from crawler.exceptions import (
    BlockedAddress,
    FetchError,
    GuardError,
    HostnameError,
    RedirectedAway,
)
from crawler.guard import Guard
from crawler.hostname import Hostname
from crawler.outcome import Outcome, outcome_of
from crawler.pace import Turns
from crawler.resolver import Resolver, name_server
from crawler.room import Room, Rooms
from crawler.settings import Settings
from crawler.text import plain

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECT_BODY_BYTES = 64 * 1024
"""Of a redirect's own body: read so that the connection can be kept; a longer one costs it."""

_UNREACHED = frozenset({Outcome.DNS_FAILED, Outcome.TIMED_OUT, Outcome.REFUSED})

_TURNS_TO_HANG_UP = 4
"""Of the event loop, until it has noticed the sockets that were shut down and closed them."""

# what a server can do to a connection; anything else is our fault and goes up
_FAULTS = (
    TimeoutError,
    OSError,
    aiohttp.ClientError,
    HttpProcessingError,
    BlockedAddress,
    ValueError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a server's socket is: resolved once, before the check takes a slot."""

    addresses: tuple[str, ...]
    """All let through by the guard."""
    port: int = 443
    """Another one only by `--connect-to`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One response, whole."""

    path: str
    """Path and query that answered, after same-origin redirects."""
    status: int
    """HTTP status, never a redirect that was followed."""
    headers: Mapping[str, str]
    """Case-insensitive."""
    body: bytes
    """Decompressed, within the limit that was asked for."""
    requests_count: int = 1
    """Requests made for it, redirects included."""


class Client:
    """Opens visits. One per process: its TLS context is expensive."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._guard = Guard(settings.allowed)
        self._tls = _tls_context(settings)
        self._resolver = Resolver(
            seconds=settings.resolve_seconds,
            at_once=settings.resolving,
            opens=name_server(settings.resolver) if settings.resolver else None,
        )
        self._turns = Turns(
            per_second=settings.address_requests_per_second, burst=settings.burst_requests
        )
        self._rooms = Rooms(settings.large_bodies, settings.large_body_bytes)
        self._headers = {"User-Agent": settings.user_agent, "Accept-Encoding": ACCEPT_ENCODING}

    async def locate(self, hostname: Hostname) -> Place:
        """Find where a server is. Raises `FetchError`: dns_failed, blocked_address."""
        detour = self.settings.detour(hostname)
        if detour is not None:
            place = Place(addresses=(detour.address,), port=detour.to_port)
        else:
            place = Place(addresses=await self._resolver.addresses(hostname))
        self._refuse_forbidden(place)
        return place

    async def texts(self, hostname: Hostname, label: str) -> tuple[str, ...]:
        """The texts that stand at a label below a server's name. Raises `FetchError(dns_failed)`."""
        if self.settings.detour(hostname) is not None and self.settings.resolver is None:
            # a rig's names are in no resolver, and none is asked about them
            return ()
        return await self._resolver.texts(f"{label}.{hostname}")

    @asynccontextmanager
    async def visit(self, hostname: Hostname, place: Place) -> AsyncIterator["Visit"]:
        """Hold one connection to one server for as long as the block lasts. Raises `FetchError`."""
        self._refuse_forbidden(place)
        async with self._connection(hostname, place) as visit:
            yield visit

    def _refuse_forbidden(self, place: Place) -> None:
        """One bad address among good ones is as suspicious as only bad ones (SECURITY SSRF-02)."""
        for address in place.addresses:
            if not self._guard.lets_through(address):
                raise FetchError(Outcome.BLOCKED_ADDRESS, str(BlockedAddress(address)))

    @asynccontextmanager
    async def _connection(self, hostname: Hostname, place: Place) -> AsyncIterator["Visit"]:
        connection = Connection(
            hostname,
            place.addresses,
            place.port,
            # the guard is asked a second time there, with the very address of the socket
            makes=self._guard,
            tls=self._tls,
            headers=self._headers,
            connect_seconds=self.settings.connect_seconds,
        )
        room = Room(self._rooms)
        try:
            yield Visit(hostname, connection, self.settings, self._turns, place.addresses[0], room)
        finally:
            connection.drop()
            room.give_back()

    async def reaches(self, hostname: Hostname) -> bool:
        """Whether a server can be reached now, whatever it answers: one small question."""
        self._resolver.forget(hostname)
        try:
            async with self.visit(hostname, await self.locate(hostname)) as visit:
                await visit.fetch(
                    "/robots.txt",
                    accept="text/plain",
                    most_bytes=_MOST_REDIRECT_BODY_BYTES,
                    takes_prefix=True,
                    seconds=self.settings.connect_seconds,
                )
        except FetchError as error:
            return error.outcome not in _UNREACHED
        return True

    def forget_dead(self) -> None:
        """Forget which names had no address: it was our resolver."""
        self._resolver.forget()

    async def self_test(self) -> None:
        """Prove that a forbidden address is refused at the socket. Raises `GuardError`."""
        address = guards.probe_address(self._guard)
        nobody = Hostname.parse("self-test.example")
        try:
            async with self._connection(nobody, Place(addresses=(address,), port=9)) as visit:
                await visit.fetch("/", seconds=5)
        except FetchError as error:
            if error.outcome is Outcome.BLOCKED_ADDRESS:
                return
        raise GuardError(
            f"the address guard let a connection to {address} through: the installed aiohappyeyeballs "
            "does not call it. Install the versions of uv.lock"
        )

    async def close(self) -> None:
        """Let go of what visits share."""
        await self._resolver.close()
        for _ in range(_TURNS_TO_HANG_UP):
            await asyncio.sleep(0)


class Visit:
    """One connection to one server."""

    def __init__(
        self,
        hostname: Hostname,
        connection: Connection,
        settings: Settings,
        turns: Turns,
        address: str,
        room: Room,
    ) -> None:
        self.hostname = hostname
        self._connection = connection
        self._settings = settings
        self._turns = turns
        self._address = address
        self.room = room

    def turn_seconds(self) -> float:
        """Take the next turn at the server's address; says how many seconds it is off."""
        if not self._settings.paces(self.hostname):
            return 0.0
        return self._turns.take(self._address, time.monotonic())

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
        """Ask one question and read the whole answer. Raises `FetchError`.

        `most_seconds`: with a wait for room, which `seconds` leave out. `takes_prefix`: a body over the limit is cut
        there, as RFC 9309 wants of robots.txt.
        """
        limits = self._settings
        headers = {"Accept": accept}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            async with self.room.within(
                limits.request_seconds if seconds is None else seconds,
                limits.check_seconds if most_seconds is None else most_seconds,
            ):
                return await self._follow(
                    Question(method, path, body, headers),
                    limits.most_body_bytes if most_bytes is None else most_bytes,
                    limits.most_redirects if most_redirects is None else most_redirects,
                    takes_prefix,
                )
        except _FAULTS as error:
            raise _fault(error) from error

    async def post(
        self, path: str, body: bytes, *, headers: Mapping[str, str], most_bytes: int
    ) -> Fetched:
        """Hand something over, and read the beginning of the answer. Raises `FetchError`, also for a redirect."""
        try:
            seconds = self._settings.request_seconds
            async with self.room.within(seconds, seconds):
                return await self._follow(
                    Question("POST", path, body, headers), most_bytes, 0, True
                )
        except _FAULTS as error:
            raise _fault(error) from error

    async def _follow(
        self, question: Question, most_bytes: int, most_redirects: int, takes_prefix: bool
    ) -> Fetched:
        path = question.path
        for hop in range(most_redirects + 1):
            if hop:
                question = replace(question, path=path)
            answer, content = await self._connection.ask(question)
            location = answer.headers.get("Location")
            if answer.code not in _REDIRECTS or location is None:
                return Fetched(
                    path=path,
                    status=answer.code,
                    headers=answer.headers,
                    body=await self._read(answer, content, most_bytes, takes_prefix),
                    requests_count=hop + 1,
                )
            if question.method != "GET":
                raise FetchError(Outcome.HTTP_ERROR, f"answers {answer.code} to a POST")
            path = _next_path(self.hostname, path, answer.code, location)
            await self._read(answer, content, _MOST_REDIRECT_BODY_BYTES, True)
        raise FetchError(Outcome.HTTP_ERROR, f"more than {most_redirects} redirects")

    async def _read(
        self, answer: RawResponseMessage, content: StreamReader, most_bytes: int, takes_prefix: bool
    ) -> bytes:
        """The body, decompressed, within a limit. Raises `FetchError`."""
        decode = decoder(answer.headers.get("Content-Encoding", ""))
        # gives its bytes away without a second copy, which joined pieces would be
        held = BytesIO()
        size = 0
        room = self.room.bytes_of(most_bytes)
        while piece := await content.readany():
            if decode is not None:
                piece = decode.feed(piece, room - size)
            if room < most_bytes and room < size + len(piece):
                await self.room.take()
                room = most_bytes
                if decode is not None:
                    piece += decode.feed(b"", room - size - len(piece))
            size += held.write(piece)
            if size > most_bytes:
                self._connection.drop()
                if takes_prefix:
                    held.truncate(most_bytes)
                    return held.getvalue()
                raise FetchError(Outcome.TOO_LARGE, f"the body is larger than {most_bytes:,} bytes")
        if decode is not None:
            decode.end()
        return held.getvalue()


def _next_path(hostname: Hostname, path: str, status: int, location: str) -> str:
    """Where a redirect leads on the same server. Raises `RedirectedAway`.

    Plain http of the same host is asked over https: there is no way down.
    """
    try:
        target = urlsplit(urljoin(f"https://{hostname}{path}", location.strip()))
        port = target.port
    except ValueError:
        raise RedirectedAway(status, None, f"redirects to {location!r:.120}") from None
    is_plain = target.scheme == "http" and port in (None, 80, 443)
    is_same = (target.scheme == "https" and port in (None, 443)) or is_plain
    if is_same and target.username is None and (target.hostname or "") == hostname:
        where = quote(target.path or "/", safe="/%:@!$&'()*+,;=~-._")
        query = quote(target.query, safe="/%:@!$&'()*+,;=~-._?")
        # a path of several slashes would read as another host when joined again
        return "/" + where.lstrip("/") + (f"?{query}" if query else "")
    raise RedirectedAway(
        status, _claimed(target.scheme, target.hostname, port), f"redirects to {location!r:.120}"
    )


def _claimed(scheme: str, host: str | None, port: int | None) -> Hostname | None:
    """The server a redirect names, where it is one that could be asked."""
    if scheme not in ("https", "http") or port not in (None, 80, 443):
        return None
    try:
        return Hostname.parse(host)
    except HostnameError:
        return None


def _fault(error: BaseException) -> FetchError:
    """What an error means, by the one table; aiohttp hides the parser's own error behind others."""
    causes = [error]
    while (cause := causes[-1].__cause__) is not None and len(causes) < 5:
        causes.append(cause)
    if any(type(cause).__name__ == "LineTooLong" for cause in causes):
        return FetchError(Outcome.TOO_LARGE, "a header is larger than 8,190 bytes")
    return FetchError(outcome_of(error), plain(str(error), 200) or type(error).__name__)


def _tls_context(settings: Settings) -> ssl.SSLContext:
    """Certificates and names are always verified; there is no fall-back to http."""
    context = ssl.create_default_context(cafile=settings.ca_file)
    context.set_alpn_protocols(["http/1.1"])
    # nobody needs a second handshake, and none may begin while a question is being sent
    context.options |= ssl.OP_NO_RENEGOTIATION
    return context
