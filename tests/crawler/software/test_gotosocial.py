"""GoToSocial: approval always, peers hidden by default, two names."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer
from crawler.outcome import Outcome
from crawler.records import PeerListState, Registration
from crawler.software.mastodon import PEERS, V2

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "gotosocial").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Two names, hidden peers and constants read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


def test_an_exposed_api_never_says_open(hold: Hold) -> None:
    """An open registration means that anybody may apply."""
    document = {"title": "One", "registrations": {"enabled": True, "approval_required": False}}

    held = hold("gotosocial", {V2: document})

    assert Registration.APPROVAL == held.told.instance.registration


@pytest.mark.parametrize(
    ("is_open", "registration"),
    [
        (b"true", Registration.APPROVAL),
        (b"false", Registration.CLOSED),
        (b"null", Registration.UNKNOWN),
    ],
)
def test_a_closed_api_leaves_nodeinfo(
    hold: Hold, is_open: bytes, registration: Registration
) -> None:
    """Its robots.txt closes `/api/` by default; then NodeInfo alone tells who may apply."""
    nodeinfo = (
        b'{"version":"2.0","software":{"name":"gotosocial"},"openRegistrations":%b}' % is_open
    )

    held = hold(
        "gotosocial",
        lambda ask: Answer(fault=Outcome.ROBOTS_DISALLOWED),
        nodeinfo_body=nodeinfo,
    )

    assert registration == held.told.instance.registration
    assert [PeerListState.DISALLOWED] == [peers.state for peers in held.told.peer_lists]


def test_limits_that_are_none_are_not_said(hold: Hold) -> None:
    """2147483647 stands for no limit."""
    configuration = {"statuses": {"max_characters": 2147483647, "max_media_attachments": 6}}

    held = hold("gotosocial", {V2: {"title": "One", "configuration": configuration}})

    assert held.told.instance.max_characters is None
    assert 6 == held.told.instance.max_media


def test_two_names_are_two_aliases(hold: Hold) -> None:
    """A server asked under a third name is known by its host and by the domain of its accounts."""
    document = {"title": "One", "domain": "host.example", "account_domain": "accounts.example"}

    held = hold("gotosocial", {V2: document})

    evidence = [(alias.hostname, alias.evidence) for alias in held.told.aliases]
    assert [("host.example", "identity"), ("accounts.example", "account_domain")] == evidence


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_refusals_of_peers_are_hidden_lists(hold: Hold, status: int) -> None:
    """Every version has the list; who refuses it, hides it."""
    held = hold("gotosocial", {PEERS: Answer(status=status, body=b"{}")})

    assert [PeerListState.HIDDEN] == [peers.state for peers in held.told.peer_lists]
