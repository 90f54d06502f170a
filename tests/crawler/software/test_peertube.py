"""PeerTube: its configuration, and follows both ways in pages."""

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
from crawler.software.peertube import ABOUT, CONFIG, FOLLOWERS, FOLLOWING, config, rule_lines

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "peertube").iterdir())
PEERS_ONLY = Wants(instance=False, activity=False)
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


class Server:
    """A PeerTube that follows so many servers and is followed by one, in pages of at most `most`."""

    def __init__(self, size: int, *, most: int = 100, has_total: bool = True) -> None:
        self.hosts = [f"h{number}.example" for number in range(size)]
        self.most, self.has_total = most, has_total

    def __call__(self, ask: Ask) -> object:
        """Answer a question."""
        parts = urlsplit(ask.path)
        said = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == FOLLOWERS:
            return {"total": 1, "data": [follow(0, "ada.example", "one.example")]}
        if parts.path != FOLLOWING:
            return None
        start, count = int(said["start"]), min(int(said["count"]), self.most)
        page = self.hosts[start : start + count]
        data = [follow(start + n, "one.example", host) for n, host in enumerate(page)]
        return {"data": data} | ({"total": len(self.hosts)} if self.has_total else {})


def follow(number: int, follower: str, following: str, state: object = "accepted") -> object:
    """One follow."""
    return {
        "id": number,
        "state": state,
        "follower": {"name": "peertube", "host": follower},
        "following": {"name": "peertube", "host": following},
    }


def lists(held: Any) -> dict[PeerKind, Any]:
    """The lists of a conversation by kind."""
    return {peers.kind: peers for peers in held.told.peer_lists}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """Who follows whom, topics by name, and nobody who runs it."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize("size", [1, 99, 100, 101, 200, 1_234, 4_100])
@pytest.mark.parametrize("has_total", [True, False])
def test_lists_of_every_length_are_exact_within_the_budget(
    hold: Hold, within_budget: Callable[..., Any], size: int, has_total: bool
) -> None:
    """No follow is lost or made at the ends of pages of 100, whether or not a total is given."""
    server = Server(size, has_total=has_total)

    held = hold("peertube", within_budget(server), wants=PEERS_ONLY)

    follows, followers = lists(held)[PeerKind.FOLLOWS], lists(held)[PeerKind.FOLLOWED_BY]
    # 4,100 without a total would need one page more to see that there is none
    is_whole = has_total or size < 4_100
    assert (server.hosts, is_whole) == (list(follows.hostnames), follows.is_complete)
    assert (("ada.example",), True) == (followers.hostnames, followers.is_complete)


def test_a_server_that_gives_shorter_pages_is_walked_by_what_came(hold: Hold) -> None:
    """An older PeerTube gives 15 where 100 were asked for."""
    server = Server(50, most=15)

    follows = lists(hold("peertube", server, wants=PEERS_ONLY))[PeerKind.FOLLOWS]

    assert server.hosts == list(follows.hostnames)
    assert follows.is_complete


def test_more_than_a_check_can_pay_for_ends_at_the_cap(
    hold: Hold, within_budget: Callable[..., Any]
) -> None:
    """What came is kept, and it says so; the other list, one page long, is whole."""
    server = Server(9_999)

    held = hold("peertube", within_budget(server), wants=PEERS_ONLY)

    follows = lists(held)[PeerKind.FOLLOWS]
    assert server.hosts[:4_100] == list(follows.hostnames)
    assert not follows.is_complete
    assert "ended after 4100 entries" in follows.detail
    assert lists(held)[PeerKind.FOLLOWED_BY].is_complete


def test_an_empty_page_before_the_total_ends_the_list(hold: Hold) -> None:
    """A total that is never reached is not waited for."""
    pages = [
        {"total": 300, "data": [follow(1, "one.example", "a.example")]},
        {"total": 300, "data": []},
    ]
    served = iter(pages)

    held = hold(
        "peertube",
        lambda ask: next(served) if ask.path.startswith(FOLLOWING) else None,
        wants=PEERS_ONLY,
    )

    follows = lists(held)[PeerKind.FOLLOWS]
    assert (("a.example",), False) == (follows.hostnames, follows.is_complete)


def test_many_accounts_of_one_server_are_one_edge(hold: Hold) -> None:
    """A page of followers from one host is a page like any other, not the same one again."""

    def reply(ask: Ask) -> object:
        if not ask.path.startswith(FOLLOWERS):
            return None
        start = int(parse_qs(urlsplit(ask.path).query)["start"][0])
        rows = [follow(n, "social.example", "one.example") for n in range(start, start + 100)]
        return {"total": 300, "data": rows}

    followers = lists(hold("peertube", reply, wants=PEERS_ONLY))[PeerKind.FOLLOWED_BY]

    assert (("social.example",), 300, True) == (
        followers.hostnames,
        followers.received_count,
        followers.is_complete,
    )


def test_only_accepted_follows_are_edges(hold: Hold) -> None:
    """A server that ignores the filter is read by the state of each row; ports and rubbish go."""
    rows = [
        follow(1, "one.example", "a.example"),
        follow(2, "one.example", "b.example", "pending"),
        follow(3, "one.example", "c.example", "rejected"),
        follow(4, "one.example", "d.example", 5),
        follow(5, "one.example", "one.example"),
        follow(6, "one.example", "e.example:9000"),
        None,
        {"following": "f.example"},
    ]
    path = f"{FOLLOWING}?start=0&count=100&sort=createdAt&state=accepted"

    held = hold("peertube", {path: {"total": 8, "data": rows}}, wants=PEERS_ONLY)

    follows = lists(held)[PeerKind.FOLLOWS]
    assert ("a.example",) == follows.hostnames
    assert (("address_or_port", 1), ("not_text", 2), ("own_name", 1)) == follows.rejected_counts


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"total": 0, "data": []}, PeerListState.EMPTY),
        (Answer(status=401, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=404, body=b"{}"), PeerListState.NOT_OFFERED),
        (Answer(status=500), PeerListState.FAILED),
        (Answer(fault=Outcome.TIMED_OUT), PeerListState.FAILED),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), PeerListState.DISALLOWED),
        ({"total": 5, "data": None}, PeerListState.FAILED),
        ([], PeerListState.FAILED),
        (b"<html>", PeerListState.FAILED),
    ],
)
def test_hidden_empty_and_failed_are_kept_apart(
    hold: Hold, answer: object, expected: PeerListState
) -> None:
    """Only a list that came and is empty may change known edges."""
    held = hold(
        "peertube", lambda ask: answer if "server/follow" in ask.path else None, wants=PEERS_ONLY
    )

    assert [expected, expected] == [peers.state for peers in held.told.peer_lists]


@pytest.mark.parametrize(
    ("signup", "expected"),
    [
        ({"allowed": True, "requiresApproval": False}, Registration.OPEN),
        ({"allowed": True, "allowedForCurrentIP": False}, Registration.OPEN),
        ({"allowed": True, "requiresApproval": True}, Registration.APPROVAL),
        ({"allowed": False, "requiresApproval": True}, Registration.CLOSED),
        ({"allowed": "yes"}, Registration.UNKNOWN),
        ([], Registration.UNKNOWN),
        (None, Registration.UNKNOWN),
    ],
)
def test_registration_is_one_of_five_states(signup: object, expected: Registration) -> None:
    """Whether our address may sign up says nothing of others."""
    read = config(orjson.dumps({"serverVersion": "7.3.0", "signup": signup}))

    assert expected == read.registration


def test_a_configuration_that_is_none_ends_the_questions_about_the_server(hold: Hold) -> None:
    """No about page and no statistics are asked for behind it; it is noted."""
    held = hold("peertube", {CONFIG: {"error": 1}}, wants=Wants(peers=False))

    assert [CONFIG] == held.paths
    assert None is held.told.instance
    assert 1 == len(held.told.notes)


def test_an_about_page_of_wrong_types_adds_nothing(hold: Hold) -> None:
    """The rest of what is known of the server stays."""
    replies = {
        CONFIG: {"serverVersion": "7.3.0", "instance": {"name": "Tube"}},
        ABOUT: {
            "instance": {"languages": 5, "categories": "1", "codeOfConduct": [], "banners": {}}
        },
    }

    instance = hold("peertube", replies, wants=Wants(peers=False)).told.instance

    assert ("Tube", (), (), ()) == (
        instance.title,
        instance.languages,
        instance.topics,
        instance.rules,
    )


def test_rules_are_lines_without_headings() -> None:
    """A text of rules becomes one rule a line."""
    assert ("Be kind", "No spam") == rule_lines("# Rules\n\n * Be kind\n- **No spam**\n\n")


def test_a_configuration_is_refused_where_it_is_something_else() -> None:
    """Any JSON object is not enough."""
    with pytest.raises(ExtractError):
        config(b'{"links": []}')
