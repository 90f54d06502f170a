"""The frontier: who is admitted, leased, visited, and when again."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Alias, PeerKind, PeerListState
from pipeline import warehouse as warehouse_module
from pipeline.frontier import LEASE, DuckDBFrontier
from pipeline.warehouse import Warehouse

Begin = Callable[..., DuckDBFrontier]
Read = Callable[..., list[tuple[Any, ...]]]

HOSTS = "select hostname from frontier.hosts order by all"


def names(frontier: DuckDBFrontier, count: int = 1000) -> list[str]:
    """Lease hosts and give their names."""
    return [due.hostname for due in frontier.lease(count)]


# --- admission -------------------------------------------------------------------------------------


def test_seeds_are_due_at_once(frontier_of: Begin) -> None:
    """A first crawl begins with its seeds."""
    frontier = frontier_of("b.example", "a.example", "a.example")

    assert ["a.example", "b.example"] == sorted(names(frontier))


def test_hosts_that_a_list_names_are_admitted_in_the_same_crawl(
    frontier: DuckDBFrontier, made: Any
) -> None:
    """Peers of a visited server are the next to be visited."""
    frontier.store([made.check("a.example", peer_lists=(made.peers("b.example", "c.example"),))])

    assert ["b.example", "c.example"] == sorted(names(frontier))


def test_dead_ones_are_named_but_not_visited(
    frontier: DuckDBFrontier, made: Any, edges_now: Callable[[], set[tuple[str, ...]]]
) -> None:
    """A list of hosts that do not answer any more is an edge of its own kind and no invitation."""
    frontier.store(
        [made.check("a.example", peer_lists=(made.peers("b.example", kind=PeerKind.DEAD),))]
    )

    assert [] == names(frontier)
    assert {("a.example", "dead", "b.example")} == edges_now()


def test_moves_and_aliases_are_claims(frontier: DuckDBFrontier, made: Any) -> None:
    """Where a server moved and what else it is called is visited too."""
    alias = Alias(hostname=Hostname("alias.example"), evidence="identity")
    frontier.store(
        [
            made.check("a.example", aliases=(alias,)),
            made.check(
                "b.example",
                outcome=Outcome.REDIRECTED_AWAY,
                moved_to=Hostname("new-b.example"),
            ),
        ]
    )

    assert ["alias.example", "new-b.example"] == sorted(names(frontier))


def test_a_claim_is_no_edge(
    frontier: DuckDBFrontier, made: Any, edges_now: Callable[[], set[tuple[str, ...]]]
) -> None:
    """To move somewhere says nothing of a peer."""
    frontier.store(
        [
            made.check(
                "b.example", outcome=Outcome.REDIRECTED_AWAY, moved_to=Hostname("new-b.example")
            )
        ]
    )

    assert set() == edges_now()


def test_twenty_strangers_of_one_domain_are_admitted(
    frontier: DuckDBFrontier, made: Any, rows_of: Read
) -> None:
    """A wildcard farm gets twenty visits, the rest is held back and still counted as named."""
    farm = [f"x{number}.farm.example" for number in range(50)]
    frontier.store([made.check("a.example", peer_lists=(made.peers(*farm, "b.example"),))])

    admitted = names(frontier)

    assert 20 == sum(name.endswith("farm.example") for name in admitted)
    assert "b.example" in admitted
    assert [(50,)] == rows_of(
        "select count(*) from raw.hostnames where registrable_domain = 'farm.example'"
    )


def test_the_cap_counts_over_batches(frontier: DuckDBFrontier, made: Any) -> None:
    """Fifteen today and fifteen in the next batch are twenty."""
    for batch in range(2):
        farm = [f"x{batch}-{number}.farm.example" for number in range(15)]
        frontier.store([made.check(f"a{batch}.example", peer_lists=(made.peers(*farm),))])

    assert 20 == len(names(frontier))


def test_strangers_that_answer_alike_stay_strangers(frontier: DuckDBFrontier, made: Any) -> None:
    """Twenty clones behind one wildcard bring no twenty-first."""
    farm = [f"x{number}.farm.example" for number in range(60)]
    said = made.nodeinfo("mastodon", name="The same everywhere")
    frontier.store([made.check("a.example", peer_lists=(made.peers(*farm),))])
    first = names(frontier)
    frontier.store([made.check(name, nodeinfo=said) for name in first])

    frontier.store([made.check("b.example", peer_lists=(made.peers(*farm),))])

    # of the twenty alike one is a server; its place is free
    assert 1 == len(names(frontier))


def test_servers_that_differ_make_room_for_their_neighbours(
    frontier: DuckDBFrontier, made: Any
) -> None:
    """A host of many real servers (each with its own face) is admitted twenty at a time."""
    farm = [f"x{number}.host.example" for number in range(50)]
    frontier.store([made.check("a.example", peer_lists=(made.peers(*farm),))])
    first = names(frontier)
    frontier.store([made.check(name, nodeinfo=made.nodeinfo(name=name)) for name in first])

    frontier.store([made.check("b.example", peer_lists=(made.peers(*farm),))])

    assert 20 == len(names(frontier))


def test_a_reviewed_host_has_a_higher_cap(frontier_of: Begin, made: Any) -> None:
    """Hosting companies on the hand-kept list may have thousands of customers."""
    frontier = frontier_of()
    customers = [f"c{number}.masto.host" for number in range(100)]

    frontier.store([made.check("a.example", peer_lists=(made.peers(*customers),))])

    assert 100 == len(names(frontier))


def test_one_source_brings_five_thousand_at_most(
    frontier: DuckDBFrontier, made: Any, rows_of: Read
) -> None:
    """A list of inventions does not crowd out everybody else."""
    invented = [f"h{number}.example" for number in range(6000)]
    frontier.store(
        [
            made.check("liar.example", peer_lists=(made.peers(*invented),)),
            made.check("honest.example", peer_lists=(made.peers("friend.example"),)),
        ]
    )

    by_source = dict(
        rows_of(
            "select admitted_by, count(*) from frontier.hosts where admitted_by is not null group by all"
        )
    )

    assert {"liar.example": 5000, "honest.example": 1} == by_source


def test_who_is_held_back_can_be_admitted_later(frontier: DuckDBFrontier, made: Any) -> None:
    """Names beyond the cap of one source come in when another names them."""
    invented = [f"h{number:04}.example" for number in range(5002)]
    frontier.store([made.check("liar.example", peer_lists=(made.peers(*invented),))])
    first = set(names(frontier, 10_000))
    rest = sorted(set(invented) - first)

    frontier.store([made.check("honest.example", peer_lists=(made.peers(*rest),))])

    assert rest == sorted(names(frontier))


def test_reserved_names_stay_out_of_a_live_crawl(tmp_path: Path, made: Any, clock: Any) -> None:
    """`*.example` and `*.test` are nobody, seeds and visits included."""
    with Warehouse.open(tmp_path) as live:
        frontier = DuckDBFrontier(live, crawl_id="c1", seeds=["a.example"], now=clock)
        listed = made.peers("b.example", "c.test", "d.example.org")

        frontier.store([made.check("mastodon.social", peer_lists=(listed,))])

        assert ["d.example.org"] == names(frontier)


@pytest.fixture
def _opted_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "optouts.csv"
    path.write_text(
        "hostname,reason,source,added_on\nout.example,asked,mail,2026-01-01\n", encoding="utf-8"
    )
    monkeypatch.setattr(warehouse_module, "OPTOUTS", path)


@pytest.mark.usefixtures("_opted_out")
def test_who_opted_out_is_never_admitted(tmp_path: Path, made: Any, clock: Any) -> None:
    """Neither as a seed nor by a peer list, subdomains included; a longer name is another's."""
    with Warehouse.open(tmp_path / "data", is_replica=True) as opened:
        seeds = ["out.example", "deep.sub.out.example"]
        frontier = DuckDBFrontier(
            opened, crawl_id="c1", seeds=seeds, admits_reserved=True, now=clock
        )
        listed = made.peers("out.example", "sub.out.example", "shout.example", "b.example")

        frontier.store([made.check("a.example", peer_lists=(listed,))])

        assert ["b.example", "shout.example"] == sorted(names(frontier))


def test_who_opts_out_later_is_never_leased_again(
    tmp_path: Path, made: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line on the hand-kept list ends the visits of a host that was known for long."""
    with Warehouse.open(tmp_path / "data", is_replica=True) as opened:
        DuckDBFrontier(
            opened,
            crawl_id="c1",
            seeds=["out.example", "sub.out.example", "in.example"],
            admits_reserved=True,
            now=clock,
        )
    path = tmp_path / "optouts.csv"
    path.write_text("hostname,reason,source,added_on\nout.example,,,\n", encoding="utf-8")
    monkeypatch.setattr(warehouse_module, "OPTOUTS", path)

    with Warehouse.open(tmp_path / "data") as opened:
        frontier = DuckDBFrontier(opened, crawl_id="c2", admits_reserved=True, now=clock)

        assert ["in.example"] == names(frontier)


# --- order and leases ------------------------------------------------------------------------------


def test_the_order_is_seeds_then_servers_then_the_most_named(
    frontier_of: Begin, made: Any, clock: Any
) -> None:
    """New seeds first, then servers known to answer, then names by independent domains."""
    first = frontier_of("known.example")
    first.store(
        [
            made.check("known.example", peer_lists=(made.peers("twice.example", "once.example"),)),
            made.check("other.example", peer_lists=(made.peers("twice.example"),)),
        ]
    )
    clock.forward(hours=40)

    second = frontier_of("seed.example", crawl_id="c2")

    assert [
        "seed.example",
        "known.example",
        "other.example",
        "twice.example",
        "once.example",
    ] == names(second)


@pytest.mark.parametrize("named_before", [(), ("pushed.example", "earned.example")])
def test_a_hundred_hosts_of_one_domain_name_as_one(
    frontier: DuckDBFrontier, made: Any, named_before: tuple[str, ...]
) -> None:
    """Votes count by registrable domain, so that a farm cannot push its inventions forward."""
    frontier.store([made.check("z.example", peer_lists=(made.peers(*named_before),))])
    sybils = [
        made.check(f"s{n}.farm.example", peer_lists=(made.peers("pushed.example"),))
        for n in range(9)
    ]
    honest = [
        made.check(f"{name}.example", peer_lists=(made.peers("earned.example"),)) for name in "ab"
    ]

    frontier.store([*sybils, *honest])

    assert ["earned.example", "pushed.example"] == names(frontier)


def test_a_leased_host_is_nobody_elses(frontier_of: Begin) -> None:
    """What was handed out is not handed out again."""
    frontier = frontier_of("a.example", "b.example")

    first, second, third = names(frontier, 1), names(frontier, 1), names(frontier, 1)

    assert (1, 1, 0) == (len(first), len(second), len(third))
    assert first != second
    assert 2 == frontier.leased_count()


def test_a_lease_expires(frontier_of: Begin, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A host whose check never came back is handed out again after the lease."""
    monkeypatch.setattr("pipeline.frontier.ASKED_AGAIN_AFTER_SECONDS", 0)
    frontier = frontier_of("a.example")
    names(frontier)

    clock.forward(seconds=LEASE.total_seconds() - 1)
    early = names(frontier)
    clock.forward(seconds=2)

    assert [] == early
    assert 0 == frontier.leased_count()
    assert ["a.example"] == names(frontier)


def test_one_crawl_visits_a_host_once(frontier_of: Begin, made: Any, clock: Any) -> None:
    """However long a crawl runs, nobody is asked twice in it."""
    frontier = frontier_of("a.example")
    names(frontier)
    frontier.store([made.check("a.example")])

    clock.forward(days=10)

    assert [] == names(frontier)
    assert ["a.example"] == names(frontier_of(crawl_id="c2"))


def test_who_is_not_due_is_left_in_peace(frontier_of: Begin, made: Any, clock: Any) -> None:
    """A crawl that begins an hour after another asks nobody again."""
    frontier_of("a.example").store([made.check("a.example")])

    clock.forward(hours=1)

    assert [] == names(frontier_of("a.example", crawl_id="c2"))


def test_the_limit_of_a_crawl_counts_stored_and_leased(frontier_of: Begin, made: Any) -> None:
    """No more hosts are visited than were asked for."""
    frontier = frontier_of(*(f"h{n}.example" for n in range(10)), host_limit=3)

    first = names(frontier, 2)
    second = names(frontier, 5)
    frontier.store([made.check(name) for name in first + second])

    assert (2, 1) == (len(first), len(second))
    assert [] == names(frontier)


def test_peers_are_wanted_weekly(frontier_of: Begin, made: Any, clock: Any) -> None:
    """The visit of the next day asks for no peers, that of the next week does."""
    wanted = []
    for day in range(8):
        frontier = frontier_of("a.example", crawl_id=f"c{day}")
        (due,) = frontier.lease(5)
        wanted.append(due.wants.peers)
        clock.forward(minutes=1)
        lists = (made.peers("b.example"),) if due.wants.peers else ()
        frontier.store([made.check("a.example", started_at=clock.at, peer_lists=lists)])
        clock.forward(hours=32)
        frontier.warehouse.connection.execute(
            "delete from frontier.hosts where hostname = 'b.example'"
        )

    assert [True, False, False, False, False, True, False, False] == wanted


def test_who_disallows_is_asked_for_robots_only(frontier_of: Begin, made: Any, clock: Any) -> None:
    """The weekly visit to such a host wants nothing but its robots.txt."""
    frontier_of("a.example").store([made.check("a.example", outcome=Outcome.ROBOTS_DISALLOWED)])
    clock.forward(days=8)

    (due,) = frontier_of(crawl_id="c2").lease(1)

    assert (False, False, False) == (due.wants.instance, due.wants.peers, due.wants.activity)


# --- ends and beginnings ---------------------------------------------------------------------------


def test_a_crawl_that_died_is_buried_by_the_next(
    frontier_of: Begin, made: Any, rows_of: Read, clock: Any
) -> None:
    """It ended with its last check; nobody had to be there."""
    frontier_of("a.example").store([made.check("a.example")])
    clock.forward(hours=5)

    frontier_of(crawl_id="c2")

    assert [("c1", "died", made.at), ("c2", None, None)] == rows_of(
        "select crawl_id, end_reason, ended_at from raw.crawls order by all"
    )


def test_a_crawl_that_is_resumed_goes_on(frontier_of: Begin, made: Any) -> None:
    """What it had leased is leased again at once, what it had stored is not, its count goes on."""
    first = frontier_of("a.example", "b.example", "c.example", host_limit=2)
    names(first)
    first.store([made.check("a.example")])

    second = frontier_of("a.example", "b.example", "c.example", host_limit=2)

    assert 1 == len(names(second))


def test_finish_says_why_and_publishes(tmp_path: Path, made: Any, clock: Any) -> None:
    """The crawl has its end, the published file is there, and the warehouse is let go."""
    warehouse = Warehouse.open(tmp_path, is_replica=True)
    frontier = DuckDBFrontier(warehouse, crawl_id="c1", admits_reserved=True, now=clock)
    frontier.store([made.check("a.example")])

    frontier.finish("finished")

    with Warehouse.open(tmp_path) as again:
        rows = again.connection.execute(
            "select end_reason, leased_until from raw.crawls, frontier.hosts"
        )
        assert [("finished", None)] == rows.fetchall()
    assert (tmp_path / "published" / "herdbook.duckdb").exists()


def test_a_publish_is_put_off_while_it_is_dear(tmp_path: Path, frontier: DuckDBFrontier) -> None:
    """Publishing takes a fifth of the crawl's time at most: the second call in a row does nothing."""
    path = frontier.warehouse.path.parent / "published" / "herdbook.duckdb"

    frontier.publish()
    first = path.stat().st_ino
    frontier.publish()

    assert first == path.stat().st_ino


def test_a_clock_that_jumped_ahead_puts_nobody_off_for_ever(
    frontier_of: Begin, made: Any, clock: Any, rows_of: Read
) -> None:
    """Due times that a wrong clock wrote are cut to what can be meant when the next crawl begins."""
    wrong = datetime(2056, 1, 1, tzinfo=UTC)
    lists = (made.peers("b.example"),)
    frontier_of("a.example").store([made.check("a.example", started_at=wrong, peer_lists=lists)])

    frontier_of(crawl_id="c2")

    ((due_at, peers_due_at),) = rows_of(
        "select due_at, peers_due_at from frontier.hosts where hostname = 'a.example'"
    )
    assert due_at <= clock.at + timedelta(days=31)
    assert peers_due_at <= clock.at + timedelta(days=31)


# --- storing ---------------------------------------------------------------------------------------


def test_a_batch_is_kept_whole_or_not_at_all(
    frontier_of: Begin, made: Any, rows_of: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the last step of a batch fails, nothing of it is there, and it can be stored again."""
    frontier = frontier_of("a.example")
    names(frontier)
    alias = Alias(hostname=Hostname("alias.example"), evidence="identity")
    check = made.check("a.example", peer_lists=(made.peers("b.example"),), aliases=(alias,))
    admit = frontier._admit_claims
    monkeypatch.setattr(frontier, "_admit_claims", lambda checks: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        frontier.store([check])
    counts = rows_of(
        "select (select count(*) from raw.checks), (select count(*) from raw.peer_edges), "
        "(select count(*) from raw.peer_lists), (select count(*) from raw.aliases), "
        "(select count(*) from raw.hostnames), (select count(*) from frontier.hosts), "
        "(select last_checked_at from frontier.hosts)"
    )
    monkeypatch.setattr(frontier, "_admit_claims", admit)
    frontier.store([check])

    assert [(0, 0, 0, 0, 1, 1, None)] == counts
    assert [("a.example",), ("alias.example",), ("b.example",)] == rows_of(HOSTS)
    assert [("a.example", 0), ("alias.example", 2), ("b.example", 1)] == rows_of(
        "select hostname, id from raw.hostnames order by hostname"
    )


def test_storing_twice_changes_nothing(
    frontier: DuckDBFrontier, made: Any, warehouse: Warehouse
) -> None:
    """The same checks of the same crawl again: every table stays as it was."""
    checks = [
        made.check("a.example", peer_lists=(made.peers("b.example"),)),
        made.check("c.example", outcome=Outcome.TIMED_OUT),
    ]
    frontier.store(checks)
    before = _everything(warehouse)

    frontier.store(checks)
    frontier.store([*checks, *checks])

    assert before == _everything(warehouse)


def test_two_checks_of_one_host_in_a_batch_are_one(
    frontier: DuckDBFrontier, made: Any, rows_of: Read
) -> None:
    """The first one counts."""
    frontier.store([made.check("a.example", seconds=1.0), made.check("a.example", seconds=2.0)])

    assert [("a.example", 1.0)] == rows_of("select hostname, seconds from raw.checks")


def test_an_empty_batch_is_no_batch(frontier: DuckDBFrontier, warehouse: Warehouse) -> None:
    """Nothing to store is nothing to acknowledge."""
    frontier.store([])

    assert warehouse.fact("stores_count") is None


def test_failures_are_remembered_over_crawls(
    frontier_of: Begin, made: Any, clock: Any, rows_of: Read
) -> None:
    """Each failure is counted from the first; an answer forgets them, another failure begins anew."""
    seen = []
    for number, outcome in enumerate(
        [Outcome.OK, Outcome.TIMED_OUT, Outcome.REFUSED, Outcome.OK, Outcome.TIMED_OUT]
    ):
        frontier = frontier_of(crawl_id=f"c{number}")
        frontier.store([made.check("a.example", outcome=outcome, started_at=clock.at)])
        seen += rows_of("select failures_count, failing_since is not null from frontier.hosts")
        clock.forward(days=2)

    assert [(0, False), (1, True), (2, True), (0, False), (1, True)] == seen


def test_a_check_by_hand_of_a_host_nobody_knows_admits_it(
    frontier: DuckDBFrontier, made: Any, rows_of: Read
) -> None:
    """A stored check belongs to a host of the frontier."""
    frontier.store([made.check("stranger.example")])

    assert [("stranger.example",)] == rows_of(HOSTS)


def test_hidden_lists_bring_nobody(frontier: DuckDBFrontier, made: Any, rows_of: Read) -> None:
    """A list that is kept secret is a row of peer_lists and nothing else."""
    frontier.store([made.check("a.example", peer_lists=(made.peers(state=PeerListState.HIDDEN),))])

    assert [("a.example",)] == rows_of(HOSTS)
    assert [("hidden", 0)] == rows_of("select state, hostnames_count from raw.peer_lists")


def _everything(warehouse: Warehouse) -> dict[str, list[tuple[Any, ...]]]:
    connection = warehouse.connection
    tables = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name in ('raw', 'frontier')"
    ).fetchall()
    return {
        name: connection.execute(f"select * from {name} order by all").fetchall()
        for (name,) in tables
    }
