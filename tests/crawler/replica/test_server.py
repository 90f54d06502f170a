"""The listener: several requests on one connection, several names on one certificate, one port."""

import asyncio
import socket
import ssl

import pytest

from crawler.exceptions import ReplicaError
from crawler.replica.server import ADDRESS, Replica
from crawler.replica.world import World
from crawler.settings import Settings


def _talk(settings: Settings, port: int, hostname: str, request: bytes) -> bytes:
    context = ssl.create_default_context(cafile=settings.ca_file)
    with (
        socket.create_connection((ADDRESS, port), timeout=10) as raw,
        context.wrap_socket(raw, server_hostname=hostname) as connection,
    ):
        connection.sendall(request)
        received = b""
        while piece := connection.recv(65_536):
            received += piece
    return received


def test_requests_on_one_connection_are_answered_in_order(
    world: World, replica: Replica, settings: Settings
) -> None:
    """Two requests sent at once get two answers, and the connection ends when asked to."""
    name = next(s.hostname for s in world.servers if s.software.name == "mastodon")
    ask = f"GET /.well-known/nodeinfo HTTP/1.1\r\nHost: {name}\r\n\r\n"
    last = f"GET /nowhere HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"

    received = _talk(settings, replica.port, name, (ask + last).encode())

    first, second = received.index(b"HTTP/1.1 200 OK"), received.index(b"HTTP/1.1 404 Not Found")
    assert first < second


def test_a_posted_body_is_read(world: World, replica: Replica, settings: Settings) -> None:
    """A page of Misskey's peers has as many rows as were asked for."""
    server = next(
        s
        for s in world.servers
        if s.software.name == "misskey" and len(world.known(s)) > 8 and not s.is_list_hidden
    )
    body = b'{"limit":3,"offset":2}'
    head = (
        f"POST /api/federation/instances HTTP/1.1\r\nHost: {server.hostname}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )

    received = _talk(settings, replica.port, server.hostname, head.encode() + body)

    assert 3 == received.count(b'"host":')


@pytest.mark.parametrize(
    "request_line", ["NONSENSE", "GET http://one.example/ HTTP/1.1", "GET / HTTP/3"]
)
def test_what_is_no_request_is_refused(
    request_line: str, world: World, replica: Replica, settings: Settings
) -> None:
    """Anything else than HTTP/1.1 gets a 400 and the end of the connection."""
    name = world.servers[0].hostname

    received = _talk(settings, replica.port, name, f"{request_line}\r\n\r\n".encode())

    assert received.startswith(b"HTTP/1.1 400 ")


def test_a_port_in_use_is_one_clear_line(world: World, replica: Replica) -> None:
    """Whoever starts a second replica on a port is told which port and what to do."""
    second = Replica(world)

    with pytest.raises(ReplicaError, match=rf"port {replica.port} of {ADDRESS} .*--port"):
        asyncio.run(second.start(replica.port))
