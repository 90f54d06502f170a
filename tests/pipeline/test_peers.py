"""Peer lists become edges: what holds now, what held once, and what is never concluded."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from crawler.records import Liveness, PeerDetail, PeerKind, PeerListState
from pipeline import peers as peers_module
from pipeline.frontier import DuckDBFrontier

Visit = Callable[..., None]
Read = Callable[..., list[tuple[Any, ...]]]
Edges = Callable[[], set[tuple[str, ...]]]

PAST = (
    "select t.hostname, e.first_seen_at, e.removed_at from raw.peer_edges_past e "
    "join raw.hostnames t on t.id = e.target_id order by all"
)
DETAILS = (
    "select t.hostname, d.severity, d.liveness, d.users_count, d.seen_at from raw.peer_details d "
    "join raw.hostnames t on t.id = d.target_id order by all"
)


@pytest.fixture
def visit(frontier_of: Callable[..., DuckDBFrontier], made: Any, clock: Any) -> Visit:
    """Store one visit to a.example a week after the one before, in a crawl of its own."""
    crawls = 0

    def store(*lists: Any) -> None:
        nonlocal crawls
        crawls += 1
        clock.forward(days=7)
        check = made.check("a.example", started_at=clock.at, peer_lists=lists)
        frontier_of(crawl_id=f"w{crawls}").store([check])

    return store


def knows(*targets: str) -> set[tuple[str, ...]]:
    """The edges by which a.example knows some hosts."""
    return {("a.example", "knows", target) for target in targets}


def test_a_complete_list_replaces_the_one_before(
    visit: Visit, made: Any, edges_now: Edges, rows_of: Read, clock: Any
) -> None:
    """What it no longer names held once: with its first day and the day of the list without it."""
    visit(made.peers("b.example", "c.example"))
    first = clock.at

    visit(made.peers("c.example", "d.example"))

    assert knows("c.example", "d.example") == edges_now()
    assert [("b.example", first, first + timedelta(days=7))] == rows_of(PAST)
    assert [("c.example", first), ("d.example", clock.at)] == rows_of(
        "select t.hostname, e.first_seen_at from raw.peer_edges e "
        "join raw.hostnames t on t.id = e.target_id order by all"
    )


@pytest.mark.parametrize(
    "state",
    [
        PeerListState.HIDDEN,
        PeerListState.FAILED,
        PeerListState.NOT_OFFERED,
        PeerListState.DUMMY,
        PeerListState.DISALLOWED,
    ],
)
def test_a_list_that_did_not_come_deletes_nothing(
    state: PeerListState, visit: Visit, made: Any, edges_now: Edges, rows_of: Read
) -> None:
    """Hidden is not empty, and neither is failed."""
    visit(made.peers("b.example"))

    visit(made.peers(state=state))

    assert knows("b.example") == edges_now()
    assert [] == rows_of(PAST)


def test_a_partial_list_adds_and_deletes_nothing(
    visit: Visit, made: Any, edges_now: Edges, rows_of: Read
) -> None:
    """The absences of a list that ended at a cap mean nothing."""
    visit(made.peers("b.example"))

    visit(made.peers("c.example", is_complete=False))

    assert knows("b.example", "c.example") == edges_now()
    assert [] == rows_of(PAST)


def test_an_empty_list_deletes_everything(
    visit: Visit, made: Any, edges_now: Edges, rows_of: Read
) -> None:
    """Where empty means empty, all edges held once."""
    visit(made.peers("b.example", "c.example"))

    visit(made.peers(state=PeerListState.EMPTY))

    assert set() == edges_now()
    assert ["b.example", "c.example"] == [row[0] for row in rows_of(PAST)]


def test_a_visit_without_lists_changes_nothing(visit: Visit, made: Any, edges_now: Edges) -> None:
    """Six days of seven no list is due."""
    visit(made.peers("b.example"))

    visit()

    assert knows("b.example") == edges_now()


def test_who_comes_back_begins_anew(
    visit: Visit, made: Any, edges_now: Edges, rows_of: Read, clock: Any
) -> None:
    """The edge holds from the day of its return; that it held before is kept."""
    visit(made.peers("b.example"))
    first = clock.at
    visit(made.peers(state=PeerListState.EMPTY))
    visit(made.peers("b.example"))
    back = clock.at
    visit(made.peers(state=PeerListState.EMPTY))

    assert set() == edges_now()
    assert [
        ("b.example", first, first + timedelta(days=7)),
        ("b.example", back, back + timedelta(days=7)),
    ] == rows_of(PAST)


def test_kinds_do_not_touch_each_other(visit: Visit, made: Any, edges_now: Edges) -> None:
    """A list of blocks that shrinks says nothing of who is known."""
    visit(made.peers("b.example", "c.example"), made.peers("b.example", kind=PeerKind.BLOCKS))

    visit(made.peers("d.example", kind=PeerKind.BLOCKS))

    assert knows("b.example", "c.example") | {("a.example", "blocks", "d.example")} == edges_now()


def test_two_lists_of_one_kind_are_one_list(visit: Visit, made: Any, edges_now: Edges) -> None:
    """Linked and allowed peers of one endpoint pair count together; both are needed to replace."""
    visit(made.peers("b.example"), made.peers("c.example"))
    visit(made.peers("b.example"), made.peers("b.example", "d.example"))
    together = edges_now()

    visit(made.peers("b.example"), made.peers(state=PeerListState.FAILED))

    assert knows("b.example", "d.example") == together == edges_now()


def test_one_servers_list_does_not_touch_anothers(
    frontier_of: Callable[..., DuckDBFrontier], made: Any, edges_now: Edges, clock: Any
) -> None:
    """Edges belong to who said them, in one batch too."""
    first = [
        made.check(f"{name}.example", peer_lists=(made.peers("x.example", "y.example"),))
        for name in "ab"
    ]
    frontier_of().store(first)
    clock.forward(days=7)

    second = [
        made.check("a.example", started_at=clock.at, peer_lists=(made.peers("x.example"),)),
        made.check("b.example", started_at=clock.at, peer_lists=(made.peers("y.example"),)),
    ]
    frontier_of(crawl_id="c2").store(second)

    assert {
        ("a.example", "knows", "x.example"),
        ("b.example", "knows", "y.example"),
    } == edges_now()


def test_a_clock_set_back_deletes_nothing(
    frontier_of: Callable[..., DuckDBFrontier], made: Any, edges_now: Edges, clock: Any
) -> None:
    """A list that is dated before an edge cannot end it."""
    frontier_of().store([made.check("a.example", peer_lists=(made.peers("b.example"),))])
    early = made.at - timedelta(days=400)

    frontier_of(crawl_id="c2").store(
        [made.check("a.example", started_at=early, peer_lists=(made.peers("c.example"),))]
    )

    assert knows("b.example", "c.example") == edges_now()


def test_details_are_kept_beside_their_edges(
    visit: Visit, made: Any, rows_of: Read, clock: Any
) -> None:
    """What is said of a peer is dated when it was said first, and again only when it changes."""
    suspend, silence = PeerDetail(severity="suspend"), PeerDetail(severity="silence")
    visit(made.peers("b.example", "c.example", kind=PeerKind.BLOCKS, details=(suspend, suspend)))
    first = clock.at

    visit(made.peers("b.example", "c.example", kind=PeerKind.BLOCKS, details=(suspend, silence)))

    assert [
        ("b.example", "suspend", None, None, first),
        ("c.example", "silence", None, None, clock.at),
    ] == rows_of(DETAILS)


def test_details_go_with_their_edge(visit: Visit, made: Any, rows_of: Read) -> None:
    """Nothing is said of a peer that is no longer one."""
    detail = PeerDetail(liveness=Liveness.FAILING, users_count=0)
    visit(made.peers("b.example", "c.example", details=(detail, detail)))

    visit(made.peers("c.example", details=(detail,)))

    assert [("c.example", None, "failing", 0)] == [row[:4] for row in rows_of(DETAILS)]


def test_details_go_when_the_list_is_empty(visit: Visit, made: Any, rows_of: Read) -> None:
    """Also when the list that ends the edge says nothing of anybody."""
    visit(made.peers("b.example", details=(PeerDetail(users_count=3),)))

    visit(made.peers(state=PeerListState.EMPTY))

    assert [] == rows_of(DETAILS)


def test_a_peer_without_details_has_none(visit: Visit, made: Any, rows_of: Read) -> None:
    """`None` beside a name is no row."""
    visit(made.peers("b.example", "c.example", details=(None, PeerDetail(users_count=3))))

    assert [("c.example", None, None, 3)] == [row[:4] for row in rows_of(DETAILS)]


def test_big_batches_go_in_parts(
    frontier_of: Callable[..., DuckDBFrontier],
    made: Any,
    edges_now: Edges,
    monkeypatch: pytest.MonkeyPatch,
    clock: Any,
) -> None:
    """What is laid out in memory is bounded, and the parts make the same edges."""
    monkeypatch.setattr(peers_module, "NAMES_AT_ONCE", 3)
    for week in range(2):
        checks = [
            made.check(
                f"s{n}.example",
                started_at=clock.at,
                peer_lists=(
                    made.peers(f"t{n}.example", f"week{week}.example"),
                    made.peers(f"u{n}.example", kind=PeerKind.BLOCKS),
                ),
            )
            for n in range(5)
        ]
        frontier_of(crawl_id=f"c{week}").store(checks)
        clock.forward(days=7)

    assert {
        edge
        for n in range(5)
        for edge in (
            (f"s{n}.example", "knows", f"t{n}.example"),
            (f"s{n}.example", "knows", "week1.example"),
            (f"s{n}.example", "blocks", f"u{n}.example"),
        )
    } == edges_now()


def test_a_name_has_one_number_for_ever(visit: Visit, made: Any, rows_of: Read) -> None:
    """Names are numbered once, whoever says them, in whatever batch."""
    visit(made.peers("b.example", "c.example"))
    before = rows_of("select hostname, id from raw.hostnames order by all")

    visit(made.peers("c.example", "b.example", "a2.example"))

    after = rows_of("select hostname, id from raw.hostnames order by all")
    assert set(before) < set(after)
    assert len(after) == len({name for name, _ in after}) == len({number for _, number in after})


def test_a_registrable_domain_is_kept_with_its_name(visit: Visit, made: Any, rows_of: Read) -> None:
    """Caps and votes count by it, so it is there with the number."""
    visit(made.peers("deep.sub.b.co.uk"))

    assert [("b.co.uk",)] == rows_of(
        "select registrable_domain from raw.hostnames where hostname = 'deep.sub.b.co.uk'"
    )
