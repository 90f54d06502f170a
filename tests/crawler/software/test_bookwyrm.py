"""BookWyrm: requests for invitations, and constants."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Registration
from crawler.software.mastodon import PEERS, V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "bookwyrm").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration, constants and peers read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("is_open", "takes_requests", "registration", "has_invites"),
    [
        (True, False, Registration.OPEN, None),
        (False, True, Registration.APPROVAL, True),
        (False, False, Registration.CLOSED, None),
        (None, True, Registration.UNKNOWN, None),
    ],
)
def test_invitations_can_be_asked_for(
    hold: Hold,
    is_open: bool | None,
    takes_requests: bool,
    registration: Registration,
    has_invites: bool | None,
) -> None:
    """Closed with approval means that a person decides on a request (SURVEY §6)."""
    document = {"title": "One", "registrations": is_open, "approval_required": takes_requests}

    held = hold("bookwyrm", {V1: document})

    assert registration == held.told.instance.registration
    assert has_invites == held.told.instance.has_invites


@pytest.mark.shared
def test_a_real_server_reads_as_it_is(hold: Hold, shared: Path) -> None:
    """A BookWyrm that was started locally takes requests and names its peer."""
    folder = shared / "real-servers" / "bookwyrm"

    held = hold(
        "bookwyrm",
        {
            V1: (folder / "api_v1_instance.json").read_bytes(),
            PEERS: (folder / "api_v1_instance_peers.json").read_bytes(),
        },
    )

    assert Registration.APPROVAL == held.told.instance.registration
    assert held.told.instance.description is None
    assert () == held.told.instance.languages
    assert 1 == held.told.peer_lists[0].received_count
