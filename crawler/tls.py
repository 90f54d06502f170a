"""TLS on a connected socket, as a transport of asyncio: OpenSSL reads and writes the socket itself.

asyncio's own way copies every byte through two buffers and a protocol between two transports, which cost a visit
more than its handshake. Here a question is one call and an answer is read where it arrives.
"""

import asyncio
import socket
import ssl
from typing import Any

_READ_BYTES = 64 * 1024
"""Read at once: four TLS records."""
_WAITS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


async def start_tls(
    connected: socket.socket,
    context: ssl.SSLContext,
    hostname: str,
    protocol: asyncio.Protocol,
) -> "TlsTransport":
    """Shake hands as a client, verify, and begin to read. Raises `OSError`, of which `ssl.SSLError` is one.

    The socket belongs to the transport from here on; it is closed when the handshake fails or is given up.
    """
    loop = asyncio.get_running_loop()
    try:
        held = context.wrap_socket(
            connected, server_hostname=hostname, do_handshake_on_connect=False
        )
    except BaseException:
        connected.close()
        raise
    try:
        while True:
            try:
                held.do_handshake()
                break
            except ssl.SSLWantReadError:
                await _until(loop.add_reader, loop.remove_reader, held.fileno())
            except ssl.SSLWantWriteError:
                await _until(loop.add_writer, loop.remove_writer, held.fileno())
    except BaseException:
        held.close()
        raise
    return TlsTransport(loop, held, protocol)


class TlsTransport(asyncio.Transport):
    """A connection after its handshake."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, held: ssl.SSLSocket, protocol: asyncio.Protocol
    ) -> None:
        super().__init__({"socket": held})
        self._loop = loop
        self._held = held
        # by number: asyncio would ask the socket for it, and describe it in an error, each time
        self._place = held.fileno()
        self._protocol = protocol
        self._unsent = b""
        self._is_waiting = False
        self._is_paused = False
        self._is_closing = False
        protocol.connection_made(self)
        loop.add_reader(self._place, self._read)

    def is_closing(self) -> bool:
        """Whether it has ended."""
        return self._is_closing

    def close(self) -> None:
        """End it at once: a goodbye would be one more round trip."""
        self._lose(None)

    def abort(self) -> None:
        """End it at once."""
        self._lose(None)

    def pause_reading(self) -> None:
        """Let what comes wait in the socket."""
        if not self._is_paused and not self._is_closing:
            self._is_paused = True
            self._loop.remove_reader(self._place)

    def resume_reading(self) -> None:
        """Read again."""
        if self._is_paused and not self._is_closing:
            self._is_paused = False
            self._loop.add_reader(self._place, self._read)
            # what OpenSSL has decrypted already wakes nobody
            self._loop.call_soon(self._read)

    def write(self, data: Any) -> None:
        """Send, or keep what the socket does not take at once."""
        if self._is_closing:
            return
        if self._unsent:
            self._unsent += data
            return
        self._unsent = data
        self._send()

    def _send(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[self._held.send(self._unsent) :]
        except _WAITS:
            self._is_waiting = True
            self._loop.add_writer(self._place, self._send)
        except OSError as error:
            self._lose(error)
        else:
            if self._is_waiting:
                self._is_waiting = False
                self._loop.remove_writer(self._place)

    def _read(self) -> None:
        while not self._is_paused and not self._is_closing:
            try:
                data = self._held.recv(_READ_BYTES)
            except _WAITS:
                return
            except OSError as error:
                self._lose(error)
                return
            if not data:
                self._protocol.eof_received()
                self._lose(None)
                return
            self._protocol.data_received(data)
            if not self._is_closing and not self._held.pending():
                return

    def _lose(self, error: Exception | None) -> None:
        if self._is_closing:
            return
        self._is_closing = True
        self._loop.remove_reader(self._place)
        self._loop.remove_writer(self._place)
        self._held.close()
        self._loop.call_soon(self._protocol.connection_lost, error)


async def _until(add: Any, remove: Any, place: int) -> None:
    """Wait until a socket can be read or written."""
    woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    add(place, _wake, woken)
    try:
        await woken
    finally:
        remove(place)


def _wake(woken: "asyncio.Future[None]") -> None:
    if not woken.done():
        woken.set_result(None)
