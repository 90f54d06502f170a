"""Relays: their subscribers are in their NodeInfo."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler.records import PeerKind, PeerListState

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "relay").iterdir())
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """Nothing is asked: the document is already there."""
    expected, actual = golden(case)

    assert expected == actual


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({"peers": ["alpha.example", 5]}, PeerListState.SERVED),
        ({"peers": []}, PeerListState.EMPTY),
        ({"peers": None}, PeerListState.HIDDEN),
        ({"peers": 12}, PeerListState.FAILED),
        ({}, PeerListState.NOT_OFFERED),
        ([], PeerListState.NOT_OFFERED),
        (None, PeerListState.NOT_OFFERED),
    ],
)
def test_hidden_empty_and_missing_are_kept_apart(
    hold: Hold, metadata: object, expected: PeerListState
) -> None:
    """Only a list that is there and empty may change known edges."""
    info = {"version": "2.0", "software": {"name": "pub-relay"}, "metadata": metadata}

    held = hold("pub-relay", {}, nodeinfo_body=orjson.dumps(info))

    subscribers = held.told.peer_lists[0]
    assert (PeerKind.FOLLOWED_BY, expected) == (subscribers.kind, subscribers.state)
