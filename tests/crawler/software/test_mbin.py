"""Mbin and kbin: the live, the dead and the banned kept apart."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer, Ask, Wants
from crawler.outcome import Outcome
from crawler.records import PeerDetail, PeerKind, PeerListState, Registration
from crawler.software.mbin import DEAD, DEFEDERATED, FEDERATED, INFO, PAGES

CASES = sorted((Path(__file__).parents[2] / "fixtures" / "mbin").iterdir())
PEERS_ONLY = Wants(instance=False, activity=False)
Hold = Callable[..., Any]
Golden = Callable[[Path], tuple[object, object]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_conversation_goes_as_written(golden: Golden, case: Path) -> None:
    """Mbin's three lists, and kbin's one."""
    expected, actual = golden(case)

    assert expected == actual


def test_a_large_server_is_complete_in_five_questions(hold: Hold) -> None:
    """Its lists have no pages: 9,999 entries are one answer, each with its software."""
    rows = [
        {"domain": f"h{number}.example", "software": "lemmy", "version": None}
        for number in range(9_999)
    ]

    held = hold("mbin", {FEDERATED: {"instances": rows}})

    known = held.told.peer_lists[0]
    assert [row["domain"] for row in rows] == list(known.hostnames)
    assert {PeerDetail(software_name="lemmy")} == set(known.details)
    assert known.is_complete
    assert len(held.paths) <= 6


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"instances": []}, PeerListState.EMPTY),
        ({"instances": None}, PeerListState.FAILED),
        ({"instances": {"domain": "a.example"}}, PeerListState.FAILED),
        ([], PeerListState.FAILED),
        (b"<html>", PeerListState.FAILED),
        (Answer(status=401, body=b"{}"), PeerListState.HIDDEN),
        (Answer(status=429, body=b"{}"), PeerListState.FAILED),
        (Answer(status=500), PeerListState.FAILED),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), PeerListState.DISALLOWED),
    ],
)
def test_hidden_empty_and_failed_are_kept_apart(
    hold: Hold, answer: object, expected: PeerListState
) -> None:
    """Each list says for itself what became of it."""
    replies = {FEDERATED: answer, DEAD: answer, DEFEDERATED: answer}

    held = hold("mbin", replies, wants=PEERS_ONLY)

    assert [
        (PeerKind.KNOWS, expected),
        (PeerKind.DEAD, expected),
        (PeerKind.BLOCKS, expected),
    ] == [(peers.kind, peers.state) for peers in held.told.peer_lists]


def test_rows_of_the_wrong_kind_are_counted_and_left(hold: Hold) -> None:
    """Plain names are read beside objects; the rest makes no edge."""
    rows = ["alpha.example", {"domain": "beta.example", "software": 4}, None, {"domain": None}, 7]

    held = hold("mbin", {FEDERATED: {"instances": rows}}, wants=PEERS_ONLY)

    known = held.told.peer_lists[0]
    assert ("alpha.example", "beta.example") == known.hostnames
    assert (("not_text", 3),) == known.rejected_counts


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (True, Registration.OPEN),
        (False, Registration.CLOSED),
        (None, Registration.UNKNOWN),
        (1, Registration.UNKNOWN),
    ],
)
def test_registration_is_open_closed_or_not_said(
    hold: Hold, said: object, expected: Registration
) -> None:
    """Mbin says no more than that."""
    replies = {INFO: {"websiteTitle": "Bin", "websiteOpenRegistrations": said}}

    assert expected == hold("mbin", replies).told.instance.registration


def test_the_pages_of_a_server_without_info_still_describe_it(hold: Hold) -> None:
    """kbin has them before it has `/api/info`."""
    instance = hold("kbin", {PAGES: {"about": "Small", "terms": ""}}).told.instance

    assert ("Small", None, PAGES) == (instance.description, instance.terms_path, instance.endpoint)


def test_after_a_timeout_nothing_is_understood_and_nothing_raised(hold: Hold) -> None:
    """Every list has failed, and there is no instance."""

    def reply(ask: Ask) -> object:
        return Answer(fault=Outcome.TIMED_OUT)

    held = hold("mbin", reply)

    assert None is held.told.instance
    assert {PeerListState.FAILED} == {peers.state for peers in held.told.peer_lists}
