"""Mitra: closed means by invitation, read-only means approval."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer
from crawler.records import PeerListState
from crawler.software.mastodon import PEERS, V1

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "mitra").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """Registration, federation and peers read as written in each case."""
    expected, actual = golden(case)

    assert expected == actual


def test_accounts_live_where_it_says(hold: Hold) -> None:
    """`uri` is the name of its accounts, which may be another than the host's."""
    held = hold("mitra", {V1: {"title": "One", "uri": "accounts.example"}})

    evidence = [(alias.hostname, alias.evidence) for alias in held.told.aliases]
    assert [("accounts.example", "identity")] == evidence


@pytest.mark.parametrize("status", [401, 403])
def test_peers_may_be_for_members(hold: Hold, status: int) -> None:
    """Then they are hidden."""
    held = hold("mitra", {PEERS: Answer(status=status, body=b"{}")})

    assert [PeerListState.HIDDEN] == [peers.state for peers in held.told.peer_lists]
