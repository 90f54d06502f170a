"""The replica's one listener: TLS on a loopback port, a certificate by SNI, a server by Host."""

import asyncio
import socket
import ssl
import struct
from collections import OrderedDict
from collections.abc import Callable

from crawler.buffers import use_small_tls_buffers
from crawler.exceptions import ReplicaError
from crawler.replica import farm
from crawler.replica.answering import answer
from crawler.replica.authority import Authority
from crawler.replica.farm import Farmhand
from crawler.replica.hello import server_name
from crawler.replica.message import (
    MOST_HEAD_BYTES,
    Fate,
    MessageError,
    Request,
    Response,
    page,
    parse_head,
)
from crawler.replica.neighbours import Manner, Neighbour
from crawler.replica.world import Resident, World

ADDRESS = "127.0.0.1"
"""Loopback, and nothing else: nobody but this machine can ask."""
_BACKLOG = 2048
_HELLO_SECONDS = 20.0
"""A client that connects and says nothing is let go."""
_NAMES_A_CERTIFICATE = 50
"""Names on one certificate: a few kilobytes in each handshake, a few hundred contexts for ten thousand names."""
_MOST_CONTEXTS = 256
"""TLS contexts kept, about 60 kB each."""
_DRIP_SECONDS = 2.0
_HELLO_PEEK_BYTES = 4096

_NO_TLS = frozenset({Manner.DEAD, Manner.RESET})


class Certificates:
    """TLS contexts, made when they are first asked for; the latest are kept."""

    def __init__(self, world: World, authority: Authority) -> None:
        self._world = world
        self._authority = authority
        self._kept: OrderedDict[object, ssl.SSLContext] = OrderedDict()

    def context(self, resident: Resident) -> ssl.SSLContext:
        """The context for whoever is asked."""
        manner = resident.manner if isinstance(resident, Neighbour) else None
        if manner in (Manner.EXPIRED, Manner.SELF_SIGNED, Manner.WRONG_NAME):
            return self._made((manner, resident.hostname), self._bad(manner, resident.hostname))
        if isinstance(resident, Farmhand):
            return self._made("farm", lambda: self._authority.context([f"*.{farm.DOMAIN}"]))
        shelf = resident.index // _NAMES_A_CERTIFICATE
        names = self._world.names[shelf * _NAMES_A_CERTIFICATE : (shelf + 1) * _NAMES_A_CERTIFICATE]
        return self._made(shelf, lambda: self._authority.context(names))

    def _bad(self, manner: Manner | None, hostname: str) -> Callable[[], ssl.SSLContext]:
        authority = self._authority
        if manner is Manner.WRONG_NAME:
            return lambda: authority.context(["somebody-else.example"])
        return lambda: authority.context(
            [hostname],
            is_expired=manner is Manner.EXPIRED,
            is_self_signed=manner is Manner.SELF_SIGNED,
        )

    def _made(self, key: object, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
        context = self._kept.get(key)
        if context is None:
            context = make()
            self._kept[key] = context
            if len(self._kept) > _MOST_CONTEXTS:
                self._kept.popitem(last=False)
        else:
            self._kept.move_to_end(key)
        return context


class Replica:
    """A running replica."""

    def __init__(self, world: World, authority: Authority | None = None) -> None:
        use_small_tls_buffers()
        self.world = world
        self.authority = authority or Authority()
        self.port = 0
        """Where it listens, once it does."""
        self.requests_count = 0
        """Requests answered."""
        self._certificates = Certificates(world, self.authority)
        self._listener: socket.socket | None = None
        self._accepting: asyncio.Task[None] | None = None
        self._meeting: set[asyncio.Task[None]] = set()
        self._talks: set[_Talk] = set()

    async def start(self, port: int = 0) -> None:
        """Listen. Port 0 is any free one. Raises `ReplicaError`."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except OSError as error:
            listener.close()
            raise ReplicaError(
                f"port {port} of {ADDRESS} cannot be used ({error.strerror}): "
                "end whoever has it, or give another with --port"
            ) from None
        listener.listen(_BACKLOG)
        listener.setblocking(False)
        self._listener = listener
        self.port = listener.getsockname()[1]
        self._accepting = asyncio.create_task(self._accept(listener), name="accepting")

    def turn(self, world: World) -> None:
        """Go on with another day of the same world; who is talking hears the rest of it."""
        self.world = world
        # who is silent, and whose names stand together, may be others now
        self._certificates = Certificates(world, self.authority)

    async def stop(self) -> None:
        """Let go of everybody."""
        tasks = [*self._meeting]
        if self._accepting is not None:
            tasks.append(self._accepting)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for talk in tuple(self._talks):
            talk.abort()
        if self._listener is not None:
            self._listener.close()
        # transports are closed by the loop, a step later
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listener)
            connection.setblocking(False)
            task = asyncio.create_task(self._meet(connection))
            self._meeting.add(task)
            task.add_done_callback(self._meeting.discard)

    async def _meet(self, connection: socket.socket) -> None:
        """Look whom a client wants before TLS begins, and begin it, or do not."""
        loop = asyncio.get_running_loop()
        is_handed_on = False
        try:
            async with asyncio.timeout(_HELLO_SECONDS):
                hello = await _peek(connection)
            resident = self.world.find(server_name(hello))
            manner = resident.manner if isinstance(resident, Neighbour) else None
            if manner is Manner.RESET:
                _reset(connection)
            if resident is None or manner in _NO_TLS:
                return
            context = self._certificates.context(resident)
            is_handed_on = True
            await loop.connect_accepted_socket(
                lambda: _Talk(self),
                connection,
                ssl=context,
                ssl_handshake_timeout=_HELLO_SECONDS,
            )
        except OSError:
            # a client that leaves, or does not trust the certificate: TimeoutError and SSLError are among these
            pass
        finally:
            if not is_handed_on:
                connection.close()


async def _peek(connection: socket.socket) -> bytes:
    """The first bytes, left where they are."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return connection.recv(_HELLO_PEEK_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            pass
        readable = loop.create_future()
        loop.add_reader(connection, _wake, readable)
        try:
            await readable
        finally:
            loop.remove_reader(connection)


def _wake(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


def _reset(connection: socket.socket) -> None:
    """Make the close that follows a reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class _Talk(asyncio.Protocol):
    """One connection: requests in, responses out."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._transport: asyncio.Transport | None = None
        self._received = b""
        self._dripping: asyncio.TimerHandle | None = None
        self._is_over = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._replica._talks.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._replica._talks.discard(self)
        self._is_over = True
        if self._dripping is not None:
            self._dripping.cancel()

    def abort(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    def data_received(self, data: bytes) -> None:
        self._received += data
        try:
            while not self._is_over and self._answer_next():
                pass
        except MessageError:
            self._send(page("", 400), is_kept_alive=False)

    def _answer_next(self) -> bool:
        """Answer one request, if a whole one is there."""
        head, blank, rest = self._received.partition(b"\r\n\r\n")
        if not blank:
            if len(self._received) > MOST_HEAD_BYTES:
                raise MessageError("a head without end")
            return False
        request = parse_head(head)
        size = request.body_bytes
        if len(rest) < size:
            return False
        self._received = rest[size:]
        self._respond(request.with_body(rest[:size]) if size else request)
        return True

    def _respond(self, request: Request) -> None:
        replica = self._replica
        replica.requests_count += 1
        resident = replica.world.find(request.hostname)
        if resident is None:
            self._send(page("", 421), is_kept_alive=False)
            return
        response = answer(replica.world, resident, request)
        self._send(response, is_kept_alive=request.is_kept_alive)

    def _send(self, response: Response, *, is_kept_alive: bool) -> None:
        transport = self._transport
        assert transport is not None
        body = response.body
        match response.fate:
            case Fate.NEVER:
                self._is_over = True
                return
            case Fate.CLOSED:
                self._is_over = True
                transport.close()
                return
            case Fate.HEADLESS:
                transport.write(body)
                transport.close()
                return
            case Fate.DRIPPING:
                transport.write(response.head(is_kept_alive=is_kept_alive))
                self._is_over = True
                self._drip(body)
                return
            case Fate.CUT:
                transport.write(response.head(is_kept_alive=False) + body[: len(body) * 2 // 3])
                transport.close()
                return
        transport.write(response.head(is_kept_alive=is_kept_alive) + body)
        if not is_kept_alive:
            transport.close()

    def _drip(self, rest: bytes) -> None:
        """Send one byte, and the next in a while, but never the last."""
        transport = self._transport
        assert transport is not None
        if len(rest) > 1 and not transport.is_closing():
            transport.write(rest[:1])
            self._dripping = asyncio.get_running_loop().call_later(
                _DRIP_SECONDS, self._drip, rest[1:]
            )
