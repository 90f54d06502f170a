"""Iceshrimp.NET: Mastodon's instance API with constants in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Wants
from crawler.records import Registration
from crawler.software.mastodon import V2

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "iceshrimp_net").iterdir())
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """Title and description made of the host's name say nothing."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("enabled", "approval", "expected", "has_invites"),
    [
        (True, False, Registration.OPEN, None),
        (True, True, Registration.INVITE, True),
        (False, True, Registration.CLOSED, None),
        (None, None, Registration.UNKNOWN, None),
    ],
)
def test_approval_means_by_invitation(
    hold: Hold,
    enabled: bool | None,
    approval: bool | None,
    expected: Registration,
    has_invites: bool | None,
) -> None:
    """Invitation is the state between closed and open there, and is sent as approval."""
    document = {
        "domain": "one.example",
        "title": "Ice",
        "description": "Cold and calm",
        "registrations": {"enabled": enabled, "approval_required": approval},
    }

    instance = hold("iceshrimp.net", {V2: document}, wants=Wants(peers=False)).told.instance

    assert (expected, has_invites, "Ice") == (
        instance.registration,
        instance.has_invites,
        instance.title,
    )
