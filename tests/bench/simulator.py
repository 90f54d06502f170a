"""Serves a made-up fediverse on loopback over TLS, in a process of its own.

`python simulator.py SPEC` (JSON of `fediverse.Spec`) writes one line of JSON: its port and the authority's file.
A line on its input makes it write what it has served since the last one; the end of its input ends it.
"""

import asyncio
import gc
import json
import socket
import ssl
import sys
import tempfile
from collections import Counter, OrderedDict
from pathlib import Path

from fediverse import LOOPBACK, Fediverse, Manner, Spec, name

from crawler.buffers import use_small_tls_buffers
from crawler.replica.authority import Authority
from crawler.replica.hello import server_name

_NAMES_A_CERTIFICATE = 50
_MOST_CONTEXTS = 3_000
_CLOSED = frozenset({Manner.REFUSING, Manner.NO_ADDRESS})


class Simulator:
    """The servers of a fediverse behind one port."""

    def __init__(self, fediverse: Fediverse, authority: Authority) -> None:
        self.fediverse = fediverse
        self.served: Counter[str] = Counter()
        self._authority = authority
        self._contexts: OrderedDict[int, ssl.SSLContext] = OrderedDict()

    def context(self, number: int) -> ssl.SSLContext:
        """The TLS context that vouches for a server; fifty share one."""
        shelf = number // _NAMES_A_CERTIFICATE if number >= 0 else -1
        context = self._contexts.get(shelf)
        if context is None:
            first = shelf * _NAMES_A_CERTIFICATE
            names = [name(first + place) for place in range(_NAMES_A_CERTIFICATE)]
            context = self._authority.context(names if shelf >= 0 else ["*.farm.example"])
            self._contexts[shelf] = context
            if len(self._contexts) > _MOST_CONTEXTS:
                self._contexts.popitem(last=False)
        return context

    async def accept(self, listener: socket.socket) -> None:
        """Meet whoever comes, for ever."""
        loop = asyncio.get_running_loop()
        meeting: set[asyncio.Task[None]] = set()
        while True:
            connection, _ = await loop.sock_accept(listener)
            task = asyncio.create_task(self._meet(connection))
            meeting.add(task)
            task.add_done_callback(meeting.discard)

    async def _meet(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        hello = await _peek(connection)
        number = self.fediverse.number(server_name(hello))
        manner = Manner.ALIVE if number == -1 else None
        if number is not None and number >= 0:
            manner = self.fediverse.manners[number]
        self.served["connections"] += 1
        if number == -1:
            self.served["farm"] += 1
        if number is None or manner in _CLOSED:
            connection.close()
        elif manner is Manner.SILENT:
            await _until_closed(connection)
        else:
            try:
                await asyncio.get_running_loop().connect_accepted_socket(
                    lambda: _Talk(self, number), connection, ssl=self.context(number)
                )
            except OSError:
                connection.close()


class _Talk(asyncio.Protocol):
    def __init__(self, simulator: Simulator, number: int) -> None:
        self._simulator = simulator
        self._number = number
        self._received = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, self._received = self._received.partition(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode("ascii")
            fediverse, number = self._simulator.fediverse, self._number
            if (
                number >= 0
                and fediverse.manners[number] is Manner.HANGING
                and path != "/robots.txt"
            ):
                continue
            wait = fediverse.latencies[number] if number >= 0 else 0.0
            is_last = b"\r\nconnection: close" in head.lower()
            if wait:
                asyncio.get_running_loop().call_later(wait, self._answer, path, is_last)
            else:
                self._answer(path, is_last)

    def _answer(self, path: str, is_last: bool) -> None:
        transport = self._transport
        assert transport is not None
        if transport.is_closing():
            return
        status, kind, body = self._simulator.fediverse.answer(self._number, path)
        head = (
            f"HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            "Date: Fri, 20 Mar 2026 12:00:00 GMT\r\nServer: simulator\r\nX-Content-Type-Options: nosniff\r\n"
            "Cache-Control: max-age=180, public\r\nVary: Accept, Origin\r\n\r\n"
        )
        served = self._simulator.served
        served["requests"] += 1
        served["bytes"] += len(body)
        if path.endswith("/peers") and status == 200:
            served["lists"] += 1
            served["edges"] += body.count(b",") + 1 if len(body) > 2 else 0
        transport.write(head.encode() + body)
        if is_last:
            transport.close()


async def _peek(connection: socket.socket) -> bytes:
    """The ClientHello, left where it is."""
    loop = asyncio.get_running_loop()
    while True:
        try:
            return connection.recv(4096, socket.MSG_PEEK)
        except BlockingIOError:
            readable = loop.create_future()
            loop.add_reader(connection, _wake, readable)
            await readable
            loop.remove_reader(connection)
        except OSError:
            return b""


def _wake(readable: "asyncio.Future[None]") -> None:
    if not readable.done():
        readable.set_result(None)


async def _until_closed(connection: socket.socket) -> None:
    """Read what comes and say nothing, until the other side has enough of it."""
    loop = asyncio.get_running_loop()
    try:
        while await loop.sock_recv(connection, 4096):
            pass
    except OSError:
        pass
    finally:
        connection.close()


async def _serve(spec: Spec) -> None:
    use_small_tls_buffers()
    fediverse = Fediverse(spec)
    authority = Authority()
    simulator = Simulator(fediverse, authority)
    listener = socket.create_server((LOOPBACK, 0), backlog=4096)
    listener.setblocking(False)
    accepting = asyncio.create_task(simulator.accept(listener))
    with tempfile.TemporaryDirectory() as folder:
        told = {
            "port": listener.getsockname()[1],
            "ca_file": str(authority.write(Path(folder))),
        }
        fediverse.manners, fediverse.latencies  # noqa: B018  # drawn before anybody asks
        gc.freeze()
        while True:
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()
            if not await asyncio.to_thread(sys.stdin.readline):
                break
            told = dict(simulator.served)
            simulator.served.clear()
    accepting.cancel()


if __name__ == "__main__":
    asyncio.run(_serve(Spec(**json.loads(sys.argv[1]))))
