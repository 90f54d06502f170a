"""Bridges and Loops: NodeInfo is all there is."""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.conversation import Wants
from crawler.records import PeerListState

Hold = Callable[..., Any]


@pytest.mark.parametrize("software", ["bridgy-fed", "birdsitelive", "mostr", "hatsu", "loops"])
def test_nothing_is_asked_of_software_that_has_nothing_more_to_say(
    hold: Hold, software: str
) -> None:
    """It has no list of peers, which is no empty and no hidden one."""
    held = hold(software, {})

    assert [] == held.paths
    assert [PeerListState.NOT_OFFERED] == [peers.state for peers in held.told.peer_lists]
    assert None is held.told.instance


@pytest.mark.parametrize("software", ["bridgy-fed", "loops"])
def test_a_list_that_is_not_due_is_not_mentioned(hold: Hold, software: str) -> None:
    """Whether there is one is said when peers are due."""
    held = hold(software, {}, wants=Wants(peers=False))

    assert () == held.told.peer_lists
