"""Epicyon: a dummy in place of peers, constants in place of numbers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Wants
from crawler.records import PeerListState
from crawler.software.mastodon import PEERS

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "epicyon").iterdir())
Hold = Callable[..., Any]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(
    golden: Callable[[Path], tuple[object, object]], case: Path
) -> None:
    """The dummy makes no edge and constants make no numbers."""
    expected, actual = golden(case)

    assert expected == actual


def test_the_dummy_is_never_asked_for(hold: Hold) -> None:
    """It is known beforehand, and the server answers one request at a time."""
    held = hold("epicyon", {PEERS: ["kept.example", "one.example"]}, wants=Wants(instance=False))

    assert [] == held.paths
    assert [(PeerListState.DUMMY, ())] == [
        (peers.state, peers.hostnames) for peers in held.told.peer_lists
    ]
