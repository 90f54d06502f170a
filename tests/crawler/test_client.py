"""The client against servers that are kind, broken, and hostile: each answer has an end and a meaning."""

import asyncio
import gzip
import resource
import socket
import threading
import zlib
from types import SimpleNamespace
from typing import Any

import brotli
import pytest

from crawler.client import Client, Place
from crawler.exceptions import FetchError, GuardError, RedirectedAway
from crawler.guard import AddrInfo, Guard
from crawler.hostname import Hostname
from crawler.outcome import Outcome

_MIB = 1 << 20


# --- what we send ------------------------------------------------------------------------------------


def test_a_request_introduces_itself_and_carries_nothing_else(rig: Any) -> None:
    """User agent with token and contact, what we accept; no cookie, no referer."""
    served = rig.serve({"/x": {}})

    rig.fetch(served, "/x")

    headers = served.asked[0].headers
    assert headers.pop("user-agent").startswith("Herdbook/")
    assert {
        "host": "one.example",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate, br",
    } == headers


def test_a_cookie_is_never_sent_back(rig: Any) -> None:
    """A server cannot recognise us by what it gave us."""
    cookie = rig.reply(headers=(("Set-Cookie", "id=1; Path=/; Secure"),))
    served = rig.serve({"/a": cookie, "/b": cookie})

    rig.fetch(served, "/a", "/b")

    assert [False, False] == ["cookie" in asked.headers for asked in served.asked]


def test_a_post_is_sent_as_json(rig: Any) -> None:
    """Misskey reads public data by POST."""
    served = rig.serve({"/api/stats": {"ok": True}})

    fetched = rig.fetch(served, "/api/stats", method="POST", body=b"{}")

    assert b'{"ok":true}' == fetched.body
    assert ("POST", b"{}") == (served.asked[0].method, served.asked[0].body)
    assert "application/json" == served.asked[0].headers["content-type"]


def test_a_visit_is_one_connection(rig: Any) -> None:
    """Questions follow one another on it."""
    served = rig.serve({"/a": 1, "/b": 2, "/c": 3})

    fetched = rig.fetch(served, "/a", "/b", "/c")

    assert b"3" == fetched.body
    assert 1 == served.connections


def test_a_path_arrives_as_it_was_written(rig: Any) -> None:
    """Escapes are not taken apart and put together again."""
    served = rig.serve({"/a%2Fb?q=%25&p=a+b": []})

    rig.fetch(served, "/a%2Fb?q=%25&p=a+b")

    assert ["/a%2Fb?q=%25&p=a+b"] == served.paths


def test_a_proxy_of_the_environment_is_not_used(rig: Any, monkeypatch: Any) -> None:
    """A proxy would resolve names itself, behind the guard's back."""
    served = rig.serve({"/": {}})
    canary = rig.canary()
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")

    fetched = rig.fetch(served, "/")

    assert 200 == fetched.status
    assert 0 == canary.connections


# --- bodies ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("coding", "encode"),
    [
        ("gzip", gzip.compress),
        ("X-GZIP", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("br", brotli.compress),
        ("identity", bytes),
        ("", bytes),
    ],
)
def test_an_encoded_body_is_decoded(rig: Any, coding: str, encode: Any) -> None:
    """Whatever we accept, and what servers call by that name."""
    body = b'{"name":"one"}' * 500
    served = rig.serve({"/": rig.reply(body=encode(body), headers=(("Content-Encoding", coding),))})

    assert body == rig.fetch(served, "/").body


def _bomb(coding: str, mebibytes: int = 64) -> bytes:
    zeros = bytes(_MIB)
    if coding == "br":
        packer = brotli.Compressor(quality=1)
        return b"".join(packer.process(zeros) for _ in range(mebibytes)) + packer.finish()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31 if coding == "gzip" else 15)
    return b"".join(squeeze.compress(zeros) for _ in range(mebibytes)) + squeeze.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_bomb_ends_at_the_limit(rig: Any, coding: str) -> None:
    """64 MiB packed into some kilobytes cost the limit, not 64 MiB."""
    bomb = _bomb(coding)
    served = rig.serve({"/": rig.reply(body=bomb, headers=(("Content-Encoding", coding),))})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    error = rig.fetch(served, "/", most_bytes=_MIB)

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert Outcome.TOO_LARGE == error.outcome
    assert grown < 32 * 1024, f"{grown} KiB"


def test_a_bomb_in_a_bomb_is_not_unpacked(rig: Any) -> None:
    """We never ask for codings upon codings."""
    served = rig.serve({"/": rig.reply(body=b"x", headers=(("Content-Encoding", "gzip, gzip"),))})

    assert Outcome.BAD_HTTP == rig.fetch(served, "/").outcome


def test_a_coding_that_was_not_asked_for_is_refused(rig: Any) -> None:
    """It could not be unpacked within a limit."""
    served = rig.serve({"/": rig.reply(body=b"x", headers=(("Content-Encoding", "zstd"),))})

    assert Outcome.BAD_HTTP == rig.fetch(served, "/").outcome


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br"])
def test_a_coding_that_is_not_what_it_says_is_bad_http(rig: Any, coding: str) -> None:
    """A plain body under a coding's name."""
    body = b"\xff" * 50
    served = rig.serve({"/": rig.reply(body=body, headers=(("Content-Encoding", coding),))})

    assert Outcome.BAD_HTTP == rig.fetch(served, "/").outcome


@pytest.mark.parametrize(
    ("coding", "encode"),
    [("gzip", gzip.compress), ("deflate", zlib.compress), ("br", brotli.compress)],
)
def test_half_of_an_encoded_body_is_no_body(rig: Any, coding: str, encode: Any) -> None:
    """A cut document would be a document with other meaning."""
    body = encode(bytes(range(256)) * 40)[:-30]
    served = rig.serve({"/": rig.reply(body=body, headers=(("Content-Encoding", coding),))})

    assert Outcome.BAD_HTTP == rig.fetch(served, "/").outcome


def test_a_plain_body_over_the_limit_is_too_large(rig: Any) -> None:
    """And one just at it is not."""
    served = rig.serve({"/": rig.reply(body=b"x" * 1000)})

    assert 1000 == len(rig.fetch(served, "/", most_bytes=1000).body)
    assert Outcome.TOO_LARGE == rig.fetch(served, "/", most_bytes=999).outcome


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br"])
def test_a_prefix_may_be_taken_of_an_endless_body(rig: Any, coding: str) -> None:
    """RFC 9309 reads the beginning of a robots.txt, however long it is."""
    body = _bomb(coding, 4) if coding else bytes(4 * _MIB)
    served = rig.serve({"/": rig.reply(body=body, headers=(("Content-Encoding", coding),))})

    fetched = rig.fetch(served, "/", most_bytes=1000, takes_prefix=True)

    assert bytes(1000) == fetched.body


async def _endless_body(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        await line.send(b"x" * 65536)


async def _endless_chunks(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await line.send(b"4000\r\n" + b"x" * 0x4000 + b"\r\n")


async def _ten_gigabytes(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10000000000\r\n\r\n")
    while True:
        await line.send(b"x" * 65536)


@pytest.mark.parametrize("act", [_endless_body, _endless_chunks, _ten_gigabytes])
def test_an_endless_body_is_cut_off(rig: Any, act: Any) -> None:
    """At the limit, whatever length was said."""
    served = rig.serve({"/": act})

    assert Outcome.TOO_LARGE == rig.fetch(served, "/", most_bytes=_MIB).outcome


# --- slowness ----------------------------------------------------------------------------------------


async def _silence(line: Any) -> None:
    await asyncio.sleep(3600)


async def _drip_head(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await line.send(b"X-Drip: 1\r\n")
        await asyncio.sleep(0.05)


async def _drip_body(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        await line.send(b"x")
        await asyncio.sleep(0.02)


async def _drip_chunks(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        await line.send(b"1\r\nx\r\n")
        await asyncio.sleep(0.02)


async def _early_hints(line: Any) -> None:
    while True:
        await line.send(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "act",
    [_silence, _drip_head, _drip_body, _drip_chunks, _early_hints],
    ids=lambda act: act.__name__,
)
def test_slowness_ends_with_the_request(rig: Any, act: Any) -> None:
    """One deadline for the whole question: neither drips nor interim answers put it off."""
    served = rig.serve({"/": act})

    error = rig.fetch(served, "/", seconds=0.4)

    assert Outcome.TIMED_OUT == error.outcome


class _Held:
    """A large body of which the beginning is sent, and the rest when it is let go."""

    def __init__(self) -> None:
        self.is_begun, self.may_end = threading.Event(), threading.Event()

    async def act(self, line: Any) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n" + b"x" * 2000)
        self.is_begun.set()
        await asyncio.to_thread(self.may_end.wait, 20)
        await line.send(b"x" * 1000)


async def _visit(client: Client, path: str, **options: Any) -> Any:
    """One visit of one question: what came, or the fault."""
    hostname = Hostname.parse("one.example")
    try:
        async with client.visit(hostname, await client.locate(hostname)) as visit:
            return await visit.fetch(path, **options)
    except FetchError as error:
        return error


def _roomy(rig: Any, served: Any) -> Client:
    """A client with room for one large body, which is one of more than 1,000 bytes."""
    return Client(rig.settings(served, large_body_bytes=1000, large_bodies=1))


@pytest.mark.parametrize("coding", ["", "gzip", "deflate", "br"])
def test_large_bodies_wait_for_one_another_and_small_ones_pass_by(rig: Any, coding: str) -> None:
    """RES-02: a visit that holds a large body keeps its room to its end; each body comes whole."""
    held, large = _Held(), bytes(range(256)) * 20
    squeezed = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}
    body = squeezed[coding](large) if coding else large
    headers = (("Content-Encoding", coding),)
    served = rig.serve(
        {"/held": held.act, "/large": rig.reply(body=body, headers=headers), "/small": b"s" * 1000}
    )

    async def meet() -> tuple[Any, ...]:
        client = _roomy(rig, served)
        first = asyncio.create_task(_visit(client, "/held"))
        await asyncio.to_thread(held.is_begun.wait, 20)
        before = await _visit(client, "/small")
        second = asyncio.create_task(_visit(client, "/large"))
        after = await _visit(client, "/small")
        waits = not second.done()
        held.may_end.set()
        return before, waits, after, await first, await second

    before, waits, after, first, second = rig.run(meet())

    assert [1000, 1000, 3000] == [len(fetched.body) for fetched in (before, after, first)]
    assert waits
    assert large == second.body


async def _drip_after_much(line: Any) -> None:
    await line.send(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 2000)
    await _drip_body(line)


def test_room_that_a_drip_holds_comes_back(rig: Any) -> None:
    """RES-01, RES-03: it ends with its question; for whoever waited meanwhile, no second of their own was gone."""
    served = rig.serve({"/drip": _drip_after_much, "/large": b"x" * 5000, "/small": b"s"})

    async def meet() -> list[Any]:
        client = _roomy(rig, served)
        drip = asyncio.create_task(_visit(client, "/drip", seconds=1.5))
        await _visit(client, "/small")
        return await asyncio.gather(drip, _visit(client, "/large", seconds=1.0))

    drip, large = rig.run(meet())

    assert Outcome.TIMED_OUT == drip.outcome
    assert 5000 == len(large.body)


def test_who_finds_no_room_in_all_its_time_is_told(rig: Any) -> None:
    """RES-03: the wait is part of the check, and is no fault of the server's."""
    held = _Held()
    served = rig.serve({"/held": held.act, "/large": b"x" * 5000})

    async def meet() -> tuple[Any, Any]:
        client = _roomy(rig, served)
        first = asyncio.create_task(_visit(client, "/held"))
        await asyncio.to_thread(held.is_begun.wait, 20)
        second = await _visit(client, "/large", seconds=0.2, most_seconds=0.4)
        held.may_end.set()
        return await first, second

    first, second = rig.run(meet())

    assert 3000 == len(first.body)
    assert (Outcome.BUDGET_SPENT, "there was no room for so large a body in all its time") == (
        second.outcome,
        second.detail,
    )


def test_a_server_that_takes_no_handshake_times_out(rig: Any) -> None:
    """A port that accepts and says nothing."""

    async def hold() -> Any:
        held: list[asyncio.StreamWriter] = []

        async def keep(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            held.append(writer)

        server = await asyncio.start_server(keep, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = Client(rig.settings({"*": SimpleNamespace(port=port)}))
        hostname = Hostname.parse("one.example")
        try:
            async with client.visit(hostname, await client.locate(hostname)) as visit:
                await visit.fetch("/", seconds=0.4)
        finally:
            await client.close()
            server.close()
            for writer in held:
                writer.transport.abort()

    with pytest.raises(FetchError) as raised:
        rig.run(hold())

    assert Outcome.TIMED_OUT == raised.value.outcome


# --- HTTP that is none -------------------------------------------------------------------------------

_OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", Outcome.REFUSED),
        (b"\x00" * 100, Outcome.BAD_HTTP),
        (b"SSH-2.0-OpenSSH_9.9\r\n\r\n", Outcome.BAD_HTTP),
        (b"<html>an old server</html>\r\n\r\n", Outcome.BAD_HTTP),
        (b"HTTP/1.1 abc OK\r\n\r\n", Outcome.BAD_HTTP),
        (b"HTTP/1.1 99999 OK\r\n\r\n", Outcome.BAD_HTTP),
        (_OK + b"Content-Length: 100\r\n\r\nshort", Outcome.BAD_HTTP),
        (_OK + b"Content-Length: -5\r\n\r\nx", Outcome.BAD_HTTP),
        (_OK + b"Content-Length: 5x\r\n\r\nxxxxx", Outcome.BAD_HTTP),
        (_OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx", Outcome.BAD_HTTP),
        (
            _OK + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            Outcome.BAD_HTTP,
        ),
        (_OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxx\r\n0\r\n\r\n", Outcome.BAD_HTTP),
        (_OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx", Outcome.BAD_HTTP),
        (_OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", Outcome.BAD_HTTP),
        (_OK + b"no colon here\r\n\r\n", Outcome.BAD_HTTP),
        (_OK + b"X: a\x00b\r\n\r\n", Outcome.BAD_HTTP),
        (_OK + b"X: " + b"a" * 100_000 + b"\r\n\r\n", Outcome.TOO_LARGE),
        (_OK + b"X" * 100_000 + b": a\r\n\r\n", Outcome.TOO_LARGE),
    ],
)
def test_bytes_that_are_no_http_have_an_outcome(rig: Any, raw: bytes, expected: Outcome) -> None:
    """Lies about the length, two lengths at once, garbage for chunks, headers without end."""
    served = rig.serve({"/": rig.reply(raw=raw)})

    error = rig.fetch(served, "/")

    assert isinstance(error, FetchError), error
    assert expected == error.outcome


async def _two_million_headers(line: Any) -> None:
    await line.send(_OK)
    for _ in range(2000):
        await line.send(b"A: b\r\n" * 1000)
    await line.send(b"\r\n")


async def _header_of_64_megabytes(line: Any) -> None:
    await line.send(_OK + b"X: ")
    for _ in range(1000):
        await line.send(b"a" * 65536)


@pytest.mark.parametrize("act", [_two_million_headers, _header_of_64_megabytes])
def test_headers_without_end_are_refused_early(rig: Any, act: Any) -> None:
    """They are not collected first."""
    served = rig.serve({"/": act})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    error = rig.fetch(served, "/")

    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert error.outcome in (Outcome.TOO_LARGE, Outcome.BAD_HTTP)
    assert grown < 32 * 1024, f"{grown} KiB"


def test_an_answer_nobody_asked_for_is_not_the_next_answer(rig: Any) -> None:
    """A second response pushed on the connection poisons nothing."""

    async def push(line: Any) -> None:
        # in one piece: what comes later than the next question cannot be told from its answer
        answers = (_OK + b"Content-Length: 5\r\n\r\n" + body for body in (b"first", b"evil!"))
        await line.send(b"".join(answers))
        await asyncio.sleep(0.2)

    served = rig.serve({"/a": push, "/b": rig.reply(body=b"honest")})

    fetched = rig.fetch(served, "/a", "/b")

    assert b"evil!" != getattr(fetched, "body", b"")


def test_a_reset_is_refused(rig: Any) -> None:
    """The connection ends without a byte."""

    async def reset(line: Any) -> None:
        line.reset()

    served = rig.serve({"/": reset})

    assert Outcome.REFUSED == rig.fetch(served, "/").outcome


def test_a_port_that_nobody_listens_on_is_refused(rig: Any, unused_port: int) -> None:
    """The most ordinary fault of all."""
    nobody = SimpleNamespace(port=unused_port)

    error = rig.fetch({"one.example": nobody}, "/")

    assert Outcome.REFUSED == error.outcome


# --- TLS ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "options"),
    [
        (("one.example",), {"is_expired": True}),
        (("one.example",), {"is_self_signed": True}),
        (("another.example",), {}),
    ],
    ids=["expired", "self-signed", "wrong host"],
)
def test_a_bad_certificate_is_a_fault_and_there_is_no_way_round(
    rig: Any, names: tuple[str, ...], options: dict[str, bool]
) -> None:
    """Nothing is asked of a server that cannot prove its name."""
    served = rig.serve({"/": {}}, context=rig.authority.context(names, **options))

    error = rig.fetch(served, "/")

    assert Outcome.TLS_FAILED == error.outcome
    assert [] == served.asked


def test_a_server_that_speaks_no_tls_is_a_tls_fault(rig: Any) -> None:
    """Plain HTTP on the port is not fallen back to."""

    async def plain_http() -> Any:
        async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(_OK + b"Content-Length: 0\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = Client(rig.settings({"*": SimpleNamespace(port=port)}))
        hostname = Hostname.parse("one.example")
        try:
            async with client.visit(hostname, await client.locate(hostname)) as visit:
                await visit.fetch("/")
        finally:
            await client.close()
            server.close()

    with pytest.raises(FetchError) as raised:
        rig.run(plain_http())

    assert Outcome.TLS_FAILED == raised.value.outcome


# --- redirects ---------------------------------------------------------------------------------------


def _redirect(rig: Any, location: str, status: int = 302) -> Any:
    return rig.reply(status=status, headers=(("Location", location),))


@pytest.mark.parametrize(
    "location",
    [
        "/there",
        "there",
        "//one.example/there",
        "https://one.example/there",
        "https://one.example:443/there",
        "http://one.example/there",
        "http://one.example:80/there",
        "HTTPS://ONE.EXAMPLE/there",
        " /there ",
        "/there#fragment",
    ],
)
def test_a_redirect_within_the_server_is_followed_over_https(rig: Any, location: str) -> None:
    """Plain http of the same host becomes https; the connection is the same one."""
    served = rig.serve({"/here": _redirect(rig, location), "/there": {"arrived": True}})

    fetched = rig.fetch(served, "/here")

    assert b'{"arrived":true}' == fetched.body
    assert ("/there", 2) == (fetched.path, fetched.requests_count)
    assert 1 == served.connections


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_status_of_a_redirect_is_one(rig: Any, status: int) -> None:
    """Five of them, one meaning for a GET."""
    served = rig.serve({"/a": _redirect(rig, "/b", status), "/b": 1})

    assert b"1" == rig.fetch(served, "/a").body


def test_three_redirects_are_followed_and_no_fourth(rig: Any) -> None:
    """A slash, a language, a version; a loop ends."""
    steps = {f"/{step}": _redirect(rig, f"/{step + 1}") for step in range(4)}
    served = rig.serve(steps | {"/4": {"end": True}})

    assert b'{"end":true}' == rig.fetch(served, "/1").body
    assert Outcome.HTTP_ERROR == rig.fetch(served, "/0").outcome


def test_a_redirect_to_another_host_is_a_claim_and_is_not_followed(rig: Any) -> None:
    """The target is named, and hears nothing."""
    served = rig.serve({"/": _redirect(rig, "https://two.example/nodeinfo/2.0", 301)})
    other = rig.serve({"*": {}})

    error = rig.fetch({"one.example": served, "two.example": other}, "/")

    assert isinstance(error, RedirectedAway)
    assert ("two.example", True) == (error.target, error.is_permanent)
    assert 0 == other.connections


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/",
        "https://127.0.0.1:{port}/",
        "https://127.1:{port}/",
        "https://2130706433:{port}/",
        "https://0x7f.0.0.1:{port}/",
        "https://0x7f000001:{port}/",
        "https://0177.0.0.1:{port}/",
        "https://0:{port}/",
        "https://0.0.0.0:{port}/",
        "https://localhost:{port}/",
        "https://localhost.:{port}/",
        "https://LOCALHOST:{port}/",
        "https://[::1]:{port}/",
        "https://[::]:{port}/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://[::ffff:7f00:1]:{port}/",
        "https://[64:ff9b::7f00:1]:{port}/",
        "https://[2002:7f00:1::]:{port}/",
        "https://127。0。0。1:{port}/",
        "https://１２７.0.0.1:{port}/",
        "https://①②⑦.0.0.1:{port}/",
        "//127.0.0.1:{port}/",
        "///127.0.0.1:{port}/",
        "////127.0.0.1:{port}/",
        "/\\127.0.0.1:{port}/",
        "\\\\127.0.0.1:{port}/",
        "https:127.0.0.1:{port}/",
        "https:/127.0.0.1:{port}/",
        "https://one.example:{port}/",
        "https://one.example@127.0.0.1:{port}/",
        "https://127.0.0.1:{port}@one.example/",
        "https://one.example:443@127.0.0.1:{port}/",
        "https://one.example\\@127.0.0.1:{port}/",
        "https://one.example#@127.0.0.1:{port}/",
        "https://127.0.0.1:{port}#@one.example/",
        "https://127.0.0.1:{port}?@one.example/",
        "ht\ttps://127.0.0.1:{port}/",
        "https://127.0.0.1%00.one.example:{port}/",
        "https://127.0.0.1%2eone.example:{port}/",
        "https://127.0.0.1.nip.io:{port}/",
        "https://one.example:99999/",
        "https://one.example:port/",
        "https://[one.example/",
        "file:///etc/passwd",
        "ftp://127.0.0.1:{port}/",
        "gopher://127.0.0.1:{port}/_x",
        "data:application/json,{{}}",
        "javascript:alert(1)",
        "dict://127.0.0.1:{port}/",
        "http://169.254.169.254/latest/meta-data/",
        "https://metadata.google.internal/",
        "",
        "%",
        "?",
        "#",
    ],
)
def test_no_redirect_reaches_loopback(rig: Any, location: str) -> None:
    """Every spelling of another place ends here, or stays on the server that was asked; 0 hits."""
    canary = rig.canary()
    where = location.format(port=canary.port).encode().decode("latin-1")
    served = rig.serve({"/": _redirect(rig, where)})

    ended = rig.fetch(served, "/")

    assert 0 == canary.connections
    assert isinstance(ended, FetchError) or ended.status == 404
    # whatever was asked for went to the server itself, under its own name
    assert {"one.example"} == {asked.headers["host"] for asked in served.asked}


def test_a_refresh_and_a_page_that_moves_on_are_not_redirects(rig: Any) -> None:
    """They are for browsers."""
    page = b'<meta http-equiv="refresh" content="0;url=/there"><script>location="/there"</script>'
    served = rig.serve({"/": rig.reply(body=page, headers=(("Refresh", "0; url=/there"),))})

    assert page == rig.fetch(served, "/").body
    assert ["/"] == served.paths


def test_a_redirect_of_a_post_is_not_followed(rig: Any) -> None:
    """Nothing that was meant for one place is sent to another."""
    served = rig.serve({"/a": _redirect(rig, "/b", 307), "/b": {}})

    error = rig.fetch(served, "/a", method="POST", body=b"{}")

    assert Outcome.HTTP_ERROR == error.outcome
    assert ["/a"] == served.paths


def test_a_redirect_without_a_target_is_an_answer(rig: Any) -> None:
    """Its status says all there is."""
    served = rig.serve({"/": rig.reply(status=302)})

    assert 302 == rig.fetch(served, "/").status


def test_the_body_of_a_redirect_may_be_endless(rig: Any) -> None:
    """It is not read to its end, and the target is asked on a new connection."""

    async def endless(line: Any) -> None:
        await line.send(b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n")
        while True:
            await line.send(b"x" * 65536)

    served = rig.serve({"/": endless, "/there": {}})

    assert b"{}" == rig.fetch(served, "/").body


# --- the guard in its place --------------------------------------------------------------------------


class _OpenGuard(Guard):
    """Knows what is forbidden, and makes every socket."""

    def __call__(self, addr_info: AddrInfo) -> socket.socket:
        return socket.socket(family=addr_info[0], type=addr_info[1], proto=addr_info[2])


def test_the_self_test_passes_with_the_installed_aiohttp(rig: Any) -> None:
    """The connector does call the guard."""

    async def self_test() -> None:
        client = Client(rig.settings(rig.serve()))
        await client.self_test()
        await client.close()

    rig.run(self_test())


def test_a_client_without_its_guard_refuses_to_start(rig: Any) -> None:
    """An aiohttp that does not call the guard any more is found out before the first host."""

    class Deaf(Client):
        """A client whose guard says what is refused, but stops nothing."""

        def __init__(self, settings: Any) -> None:
            super().__init__(settings)
            self._guard = _OpenGuard(settings.allowed)

    async def self_test() -> None:
        client = Deaf(rig.settings(rig.serve()))
        try:
            await client.self_test()
        finally:
            await client.close()

    with pytest.raises(GuardError, match=r"let a connection to .* through"):
        rig.run(self_test())


@pytest.mark.parametrize("way", ["visit", "_connection"])
def test_an_address_is_refused_when_it_is_connected(rig: Any, way: str) -> None:
    """Whoever brings a place that was never looked at gets no further than the socket.

    `_connection` alone is the second look, at the very address of the socket.
    """
    canary = rig.canary("127.0.0.1")
    hostname = Hostname.parse("one.example")

    async def go() -> None:
        client = Client(rig.settings({"two.example": canary}, allowed=()))
        try:
            place = Place(addresses=("127.0.0.1",), port=canary.port)
            async with getattr(client, way)(hostname, place) as visit:
                await visit.fetch("/")
        finally:
            await client.close()

    with pytest.raises(FetchError) as raised:
        rig.run(go())

    assert Outcome.BLOCKED_ADDRESS == raised.value.outcome
    assert 0 == canary.connections


def test_a_refused_address_is_not_made_good_by_the_next_one(rig: Any) -> None:
    """Mixed answers: the bad one is refused before a connection, and says so."""
    served = rig.serve({"/": {}})
    hostname = Hostname.parse("one.example")

    async def go() -> Any:
        client = Client(rig.settings(served))
        try:
            place = Place(addresses=("127.0.0.1", "169.254.169.254"), port=served.port)
            async with client.visit(hostname, place) as visit:
                return await visit.fetch("/")
        finally:
            await client.close()

    with pytest.raises(FetchError) as raised:
        rig.run(go())

    assert Outcome.BLOCKED_ADDRESS == raised.value.outcome
    assert 0 == served.connections


def test_a_detour_to_a_forbidden_address_is_refused(rig: Any) -> None:
    """`--connect-to` leads there, but only `--allow-address` lets it through."""
    served = rig.serve({"/": {}})

    error = rig.fetch(served, "/", settings={"allowed": ()})

    assert Outcome.BLOCKED_ADDRESS == error.outcome
    assert 0 == served.connections
