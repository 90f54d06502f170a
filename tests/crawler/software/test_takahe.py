"""Takahē: whole weeks in integers, several domains, constants."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Wants
from crawler.records import Registration
from crawler.software.mastodon import ACTIVITY, V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "takahe").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Weeks, names and constants read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


def test_nobody_ever_signs_in(hold: Hold) -> None:
    """`logins` is a constant 0, which is not said; 0 posts are."""
    weeks = [{"week": 0, "statuses": 0, "logins": 0, "registrations": 0} for _ in range(3)]

    held = hold("takahe", {ACTIVITY: weeks})

    assert [
        (date(2026, 11, 9), 7, None, 0, 0),
        (date(2026, 11, 2), 7, None, 0, 0),
    ] == [
        (week.starts_on, week.days, week.logins, week.statuses, week.registrations)
        for week in held.told.activity
    ]


def test_weeks_with_nothing_but_logins_are_none(hold: Hold) -> None:
    """A constant alone makes no week."""
    held = hold("takahe", {ACTIVITY: [{"logins": 0}, {"logins": 0}, "x"]})

    assert () == held.told.activity


def test_what_is_not_due_is_not_asked(hold: Hold) -> None:
    """Activity alone is one question."""
    held = hold("takahe", {}, wants=Wants(instance=False, peers=False))

    assert [ACTIVITY] == held.paths


@pytest.mark.shared
def test_a_real_server_reads_as_it_is(hold: Hold, shared: Path) -> None:
    """A Takahē that was started locally is open; its language and relative banner are not taken."""
    folder = shared / "real-servers" / "takahe"

    held = hold("takahe", {V1: (folder / "api_v1_instance.json").read_bytes()})

    assert Registration.OPEN == held.told.instance.registration
    assert (1, 0, 2) == (
        held.told.instance.users_total,
        held.told.instance.local_posts,
        held.told.instance.domains_known,
    )
    assert ((), None) == (held.told.instance.languages, held.told.instance.thumbnail_url)
