"""Friendica: two descriptions of itself, and peers with paths and ports."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Wants
from crawler.records import Registration
from crawler.software.friendica import OWN
from crawler.software.mastodon import V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "friendica").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration, withheld numbers and peers read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("policy", "registration"),
    [
        ("REGISTER_OPEN", Registration.OPEN),
        ("REGISTER_APPROVE", Registration.APPROVAL),
        ("REGISTER_INVITATION", Registration.INVITE),
        ("REGISTER_CLOSED", Registration.CLOSED),
    ],
)
def test_the_policy_tells_all_four_states(
    hold: Hold, policy: str, registration: Registration
) -> None:
    """The API calls approval and invitation open; the policy is believed (SURVEY §6)."""
    held = hold(
        "friendica",
        {OWN: {"register_policy": policy}, V1: {"title": "One", "registrations": True}},
    )

    assert registration == held.told.instance.registration


@pytest.mark.parametrize("policy", [None, 5, {}, "REGISTER_MAYBE"])
def test_an_unknown_policy_leaves_the_flags(hold: Hold, policy: object) -> None:
    """What the policy does not tell, the flags of the API may."""
    flags = {"title": "One", "registrations": True, "approval_required": True}

    held = hold("friendica", {OWN: {"register_policy": policy}, V1: flags})

    assert Registration.APPROVAL == held.told.instance.registration


def test_activity_is_never_asked_for(hold: Hold) -> None:
    """It answers 501 there."""
    held = hold("friendica", {}, wants=Wants(instance=False, peers=False))

    assert [] == held.paths


def test_posts_of_the_api_are_not_taken(hold: Hold) -> None:
    """They hold comments too; NodeInfo keeps both apart."""
    nodeinfo = b'{"version":"2.0","software":{"name":"friendica"},"usage":{"users":{"total":3}}}'
    stats = {"user_count": 3, "status_count": 99, "domain_count": 7}

    held = hold("friendica", {V1: {"title": "One", "stats": stats}}, nodeinfo_body=nodeinfo)

    assert held.told.instance.local_posts is None
    assert 7 == held.told.instance.domains_known
