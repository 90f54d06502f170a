"""Lists that come in pages: when they end, and what is kept where they end early."""

from collections.abc import Callable, Iterable

import orjson
import pytest

from crawler.conversation import Answer, Ask
from crawler.exceptions import ExtractError
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.pages import MOST_PAGES, Page, Walked, unanswered, walk, walked_list
from crawler.records import PeerKind, PeerListState

OWN = Hostname.parse("one.example")
ENDLESS = Ask(path="/more", is_page=True)


def page(rows: object, following: Ask | None = ENDLESS) -> Callable[[bytes, int], Page]:
    """A reader of pages that go on."""

    def read(body: bytes, before: int) -> Page:
        value = orjson.loads(body)
        if not isinstance(value, list):
            raise ExtractError(Outcome.WRONG_SHAPE, "no page")
        return Page(rows=value, following=following if value != rows else None)

    return read


def walked(answers: Iterable[Answer], last: object = "none") -> tuple[Walked, int]:
    """Walk through these answers; and how many questions were put."""
    walking = walk(Ask(path="/first"), page(last))
    asked = 1
    next(walking)
    try:
        for answer in answers:
            walking.send(answer)
            asked += 1
    except StopIteration as end:
        return end.value, asked
    raise AssertionError("it asks for more than there is")


def served(*rows: object) -> Answer:
    """A page with these rows."""
    return Answer(status=200, body=orjson.dumps(list(rows)))


def test_a_list_that_ends_is_complete() -> None:
    """All rows, in order, and nothing to explain."""
    found, asked = walked([served("a"), served("b"), served("z")], ["z"])

    assert (["a", "b", "z"], 3, True, "") == (
        found.rows,
        found.pages_count,
        found.is_complete,
        found.detail,
    )
    assert 3 == asked


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(fault=Outcome.BUDGET_SPENT, detail="nothing is left"), "nothing is left"),
        (Answer(fault=Outcome.TIMED_OUT), "timed_out"),
        (Answer(status=429, body=b"{}"), "answers 429"),
        (Answer(status=200, body=b"{}"), "no page"),
        (served("a"), "a page came twice"),
        (served(), "an empty page came before the end"),
    ],
)
def test_a_list_that_ends_early_keeps_what_came_and_says_so(answer: Answer, reason: str) -> None:
    """Its absences mean nothing."""
    found, _ = walked([served("a"), answer])

    assert (["a"], False) == (found.rows, found.is_complete)
    assert f"ended after 1 entries: {reason}" == found.detail


def test_a_list_without_end_is_left() -> None:
    """However much a driver would pay."""
    found, asked = walked(served(number) for number in range(10_000))

    assert (MOST_PAGES, MOST_PAGES, False) == (asked, len(found.rows), found.is_complete)


def test_pages_that_nest_deeper_than_json_can_be_written_are_still_compared() -> None:
    """What cannot be written again is compared as it came."""
    deep = Answer(status=200, body=b"[" * 300 + b"]" * 300)

    found, asked = walked([deep, deep])

    assert ("ended after 1 entries: a page came twice", 2) == (found.detail, asked)


def test_a_list_that_was_cut_makes_edges_that_are_not_complete() -> None:
    """The record says so too."""
    found, _ = walked([served("a.example"), Answer(status=500)])

    peers = walked_list(found, "/list", PeerKind.KNOWS, OWN, found.rows)

    assert (("a.example",), False) == (peers.hostnames, peers.is_complete)
    assert "ended after 1 entries: answers 500" == peers.detail


@pytest.mark.parametrize(
    ("answer", "hidden", "expected"),
    [
        (Answer(status=404), (401,), PeerListState.NOT_OFFERED),
        (Answer(status=404), (401, 404), PeerListState.HIDDEN),
        (Answer(status=501), (401,), PeerListState.NOT_OFFERED),
        (Answer(status=401), (401,), PeerListState.HIDDEN),
        (Answer(status=500), (401,), PeerListState.FAILED),
        (Answer(status=200, body=b"7"), (401,), PeerListState.FAILED),
        (Answer(fault=Outcome.ROBOTS_DISALLOWED), (401,), PeerListState.DISALLOWED),
        (Answer(fault=Outcome.BUDGET_SPENT), (401,), PeerListState.FAILED),
        (Answer(status=404, fault=Outcome.BOT_WALL), (401,), PeerListState.FAILED),
    ],
)
def test_why_there_is_no_list(
    answer: Answer, hidden: tuple[int, ...], expected: PeerListState
) -> None:
    """None of these may delete a known edge."""
    peers = unanswered("/list", PeerKind.KNOWS, answer, hidden)

    assert (expected, False) == (peers.state, peers.is_complete)
