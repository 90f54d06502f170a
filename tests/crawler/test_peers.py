"""Peer lists: names as others write them become distinct hostnames and counted rejects."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.conversation import Answer
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.peers import MOST_ENTRIES, flat_peers, no_list, peer_list, refused
from crawler.records import PeerDetail, PeerKind, PeerListState

OWN = Hostname.parse("one.example")
PATH = "/api/v1/instance/peers"


def answer(value: object) -> Answer:
    """A 200 with this JSON."""
    return Answer(status=200, body=json.dumps(value).encode())


def test_names_in_many_spellings_become_one_peer_each() -> None:
    """Case, schemes, paths, Unicode and the usual port lead to one key; the rest is counted by reason."""
    names = [
        "Two.example",
        "two.example.",
        "https://two.example/x",
        "bücher.example",
        "one.example",
    ]
    names += ["", "localhost", "127.0.0.1", "four.example:8443", "fi*e.example", "x.onion"]

    peers = flat_peers(answer([*names, None, 5, {"domain": "six.example"}]), PATH, OWN)

    assert ("two.example", "xn--bcher-kva.example") == peers.hostnames
    assert (PeerListState.SERVED, PeerKind.KNOWS, True) == (
        peers.state,
        peers.kind,
        peers.is_complete,
    )
    assert 14 == peers.received_count
    assert {
        "address_or_port": 2,
        "empty": 1,
        "never_public": 1,
        "not_text": 3,
        "obfuscated": 1,
        "own_name": 1,
        "seen_twice": 2,
        "single_label": 1,
    } == dict(peers.rejected_counts)


def test_received_is_kept_plus_rejected() -> None:
    """Nothing of a list is lost without a count."""
    peers = flat_peers(answer(["two.example", "two.example", "junk", "three.example"]), PATH, OWN)

    rejected = sum(count for _, count in peers.rejected_counts)
    assert peers.received_count == len(peers.hostnames) + rejected


def test_details_stay_with_their_names() -> None:
    """What is said of a peer follows it through rejects and repetitions."""
    details = [PeerDetail(software_name=name) for name in ("a", "b", "c", "d")]

    peers = peer_list(
        PATH,
        PeerKind.KNOWS,
        ["two.example", "junk", "two.example", "three.example"],
        OWN,
        details=details,
    )

    assert ("two.example", "three.example") == peers.hostnames
    assert (details[0], details[3]) == peers.details


def test_a_list_without_end_is_cut_and_says_so() -> None:
    """The absences of a cut list mean nothing."""
    names = [f"h{number}.example" for number in range(MOST_ENTRIES + 5)]

    peers = peer_list(PATH, PeerKind.KNOWS, names, OWN)

    assert (MOST_ENTRIES, MOST_ENTRIES + 5, False) == (
        len(peers.hostnames),
        peers.received_count,
        peers.is_complete,
    )
    assert "cut after" in peers.detail


def test_only_junk_is_an_empty_list() -> None:
    """A list of nothing but rejects has no peers."""
    assert PeerListState.EMPTY is flat_peers(answer(["junk", None]), PATH, OWN).state


def test_an_empty_list_may_stand_for_a_hidden_one() -> None:
    """Pixelfed answers an empty list where its admin shows none."""
    assert PeerListState.EMPTY is flat_peers(answer([]), PATH, OWN).state
    hidden = flat_peers(answer([]), PATH, OWN, is_empty_hidden=True)
    assert PeerListState.HIDDEN is hidden.state
    assert not hidden.is_complete


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405])
def test_a_refusal_hides(status: int) -> None:
    """These statuses are how software spells "not for you"."""
    assert PeerListState.HIDDEN is refused(PATH, PeerKind.KNOWS, Answer(status=status)).state


@pytest.mark.parametrize(
    ("reply", "detail"),
    [
        (Answer(status=500, body=b"x"), "answers 500"),
        (Answer(status=200, body=b""), "an empty answer"),
        (Answer(status=204), "answers 204"),
        (Answer(status=200, body=b"{"), "not_json: no JSON in place of the document"),
        (Answer(status=200, body=b'{"a":1}'), "JSON, but no list"),
        (Answer(fault=Outcome.TOO_LARGE, detail="over 10 MB"), "too_large: over 10 MB"),
    ],
)
def test_a_failure_says_why(reply: Answer, detail: str) -> None:
    """A list that did not come leaves known edges alone, and says what came instead."""
    peers = flat_peers(reply, PATH, OWN)

    assert (PeerListState.FAILED, detail, False) == (peers.state, peers.detail, peers.is_complete)


def test_a_status_may_mean_that_there_is_no_such_list() -> None:
    """Which status means what is the family's knowledge."""
    peers = refused(PATH, PeerKind.KNOWS, Answer(status=404), hidden=(401,), not_offered=(404,))

    assert PeerListState.NOT_OFFERED is peers.state


def test_a_reason_is_capped() -> None:
    """A server's words do not fill the record."""
    assert 200 == len(no_list(PATH, PeerKind.KNOWS, PeerListState.FAILED, "x" * 900).detail)


@given(
    st.binary(max_size=100)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode())
)
def test_any_bytes_become_a_list_or_its_absence(body: bytes) -> None:
    """Whatever comes, the record is sound: distinct names, never the own one, all counted."""
    peers = flat_peers(Answer(status=200, body=body), PATH, OWN)

    assert len(set(peers.hostnames)) == len(peers.hostnames)
    assert OWN not in peers.hostnames
    assert peers.received_count == len(peers.hostnames) + sum(
        count for _, count in peers.rejected_counts
    )
