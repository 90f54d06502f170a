"""Pleroma, Akkoma, Rebased: the first instance API, peers, and moderation in NodeInfo."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Wants
from crawler.records import PeerKind, PeerListState, Registration
from crawler.software.mastodon import PEERS, V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "pleroma").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Moderation, invitations and versions read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


def nodeinfo(is_open: bool, has_invites: bool) -> bytes:
    """A NodeInfo document with the two flags of registration."""
    document = {
        "version": "2.1",
        "software": {"name": "pleroma", "version": "2.7.0"},
        "openRegistrations": is_open,
        "metadata": {"invitesEnabled": has_invites},
    }
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("is_open", "is_approval", "has_invites", "registration"),
    [
        (True, False, False, Registration.OPEN),
        (True, True, False, Registration.APPROVAL),
        (False, False, False, Registration.CLOSED),
        (False, False, True, Registration.INVITE),
        (False, True, True, Registration.INVITE),
        (True, False, True, Registration.OPEN),
    ],
)
def test_registration_is_read_from_both_documents(
    hold: Hold, is_open: bool, is_approval: bool, has_invites: bool, registration: Registration
) -> None:
    """Approval is said by the API, invitations by NodeInfo (SURVEY §6)."""
    document = {"title": "One", "registrations": is_open, "approval_required": is_approval}

    held = hold("pleroma", {V1: document}, nodeinfo_body=nodeinfo(is_open, has_invites))

    assert registration == held.told.instance.registration


@pytest.mark.parametrize(
    ("is_open", "has_invites", "registration"),
    [
        (True, False, Registration.UNKNOWN),
        (False, False, Registration.CLOSED),
        (False, True, Registration.INVITE),
    ],
)
def test_nodeinfo_alone_never_says_open(
    hold: Hold, is_open: bool, has_invites: bool, registration: Registration
) -> None:
    """Where the API does not answer, open may mean approval."""
    held = hold("pleroma", {}, nodeinfo_body=nodeinfo(is_open, has_invites))

    assert registration == held.told.instance.registration


def test_odd_moderation_is_no_moderation(hold: Hold) -> None:
    """Lists that are none, and names that are none, make no edges."""
    federation = {
        "mrf_simple": {"reject": "bad.example", "accept": [{}], "media_nsfw": [[], None, 5]}
    }
    document = {
        "version": "2.1",
        "software": {"name": "pleroma"},
        "metadata": {"federation": federation},
    }

    held = hold("pleroma", {PEERS: []}, nodeinfo_body=json.dumps(document).encode())

    found = {(peers.kind, peers.state) for peers in held.told.peer_lists}
    assert {
        (PeerKind.KNOWS, PeerListState.EMPTY),
        (PeerKind.BLOCKS, PeerListState.EMPTY),
        (PeerKind.ALLOWS, PeerListState.EMPTY),
    } == found


def test_moderation_is_told_where_peers_are_due(hold: Hold) -> None:
    """A check that is not due for peers tells nothing of them."""
    held = hold("akkoma", {}, wants=Wants(peers=False))

    assert () == held.told.peer_lists
    assert [V1] == held.paths


def test_a_closed_api_is_no_wish_to_be_left_alone(hold: Hold) -> None:
    """`metadata.private` means that guests may not read there (SURVEY §10.2)."""
    document = b'{"version":"2.1","software":{"name":"pleroma"},"metadata":{"private":true}}'

    held = hold("pleroma", {}, nodeinfo_body=document)

    assert not held.told.is_opted_out
