"""Software that no family knows: the Mastodon API, as far as it answers."""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.conversation import Answer, Wants
from crawler.outcome import Outcome
from crawler.records import PeerListState
from crawler.registry import family_of
from crawler.software.mastodon import PEERS, V1, V2

Hold = Callable[..., Any]
INSTANCE = {"uri": "one.example", "title": "One", "version": "1.0", "stats": {"user_count": 3}}


@pytest.mark.parametrize("name", ["brand-new-thing", "", None])
def test_any_name_has_a_family(name: str | None) -> None:
    """Unknown software is a value to count: it is asked what most young servers answer."""
    assert ("*",) == family_of(name).NAMES


def test_peers_are_asked_where_the_instance_answered(hold: Hold) -> None:
    """One answer makes a second question worth it; weeks are not asked of strangers."""
    held = hold("brand-new-thing", {V1: INSTANCE, PEERS: ["two.example"]})

    assert [V2, V1, PEERS] == held.paths
    assert (3, None) == (held.told.instance.users_total, held.told.instance.registration_path)
    assert ("two.example",) == held.told.peer_lists[0].hostnames


def test_one_refusal_ends_the_conversation(hold: Hold) -> None:
    """A server without that API is left in peace, and nothing is concluded from its silence."""
    held = hold("brand-new-thing", {})

    assert [V2, V1] == held.paths
    assert (None, ()) == (held.told.instance, held.told.peer_lists)


def test_without_the_instance_no_peers_are_asked(hold: Hold) -> None:
    """The first answer is what tells whether the second question makes sense."""
    held = hold("brand-new-thing", {}, wants=Wants(instance=False))

    assert [] == held.paths


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        (Answer(status=401, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=403, body=b"{}"), PeerListState.HIDDEN),
        (None, PeerListState.NOT_OFFERED),
        (Answer(status=405), PeerListState.NOT_OFFERED),
        (Answer(status=501, body=b"{}"), PeerListState.NOT_OFFERED),
        (Answer(status=502), PeerListState.FAILED),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), PeerListState.DISALLOWED),
    ],
)
def test_a_missing_page_is_one_it_may_never_have_had(
    hold: Hold, reply: object, state: PeerListState
) -> None:
    """Of software we do not know a 404 says that there is no list, not that it is hidden."""
    held = hold("brand-new-thing", {V1: INSTANCE, PEERS: reply})

    assert [state] == [peers.state for peers in held.told.peer_lists]
