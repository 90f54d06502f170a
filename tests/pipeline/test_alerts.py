"""Alerts, delivered to receivers on loopback through the crawler's own guarded client, as a program of its own."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.replica.authority import Authority
from pipeline import alerts
from pipeline.alerts import FIRST_WAIT, Done, problems, read_state, send
from pipeline.exceptions import AlertError, HandKeptError
from pipeline.watches import KINDS, read_watches

SECRET = "a secret of more than sixteen bytes"
ENVIRON = {"HOOK_SECRET": SECRET}
WATCH = """
[[watch]]
name = "ours"
hostnames = ["a.example", "b.example"]
url = "https://hooks.example/in?k=1"
secret_env = "HOOK_SECRET"
events = ["fell_silent", "software_changed"]
"""
HOSTILE = "</script><img src=x>\u202e\x1b[31m & co"


class Receiver:
    """An address that takes letters, unless told otherwise."""

    def __init__(self, authority: Authority) -> None:
        self.letters: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        self.location = ""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.letters.append((headers | {":path": self.path}, body))
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *told: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.socket = authority.context(("hooks.example",)).wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        """Take nothing any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def ids(self) -> list[str]:
        """Events that came, in order."""
        return [event["id"] for _, body in self.letters for event in json.loads(body)]


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Vouches for the receiver."""
    return Authority(("example",))


@pytest.fixture
def receiver(authority: Authority) -> Iterator[Receiver]:
    """An address that takes letters."""
    receiver = Receiver(authority)
    yield receiver
    receiver.close()


Way = Callable[..., list[str]]


@pytest.fixture
def way(receiver: Receiver, authority: Authority, tmp_path: Path) -> Way:
    """Options that lead the client to the receiver."""
    ca_file = authority.write(tmp_path)

    def led(allowed: str = "127.0.0.0/8") -> list[str]:
        return [
            *("--connect-to", f"*:443:127.0.0.1:{receiver.port}"),
            *("--ca-file", str(ca_file)),
            *("--allow-address", allowed),
        ]

    return led


Happen = Callable[..., None]


@pytest.fixture
def happen(data: Path) -> Happen:
    """Publish that something happened, without the work of a crawl."""

    def write(*events: tuple[str, str], said_after: str = "mastodon") -> None:
        with duckdb.connect(data / "published" / "herdbook.duckdb") as connection:
            for hostname, event in events:
                connection.execute(
                    "insert into marts.events select published_at::date - 1, ?, ?, 'lemmy', ?, null from marts.about",
                    [hostname, event, said_after],
                )

    return write


@pytest.fixture
def data(filled_data: Path, tmp_path: Path) -> Path:
    """A data folder with something published, and a watch."""
    folder = tmp_path / "data"
    (folder / "published").mkdir(parents=True)
    found = filled_data / "published" / "herdbook.duckdb"
    (folder / "published" / "herdbook.duckdb").write_bytes(found.read_bytes())
    (folder / "watches.toml").write_text(WATCH, encoding="utf-8")
    return folder


def test_an_event_is_delivered_once_and_signed(
    data: Path, happen: Happen, way: Way, receiver: Receiver, clock: Any
) -> None:
    """What happened before the watch began is no news; kinds that were not chosen are not sent."""
    happen(("a.example", "fell_silent"))

    first = send(data, now=clock.at, environ=ENVIRON, way=way())
    happen(("a.example", "moved"), ("b.example", "software_changed"), ("c.example", "fell_silent"))
    happen(("a.example", "software_changed"), said_after=HOSTILE)
    second = send(data, now=clock.at, environ=ENVIRON, way=way())
    third = send(data, now=clock.at, environ=ENVIRON, way=way())

    assert [0, 2, 0] == [first.sent_count, second.sent_count, third.sent_count]
    ((headers, body),) = receiver.letters
    told = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    signed = base64.b64encode(hmac.digest(SECRET.encode(), told, hashlib.sha256)).decode()
    assert f"v1,{signed}" == headers["webhook-signature"]
    assert "/in?k=1" == headers[":path"]
    assert headers["content-type"].startswith("application/cloudevents-batch+json")
    assert [
        "2026-03-19/b.example/software_changed",
        "2026-03-19/a.example/software_changed",
    ] == receiver.ids()
    event = json.loads(body)[0]
    assert ("1.0", "herdbook.software_changed", "b.example") == (
        event["specversion"],
        event["type"],
        event["subject"],
    )
    assert ("lemmy", "mastodon") == (event["data"]["said_before"], event["data"]["said_after"])
    assert body.isascii()
    assert not any(sign in body for sign in (b"<", b">", b"&", b"\\u202e", b"\\u001b"))


def test_an_address_that_was_down_gets_it_the_next_time(
    data: Path, happen: Happen, way: Way, receiver: Receiver, clock: Any
) -> None:
    """The same events have the same id; meanwhile it rests, and status says why."""
    send(data, now=clock.at, environ=ENVIRON, way=way())
    happen(("a.example", "fell_silent"))
    receiver.status = 503

    down = send(data, now=clock.at, environ=ENVIRON, way=way())
    told = problems(data)
    resting = send(data, now=clock.at + FIRST_WAIT / 2, environ=ENVIRON, way=way())
    receiver.status = 200
    up = send(data, now=clock.at + 2 * FIRST_WAIT, environ=ENVIRON, way=way())

    assert (0, ("ours",)) == (down.sent_count, down.failed)
    assert [
        "'ours' could not be told 1 events" in line and "answers 503" in line for line in told
    ] == [True]
    assert (0, ("ours",)) == (resting.sent_count, resting.failed)
    assert (1, ()) == (up.sent_count, up.failed)
    (before, _), (after, _) = receiver.letters
    assert before["webhook-id"] == after["webhook-id"]
    assert [] == problems(data)


def test_nothing_goes_where_the_crawler_may_not(
    data: Path, happen: Happen, way: Way, receiver: Receiver, clock: Any
) -> None:
    """SSRF-01: an address that is not public takes nothing without the allowance, and a redirect is not followed."""
    send(data, now=clock.at, environ=ENVIRON, way=way())
    happen(("a.example", "fell_silent"))

    refused = send(data, now=clock.at, environ=ENVIRON, way=way("192.0.2.0/24"))
    why = read_state(data)["ours"].problem
    came = len(receiver.letters)
    receiver.status, receiver.location = 307, f"https://127.0.0.1:{receiver.port}/elsewhere"
    sent_on = send(data, now=clock.at, environ=ENVIRON, way=way(), tries_all=True)

    assert (0, 0) == (refused.sent_count, came)
    assert why.startswith("blocked_address")
    assert 0 == sent_on.sent_count
    assert ["/in?k=1"] == [headers[":path"] for headers, _ in receiver.letters]
    assert "307" in read_state(data)["ours"].problem


def test_a_server_that_is_added_begins_then(
    data: Path, happen: Happen, way: Way, receiver: Receiver, clock: Any
) -> None:
    """Its past is no news; nothing in the state names a server."""
    send(data, now=clock.at, environ=ENVIRON, way=way())
    happen(("c.example", "fell_silent"), ("a.example", "fell_silent"))
    longer = WATCH.replace('"b.example"', '"b.example", "c.example"')
    (data / "watches.toml").write_text(longer, encoding="utf-8")

    done = send(data, now=clock.at, environ=ENVIRON, way=way())

    assert Done(watches_count=1, sent_count=1, failed=()) == done
    assert ["2026-03-19/a.example/fell_silent"] == receiver.ids()
    assert "example" not in (data / "alerts.json").read_text(encoding="utf-8")


def test_a_folder_without_watches_tells_nobody(tmp_path: Path, clock: Any) -> None:
    """Nothing is read, written or sent."""
    assert Done(watches_count=0, sent_count=0, failed=()) == send(tmp_path, now=clock.at)
    assert [] == list(tmp_path.iterdir())


def test_a_state_that_cannot_be_read_is_not_guessed(data: Path, clock: Any) -> None:
    """It says what to do, in the status too."""
    (data / "alerts.json").write_text("{", encoding="utf-8")

    with pytest.raises(AlertError, match="Move it aside"):
        send(data, now=clock.at, environ=ENVIRON)
    assert "Move it aside" in problems(data)[0]


@pytest.mark.parametrize("secret", ["", "short", "whsec_***", "whsec_c2hvcnQ="])
def test_nothing_is_sent_without_a_secret(data: Path, clock: Any, secret: str) -> None:
    """The message names the variable, never what it holds."""
    with pytest.raises(HandKeptError, match="HOOK_SECRET does not hold a secret"):
        send(data, now=clock.at, environ={"HOOK_SECRET": secret})
    assert not (data / "alerts.json").exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('name = "ours"', 'name = ""', "line 3: name = '' is no name"),
        ('["a.example", "b.example"]', '["a.example", "10.0.0.1"]', "line 4: .*'10.0.0.1'"),
        ('["a.example", "b.example"]', "[]", "line 4: .*no list of 1 to 50"),
        ("https://hooks", "http://hooks", "line 5: url is no address"),
        ("hooks.example/in?k=1", "u:geheim@hooks.example/", "line 5: url is no address"),
        ("hooks.example/in?k=1", "hooks.example:8443/", "line 5: url is no address"),
        ("hooks.example/in?k=1", "127.0.0.1/", "line 5: url does not lead to a public name"),
        ("hooks.example/in?k=1", "localhost/", "line 5: url does not lead to a public name"),
        ('"HOOK_SECRET"', '"sesame!"', "line 6: secret_env = 'sesame!' is no environment"),
        ('"fell_silent"', '"fell"', "line 7: events .*'fell'"),
        ("events", "event", "line 7: event = .* is not known"),
        ('url = "https://hooks.example/in?k=1"', "", "line 2: this watch does not say its url"),
        ("[[watch]]", "[watch]", r"\[\[watch\]\]"),
        ("[[watch]]", "[[watch]", "cannot be read"),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """File, line and value; an address, which may be a secret, is not repeated."""
    path = tmp_path / "watches.toml"
    path.write_text(WATCH.replace(old, new), encoding="utf-8")

    with pytest.raises(HandKeptError, match=reason) as refused:
        read_watches(path)
    assert "geheim" not in str(refused.value)


def test_the_second_of_two_is_named_by_its_own_line(tmp_path: Path) -> None:
    """Names are given once; kinds that are left out are all of them."""
    path = tmp_path / "watches.toml"
    path.write_text(
        WATCH.replace('events = ["fell_silent", "software_changed"]\n', ""), encoding="utf-8"
    )
    (watch,) = read_watches(path)
    path.write_text(WATCH + WATCH, encoding="utf-8")

    with pytest.raises(HandKeptError, match="line 10: name = 'ours' is the name of another"):
        read_watches(path)
    assert KINDS == watch.events
    assert alerts.NEWS_DAYS * timedelta(days=1) > alerts.LONGEST_WAIT
