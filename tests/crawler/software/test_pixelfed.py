"""Pixelfed: curated onboarding, and an empty list of peers that is a hidden one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer
from crawler.records import PeerListState, Registration
from crawler.software.mastodon import PEERS, V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "pixelfed").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration, hidden peers and constants read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("is_open", "is_curated", "registration", "path"),
    [
        (True, False, Registration.OPEN, "/register"),
        (True, True, Registration.OPEN, "/register"),
        (False, True, Registration.APPROVAL, "/auth/sign_up"),
        (False, False, Registration.CLOSED, "/register"),
        (None, True, Registration.APPROVAL, "/auth/sign_up"),
        (None, False, Registration.UNKNOWN, "/register"),
    ],
)
def test_registration_is_read_from_two_flags(
    hold: Hold,
    is_open: bool | None,
    is_curated: bool,
    registration: Registration,
    path: str,
) -> None:
    """Closed with approval is curated onboarding, which has a page of its own (SURVEY §6)."""
    document = {"title": "One", "registrations": is_open, "approval_required": is_curated}

    held = hold("pixelfed", {V1: document})

    assert registration == held.told.instance.registration
    assert path == held.told.instance.registration_path


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(status=200, body=b"[]"), PeerListState.HIDDEN),
        (Answer(status=200, body=b'["two.example"]'), PeerListState.SERVED),
        (Answer(status=404, body=b"{}"), PeerListState.NOT_OFFERED),
        (Answer(status=403, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=200, body=b"<html>"), PeerListState.FAILED),
        (Answer(status=500, body=b"{}"), PeerListState.FAILED),
    ],
    ids=["empty", "list", "404", "403", "page", "500"],
)
def test_an_empty_list_is_a_hidden_one(hold: Hold, answer: Answer, state: PeerListState) -> None:
    """The list is switched off by default, and then it is empty; older versions have none."""
    held = hold("pixelfed", {PEERS: answer})

    assert [state] == [peers.state for peers in held.told.peer_lists]
