"""The name in a ClientHello is read before TLS begins."""

import contextlib
import ssl

from hypothesis import given
from hypothesis import strategies as st

from crawler.replica.hello import server_name


def _hello(name: str | None) -> bytes:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    sent = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    return sent.read()


def test_the_wanted_name_is_read() -> None:
    """OpenSSL's own ClientHello says whom it wants."""
    assert "one.example" == server_name(_hello("one.example"))


def test_a_hello_without_a_name_wants_nobody() -> None:
    """No server name is the empty name."""
    assert "" == server_name(_hello(None))


@given(st.integers(0, 300))
def test_a_hello_that_is_cut_wants_nobody_or_the_same(size: int) -> None:
    """Half a ClientHello never breaks the reader."""
    assert server_name(_hello("one.example")[:size]) in ("", "one.example")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    """Whatever a client sends first, the answer is a text."""
    assert isinstance(server_name(data), str)
