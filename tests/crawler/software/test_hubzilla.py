"""Hubzilla, (streams), Forte: the site, and the sites that a directory lists."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer
from crawler.records import PeerListState, Registration
from crawler.software.hubzilla import SITE, SITES

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "hubzilla").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration, withheld numbers and directories read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("policy", "invitation_only", "registration"),
    [
        ("REGISTER_OPEN", False, Registration.OPEN),
        ("REGISTER_APPROVE", False, Registration.APPROVAL),
        ("REGISTER_CLOSED", False, Registration.CLOSED),
        ("REGISTER_OPEN", True, Registration.INVITE),
        ("REGISTER_APPROVE", 1, Registration.INVITE),
        ("REGISTER_CLOSED", True, Registration.CLOSED),
        (None, "1", Registration.INVITE),
        (["x"], False, Registration.UNKNOWN),
    ],
)
def test_the_policy_and_invitations_tell_registration(
    hold: Hold, policy: object, invitation_only: object, registration: Registration
) -> None:
    """NodeInfo calls approval closed; the site tells it apart (SURVEY §6)."""
    site = {"platform": "hubzilla", "register_policy": policy, "invitation_only": invitation_only}

    held = hold("hubzilla", {SITE: site})

    assert registration == held.told.instance.registration


@pytest.mark.parametrize("flag", [1, "1", True, "true"])
def test_every_spelling_of_the_flag_withholds_numbers(hold: Hold, flag: object) -> None:
    """The server stays listed, without numbers (SURVEY §10.2)."""
    site = {"platform": "hubzilla", "hide_in_statistics": flag, "channels_total": 33}

    held = hold("hubzilla", {SITE: site})

    assert held.told.instance.users_total is None
    assert not held.told.is_opted_out
    assert held.told.notes


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (b'{"success":true,"sites":[]}', PeerListState.EMPTY),
        (b'{"success":true}', PeerListState.FAILED),
        (b"<html>", PeerListState.FAILED),
        (Answer(status=403, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=404, body=b"{}"), PeerListState.NOT_OFFERED),
    ],
    ids=["empty", "no_sites", "page", "403", "404"],
)
def test_a_directory_that_lists_nothing_says_why(
    hold: Hold, answer: object, state: PeerListState
) -> None:
    """Only a list changes what is known."""
    site = {"platform": "hubzilla", "directory_mode": "DIRECTORY_MODE_SECONDARY"}

    held = hold("hubzilla", {SITE: site, SITES: answer})

    assert [state] == [peers.state for peers in held.told.peer_lists]


def test_an_ordinary_hub_is_not_asked_for_sites(hold: Hold) -> None:
    """Only directories have the list."""
    held = hold(
        "streams", {SITE: {"platform": "streams", "directory_mode": "DIRECTORY_MODE_NORMAL"}}
    )

    assert [SITE] == held.paths
