"""A hundred and more hostile servers crawled together with two hundred good ones, by the real program."""

import asyncio
import gzip
import json
import os
import socket
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import brotli
import duckdb
import pytest

pytestmark = pytest.mark.slow

GOOD = 200
AT_ONCE = os.environ.get("HERDBOOK_AT_ONCE", "")
"""Visits at a time; as many as a crawl makes by itself where it is empty."""
MOST_GROWTH_BYTES = 64_000_000
_PATIENCE_SECONDS = 280
CANARY_ADDRESS = "127.0.0.2"
"""Not let through by the guard of these crawls, as only 127.0.0.1 is."""

BROKEN = {"bad_http", "refused", "timed_out", "too_large", "tls_failed"}
"""How a conversation that is no HTTP may end; which of them is the parser's business."""
NO_DOCUMENT = {"not_json", "wrong_shape", "no_nodeinfo", "too_large"}


# --- what hostile servers do with a connection ------------------------------------------------------


async def silence(line: Any) -> None:
    await asyncio.sleep(3600)


async def reset(line: Any) -> None:
    line.reset()


def dripping(start: bytes, piece: bytes) -> Any:
    async def drip(line: Any) -> None:
        await line.send(start)
        while True:
            await line.send(piece)
            await asyncio.sleep(0.3)

    return drip


def flooding(start: bytes, piece: bytes) -> Any:
    async def flood(line: Any) -> None:
        await line.send(start)
        while True:
            await line.send(piece)

    return flood


_OK = b"HTTP/1.1 200 OK\r\n"
_JSON = b"Content-Type: application/json\r\n"
_CHUNKED = b"Transfer-Encoding: chunked\r\n\r\n"


def acts() -> dict[str, Any]:
    """Ways to hold on to a visitor, or to fill it up."""
    return {
        "silence": silence,
        "reset": reset,
        "drip-head": dripping(_OK, b"X: y\r\n"),
        "drip-body": dripping(_OK + b"Content-Length: 100000\r\n\r\n", b"x"),
        "drip-chunks": dripping(_OK + _CHUNKED, b"1\r\nx\r\n"),
        "early-hints": flooding(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
        "endless": flooding(_OK + b"\r\n", b"x" * 65536),
        "endless-chunks": flooding(_OK + _CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        "ten-gigabytes": flooding(_OK + b"Content-Length: 10000000000\r\n\r\n", b"x" * 65536),
        "headers": flooding(_OK, b"X-Header: value\r\n" * 1000),
        "long-header": flooding(_OK + b"X: ", b"y" * 65536),
        "trailers": flooding(_OK + _CHUNKED + b"1\r\nx\r\n0\r\n", b"X: y\r\n" * 1000),
    }


def wires() -> dict[str, bytes]:
    """Answers that are no HTTP, or two readings at once."""
    return {
        "nothing": b"",
        "nul": b"\0" * 99,
        "http09": b"hello",
        "bad-status": b"HTTP/1.1 abc OK\r\n\r\n",
        "bad-version": b"HTTP/9.9.9 200 OK\r\n\r\n",
        "cl-and-te": _OK + b"Content-Length: 3\r\n" + _CHUNKED + b"0\r\n\r\n",
        "two-lengths": _OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
        "negative": _OK + b"Content-Length: -1\r\n\r\n",
        "no-number": _OK + b"Content-Length: two\r\n\r\n{}",
        "no-colon": _OK + b"Bad header\r\nContent-Length: 2\r\n\r\n{}",
        "nul-header": _OK + b"X: a\0b\r\nContent-Length: 2\r\n\r\n{}",
        "bad-chunk": _OK + _CHUNKED + b"zz\r\n{}\r\n0\r\n\r\n",
        "chunk-overflow": _OK + _CHUNKED + b"f" * 20 + b"\r\n{}\r\n",
        "short": _OK + b"Content-Length: 99\r\n\r\n{}",
        "half-gzip": _OK
        + b"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"
        + gzip.compress(b"x" * 999)[:20],
        "no-gzip": _OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
        "odd-coding": _OK + b"Content-Encoding: rot13\r\nContent-Length: 2\r\n\r\n{}",
    }


def bombs() -> dict[str, tuple[str, bytes]]:
    """Small bodies that unpack to 100 MB."""
    zeros = b"\0" * 100_000_000
    packed = gzip.compress(zeros, 6)
    return {
        "gzip": ("gzip", packed),
        "deflate": ("deflate", zlib.compress(zeros, 6)),
        "brotli": ("br", brotli.compress(zeros, quality=3)),
        "twice": ("gzip, gzip", gzip.compress(packed)),
        "tower": ("gzip" + ", gzip" * 50, packed),
    }


REDIRECTS = {
    "loopback": "https://127.0.0.2/",
    "loopback-port": "https://127.0.0.2:{port}/",
    "decimal": "https://2130706434/",
    "hex": "https://0x7f.0.0.2/",
    "octal": "https://0177.0.0.2/",
    "short": "https://127.2/",
    "mapped": "https://[::ffff:7f00:2]/",
    "localhost": "http://localhost:{port}/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "file": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.2/",
    "gopher": "gopher://127.0.0.2:{port}/_x",
    "data": "data:application/json,{{}}",
    "userinfo": "https://127.0.0.2:{port}@r-userinfo.example@127.0.0.2/",
    "slashes": "//127.0.0.2:{port}/",
    "three-slashes": "///127.0.0.2:{port}/",
    "backslash": "https:\\\\127.0.0.2:{port}/",
    "digits": "https://１２７.0.0.2/",
    "victim": "https://victim.example/",
}

HREFS = {
    "file": "file:///etc/passwd",
    "loopback": "https://127.0.0.2:{port}/nodeinfo/2.0",
    "port": "https://h-port.example:{port}/nodeinfo/2.0",
    "victim": "https://victim.example/nodeinfo/2.0",
    "userinfo": "https://h-userinfo.example@127.0.0.2:{port}/nodeinfo/2.0",
    "script": "javascript:alert(1)",
    "number": 7,
    "list": ["https://victim.example/"],
    "line-break": "https://h-line-break.example/a\r\nHost: victim.example\r\n\r\n",
    "long": "https://h-long.example/" + "a" * 100_000,
}

JUNK: dict[str, bytes] = {
    "empty": b"",
    "nan": b'{"version": NaN}',
    "infinity": b'{"version": Infinity}',
    "deep": b"[" * 100_000,
    "deep-objects": b'{"a":' * 100_000,
    "surrogate": b'{"version": "\\ud800"}',
    "big-number": b'{"version": 1' + b"0" * 5000 + b"}",
    "utf-16": '{"version": "2.0"}'.encode("utf-16"),
    "bad-utf-8": b'{"version": "\xff\xfe"}',
    "number": b"7",
    "text": b'"2.0"',
    "null": b"null",
    "list": b"[]",
    "object": b"{}",
    "half": b'{"version": "2.0", "softw',
    "two": b'{"version": "2.0"}{"version": "2.0"}',
    "page": b"<!doctype html><script>alert(1)</script>",
    "wide": b'{"version": "2.0", ' + b",".join(b'"k%d": 1' % n for n in range(300_000)) + b"}",
    "long-text": b'{"version": "' + b"x" * 9_000_000 + b'"}',
    "no-software": b'{"version": "2.0", "usage": {}}',
}

STATUSES = {
    400: {"http_error"},
    401: {"http_error"},
    403: {"http_error"},
    410: {"opted_out"},
    418: {"http_error"},
    429: {"rate_limited"},
    500: {"http_error"},
    503: {"http_error"},
    599: {"http_error"},
}


@dataclass
class Cast:
    """Who takes part: servers by name, and how each of them may end."""

    rig: Any
    good: dict[str, Any]
    canary: Any
    ports: dict[str, int] = field(default_factory=dict)
    allowed: dict[str, set[str]] = field(default_factory=dict)

    def add(self, name: str, answers: Any, allowed: set[str], **context: Any) -> None:
        """One hostile server."""
        served = self.rig.serve(answers, context=self.rig.authority.context([name], **context))
        self.ports[name] = served.port
        self.allowed[name] = allowed

    def with_at(self, path: str, answer: Any) -> dict[str, Any]:
        """An ordinary server that answers badly at one path."""
        return {**self.good, path: answer}


POINTER, ROBOTS, DOCUMENT = "/.well-known/nodeinfo", "/robots.txt", "/nodeinfo/2.0"
PLACES = {"r": ROBOTS, "p": POINTER, "d": DOCUMENT}


def fill(cast: Cast) -> None:
    """Every scenario."""
    reply, port = cast.rig.reply, cast.canary.port
    # robots.txt is cut at its limit and read: an endless one is one that says nothing
    cut = {"ok"}
    for place, path in PLACES.items():
        more = cut if place == "r" else set()
        for name, act in acts().items():
            cast.add(f"{place}-{name}.example", cast.with_at(path, act), BROKEN | more)
        for name, raw in wires().items():
            bad = reply(raw=raw)
            cast.add(
                f"{place}-{name}.example", cast.with_at(path, bad), BROKEN | NO_DOCUMENT | more
            )
    for name, (coding, body) in bombs().items():
        bad = reply(body=body, headers=(("Content-Encoding", coding),))
        cast.add(f"b-{name}.example", cast.with_at(DOCUMENT, bad), {"too_large", "bad_http"})
    for name, target in REDIRECTS.items():
        # as bytes of latin-1 on the wire, which is how such a header would come
        location = target.format(port=port).encode().decode("latin-1")
        away = reply(status=302, headers=(("Location", location),))
        ends = {"redirected_away", "bad_http", "http_error"}
        cast.add(f"r-{name}.example", {"*": away, ROBOTS: reply(status=404)}, ends)
    loop = reply(status=302, headers=(("Location", "/again"),))
    cast.add("r-loop.example", {"*": loop}, {"http_error"})
    for name, href in HREFS.items():
        href = href.format(port=port) if isinstance(href, str) else href
        rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        pointer = {"links": [{"rel": rel, "href": href}]}
        ends = {"foreign_href", "wrong_shape", "no_nodeinfo", "http_error", "bad_http", "ok"}
        cast.add(f"h-{name}.example", cast.with_at(POINTER, pointer), ends)
    for name, body in JUNK.items():
        cast.add(f"j-{name}.example", cast.with_at(DOCUMENT, body), NO_DOCUMENT)
    for status, ends in STATUSES.items():
        bad = reply(status=status, headers=(("Retry-After", "a while"),) * (status == 429))
        cast.add(f"s-{status}.example", cast.with_at(POINTER, bad), ends)
        closed = status in (429, 500, 503, 599)
        robots = {"rate_limited", "http_error"} if closed else {"ok"}
        cast.add(f"s-robots-{status}.example", cast.with_at(ROBOTS, reply(status=status)), robots)
    rules = {
        "no": (b"User-agent: *\nDisallow: /", {"robots_disallowed"}),
        "long": (b"User-agent: Herdbook\nAllow: /\n" + b"Disallow: /x\n" * 200_000, {"ok"}),
        "binary": (os.urandom(100_000), {"ok", "robots_disallowed"}),
        "slow": (b"User-agent: *\nCrawl-delay: 1e9", {"ok"}),
        "stars": (b"User-agent: *\nDisallow: /" + b"*a" * 5000 + b"$", {"ok"}),
    }
    for name, (body, ends) in rules.items():
        cast.add(f"robots-{name}.example", cast.with_at(ROBOTS, reply(body=body)), ends)
    _add_poisoned(cast)
    for name, context in {"expired": {"is_expired": True}, "own": {"is_self_signed": True}}.items():
        cast.add(f"t-{name}.example", cast.good, {"tls_failed"}, **context)
    other = cast.rig.serve(cast.good, context=cast.rig.authority.context(["somebody.example"]))
    cast.ports["t-other.example"] = other.port
    cast.allowed["t-other.example"] = {"tls_failed"}


def _add_poisoned(cast: Cast) -> None:
    """Servers of a family that is asked for peers, and what they say."""
    document = json.loads(json.dumps(cast.good[DOCUMENT])) | {
        "software": {"name": "mastodon", "version": "4.3.0"}
    }
    base = {**cast.good, DOCUMENT: document}
    lists: dict[str, Any] = {
        "inventions": [f"invented{n}.example" for n in range(6_000)],
        "farm": [f"s{n}.farm.example" for n in range(3_000)],
        "loopback": ["127.0.0.2", "localhost", "[::1]", "0x7f.0.0.2", "2130706434", "router.local"],
        "junk": [
            None,
            7,
            [],
            {},
            "..",
            ":443",
            "192.",
            "a" * 300,
            "xn--\ud800x.example"[:4],
            "\x00",
        ],
        "deep": [[[["a.example"]]]],
        "object": {"a.example": 1},
        "spellings": [f"https://Victim{'.' * (n % 2)}example/{n}" for n in range(1000)],
    }
    # as many at once as would fill any memory, honest in form; and one that never ends
    much = json.dumps([f"much{n % 50}.example" for n in range(490_000)]).encode()
    floods = {
        "values": b"[" + b"[]," * 3_000_000 + b"0]",
        "drip": dripping(_OK + b"\r\n" + b"[" + b" " * 1_000_000, b" "),
    }
    lists |= {f"much{n}": much for n in range(12)}
    lists |= {f"{name}{n}": body for name, body in floods.items() for n in range(3)}
    for name, peers in lists.items():
        cast.add(f"x-{name}.example", {**base, "/api/v1/instance/peers": peers}, {"ok"})


@pytest.fixture
def cast(rig: Any, documents: Any) -> Cast:
    """Everybody, on loopback."""
    good = documents.ordinary()
    good[POINTER] = documents.discovery(("2.0", DOCUMENT))
    made = Cast(rig, good, rig.canary(CANARY_ADDRESS))
    fill(made)
    return made


Crawl = Callable[..., tuple[int, str, int]]


@pytest.fixture
def crawl(cast: Cast, rig: Any, tmp_path: Path) -> Crawl:
    """Run `python -m crawler crawl`; gives exit code, what it said, and the most memory it had."""
    names = [f"good{n}.example" for n in range(GOOD)]
    good = rig.serve(cast.good, context=rig.authority.context(names))

    def run(data: Path, hostile: dict[str, int]) -> tuple[int, str, int]:
        seeds = tmp_path / "seeds.txt"
        seeds.write_text("\n".join([*names, *hostile]), encoding="utf-8")
        ways = [f"{name}:443:127.0.0.1:{port}" for name, port in hostile.items()]
        ways += [f"{name}:443:127.0.0.1:{good.port}" for name in names]
        # whoever is invented is at a door that is shut
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            ways.append(f"*:443:127.0.0.1:{nobody.getsockname()[1]}")
            log = tmp_path / "log"
            with log.open("wb") as said:
                running = subprocess.Popen(
                    [
                        *(sys.executable, "-m", "crawler", "crawl", "--quiet"),
                        *(word for way in ways for word in ("--connect-to", way)),
                        *("--allow-address", "127.0.0.1/32"),
                        *("--ca-file", str(rig.ca_file), "--seeds", str(seeds)),
                        *("--limit", str(len(names) + len(hostile)), "--for", "240s"),
                        *(("--concurrency", AT_ONCE) if AT_ONCE else ()),
                    ],
                    env={**os.environ, "HERDBOOK_DATA": str(data)},
                    stdout=said,
                    stderr=said,
                )
                _, status, usage = os.wait4(running.pid, 0)
                running.returncode = os.waitstatus_to_exitcode(status)
        said_text = log.read_text(encoding="utf-8", errors="replace")
        return running.returncode, said_text, usage.ru_maxrss * 1024

    return run


def outcomes(data: Path) -> dict[str, tuple[str, float, int]]:
    """How each check ended, how long it took, and with how many requests."""
    with duckdb.connect(data / "herdbook.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "select hostname, outcome, seconds, requests_count from raw.checks"
        ).fetchall()
    return {hostname: tuple(told) for hostname, *told in rows}  # type: ignore[misc]


def test_a_hundred_hostile_servers_cost_the_good_ones_nothing(
    cast: Cast, crawl: Crawl, tmp_path: Path
) -> None:
    """RES-01, RES-02, RES-03, RES-04, RES-09, SSRF-03, SSRF-04, SSRF-05, SSRF-07, FRO-01, FRO-05, CON-03.

    All good servers are checked; each hostile one ends within its budget and with an outcome that fits; nothing
    that is not public is connected; with everybody visited at once memory grows by no more than 64 MB over a crawl of
    the good ones alone, although a dozen of them send lists of 10 MB and others hold on to their room.
    """
    alone_code, alone_said, alone_bytes = crawl(tmp_path / "alone", {})
    code, said, most_bytes = crawl(tmp_path / "together", cast.ports)
    found = outcomes(tmp_path / "together")

    assert len(cast.allowed) >= 100
    assert (0, 0) == (alone_code, code), alone_said + said
    good = {name for name, told in found.items() if name.startswith("good") and told[0] == "ok"}
    assert GOOD == len(good)
    wrong = {
        name: found.get(name)
        for name, allowed in cast.allowed.items()
        if name not in found or found[name][0] not in allowed
    }
    assert {} == wrong
    assert max(seconds for _, seconds, _ in found.values()) <= 95
    assert max(requests for _, _, requests in found.values()) <= 12 + 40
    assert 0 == cast.canary.connections
    assert "Traceback" not in said
    growth = most_bytes - alone_bytes
    assert growth <= MOST_GROWTH_BYTES, f"{growth:,} bytes over {alone_bytes:,}"
