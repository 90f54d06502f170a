"""TLS connections have small buffers."""

import asyncio
import ssl

from crawler.buffers import TLS_BUFFER_BYTES, use_small_tls_buffers


def test_a_connection_gets_a_small_buffer() -> None:
    """asyncio asks the protocol for a buffer of 256 KB and gets one of two TLS records."""
    use_small_tls_buffers()

    async def buffer_bytes() -> int:
        protocol = asyncio.sslproto.SSLProtocol(  # type: ignore[attr-defined]
            asyncio.get_running_loop(),
            asyncio.Protocol(),
            ssl.create_default_context(),
            None,
            server_hostname="one.example",
        )
        size = len(protocol.get_buffer(256 * 1024))
        protocol._app_transport.close()
        return size

    assert TLS_BUFFER_BYTES == asyncio.run(buffer_bytes())
