"""GNU social: its configuration, where truth has three spellings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Registration
from crawler.software.gnusocial import CONFIG

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "gnusocial").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration and the wish to be left alone read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize("flag", [1, "1", True])
def test_a_private_site_asks_not_to_be_listed(hold: Hold, flag: object) -> None:
    """All three spellings of true are heeded (SURVEY §10.2)."""
    held = hold("gnusocial", {CONFIG: {"site": {"private": flag}}})

    assert held.told.is_opted_out


@pytest.mark.parametrize("flag", [0, "0", False, None, "", [], {}])
def test_a_public_site_does_not(hold: Hold, flag: object) -> None:
    """Neither does what is no flag."""
    held = hold("gnusocial", {CONFIG: {"site": {"private": flag}}})

    assert not held.told.is_opted_out


@pytest.mark.parametrize(
    ("site", "registration"),
    [
        ({"closed": "0", "inviteonly": "0"}, Registration.OPEN),
        ({"closed": "1", "inviteonly": "0"}, Registration.CLOSED),
        ({"closed": True, "inviteonly": 1}, Registration.CLOSED),
        ({"closed": 0, "inviteonly": 1}, Registration.INVITE),
        ({"name": "GS"}, Registration.UNKNOWN),
    ],
)
def test_two_flags_tell_registration(
    hold: Hold, site: dict[str, object], registration: Registration
) -> None:
    """Closed is stronger than by invitation; what is not said stays unknown."""
    held = hold("gnusocial", {CONFIG: {"site": site}})

    assert registration == held.told.instance.registration
