"""Responses captured from real, unmodified servers, served back over TLS and checked.

Each file is served byte for byte under the name that its documents use (`….fedi.test`, a reserved name).
One thing is added: where the captured head says `chunked`, the body, which was captured decoded, is put
into one chunk again. What was not captured answers 404. The expected values were read from the captures.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import PeerListState, Registration

pytestmark = pytest.mark.shared


@dataclass(frozen=True)
class _Expected:
    """What a check must find."""

    folder: str
    hostname: str
    software: str | None = None
    version: str | None = None
    users: int | None = None
    month: int | None = None
    posts: int | None = None
    is_open: bool | None = None
    registration: Registration | None = None
    peers: tuple[str, ...] | None = None
    outcome: Outcome = Outcome.OK
    is_counting_refused: bool = False
    prefix: str = ""


_SERVERS = [
    _Expected(
        folder="bookwyrm",
        hostname="bookwyrm.fedi.test",
        software="bookwyrm",
        version="0.9.2",
        users=2,
        month=2,
        posts=0,
        is_open=False,
        peers=("snac.fedi.test",),
    ),
    _Expected(
        folder="fedify",
        hostname="fedify.fedi.test",
        software="lab-fedify",
        version="1.2.3",
        users=3,
        month=2,
        posts=10,
        is_open=False,
    ),
    _Expected(
        folder="hubzilla",
        hostname="hubzilla.fedi.test",
        software="hubzilla",
        version="8.8.7",
        users=0,
        month=0,
        posts=0,
        is_open=True,
    ),
    # the same without the addon that serves NodeInfo
    _Expected(
        folder="hubzilla",
        hostname="hubzilla.fedi.test",
        prefix="no-addon_",
        outcome=Outcome.NO_NODEINFO,
    ),
    # its default robots.txt forbids everything
    _Expected(
        folder="snac2",
        hostname="snac.fedi.test",
        outcome=Outcome.ROBOTS_DISALLOWED,
        is_counting_refused=True,
    ),
    _Expected(
        folder="takahe",
        hostname="takahe.fedi.test",
        software="takahe",
        version="0.11.0",
        users=1,
        month=None,
        posts=0,
        is_open=True,
        registration=Registration.OPEN,
        peers=("snac.fedi.test",),
    ),
    # it sends `X-Robots-Tag: noindex` with every answer of its REST API, whatever the admin wants
    _Expected(
        folder="wordpress",
        hostname="wp.fedi.test",
        software="wordpress",
        version="6.1",
        users=1,
        month=0,
        posts=1,
        is_open=False,
    ),
    # the ActivityPub plugin alone, without the NodeInfo and Mastodon API plugins
    _Expected(
        folder="wordpress",
        hostname="wp.fedi.test",
        prefix="aponly_",
        software="wordpress",
        version="6.1",
        users=1,
        month=0,
        posts=1,
        is_open=False,
    ),
]


@pytest.fixture
def replay(rig: Any, shared: Path) -> Any:
    """Serve a folder of captures and check it."""

    def check(expected: _Expected) -> Any:
        folder = shared / "real-servers" / expected.folder
        if not folder.is_dir():
            pytest.skip(f"no captures at {folder}")
        served = rig.serve({}, context=rig.authority.context([expected.hostname]))
        served.answers = _Captures(rig, folder, expected.prefix)
        return served, rig.check(served, expected.hostname)

    return check


class _Captures(dict[str, Any]):
    """Answers by path, read from files when they are asked for."""

    def __init__(self, rig: Any, folder: Path, prefix: str) -> None:
        self._rig, self._folder, self._prefix = rig, folder, prefix

    def get(self, path: str, default: Any = None) -> Any:
        """The captured response, or 404."""
        bare = path.partition("?")[0]
        name = bare.strip("/").replace("/", "_") + ("_SLASH" if bare.endswith("/") else "")
        spellings = [f"{self._prefix}linked_{name}", f"{self._prefix}{name}"]
        # a variant was captured where it differs; the rest is that of the whole server
        if self._prefix == "no-addon_":
            spellings += [name] if name != ".well-known_nodeinfo" and "nodeinfo" not in name else []
        for spelling in spellings:
            file = self._folder / f"{spelling}.http"
            if file.is_file():
                return self._rig.reply(raw=_wire(file.read_bytes()), stays=True)
        return self._rig.reply(status=404)


def _wire(captured: bytes) -> bytes:
    head, gap, body = captured.partition(b"\r\n\r\n")
    if not gap:
        head, gap, body = captured.partition(b"\n\n")
        head = head.replace(b"\n", b"\r\n")
    if b"transfer-encoding: chunked" in head.lower():
        size = f"{len(body):x}\r\n".encode() if body else b""
        body = size + body + (b"\r\n" if body else b"") + b"0\r\n\r\n"
    return head + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "expected", _SERVERS, ids=lambda e: f"{e.folder}{'-' if e.prefix else ''}{e.prefix[:-1]}"
)
def test_a_real_server_is_understood(replay: Any, expected: _Expected) -> None:
    """Software, version, numbers, registration and peers, or the right refusal."""
    served, check = replay(expected)

    info = check.nodeinfo
    assert (expected.outcome, expected.is_counting_refused) == (
        check.outcome,
        check.is_counting_refused,
    ), check.detail
    assert (expected.software, expected.version) == (
        (info.software_name, info.software_version) if info else (None, None)
    )
    if info is not None:
        assert (expected.users, expected.month, expected.posts, expected.is_open) == (
            info.users_total,
            info.users_active_month,
            info.local_posts,
            info.is_open_registrations,
        )
    if expected.registration is not None:
        assert expected.registration is check.instance.registration
    if expected.peers is not None:
        lists = [peers for peers in check.peer_lists if peers.state is PeerListState.SERVED]
        assert [tuple(map(Hostname, expected.peers))] == [peers.hostnames for peers in lists]
    assert {expected.hostname} == {asked.headers["host"] for asked in served.asked}
    assert len(served.asked) <= 12


def test_a_real_server_that_forbids_us_is_asked_for_its_rules_only(replay: Any) -> None:
    """snac's default: one request, and none after it."""
    served, _ = replay(next(e for e in _SERVERS if e.folder == "snac2"))

    assert ["/robots.txt"] == served.paths


def test_a_real_server_s_delay_is_heard(replay: Any) -> None:
    """BookWyrm asks everybody for ten seconds, and names other delays for others."""
    _, check = replay(next(e for e in _SERVERS if e.folder == "bookwyrm"))

    assert any("10 s between two requests" in note for note in check.notes)


def test_nothing_personal_of_a_real_server_is_kept(replay: Any) -> None:
    """Takahē's API names its admin."""
    _, check = replay(next(e for e in _SERVERS if e.folder == "takahe"))

    kept = b"".join(exchange.document or b"" for exchange in check.exchanges)
    assert b"carol" not in kept.lower()
    assert b"takahe" in kept
