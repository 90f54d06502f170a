"""What families share: when nothing is asked, what is withheld, what a refusal of peers means."""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.conversation import Answer, Wants
from crawler.records import Instance, PeerListState
from crawler.software.dialect import NODEINFO, NUMBERS
from crawler.software.mastodon import PEERS, V1

Hold = Callable[..., Any]
SPEAKERS = (
    "pleroma",
    "pixelfed",
    "bookwyrm",
    "takahe",
    "mitra",
    "smithereen",
    "neodb",
    "friendica",
)
LISTERS = (*SPEAKERS, "gotosocial", "snac", "nextcloud")
SILENT = (
    "diaspora", "wordpress", "writefreely", "plume", "ghost", "microblogpub", "mobilizon", "castopod", "nodebb",
    "gancio", "socialhome", "wafrn", "hollo", "hackerspub", "bonfire", "tootik",
)  # fmt: skip
WITHHELD = b'{"version":"2.0","software":{"name":"any"},"usage":{"users":{}}}'
STATS = {"user_count": 0, "status_count": 0, "domain_count": 0}


@pytest.mark.parametrize("software", SILENT)
def test_software_with_nodeinfo_alone_is_asked_nothing(hold: Hold, software: str) -> None:
    """Its description comes from NodeInfo, and it has no list of peers."""
    held = hold(software, {})

    assert [] == held.paths
    assert NODEINFO == held.told.instance.endpoint
    assert [PeerListState.NOT_OFFERED] == [peers.state for peers in held.told.peer_lists]


@pytest.mark.parametrize("software", SILENT)
def test_nodeinfo_is_not_counted_twice(hold: Hold, software: str) -> None:
    """Its numbers stay in its record, where they are judged."""
    nodeinfo = (
        b'{"version":"2.0","software":{"name":"any"},"usage":{"users":{"total":1},"localPosts":2}}'
    )

    held = hold(software, {}, nodeinfo_body=nodeinfo)

    assert {None} == {getattr(held.told.instance, number) for number in NUMBERS}


@pytest.mark.parametrize("software", SILENT)
def test_a_check_of_peers_alone_describes_nothing(hold: Hold, software: str) -> None:
    """What is not due is not told."""
    held = hold(software, {}, wants=Wants(instance=False))

    assert held.told.instance is None


@pytest.mark.parametrize("software", SPEAKERS)
def test_withheld_numbers_are_not_taken_from_the_api(hold: Hold, software: str) -> None:
    """An API that answers 0 for a number that is kept back would make nobody of everybody."""
    held = hold(software, {V1: {"title": "One", "stats": STATS}}, nodeinfo_body=WITHHELD)

    assert {None} == {getattr(held.told.instance, number) for number in NUMBERS}
    assert any("withholds" in note for note in held.told.notes)


@pytest.mark.parametrize("software", [name for name in SPEAKERS if name != "friendica"])
def test_zero_is_zero_where_nothing_is_withheld(hold: Hold, software: str) -> None:
    """A server that says that it has no posts has none."""
    held = hold(software, {V1: {"title": "One", "stats": STATS}})

    assert (0, 0) == (held.told.instance.users_total, held.told.instance.local_posts)


@pytest.mark.parametrize("software", SPEAKERS)
def test_a_document_that_is_none_is_noted(hold: Hold, software: str) -> None:
    """What was not understood is said in the transcript an admin reads."""
    held = hold(software, {V1: {"error": "not implemented"}})

    assert any(note.startswith(f"{V1} was not understood") for note in held.told.notes)


@pytest.mark.parametrize("software", LISTERS)
@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_list_is_hidden(hold: Hold, software: str, status: int) -> None:
    """A hidden list is no empty one."""
    held = hold(software, {PEERS: Answer(status=status, body=b"{}")})

    assert PeerListState.HIDDEN == held.told.peer_lists[0].state


@pytest.mark.parametrize("software", LISTERS)
def test_a_list_makes_edges(hold: Hold, software: str) -> None:
    """Distinct, parsed, without the server itself."""
    names = ["two.example", "TWO.example.", "one.example", "three.example/path", None]

    held = hold(software, {PEERS: names})

    peers = held.told.peer_lists[0]
    assert (PeerListState.SERVED, ("two.example", "three.example")) == (
        peers.state,
        peers.hostnames,
    )
    assert 5 == peers.received_count


@pytest.mark.parametrize("software", LISTERS)
def test_what_is_not_due_is_not_asked(hold: Hold, software: str) -> None:
    """A check of peers alone asks for peers alone."""
    held = hold(software, {}, wants=Wants(instance=False, activity=False))

    assert [PEERS] == held.paths
    assert held.told.instance is None


@pytest.mark.parametrize("software", LISTERS)
def test_a_check_without_peers_does_not_ask_for_them(hold: Hold, software: str) -> None:
    """Peers are due weekly."""
    held = hold(software, {}, wants=Wants(peers=False))

    assert PEERS not in held.paths
    assert () == held.told.peer_lists


@pytest.mark.parametrize("software", [*LISTERS, *SILENT, "owncast", "epicyon", "vernissage"])
def test_personal_data_are_not_told(hold: Hold, software: str) -> None:
    """Addresses and accounts of admins are in no record."""
    document = {
        "title": "One",
        "email": "admin@one.example",
        "contact_account": {"acct": "admin"},
        "contact": {"email": "admin@one.example", "account": {"acct": "admin"}},
        "admin": {"name": "admin"},
        "register_policy": "REGISTER_OPEN",
    }

    held = hold(software, lambda ask: document)

    said = held.told.instance
    assert said is None or isinstance(said, Instance)
    assert "admin@" not in repr(said)
    assert "acct" not in repr(said)
