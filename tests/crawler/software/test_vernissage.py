"""Vernissage: an instance document of its own spelling."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Registration
from crawler.software.mastodon import V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "vernissage").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration and numbers read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("is_open", "by_approval", "by_invitation", "registration"),
    [
        (True, True, True, Registration.OPEN),
        (False, True, True, Registration.APPROVAL),
        (False, False, True, Registration.INVITE),
        (False, False, False, Registration.CLOSED),
        (None, False, False, Registration.UNKNOWN),
    ],
)
def test_the_easiest_way_that_is_open_counts(
    hold: Hold,
    is_open: bool | None,
    by_approval: bool,
    by_invitation: bool,
    registration: Registration,
) -> None:
    """Several ways may be open at once; closed is said by all three."""
    document = {
        "title": "One",
        "registrationOpened": is_open,
        "registrationByApprovalOpened": by_approval,
        "registrationByInvitationsOpened": by_invitation,
    }

    held = hold("vernissage", {V1: document})

    assert registration == held.told.instance.registration


def test_the_number_of_domains_is_a_constant(hold: Hold) -> None:
    """It is 1 whatever the server knows."""
    held = hold("vernissage", {V1: {"title": "One", "stats": {"userCount": 0, "domainCount": 1}}})

    assert held.told.instance.domains_known is None
    assert 0 == held.told.instance.users_total
