"""Owncast: one stream with a name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.records import Registration
from crawler.software.mastodon import V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "owncast").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Its counts are constants and its closed registration says nothing."""
    expected, actual = golden(case)

    assert expected == actual


def test_constants_never_become_numbers(hold: Hold) -> None:
    """One user and no domains are what every Owncast says."""
    stats = {"user_count": 1, "status_count": 0, "domain_count": 0}

    held = hold("owncast", {V1: {"title": "One", "stats": stats}})

    assert (None, 0, None) == (
        held.told.instance.users_total,
        held.told.instance.local_posts,
        held.told.instance.domains_known,
    )
    assert Registration.UNKNOWN == held.told.instance.registration
