"""Funkwhale: NodeInfo, public settings, and domains in pages."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from crawler.conversation import Answer, Ask, Wants
from crawler.outcome import Outcome
from crawler.records import PeerListState, Registration
from crawler.software.funkwhale import DOMAINS, SETTINGS

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "funkwhale").iterdir())
PEERS_ONLY = Wants(instance=False, activity=False)
FIRST = f"{DOMAINS}?page=1&page_size=100"
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


class Server:
    """A Funkwhale with so many domains; its `next` names another host."""

    def __init__(self, size: int, *, most: int = 100, has_count: bool = True) -> None:
        self.hosts = [f"h{number}.example" for number in range(size)]
        self.most, self.has_count = most, has_count

    def __call__(self, ask: Ask) -> object:
        """Answer a question."""
        parts = urlsplit(ask.path)
        if parts.path != DOMAINS:
            return None
        said = parse_qs(parts.query)
        size = min(int(said["page_size"][0]), self.most)
        start = (int(said["page"][0]) - 1) * size
        rows = self.hosts[start : start + size]
        if start and not rows:
            return Answer(status=404, body=b'{"detail":"Invalid page."}')
        is_last = start + size >= len(self.hosts)
        return {
            "next": None if is_last else "https://elsewhere.example/api/v1/federation/domains",
            "results": [{"name": host} for host in rows],
        } | ({"count": len(self.hosts)} if self.has_count else {})


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """NodeInfo and settings together make the server; nobody's address is read."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize("size", [1, 99, 100, 101, 200, 450, 4_100])
@pytest.mark.parametrize("has_count", [True, False])
@pytest.mark.parametrize("most", [100, 50])
def test_lists_of_every_length_are_exact(hold: Hold, size: int, has_count: bool, most: int) -> None:
    """Page numbers are ours, and no domain is lost or made at the ends of pages."""
    server = Server(size, has_count=has_count, most=most)

    held = hold("funkwhale", server, wants=PEERS_ONLY)

    (known,) = held.told.peer_lists
    assert (server.hosts, True) == (list(known.hostnames), known.is_complete)
    assert all(path.startswith(DOMAINS) for path in held.paths)


def test_more_than_a_check_can_pay_for_ends_at_the_cap(
    hold: Hold, within_budget: Callable[..., Any]
) -> None:
    """What came is kept, and it says so."""
    server = Server(9_999)

    (known,) = hold("funkwhale", within_budget(server), wants=PEERS_ONLY).told.peer_lists

    assert (server.hosts[:4_100], False) == (list(known.hostnames), known.is_complete)
    assert "ended after 4100 entries" in known.detail


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"count": 0, "next": None, "results": []}, PeerListState.EMPTY),
        (Answer(status=401, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=403, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=404, body=b"{}"), PeerListState.NOT_OFFERED),
        (Answer(status=502), PeerListState.FAILED),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), PeerListState.DISALLOWED),
        ({"count": 3, "results": {"name": "a.example"}}, PeerListState.FAILED),
        (b"<html>", PeerListState.FAILED),
    ],
)
def test_hidden_empty_and_failed_are_kept_apart(
    hold: Hold, answer: object, expected: PeerListState
) -> None:
    """Only a list that came and is empty may change known edges."""
    (known,) = hold("funkwhale", {FIRST: answer}, wants=PEERS_ONLY).told.peer_lists

    assert expected == known.state


def test_a_page_in_the_middle_that_fails_keeps_what_came(hold: Hold) -> None:
    """The first hundred stay, and their absences mean nothing."""
    server = Server(250)

    def reply(ask: Ask) -> object:
        return Answer(status=502) if "page=2&" in ask.path else server(ask)

    (known,) = hold("funkwhale", reply, wants=PEERS_ONLY).told.peer_lists

    assert (100, False) == (len(known.hostnames), known.is_complete)
    assert "ended after 100 entries: answers 502" == known.detail


@pytest.mark.parametrize(
    ("is_open", "settings", "expected"),
    [
        (True, {}, Registration.OPEN),
        (False, {}, Registration.CLOSED),
        (None, {}, Registration.UNKNOWN),
        (True, {"moderation__signup_approval_enabled": True}, Registration.APPROVAL),
        (True, {"users__registration_enabled": False}, Registration.CLOSED),
        (False, {"moderation__signup_approval_enabled": True}, Registration.CLOSED),
    ],
)
def test_registration_is_one_of_five_states(
    hold: Hold, is_open: bool | None, settings: dict[str, bool], expected: Registration
) -> None:
    """The settings know more than NodeInfo, where they are shown."""
    info = {
        "version": "2.0",
        "software": {"name": "funkwhale", "version": "1.4.0"},
        "openRegistrations": is_open,
        "metadata": {"nodeName": "Funk"},
    }
    rows = [{"identifier": name, "value": value} for name, value in settings.items()]

    held = hold("funkwhale", {SETTINGS: rows}, nodeinfo_body=orjson.dumps(info))

    assert expected == held.told.instance.registration
