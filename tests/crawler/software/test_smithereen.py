"""Smithereen: four ways to sign up in three flags."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Registration
from crawler.software.mastodon import V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "smithereen").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration and peers read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("is_open", "is_approval", "is_invite", "registration"),
    [
        (True, False, False, Registration.OPEN),
        (False, True, False, Registration.APPROVAL),
        (False, False, True, Registration.INVITE),
        (False, False, False, Registration.CLOSED),
        (None, None, None, Registration.UNKNOWN),
    ],
)
def test_three_flags_tell_four_ways(
    hold: Hold,
    is_open: bool | None,
    is_approval: bool | None,
    is_invite: bool | None,
    registration: Registration,
) -> None:
    """Each flag stands for one mode."""
    document = {
        "title": "One",
        "registrations": is_open,
        "approval_required": is_approval,
        "invites_enabled": is_invite,
    }

    held = hold("smithereen", {V1: document})

    assert registration == held.told.instance.registration
