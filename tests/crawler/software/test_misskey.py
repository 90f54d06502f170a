"""Misskey and its forks: two lists of peers, pages within a budget, daily charts."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler.conversation import Answer, Ask, Wants
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import ActivityPoint, Liveness, PeerKind, PeerListState, Registration
from crawler.software.mastodon import PEERS
from crawler.software.misskey import META, STATS, meta
from crawler.software.misskey_charts import ACTIVE, NOTES, USERS
from crawler.software.misskey_instances import INSTANCES

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "misskey").iterdir())
PEERS_ONLY = Wants(instance=False, activity=False)
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


class Server:
    """A Misskey with so many instances, in pages of at most `most` rows."""

    def __init__(
        self,
        size: int,
        *,
        most: int = 100,
        is_flat: bool = True,
        blocked: range = range(0),
        sorts: tuple[str, ...] = ("-firstRetrievedAt", "+firstRetrievedAt"),
        heeds_filter: bool = True,
    ) -> None:
        self.hosts = [f"h{number}.example" for number in range(size)]
        self.rows: list[dict[str, object]] = [
            {"host": host, "isBlocked": number in blocked, "isNotResponding": False}
            for number, host in enumerate(self.hosts)
        ]
        self.most, self.is_flat, self.sorts = most, is_flat, sorts
        self.heeds_filter = heeds_filter
        self.blocked = {self.hosts[number] for number in blocked}

    def __call__(self, ask: Ask) -> object:
        """Answer a question."""
        if ask.path == PEERS and self.is_flat:
            return [host for host in self.hosts if host not in self.blocked]
        if ask.path == STATS:
            return {"instances": len(self.hosts), "originalUsersCount": 1}
        if ask.path == META:
            return {"version": "2025.4.1", "uri": "https://one.example"}
        if ask.path != INSTANCES or ask.method != "POST":
            return None
        return self.page(orjson.loads(ask.body or b"{}"))

    def page(self, said: dict[str, Any]) -> object:
        """One page, or the refusal of a word in the question."""
        limit, offset = said.get("limit", 30), said.get("offset", 0)
        if limit > self.most:
            return refusal("#/properties/limit/maximum", f"must be <= {self.most}")
        if said.get("sort", self.sorts[0]) not in self.sorts:
            return refusal("#/properties/sort/enum", "must be equal to one of the allowed values")
        rows = self.rows
        if said.get("blocked") and self.heeds_filter:
            rows = [row for row in rows if row["isBlocked"]]
        return rows[offset : offset + limit]


def refusal(param: str, reason: str) -> Answer:
    """A 400 as Misskey words it."""
    error = {"code": "INVALID_PARAM", "kind": "client", "info": {"param": param, "reason": reason}}
    return Answer(status=400, body=orjson.dumps({"error": error}))


def lists(held: Any) -> dict[PeerKind, Any]:
    """The lists of a conversation by kind."""
    return {peers.kind: peers for peers in held.told.peer_lists}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """Each fork and each age asks in its own words and is understood."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize("size", [1, 29, 30, 31, 99, 100, 101, 200, 1234, 4100])
@pytest.mark.parametrize("most", [100, 30])
@pytest.mark.parametrize("is_flat", [True, False])
def test_lists_of_every_length_are_exact(hold: Hold, size: int, most: int, is_flat: bool) -> None:
    """No row is lost or made at the ends of pages, with 100 a page and with MisskeyIO's 30."""
    server = Server(size, most=most, is_flat=is_flat)

    known = lists(hold("misskey", server, version="2025.4.1", wants=PEERS_ONLY))[PeerKind.KNOWS]

    assert server.hosts == list(known.hostnames)
    assert known.is_complete
    assert [Liveness.LIVE] * size == [detail.liveness for detail in known.details]


@pytest.mark.parametrize(("most", "detailed"), [(100, 4100), (30, 41 * 30)])
def test_a_giant_is_complete_within_the_budget(
    hold: Hold, within_budget: Callable[..., Any], most: int, detailed: int
) -> None:
    """9,999 names come in one request; details come as far as the pages reach, and it says so."""
    server = Server(9_999, most=most, blocked=range(9_900, 9_903))

    held = hold("misskey", within_budget(server), version="2025.4.1", wants=Wants(activity=False))

    known, blocks = lists(held)[PeerKind.KNOWS], lists(held)[PeerKind.BLOCKS]
    assert set(server.hosts) - server.blocked == set(known.hostnames)
    assert known.is_complete
    rows = sum(detail is not None for detail in known.details)
    # the first page of the limit's refusal is paid for as a page
    assert rows in (detailed, detailed - most)
    assert f"ended after {rows} entries: the check has used up its requests" in known.detail
    assert ["h9900.example", "h9901.example", "h9902.example"] == list(blocks.hostnames)
    assert blocks.is_complete


@pytest.mark.parametrize("most", [100, 30])
def test_a_giant_without_the_flat_list_ends_at_the_cap_and_says_so(
    hold: Hold, within_budget: Callable[..., Any], most: int
) -> None:
    """What came is kept, exact as far as it goes, and its absences mean nothing."""
    server = Server(9_999, most=most, is_flat=False)

    held = hold("misskey", within_budget(server), version="2025.4.1", wants=PEERS_ONLY)

    known, blocks = lists(held)[PeerKind.KNOWS], lists(held)[PeerKind.BLOCKS]
    assert server.hosts[: len(known.hostnames)] == list(known.hostnames)
    assert len(known.hostnames) >= 40 * most
    assert not known.is_complete
    assert f"ended after {len(known.hostnames)} entries" in known.detail
    assert PeerListState.FAILED == blocks.state


def test_a_filter_that_is_not_heeded_makes_no_blocks(
    hold: Hold, within_budget: Callable[..., Any]
) -> None:
    """Only rows that say so themselves are blocked, and then the list is not complete."""
    server = Server(9_999, blocked=range(5, 7), heeds_filter=False)

    held = hold("misskey", within_budget(server), version="2025.4.1", wants=PEERS_ONLY)

    blocks = lists(held)[PeerKind.BLOCKS]
    assert ["h5.example", "h6.example"] == list(blocks.hostnames)
    assert not blocks.is_complete


@pytest.mark.parametrize(
    ("software", "version", "sorts"),
    [
        ("misskey", "12.119.2", ("-caughtAt",)),
        ("firefish", "1.0.4-rc", ("-caughtAt",)),
        ("misskey", "2025.4.1", ("-caughtAt",)),
        ("foundkey", "13.0.0-preview", ("-firstRetrievedAt",)),
    ],
)
def test_the_order_is_one_that_the_server_knows(
    hold: Hold, software: str, version: str, sorts: tuple[str, ...]
) -> None:
    """A sort that is refused is changed, and pages go on."""
    server = Server(250, is_flat=False, sorts=sorts)

    known = lists(hold(software, server, version=version, wants=PEERS_ONLY))[PeerKind.KNOWS]

    assert server.hosts == list(known.hostnames)


def test_a_cap_that_is_kept_in_silence_is_noticed(hold: Hold) -> None:
    """A server that answers 30 rows to a question for 100 has more of them."""
    rows = [{"host": f"h{number}.example", "isBlocked": False} for number in range(75)]

    def reply(ask: Ask) -> object:
        if ask.path != INSTANCES:
            return None
        offset = orjson.loads(ask.body or b"{}")["offset"]
        return rows[offset : offset + 30]

    known = lists(hold("misskey", reply, version="2025.4.1", wants=PEERS_ONLY))[PeerKind.KNOWS]

    assert 75 == len(known.hostnames)
    assert known.is_complete


def test_a_page_that_comes_again_ends_the_list(hold: Hold) -> None:
    """A server that ignores the offset is asked twice; its rows are kept, and not called complete."""
    rows = [{"host": f"h{number}.example", "isBlocked": False} for number in range(100)]

    held = hold(
        "misskey",
        lambda ask: rows if ask.path == INSTANCES else None,
        version="2025.4.1",
        wants=PEERS_ONLY,
    )

    known = lists(held)[PeerKind.KNOWS]
    assert 100 == len(known.hostnames)
    assert not known.is_complete
    assert "ended after 100 entries: a page came twice" == known.detail
    assert 2 == held.paths.count(INSTANCES)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer(status=401, body=b'{"error":{"code":"CREDENTIAL_REQUIRED"}}'), "hidden"),
        (Answer(status=403, body=b'{"error":{"code":"ACCESS_DENIED"}}'), "hidden"),
        (Answer(status=405), "hidden"),
        (Answer(status=404, body=b"{}"), "not_offered"),
        (Answer(status=400, body=b'{"error":{"code":"INVALID_PARAM"}}'), "failed"),
        (Answer(status=500, body=b"oops"), "failed"),
        (Answer(status=200, body=b'{"error":{}}'), "failed"),
        (Answer(status=200, body=b"<html>"), "failed"),
        (Answer(status=200), "failed"),
        (Answer(fault=Outcome.TIMED_OUT), "failed"),
        (Answer(fault=Outcome.BUDGET_SPENT, detail="spent"), "failed"),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), "disallowed"),
        (Answer(status=200, body=b"[]"), "empty"),
    ],
)
def test_hidden_empty_and_failed_are_kept_apart(hold: Hold, answer: Answer, expected: str) -> None:
    """Only a list that came and is empty may change known edges."""
    held = hold(
        "misskey",
        lambda ask: answer if ask.path == INSTANCES else None,
        version="2025.4.1",
        wants=PEERS_ONLY,
    )

    assert {PeerKind.KNOWS: expected, PeerKind.BLOCKS: expected} == {
        kind: str(peers.state) for kind, peers in lists(held).items()
    }


def test_a_flat_list_stands_alone_where_pages_are_kept_back(hold: Hold) -> None:
    """The names are complete without a detail; the blocks are hidden, not empty."""
    refused = Answer(status=401, body=b"{}")
    replies = {PEERS: ["alpha.example", "one.example"], INSTANCES: refused}

    found = lists(hold("sharkey", replies, version="2025.4.4", wants=PEERS_ONLY))

    assert ("alpha.example",) == found[PeerKind.KNOWS].hostnames
    assert found[PeerKind.KNOWS].is_complete
    assert () == found[PeerKind.KNOWS].details
    assert PeerListState.HIDDEN == found[PeerKind.BLOCKS].state


def test_rows_of_the_wrong_kind_are_counted_and_left(hold: Hold) -> None:
    """A number, a null, a row without a host and a host that is a list make no edge."""
    rows: list[object] = [
        7, None, [], {}, {"host": ["a.example"]}, {"host": "LOUD.example", "softwareName": 3},
        {"host": "127.0.0.1", "isBlocked": False}, {"host": "loud.example."},
    ]  # fmt: skip

    found = lists(hold("misskey", {INSTANCES: rows}, version="2025.4.1", wants=PEERS_ONLY))

    known = found[PeerKind.KNOWS]
    assert ("loud.example",) == known.hostnames
    assert None is known.details[0].software_name
    assert (("address_or_port", 1), ("not_text", 5), ("seen_twice", 1)) == known.rejected_counts


def test_the_peers_counts_are_told_from_the_servers_side(hold: Hold) -> None:
    """A peer's followers are follows that lead there from here (UserFollowingService.ts)."""
    row = {"host": "alpha.example", "followersCount": 5, "followingCount": 2, "usersCount": 0}

    found = lists(hold("misskey", {INSTANCES: [row]}, version="2025.4.1", wants=PEERS_ONLY))

    (detail,) = found[PeerKind.KNOWS].details
    assert (5, 2, 0) == (detail.following_count, detail.followers_count, detail.users_count)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"isNotResponding": False, "suspensionState": "none"}, Liveness.LIVE),
        ({"isNotResponding": True, "suspensionState": "none"}, Liveness.FAILING),
        ({"isNotResponding": True, "suspensionState": "goneSuspended"}, Liveness.SUSPENDED),
        ({"isNotResponding": False, "isSuspended": True}, Liveness.SUSPENDED),
        ({"suspensionState": 4}, None),
        ({}, None),
    ],
)
def test_how_a_peer_is_reached(
    hold: Hold, row: Mapping[str, object], expected: Liveness | None
) -> None:
    """Suspension is told before failure, and silence is no life."""
    rows = [{"host": "alpha.example", **row}]

    found = lists(hold("misskey", {INSTANCES: rows}, version="2025.4.1", wants=PEERS_ONLY))

    assert expected == found[PeerKind.KNOWS].details[0].liveness


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"disableRegistration": False}, Registration.OPEN),
        ({"disableRegistration": False, "approvalRequiredForSignup": True}, Registration.APPROVAL),
        ({"disableRegistration": True, "approvalRequiredForSignup": True}, Registration.CLOSED),
        ({"disableRegistration": None}, Registration.UNKNOWN),
        ({"disableRegistration": 0}, Registration.UNKNOWN),
        ({}, Registration.UNKNOWN),
    ],
)
def test_registration_is_one_of_five_states(
    said: dict[str, object], expected: Registration
) -> None:
    """Invitation codes are not visible, so that closed is all that can be said."""
    read = meta(orjson.dumps({"version": "2025.4.1", **said}), Hostname.parse("one.example"))

    assert expected == read.registration


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, None),
        ({"enableHcaptcha": False, "enableTurnstile": False}, False),
        ({"enableHcaptcha": False, "enableFC": True}, True),
        ({"enableHcaptcha": "maybe"}, None),
    ],
)
def test_any_captcha_is_a_captcha(said: dict[str, object], expected: bool | None) -> None:
    """Which of them stands there does not matter; nothing said is nothing known."""
    read = meta(orjson.dumps({"version": "2025.4.1", **said}), Hostname.parse("one.example"))

    assert expected is read.has_captcha


@pytest.mark.parametrize(
    ("said", "expected"),
    [("all", True), ("specified", True), ("none", False), ("new", None), (["all"], None)],
)
def test_whether_it_federates_is_said_by_one_word(said: object, expected: bool | None) -> None:
    """An unknown word says nothing."""
    read = meta(orjson.dumps({"name": "x", "federation": said}), Hostname.parse("one.example"))

    assert expected is read.is_federating


def test_days_count_back_from_the_check_without_the_unfinished_one(hold: Hold) -> None:
    """The newest bucket is today's and is dropped; zeros are said; a short chart leaves gaps."""
    query = "?span=day&limit=90"
    replies = {
        f"{ACTIVE}{query}": {"read": [9, 8, 0, "x"]},
        f"{NOTES}{query}": {"local": {"inc": [1, 2]}},
        f"{USERS}{query}": {"local": {"inc": "none"}},
    }

    held = hold("misskey", replies, version="2025.4.1", today="2026-03-01")

    assert (
        ActivityPoint(starts_on=date(2026, 2, 28), days=1, endpoint=ACTIVE, logins=8, statuses=2),
        ActivityPoint(starts_on=date(2026, 2, 27), days=1, endpoint=ACTIVE, logins=0),
    ) == held.told.activity
    assert f"{USERS} held nothing that reads as days." in held.told.notes


def test_a_chart_that_is_not_read_by_get_is_posted_for(hold: Hold) -> None:
    """405 to GET is an old server under a new number: the same question goes by POST."""

    def reply(ask: Ask) -> object:
        if not ask.path.startswith(ACTIVE):
            return None
        return {"read": [1, 2]} if ask.method == "POST" else Answer(status=405)

    held = hold("misskey", reply, version="2025.4.1", wants=Wants(instance=False, peers=False))

    assert [2] == [point.logins for point in held.told.activity]
    asked = next(ask for ask in held.asked if ask.method == "POST")
    assert {"span": "day", "limit": 90} == orjson.loads(asked.body or b"{}")


def test_the_pages_of_a_server_are_not_asked_for_twice_in_a_check(hold: Hold) -> None:
    """The whole conversation of a small server is eight questions."""
    server = Server(3)

    held = hold("misskey", server, version="2025.4.1")

    assert [META, STATS, PEERS] == held.paths[:3]
    assert 1 == held.paths.count(INSTANCES)
    assert len(held.paths) <= 9
    assert not any(ask.is_page for ask in held.asked)
