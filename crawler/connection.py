"""One connection to one server: a guarded socket, TLS, and aiohttp's parser of responses, nothing between them.

aiohttp's session and connector are left out: what they add (a pool, cookies, redirects, proxies, traces) no visit
has a use for, and it cost a fifth of a check. What makes aiohttp safe is its parser, and that is here.
"""

import asyncio
import re
import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import aiohappyeyeballs
from aiohttp import ClientOSError, ServerDisconnectedError, StreamReader
from aiohttp.client_proto import ResponseHandler
from aiohttp.http import RawResponseMessage

from crawler.guard import AddrInfo
from crawler.tls import start_tls

_NEXT_ADDRESS_SECONDS = 0.25
"""When an address does not answer, the next one is tried beside it (RFC 8305 §8)."""
_TARGET = re.compile(r"/[!-~]*\Z")
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
_UNSAFE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]")
"""What has no place in a header's value."""

Makes = Callable[[AddrInfo], socket.socket]
"""Makes the socket for the very address that is about to be connected, or refuses."""


@dataclass(frozen=True, slots=True)
class Question:
    """One request."""

    method: str
    """Upper case."""
    path: str
    """Path and query."""
    body: bytes | None
    """`None` = none is sent."""
    headers: Mapping[str, str]
    """Besides host, length and what every request carries."""


class Connection:
    """Opens when it is first needed, and again where a server has closed it."""

    def __init__(
        self,
        hostname: str,
        addresses: tuple[str, ...],
        port: int,
        *,
        makes: Makes,
        tls: ssl.SSLContext,
        headers: Mapping[str, str],
        connect_seconds: float,
    ) -> None:
        self._hostname = hostname
        self._addresses = addresses
        self._port = port
        self._makes = makes
        self._tls = tls
        self._always = f"Host: {hostname}\r\n{_lines(*headers.items())}"
        self._connect_seconds = connect_seconds
        self._protocol: ResponseHandler | None = None

    async def ask(self, question: Question) -> tuple[RawResponseMessage, StreamReader]:
        """Send a request; the head of its answer, and its body as it comes. Raises what asyncio and aiohttp raise."""
        request = self._request(question)
        protocol = self._protocol
        if protocol is not None and protocol.is_connected() and not protocol.should_close:
            try:
                return await _ask(protocol, request)
            except (ClientOSError, ServerDisconnectedError):
                # it was closed while it was idle, maybe before the question came: RFC 9110 §9.2.2
                if question.method != "GET":
                    raise
        self.drop()
        self._protocol = await self._open()
        return await _ask(self._protocol, request)

    def drop(self) -> None:
        """End the connection at once."""
        if self._protocol is not None:
            self._protocol.abort()
            self._protocol = None

    def _request(self, question: Question) -> bytes:
        path = question.path
        if not _TARGET.match(path):
            # nothing of a path may begin a line or end the request line
            path = "/" + quote(path.removeprefix("/"), safe=_VISIBLE)
        head = f"{question.method} {path.partition('#')[0]} HTTP/1.1\r\n{self._always}"
        head += _lines(*question.headers.items())
        if question.body is None:
            return f"{head}\r\n".encode("latin-1")
        head += f"Content-Length: {len(question.body)}\r\n\r\n"
        return head.encode("latin-1") + question.body

    async def _open(self) -> ResponseHandler:
        found = [_addr_info(address, self._port) for address in self._addresses]
        while True:
            try:
                async with asyncio.timeout(self._connect_seconds):
                    return await self._open_one(found)
            except OSError:
                # one that takes the connection and fails afterwards is not the last one
                aiohappyeyeballs.pop_addr_infos_interleave(found)
                if not found:
                    raise

    async def _open_one(self, found: list[AddrInfo]) -> ResponseHandler:
        loop = asyncio.get_running_loop()
        connected = await aiohappyeyeballs.start_connection(
            found,
            happy_eyeballs_delay=_NEXT_ADDRESS_SECONDS,
            loop=loop,
            socket_factory=self._makes,
        )
        protocol = ResponseHandler(loop)
        await start_tls(connected, self._tls, self._hostname, protocol)
        return protocol


async def _ask(
    protocol: ResponseHandler, request: bytes
) -> tuple[RawResponseMessage, StreamReader]:
    protocol.set_response_params(read_until_eof=True, auto_decompress=False)
    assert protocol.transport is not None
    protocol.transport.write(request)
    while True:
        message, body = await protocol.read()
        # what comes before the answer, such as 103, is passed over
        if not 100 <= message.code <= 199 or message.code == 101:
            return message, body


@lru_cache(maxsize=256)
def _lines(*headers: tuple[str, str]) -> str:
    """Headers as they are sent. Raises `ValueError` for one that would be two."""
    for name, value in headers:
        if _UNSAFE.search(name) or _UNSAFE.search(value):
            raise ValueError(f"the header {name!r:.60} cannot be sent")
    return "".join(f"{name}: {value}\r\n" for name, value in headers)


def _addr_info(address: str, port: int) -> AddrInfo:
    if ":" in address:
        place = (address, port, 0, 0)
        return socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", place
    return socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port)
