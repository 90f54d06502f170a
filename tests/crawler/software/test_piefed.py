"""PieFed: its own API, with federated instances in Lemmy's shape."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer, Wants
from crawler.records import PeerListState, Registration
from crawler.software.lemmy import FEDERATED_V3
from crawler.software.piefed import CHOOSER, FEDERATED, SITE

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "piefed").iterdir())
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """The site, its card in the chooser, and its peers by either path."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("site_mode", "card_mode", "expected"),
    [
        ("Open", "Open", Registration.OPEN),
        ("RequireApplication", "Open", Registration.APPROVAL),
        ("Closed", None, Registration.CLOSED),
        (None, "RequireApplication", Registration.APPROVAL),
        (None, None, Registration.UNKNOWN),
        (4, [], Registration.UNKNOWN),
    ],
)
def test_registration_is_one_of_five_states(
    hold: Hold, site_mode: object, card_mode: object, expected: Registration
) -> None:
    """The site's word goes before the card's."""
    replies = {
        SITE: {"site": {"name": "Pie", "registration_mode": site_mode}},
        CHOOSER: {"registration_mode": card_mode},
    }

    assert expected == hold("piefed", replies).told.instance.registration


def test_a_card_of_wrong_types_adds_nothing(hold: Hold) -> None:
    """What the site said stays."""
    replies = {
        SITE: {"site": {"name": "Pie", "user_count": 0}},
        CHOOSER: {"language": "English", "nsfw": "perhaps", "mau": "-1"},
    }

    instance = hold("piefed", replies, wants=Wants(peers=False)).told.instance

    assert ("Pie", 0, None, (), ()) == (
        instance.title,
        instance.users_total,
        instance.users_active_month,
        instance.topics,
        instance.languages,
    )


def test_without_a_site_no_card_is_asked_for(hold: Hold) -> None:
    """One refusal is enough."""
    held = hold("piefed", {SITE: {"error": "x"}}, wants=Wants(peers=False))

    assert [SITE] == held.paths
    assert 1 == len(held.told.notes)


@pytest.mark.parametrize("status", [401, 500])
def test_only_a_missing_path_is_asked_for_by_its_other_name(hold: Hold, status: int) -> None:
    """A refusal or a fault is not answered with another question."""
    replies = {FEDERATED_V3: Answer(status=status, body=b"{}"), FEDERATED: {}}

    held = hold("piefed", replies, wants=Wants(instance=False))

    assert [FEDERATED_V3] == held.paths
    expected = PeerListState.HIDDEN if status == 401 else PeerListState.FAILED
    assert {expected} == {peers.state for peers in held.told.peer_lists}
