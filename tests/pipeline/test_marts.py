"""The marts that judge: a few rows in, all rows out."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Alias, PeerDetail, PeerKind, PeerListState, Registration
from pipeline import raw
from pipeline.frontier import DuckDBFrontier
from pipeline.observation import Observation
from pipeline.publish import publish_warehouse, take_room
from pipeline.warehouse import Warehouse

Begin = Callable[..., DuckDBFrontier]
Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]

DAY = timedelta(days=1)
TODAY = date(2026, 3, 20)


@pytest.fixture
def store(frontier_of: Begin) -> Callable[..., None]:
    """Store checks as a crawl of their own."""
    crawls = 0

    def keep(*checks: Any) -> None:
        nonlocal crawls
        crawls += 1
        frontier_of(crawl_id=f"c{crawls}").store(list(checks))

    return keep


@pytest.fixture
def ask(warehouse: Warehouse, made: Any) -> Ask:
    """Ask the published file; it is made of what is stored at the first question, an hour after noon."""

    @cache
    def published() -> Path:
        at = made.at + timedelta(hours=1)
        return publish_warehouse(warehouse, published_at=at, checks_promises=True)

    def read(sql: str) -> Rows:
        with duckdb.connect(published(), read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return read


# --- instances -------------------------------------------------------------------------------------


def test_a_server_keeps_what_it_said_when_it_answered(store: Any, ask: Ask, made: Any) -> None:
    """A failure changes how it went last, not what is known of the server."""
    said = made.nodeinfo("lemmy", users_total=10, local_posts=0, name="Alpha")
    store(made.check("a.example", started_at=made.at - 2 * DAY, nodeinfo=said))
    store(made.check("a.example", outcome=Outcome.TIMED_OUT, detail="20 s"))

    rows = ask(
        "select title, software_name, users_total, local_posts, users_active_month, last_outcome,"
        " last_detail, is_alive, checks_90d, answered_90d, uptime_ratio_90d from marts.instances"
    )

    assert [("Alpha", "lemmy", 10, 0, None, "timed_out", "20 s", True, 2, 1, 0.5)] == rows


def test_alive_is_an_answer_within_seven_days(store: Any, ask: Ask, made: Any) -> None:
    """Alive is a view: nothing is stored of it."""
    for hostname, days in (("a.example", 1), ("b.example", 6.9), ("c.example", 7.1)):
        store(made.check(hostname, started_at=made.at - days * DAY))

    assert [("a.example", True), ("b.example", True), ("c.example", False)] == ask(
        "select hostname, is_alive from marts.instances order by all"
    )


def test_who_refuses_to_be_counted_has_no_numbers(store: Any, ask: Ask, made: Any) -> None:
    """It is listed as such; its numbers are nowhere, in no sum and on no day."""
    said = made.nodeinfo(users_total=99, users_active_month=9, local_posts=9)
    store(made.check("a.example", started_at=made.at - DAY, nodeinfo=said))
    store(
        made.check(
            "a.example",
            nodeinfo=said,
            instance=made.instance(domains_known=4),
            is_counting_refused=True,
        )
    )

    assert [(True, None, None, None, None)] == ask(
        "select is_counting_refused, users_total, users_active_month, local_posts, domains_known"
        " from marts.instances"
    )
    assert [(0, None)] == ask("select instances_reporting, users_total from marts.software")


def test_names_that_never_answered_are_counted_only(store: Any, ask: Ask, made: Any) -> None:
    """Seeds are shown whatever they say; names from lists when they have answered once."""
    store(
        made.check("a.example", peer_lists=(made.peers("silent.example", "unvisited.example"),)),
        made.check("silent.example", outcome=Outcome.DNS_FAILED),
    )

    assert [("a.example",)] == ask("select hostname from marts.instances")
    assert [(3, 1, 2)] == ask(
        "select instances_known, instances_alive, instances_checked_7d from marts.about"
    )


def test_the_first_source_that_speaks_gives_the_number(store: Any, ask: Ask, made: Any) -> None:
    """NodeInfo's number, else that of the server's own API; zero is a number."""
    store(
        made.check(
            "a.example",
            nodeinfo=made.nodeinfo(users_total=0),
            instance=made.instance(users_total=5),
        ),
        made.check("b.example", nodeinfo=made.nodeinfo(), instance=made.instance(users_total=5)),
        made.check("c.example", nodeinfo=made.nodeinfo(), instance=made.instance()),
    )

    assert [
        ("a.example", 0, "nodeinfo"),
        ("b.example", 5, "instance"),
        ("c.example", None, None),
    ] == ask("select hostname, users_total, numbers_source from marts.instances order by all")


def test_registration_is_the_finer_word(store: Any, ask: Ask, made: Any) -> None:
    """What its own API says in five states, unknown included; NodeInfo's yes or no where there is none."""
    cases = [
        ("a.example", True, Registration.APPROVAL, "approval"),
        ("b.example", True, Registration.UNKNOWN, "unknown"),
        ("c.example", False, Registration.UNKNOWN, "unknown"),
        ("d.example", None, Registration.UNKNOWN, "unknown"),
        ("e.example", True, None, "open"),
        ("f.example", None, None, "unknown"),
    ]
    for hostname, flag, registration, _ in cases:
        instance = None if registration is None else made.instance(registration=registration)
        said = made.nodeinfo(is_open_registrations=flag)
        store(made.check(hostname, nodeinfo=said, instance=instance))

    assert [(hostname, expected) for hostname, *_, expected in cases] == ask(
        "select hostname, registration from marts.instances order by all"
    )


def test_growth_compares_with_a_month_ago(store: Any, ask: Ask, made: Any) -> None:
    """The newest day 26 to 40 days before the last answer; none there is no growth, not zero."""
    for days, users in ((45, 1), (33, 80), (27, 100), (10, 120), (0, 150)):
        store(
            made.check(
                "a.example",
                started_at=made.at - days * DAY,
                nodeinfo=made.nodeinfo(users_total=users, users_active_month=0),
            )
        )
    store(made.check("b.example", nodeinfo=made.nodeinfo(users_total=5)))

    assert [("a.example", 0.5, None), ("b.example", None, None)] == ask(
        "select hostname, users_total_30d_ratio, users_active_month_30d_ratio"
        " from marts.instances order by all"
    )


def test_hidden_peers_are_not_none(store: Any, ask: Ask, made: Any) -> None:
    """A count of peers is that of the last list that came, and unknown where it is hidden now."""
    cases = [
        ("a.example", PeerListState.HIDDEN, None),
        ("b.example", PeerListState.NOT_OFFERED, None),
        ("c.example", PeerListState.FAILED, 2),
        ("d.example", PeerListState.EMPTY, 0),
    ]
    for hostname, state, _ in cases:
        lists = (made.peers("x.example", "y.example"),)
        store(made.check(hostname, started_at=made.at - 8 * DAY, peer_lists=lists))
        store(made.check(hostname, peer_lists=(made.peers(state=state),)))

    assert [(hostname, expected, state.value) for hostname, state, expected in cases] == ask(
        "select hostname, peers_count, peers_state from marts.instances order by all"
    )


def test_namings_count_servers_not_kinds(store: Any, ask: Ask, made: Any) -> None:
    """Who knows and blocks a server names it once."""
    store(
        made.check(
            "a.example",
            peer_lists=(made.peers("c.example"), made.peers("c.example", kind=PeerKind.BLOCKS)),
        ),
        made.check("b.example", peer_lists=(made.peers("c.example"),)),
        made.check("c.example"),
    )

    assert [("a.example", 0), ("b.example", 0), ("c.example", 2)] == ask(
        "select hostname, named_by_count from marts.instances order by all"
    )


# --- one server, one row ---------------------------------------------------------------------------


def mirror(made: Any, hostname: str, other: str, **told: Any) -> Any:
    """A check of a host that says it is another."""
    alias = Alias(hostname=Hostname(other), evidence=told.pop("evidence", "identity"))
    return made.check(hostname, aliases=(alias,), **told)


def test_two_names_of_one_server_are_one_row(store: Any, ask: Ask, made: Any) -> None:
    """A host that says it is another, answering alike, is not shown or counted beside it."""
    said = made.nodeinfo(name="Alpha", users_total=10)
    store(
        made.check("a.example", nodeinfo=said),
        mirror(made, "www.a.example", "a.example", nodeinfo=said),
    )

    assert [("a.example",)] == ask("select hostname from marts.instances")
    assert [(10,)] == ask("select users_total from marts.network_days where source = 'herdbook'")
    assert [("a.example", "www.a.example")] == ask(
        "select * exclude (evidence, first_seen_on) from marts.aliases"
    )


def test_of_two_that_each_say_they_are_the_other_the_first_stays(
    store: Any, ask: Ask, made: Any
) -> None:
    """One of them is shown, never none."""
    said = made.nodeinfo(name="Alpha")
    store(
        mirror(made, "a.example", "b.example", nodeinfo=said),
        mirror(made, "b.example", "a.example", nodeinfo=said),
    )

    assert [("a.example",)] == ask("select hostname from marts.instances")


def test_a_name_of_a_name_is_neither(store: Any, ask: Ask, made: Any) -> None:
    """Claims are followed to their end."""
    said = made.nodeinfo(name="Alpha")
    store(
        mirror(made, "b.example", "z.example", nodeinfo=said),
        mirror(made, "z.example", "y.example", nodeinfo=said),
        made.check("y.example", nodeinfo=said),
    )

    assert [("y.example",)] == ask("select hostname from marts.instances")


def test_three_that_say_it_in_a_circle_leave_one(store: Any, ask: Ask, made: Any) -> None:
    """A circle of claims must not hide the server altogether."""
    said = made.nodeinfo(name="Alpha")
    store(
        mirror(made, "a.example", "b.example", nodeinfo=said),
        mirror(made, "b.example", "c.example", nodeinfo=said),
        mirror(made, "c.example", "a.example", nodeinfo=said),
    )

    assert [("a.example",)] == ask("select hostname from marts.instances")


def test_a_claim_alone_hides_nobody(store: Any, ask: Ask, made: Any) -> None:
    """Who says it is a famous server and answers otherwise, or is only led there, stays itself."""
    alpha, beta = made.nodeinfo(name="Alpha"), made.nodeinfo(name="Beta")
    store(
        made.check("a.example", nodeinfo=alpha),
        mirror(made, "b.example", "a.example", nodeinfo=made.nodeinfo(name="Other")),
        made.check("c.example", nodeinfo=beta),
        mirror(made, "d.example", "c.example", nodeinfo=beta, evidence="redirect"),
    )

    assert [("a.example",), ("b.example",), ("c.example",), ("d.example",)] == ask(
        "select hostname from marts.instances order by all"
    )


# --- days ------------------------------------------------------------------------------------------


def test_the_last_answer_of_a_day_is_the_day(store: Any, ask: Ask, made: Any) -> None:
    """A silent day says so; a day with an answer and a failure is an answered one."""
    morning = datetime.combine(TODAY, datetime.min.time(), made.at.tzinfo)
    store(
        made.check("a.example", started_at=morning - 2 * DAY, nodeinfo=made.nodeinfo(users_total=1))
    )
    store(made.check("a.example", started_at=morning - DAY, outcome=Outcome.REFUSED))
    store(made.check("a.example", started_at=morning, nodeinfo=made.nodeinfo(users_total=3)))
    store(made.check("a.example", started_at=made.at, nodeinfo=made.nodeinfo(users_total=4)))
    store(
        made.check("a.example", started_at=made.at + timedelta(minutes=5), outcome=Outcome.REFUSED)
    )

    assert [
        (TODAY - 2 * DAY, 1, True),
        (TODAY - DAY, None, False),
        (TODAY, 4, True),
    ] == ask("select day_on, users_total, is_up from marts.instance_days order by all")


def test_an_answer_counts_for_seven_days(store: Any, ask: Ask, made: Any) -> None:
    """So that a host asked every 29 hours is in every day's sum once, and a dead one leaves it.

    A day on which nobody answered is no day: a pause of the crawler is no change.
    """
    store(
        made.check(
            "a.example", started_at=made.at - 10 * DAY, nodeinfo=made.nodeinfo(users_total=10)
        )
    )
    store(
        made.check("b.example", started_at=made.at - 5 * DAY, nodeinfo=made.nodeinfo(users_total=1))
    )
    store(
        made.check("b.example", started_at=made.at - 3 * DAY, nodeinfo=made.nodeinfo(users_total=2))
    )
    store(made.check("b.example", nodeinfo=made.nodeinfo(users_total=3)))

    days = ask(
        "select day_on, users_total, instances_reporting from marts.network_days order by all"
    )

    assert [
        (TODAY - 10 * DAY, 10, 1),
        (TODAY - 5 * DAY, 11, 2),
        (TODAY - 3 * DAY, 2, 1),
        (TODAY, 3, 1),
    ] == days


def test_an_answer_counts_until_the_next_one(store: Any, ask: Ask, made: Any) -> None:
    """Whatever the days between, whatever the month, and however often it answered in a day."""
    rng = random.Random(5)
    answered: dict[str, set[int]] = {"a.example": set(), "b.example": set(), "c.example": set()}
    answers: dict[str, list[Any]] = {}
    for hostname, days in answered.items():
        for ago in range(80):
            if rng.random() < 0.3:
                days.add(-ago)
                for _ in range(rng.choice((1, 1, 2))):
                    at = made.at - ago * DAY - timedelta(seconds=rng.randrange(3600))
                    answers.setdefault(hostname, []).append(made.check(hostname, started_at=at))
    for together in zip_longest(*answers.values()):
        store(*filter(None, together))
    last = max(max(days) for days in answered.values())

    expected = []
    for hostname, days in answered.items():
        in_order = sorted(days)
        for day, following in zip(in_order, [*in_order[1:], 10], strict=True):
            until = min(following - 1, day + 6, last)
            expected.append((hostname, TODAY + day * DAY, TODAY + until * DAY))

    assert sorted(expected) == ask(
        "select hostname, day_on, until_on from marts.instance_days order by all"
    )


def test_days_after_the_newest_answer_are_not_invented(store: Any, ask: Ask, made: Any) -> None:
    """Six days on from the last answer of all nothing is carried into the future."""
    store(made.check("a.example", nodeinfo=made.nodeinfo(users_total=10)))

    assert [(TODAY,)] == ask("select day_on from marts.network_days")


def test_a_sum_of_nothing_said_is_not_zero(store: Any, ask: Ask, made: Any) -> None:
    """Nobody gave a number: the sum is unknown, and the companions say why."""
    store(made.check("a.example"), made.check("b.example", nodeinfo=made.nodeinfo(None)))

    assert [("mastodon", 1, 0, None), ("unknown", 1, 0, None)] == ask(
        "select software_name, instances_alive, instances_reporting, users_total"
        " from marts.software order by all"
    )


def test_imported_days_stand_beside_our_own(
    store: Any, ask: Ask, made: Any, warehouse: Warehouse
) -> None:
    """The last capture of a day, under the name of its source; our own sum is untouched."""
    store(made.check("a.example", nodeinfo=made.nodeinfo(users_total=10)))
    told = {"source": "elsewhere", "imported_at": made.at, "import_id": "i1"}
    rows = [
        Observation(
            **told, captured_at=made.at - timedelta(hours=hours), hostname=name, users_total=users
        )
        for hours, name, users in ((2, "a.example", 7), (1, "a.example", 8), (2, "b.example", 1))
    ]
    with warehouse.registered(batch_rows=raw.OBSERVATIONS.batch(rows)):
        warehouse.connection.execute("insert into raw.observations by name from batch_rows")

    assert [
        ("elsewhere", "a.example", 8),
        ("elsewhere", "b.example", 1),
        ("herdbook", "a.example", 10),
    ] == ask("select source, hostname, users_total from marts.instance_days order by all")
    assert [("elsewhere", 2, 9), ("herdbook", 1, 10)] == ask(
        "select source, instances_known, users_total from marts.network_days order by all"
    )


# --- crawls and checks -----------------------------------------------------------------------------


def test_a_crawl_has_its_counts(ask: Ask, made: Any, frontier_of: Begin, clock: Any) -> None:
    """Who was checked, who answered, what came, and how it is going."""
    frontier = frontier_of()
    frontier.store(
        [
            made.check("a.example", peer_lists=(made.peers("b.example", "c.example"),)),
            made.check("b.example", outcome=Outcome.TIMED_OUT),
        ]
    )

    assert [("c1", None, 2, 1, 2, '{"ok":1,"timed_out":1}')] == ask(
        "select crawl_id, end_reason, instances_checked, instances_ok, edges_seen, outcomes"
        " from marts.crawls"
    )
    assert [(True, "c1")] == ask("select crawl_is_running, crawl_id from marts.about")
    assert [(pytest.approx(1 / 3),)] == ask("select coverage_ratio from marts.crawls")


def test_a_crawl_that_met_nobody_is_a_row(ask: Ask, frontier: DuckDBFrontier) -> None:
    """Zeros, and a coverage that cannot be told."""
    assert [(0, 0, 0, "{}", None)] == ask(
        "select instances_checked, instances_ok, edges_seen, outcomes, coverage_ratio from marts.crawls"
    )


def test_conversations_are_kept_of_the_last_three_checks(store: Any, ask: Ask, made: Any) -> None:
    """Four weeks of checks, three of them word by word."""
    for days in (30, 20, 3, 2, 1):
        store(made.check("a.example", started_at=made.at - days * DAY))

    rows = ask("select checked_at, conversation is not null from marts.checks order by all")

    assert [(20, False), (3, True), (2, True), (1, True)] == [
        ((made.at - at).days, is_kept) for at, is_kept in rows
    ]


# --- peers -----------------------------------------------------------------------------------------


def test_edges_are_readable_by_name(store: Any, ask: Ask, made: Any) -> None:
    """With their kind and the day on which they were first said."""
    blocked = made.peers(
        "c.example", kind=PeerKind.BLOCKS, details=(PeerDetail(severity="suspend"),)
    )
    a, b, c = (f"{letter}.example" for letter in "abc")
    many = made.nodeinfo(users_total=11)
    store(made.check(a, nodeinfo=many, peer_lists=(made.peers(b), blocked)))
    store(made.check(b, nodeinfo=many), made.check(c, nodeinfo=many))

    assert [
        ("a.example", "b.example", "knows", TODAY),
        ("a.example", "c.example", "blocks", TODAY),
    ] == ask("from marts.peer_edges order by all")


def test_edges_of_very_small_servers_are_counted_only(
    store: Any, ask: Ask, made: Any, warehouse: Warehouse
) -> None:
    """An edge needs more than ten people at both ends, or ten servers that name one that says nothing."""
    many, few = made.nodeinfo(users_total=11), made.nodeinfo(users_total=10, users_active_month=9)
    namers = [f"namer{number}.example" for number in range(10)]
    named = made.peers("small.example", "famous.example")
    store(*(made.check(name, nodeinfo=many, peer_lists=(named,)) for name in namers))
    heard = made.peers("large.example", "unheard.example")
    store(made.check("large.example", nodeinfo=many, peer_lists=(made.peers("unheard.example"),)))
    store(made.check("small.example", nodeinfo=few, peer_lists=(heard,)))
    warehouse.connection.execute(
        "insert into raw.peer_edges_past select source_id, kind_id, target_id, "
        "first_seen_at - interval 2 day, first_seen_at - interval 1 day from raw.peer_edges"
    )

    for table in ("peer_edges", "peer_edges_past"):
        edges = ask(f"select source_hostname, target_hostname from marts.{table} order by all")
        assert [(name, "famous.example") for name in namers] == edges
    assert [(23, 10)] == ask("select edges_known, edges_shown from marts.about")
    assert [(10,)] == ask(
        "select named_by_count from marts.instances where hostname = 'small.example'"
    )


def test_names_that_are_held_back_are_counted(store: Any, ask: Ask, made: Any) -> None:
    """The caps hide nothing: how many names wait is published."""
    farm = [f"x{number}.farm.example" for number in range(50)]
    store(made.check("a.example", peer_lists=(made.peers(*farm),)))

    assert [(30, 21)] == ask("select names_held, instances_known from marts.about")


def test_who_opted_out_is_nowhere(store: Any, ask: Ask, made: Any, warehouse: Warehouse) -> None:
    """Checks, days, edges, names and observations of it and its subdomains are published nowhere."""
    many = made.nodeinfo(users_total=11)
    store(
        made.check(
            "out.example",
            nodeinfo=made.nodeinfo(users_total=5),
            peer_lists=(made.peers("a.example"),),
        ),
        made.check("sub.out.example"),
        made.check(
            "a.example", nodeinfo=many, peer_lists=(made.peers("out.example", "b.example"),)
        ),
        made.check("b.example", nodeinfo=many),
    )
    warehouse.connection.execute("insert into raw.optouts values ('out.example')")

    for table in ("instances", "instance_days", "checks", "hostnames"):
        found = ask(f"select hostname from marts.{table} where hostname like '%out.example'")
        assert [] == found, table
    assert [("a.example", "b.example")] == ask(
        "select source_hostname, target_hostname from marts.peer_edges"
    )


def test_who_answers_that_it_is_out_is_counted_only(store: Any, ask: Ask, made: Any) -> None:
    """A server whose own answer asks to stay out has no row."""
    store(made.check("a.example", started_at=made.at - DAY))
    store(made.check("a.example", outcome=Outcome.OPTED_OUT))

    assert [] == ask("select hostname from marts.instances")
    assert [(1,)] == ask("select instances_opted_out from marts.about")


def test_however_many_rows_others_tell_all_are_counted(warehouse: Warehouse, ask: Ask) -> None:
    """What is built on days sees those that were added to them by several threads at once."""
    take_room(warehouse)
    warehouse.connection.execute(
        "insert into raw.observations by name select 'elsewhere' as source, true as is_up, 1 as users_total,"
        " timestamptz '2026-01-01' + (number // 1000) * interval 1 day as captured_at,"
        " 'h' || (number % 1000) || '.example' as hostname from range(250_000) as t (number)"
    )

    assert [(250, 250_000)] == ask(
        "select count(*), sum(users_total)::int from marts.software_days"
    )


# --- events ----------------------------------------------------------------------------------------


def test_more_than_seven_failing_days_are_a_silence(store: Any, ask: Ask, made: Any) -> None:
    """Who was asked in vain for longer than a week fell silent; who was not asked did not."""
    for ago in (20, 5):
        store(made.check("a.example", started_at=made.at - ago * DAY))
        store(made.check("unasked.example", started_at=made.at - ago * DAY))
    store(made.check("a.example", started_at=made.at - 12 * DAY, outcome=Outcome.REFUSED))
    for ago in (20, 10):
        outcome = Outcome.OK if ago == 20 else Outcome.REFUSED
        store(made.check("gone.example", started_at=made.at - ago * DAY, outcome=outcome))

    assert [
        ("a.example", "answers_again", TODAY - 5 * DAY),
        ("a.example", "fell_silent", TODAY - 13 * DAY),
        ("a.example", "first_answered", TODAY - 20 * DAY),
        ("gone.example", "fell_silent", TODAY - 13 * DAY),
        ("gone.example", "first_answered", TODAY - 20 * DAY),
        ("unasked.example", "first_answered", TODAY - 20 * DAY),
    ] == ask("select hostname, event, happened_on from marts.events order by all")


def test_openings_and_other_software_are_events(store: Any, ask: Ask, made: Any) -> None:
    """Both say what was said before; a silence between changes nothing."""
    for ago, name, registration in (
        (9, "mastodon", Registration.CLOSED),
        (6, "mastodon", Registration.OPEN),
        (2, "akkoma", Registration.OPEN),
    ):
        store(
            made.check(
                "a.example",
                started_at=made.at - ago * DAY,
                nodeinfo=made.nodeinfo(name),
                instance=made.instance(registration=registration),
            )
        )

    assert [
        ("registration_opened", TODAY - 6 * DAY, "closed", "open"),
        ("software_changed", TODAY - 2 * DAY, "mastodon", "akkoma"),
    ] == ask(
        "select event, happened_on, said_before, said_after from marts.events "
        "where event <> 'first_answered' order by all"
    )
