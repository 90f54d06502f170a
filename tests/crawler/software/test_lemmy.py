"""Lemmy from 0.16 to 1.0: its site, and its federated instances in three shapes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest

from crawler.conversation import Answer, Ask, Wants
from crawler.exceptions import ExtractError
from crawler.outcome import Outcome
from crawler.records import PeerKind, PeerListState, Registration
from crawler.software.lemmy import FEDERATED_V3, FEDERATED_V4, SITE_V3, SITE_V4, site

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "lemmy").iterdir())
PEERS_ONLY = Wants(instance=False, activity=False)
ALL = f"{FEDERATED_V4}?kind=all&limit=50"
KINDS = (PeerKind.KNOWS, PeerKind.ALLOWS, PeerKind.BLOCKS)
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


class Server:
    """A Lemmy 1.0 with so many instances, the first of them blocked or allowed, in pages of 50."""

    def __init__(self, size: int, *, blocked: int = 0, allowed: int = 0) -> None:
        self.hosts = [f"h{number}.example" for number in range(size)]
        self.rows = [
            {"instance": {"id": number, "domain": host}, "queue_state": {"fail_count": 0}}
            for number, host in enumerate(self.hosts)
        ]
        # the last ones, so that a walk of all does not come to them
        for row in self.rows[size - blocked :]:
            row["blocked"] = {"instance_id": 1}
        for row in self.rows[size - blocked - allowed : size - blocked]:
            row["allowed"] = {"instance_id": 1}

    def __call__(self, ask: Ask) -> object:
        """Answer a question."""
        parts = urlsplit(ask.path)
        if parts.path != FEDERATED_V4:
            return None
        said = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if "kind" not in said or int(said["limit"]) > 50:
            return Answer(status=400, body=b'{"error":"invalid_fetch_limit"}')
        kind, start = said["kind"], int(said.get("page_cursor", "P0")[1:])
        rows = [row for row in self.rows if kind == "all" or kind in row]
        following = {"next_page": f"P{start + 50}"} if start + 50 < len(rows) else {}
        return {"items": rows[start : start + 50], **following}


def lists(held: Any) -> dict[PeerKind, Any]:
    """The lists of a conversation by kind."""
    return {peers.kind: peers for peers in held.told.peer_lists}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """Each age asks at its own paths and is understood."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize("size", [1, 49, 50, 51, 100, 2050])
def test_lists_of_every_length_are_exact(hold: Hold, size: int) -> None:
    """No row is lost or made at the ends of pages of 50."""
    server = Server(size)

    known = lists(hold("lemmy", server, version="1.0.0", wants=PEERS_ONLY))[PeerKind.KNOWS]

    assert server.hosts == list(known.hostnames)
    assert known.is_complete


def test_a_large_server_ends_at_the_cap_with_its_short_lists_complete(
    hold: Hold, within_budget: Callable[..., Any]
) -> None:
    """Of 5,000 instances 40 pages come; whom it blocks and allows was asked for before them."""
    server = Server(5_000, blocked=120, allowed=3)

    held = hold("lemmy", within_budget(server), version="1.0.0", wants=PEERS_ONLY)

    known, allows, blocks = (lists(held)[kind] for kind in KINDS)
    assert server.hosts[: len(known.hostnames)] == list(known.hostnames)
    assert len(known.hostnames) >= 1_900
    assert not known.is_complete
    assert "the check has used up its requests" in known.detail
    assert (server.hosts[4_880:], True) == (list(blocks.hostnames), blocks.is_complete)
    assert (server.hosts[4_877:4_880], True) == (list(allows.hostnames), allows.is_complete)


def test_a_large_server_is_complete_where_pages_are_paid_for(hold: Hold) -> None:
    """With a budget of pages that reaches, all 5,000 come, each in its list."""
    server = Server(5_000, blocked=120, allowed=3)

    held = hold("lemmy", server, version="1.0.0", wants=PEERS_ONLY)

    known, allows, blocks = (lists(held)[kind] for kind in KINDS)
    assert server.hosts[:4_880] == list(known.hostnames)
    assert (3, 120) == (len(allows.hostnames), len(blocks.hostnames))
    assert [True, True, True] == [peers.is_complete for peers in (known, allows, blocks)]


def test_a_version_that_cannot_be_read_is_tried_by_both_paths(hold: Hold) -> None:
    """Where the path of ≤ 0.19 is gone, 1.0's is asked."""
    held = hold("lemmy", Server(2), version="nightly", wants=PEERS_ONLY)

    assert [FEDERATED_V3, ALL] == held.paths
    assert 2 == len(lists(held)[PeerKind.KNOWS].hostnames)


def test_an_empty_page_before_the_end_ends_the_list(hold: Hold) -> None:
    """A cursor behind an empty page leads nowhere."""
    held = hold("lemmy", {ALL: {"items": [], "next_page": "P1"}}, version="1.0.0", wants=PEERS_ONLY)

    known = lists(held)[PeerKind.KNOWS]
    assert not known.is_complete
    assert "an empty page came before the end" in known.detail


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"federated_instances": None}, "hidden"),
        (Answer(status=400, body=b'{"error":"instance_is_private"}'), "hidden"),
        (Answer(status=401, body=b"{}"), "hidden"),
        (Answer(status=500, body=b"{}"), "failed"),
        (Answer(fault=Outcome.TIMED_OUT), "failed"),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), "disallowed"),
        ({"federated_instances": []}, "failed"),
        ({"federated_instances": "none"}, "failed"),
        ({"federated_instances": {}}, "not_offered"),
        ({"error": "unknown"}, "failed"),
        (b"<html>", "failed"),
        ({"federated_instances": {"linked": [], "allowed": [], "blocked": []}}, "empty"),
        ({"federated_instances": {"linked": 4, "allowed": "a", "blocked": {}}}, "failed"),
    ],
)
def test_hidden_empty_and_failed_are_kept_apart(hold: Hold, answer: object, expected: str) -> None:
    """All three lists of 0.19 share what became of the answer."""
    held = hold("lemmy", {FEDERATED_V3: answer}, version="0.19.13", wants=PEERS_ONLY)

    assert dict.fromkeys(KINDS, expected) == {
        kind: str(peers.state) for kind, peers in lists(held).items()
    }


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(status=400, body=b'{"error":"instance_is_private"}'), "hidden"),
        (Answer(status=404), "not_offered"),
        ({"items": []}, "empty"),
        ({"items": None}, "failed"),
        ([], "failed"),
    ],
)
def test_a_private_instance_of_1_0_hides_its_lists(
    hold: Hold, answer: object, expected: str
) -> None:
    """400 is how it says so."""
    held = hold("lemmy", {ALL: answer}, version="1.0.0", wants=PEERS_ONLY)

    assert dict.fromkeys(KINDS, expected) == {
        kind: str(peers.state) for kind, peers in lists(held).items()
    }


def test_a_list_that_is_null_is_empty_where_it_may_be(hold: Hold) -> None:
    """≤ 0.17 turns an empty allow or block list into null; null in place of all known is no list."""
    held_lists = {"linked": None, "allowed": None, "blocked": None}

    held = hold(
        "lemmy",
        {FEDERATED_V3: {"federated_instances": held_lists}},
        version="0.18.5",
        wants=PEERS_ONLY,
    )

    assert [PeerListState.HIDDEN, PeerListState.EMPTY, PeerListState.EMPTY] == [
        lists(held)[kind].state for kind in KINDS
    ]


def test_peers_of_0_17_cost_the_site_and_nothing_more(hold: Hold) -> None:
    """They are in it, also when only peers are due."""
    site_17 = {
        "site_view": {"site": {"name": "x"}},
        "federated_instances": {"linked": ["alpha.example", 5, "one.example"]},
    }

    held = hold("lemmy", {SITE_V3: site_17}, version="0.17.4", wants=PEERS_ONLY)

    known = lists(held)[PeerKind.KNOWS]
    assert [SITE_V3] == held.paths
    assert None is held.told.instance
    assert ("alpha.example",) == known.hostnames
    assert (("not_text", 1), ("own_name", 1)) == known.rejected_counts


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ({"registration_mode": "open"}, Registration.OPEN),
        ({"registration_mode": "Open"}, Registration.OPEN),
        ({"registration_mode": "requireapplication"}, Registration.APPROVAL),
        ({"registration_mode": "RequireApplication"}, Registration.APPROVAL),
        ({"registration_mode": "require_application"}, Registration.APPROVAL),
        ({"registration_mode": "require_invitation"}, Registration.INVITE),
        ({"registration_mode": "Closed"}, Registration.CLOSED),
        ({"registration_mode": "later"}, Registration.UNKNOWN),
        ({"registration_mode": 1}, Registration.UNKNOWN),
        ({"open_registration": True, "require_application": False}, Registration.OPEN),
        ({"open_registration": True, "require_application": True}, Registration.APPROVAL),
        ({"open_registration": False}, Registration.CLOSED),
        ({}, Registration.UNKNOWN),
    ],
)
def test_registration_is_one_of_five_states(
    local: dict[str, object], expected: Registration
) -> None:
    """Three spellings of the mode, and the two flags of ≤ 0.16, mean the same."""
    read = site({"site_view": {"site": {"name": "x"}, "local_site": local}}, SITE_V3)

    assert expected == read.registration


def test_all_languages_are_no_statement() -> None:
    """The default allows every language there is."""
    languages = [{"id": number, "code": f"{chr(97 + number)}a"} for number in range(26)]

    read = site(
        {
            "site_view": {"site": {"name": "x"}},
            "all_languages": languages,
            "discussion_languages": list(range(26)),
        },
        SITE_V3,
    )

    assert () == read.languages


def test_a_site_without_a_site_is_refused() -> None:
    """An error with 200 is no site."""
    with pytest.raises(ExtractError):
        site({"error": "not_ready"}, SITE_V4)


def test_a_1_0_server_that_still_serves_the_old_site_is_understood(hold: Hold) -> None:
    """Where v4's site fails, v3's is asked, and what was wrong is noted."""
    replies = {
        SITE_V4: {"oops": 1},
        SITE_V3: {"site_view": {"site": {"name": "Old", "actor_id": "https://two.example/"}}},
    }

    held = hold("lemmy", replies, version="1.0.0", wants=Wants(peers=False))

    assert ("Old", SITE_V3) == (held.told.instance.title, held.told.instance.endpoint)
    assert ["two.example"] == [alias.hostname for alias in held.told.aliases]
    assert any(SITE_V4 in note for note in held.told.notes)


def test_a_cursor_is_escaped_and_one_without_measure_is_none(hold: Hold) -> None:
    """What the server sends as a cursor can lead to no other path."""
    asked: list[str] = []

    def reply(ask: Ask) -> object:
        asked.append(ask.path)
        cursor = "a&kind=x/../#" if len(asked) == 1 else "y" * 5000
        items = [{"instance": {"domain": f"h{len(asked)}.example"}}]
        return orjson.dumps({"items": items, "next_page": cursor})

    hold("lemmy", reply, version="1.0.0", wants=PEERS_ONLY)

    assert f"{ALL}&page_cursor=a%26kind%3Dx%2F..%2F%23" in asked
    assert max(map(len, asked)) < 300
