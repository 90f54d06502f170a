"""What becomes of numbers: standings, sums said and audited, growth, breaks, outages, spans."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import ActivityPoint, Check, Instance, NodeInfo, Registration
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish, publish_warehouse
from pipeline.sources.importing import import_file
from pipeline.sources.mapping import Mapping
from pipeline.warehouse import Warehouse

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""A Monday."""
FIRST = START.date()
DAY = timedelta(days=1)

Rows = list[tuple[Any, ...]]
Ask = Callable[[str], Rows]


def server(
    hostname: str, software: str = "mastodon", version: str = "4.5.2", **numbers: Any
) -> Check:
    """An answer that says these numbers; when it came is told where it is stored."""
    instance = numbers.pop("instance", None)
    is_open = numbers.pop("is_open", None)
    return Check(
        hostname=Hostname(hostname),
        started_at=START,
        seconds=0.1,
        outcome=Outcome.OK,
        nodeinfo=NodeInfo(
            schema_version="2.0",
            software_name=software,
            software_version=version,
            is_open_registrations=is_open,
            **numbers,
        ),
        instance=instance,
    )


def failure(hostname: str, outcome: Outcome = Outcome.TIMED_OUT) -> Check:
    """A check that came to nothing."""
    return Check(hostname=Hostname(hostname), started_at=START, seconds=20, outcome=outcome)


class Diary:
    """A warehouse that is filled day by day."""

    def __init__(self, warehouse: Warehouse, folder: Path) -> None:
        self.warehouse = warehouse
        self.folder = folder
        self.until = START

    def day(self, number: int, *checks: Check) -> None:
        """Store the checks of one day, ten seconds apart."""
        at = START + number * DAY
        crawl = DuckDBFrontier(
            self.warehouse, crawl_id=f"day-{number}", admits_reserved=True, now=lambda: at
        )
        crawl.store([_at(check, at + timedelta(seconds=10 * n)) for n, check in enumerate(checks)])
        self.warehouse.run(
            "frontier", "end_crawl", {"crawl_id": f"day-{number}", "now": at, "reason": "finished"}
        )
        self.until = at + timedelta(hours=3)

    def publish(self) -> Ask:
        """Publish, and read what was published."""
        path = publish_warehouse(self.warehouse, published_at=self.until, checks_promises=True)

        def ask(sql: str) -> Rows:
            with duckdb.connect(path, read_only=True) as connection:
                return connection.execute(sql).fetchall()

        return ask


def _at(check: Check, at: datetime) -> Check:
    told = {name: getattr(check, name) for name in Check.__dataclass_fields__}
    return Check(**{**told, "started_at": at})


@pytest.fixture
def diary(warehouse: Warehouse, tmp_path: Path) -> Diary:
    """An empty warehouse to be filled day by day."""
    return Diary(warehouse, tmp_path)


# --- standings -------------------------------------------------------------------------------------


STANDINGS: list[tuple[dict[str, Any], str, str, str | None]] = [
    ({"users_total": 10}, "users_total", "reported", None),
    ({"users_total": 10}, "local_posts", "not_said", "not-said"),
    ({"is_statistics_hidden": True}, "users_total", "withheld", "numbers-withheld"),
    ({"software": "hubzilla", "users_total": 1, "users_active_month": 1, "local_posts": 1},
     "users_total", "withheld", "hubzilla-hidden"),
    ({"software": "hollo", "users_total": 1}, "users_total", "constant", "hollo-users"),
    ({"software": "tootik", "users_total": 0, "local_posts": 0}, "local_posts", "constant", "tootik-hidden"),
    ({"users_total": 60_000_000}, "users_total", "implausible", "any-users-ceiling"),
    ({"users_total": -15_000_000}, "users_total", "implausible", "cannot-be-meant"),
    ({"users_total": 50, "users_active_month": 91_000}, "users_active_month", "contradicted", "mastodon-month-twice"),
    ({"users_total": 50, "users_active_month": 91_000}, "users_total", "reported", None),
    ({"users_total": 100, "users_active_month": 104}, "users_active_month", "reported", None),
    ({"software": "firefish", "users_total": 30, "users_active_month": 91_000},
     "users_active_month", "contradicted", "any-month-above-total"),
    ({"software": "mostr", "users_total": 90_000}, "users_total", "modelled", "mostr"),
    ({"software": "activity-relay", "users_total": 600}, "users_total", "contradicted", "activity-relay"),
    ({"software": "misskey", "version": "2025.10.0", "users_total": 5}, "users_active_month", "not_said", "misskey-no-month"),
    ({"software": "misskey", "version": "12.119.2", "users_total": 5}, "users_active_month", "not_said", "not-said"),
    ({"software": "peertube", "version": "6.3.1", "local_posts": 5}, "local_posts", "contradicted", "peertube-posts"),
    ({"software": "peertube", "version": "7.0.0", "local_posts": 5}, "local_posts", "reported", None),
    ({"users_total": 42, "users_active_month": 42, "local_posts": 42}, "users_total", "constant", "any-one-number"),
    ({"users_total": 1, "users_active_month": 1, "local_posts": 1}, "users_total", "reported", None),
    ({"software": "lemmy", "users_total": 9_000, "users_active_month": 300, "local_posts": 12, "local_comments": 30},
     "users_total", "implausible", "lemmy-crowd-without-words"),
    ({"software": "lemmy", "users_total": 90, "local_posts": 1}, "users_total", "reported", None),
]  # fmt: skip
"""What a server says, a number, its standing, the rule that says so."""

SIGN_UPS = [
    ("mastodon", True, None, "open"),
    ("mastodon", True, Registration.UNKNOWN, "unknown"),
    ("mastodon", True, Registration.APPROVAL, "approval"),
    ("wafrn", True, None, "unknown"),
    ("wafrn", False, None, "closed"),
    ("nodebb", True, None, "open"),
    ("nodebb", False, None, "unknown"),
    ("mastodon", None, None, "unknown"),
]
"""Software, its flag in NodeInfo, its own word, what is taken from them."""


@pytest.fixture(scope="module")
def one_day(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """One day on which every case is a server of its own."""
    folder = tmp_path_factory.mktemp("one-day")
    with Warehouse.open(folder, is_replica=True) as warehouse:
        diary = Diary(warehouse, folder)
        diary.day(
            0,
            *(server(f"says{n}.example", **told) for n, (told, *_) in enumerate(STANDINGS)),
            *(
                server(
                    f"admits{n}.example",
                    software,
                    is_open=is_open,
                    instance=None if own is None else Instance(endpoint="/x", registration=own),
                )
                for n, (software, is_open, own, _) in enumerate(SIGN_UPS)
            ),
        )
        return diary.publish()


@pytest.mark.parametrize(
    ("number", "field", "standing", "rule_id"),
    [(number, *expected) for number, (_, *expected) in enumerate(STANDINGS)],
)
def test_a_number_has_a_standing_and_its_rule(
    number: int, field: str, standing: str, rule_id: str | None, one_day: Ask
) -> None:
    """From the answer alone, by a row of rules/meaning.csv."""
    found = one_day(
        "select standing, rule_id from marts.standings"
        f" where hostname = 'says{number}.example' and field = '{field}'"
    )

    assert [(standing, rule_id)] == found


def test_who_asks_not_to_be_counted_withholds(diary: Diary) -> None:
    """Its numbers are not kept, and that is said."""
    check = server("a.example", users_total=10)
    told = {name: getattr(check, name) for name in Check.__dataclass_fields__}
    diary.day(0, Check(**{**told, "is_counting_refused": True}))

    ask = diary.publish()

    assert [(None, "withheld", "asked-not-to-be-counted")] == ask(
        "select distinct value, standing, rule_id from marts.standings"
    )


def test_every_sum_is_there_twice(diary: Diary) -> None:
    """As said and audited, each with the servers in it; a number below zero is in neither."""
    diary.day(
        0,
        server("a.example", users_total=100, local_posts=7),
        server("lie.example", users_total=60_000_000),
        server("minus.example", users_total=-15_000_000),
        server("silent.example"),
    )

    ask = diary.publish()

    expected = [(2, 1, 60_000_100, 100)]
    columns = "instances_reporting, instances_audited, users_total, users_total_audited"
    for mart in ("network_days", "software_days", "software", "versions"):
        assert expected == ask(f"select {columns} from marts.{mart}"), mart


def test_a_host_that_was_looked_at_is_cleared(diary: Diary) -> None:
    """A row of rules/hosts.csv overrules every other rule, and is named."""
    diary.warehouse.connection.execute(
        "insert into rules.hosts by name select 'a.example' as hostname, '*' as field, 'reported' as standing,"
        " 'we asked' as reason, 'mail' as source, '2026-03-01' as added_on"
    )
    diary.day(0, server("a.example", users_total=60_000_000))

    ask = diary.publish()

    assert [("reported",)] == ask(
        "select users_total_standing from marts.instances where users_total is not null"
    )


def test_history_is_judged_again(diary: Diary) -> None:
    """A rule that is new today decides about yesterday."""
    diary.day(0, server("a.example", "newsoft", users_total=5))
    diary.day(1, server("a.example", "newsoft", users_total=6))
    before = diary.publish()("select count(*) from marts.verdicts")
    diary.warehouse.connection.execute(
        "insert into rules.meaning by name select 999 as place, 'newsoft-users' as rule_id, 'newsoft' as software,"
        " 'users_total' as tests, 'present' as condition, 'users_total' as field, 'modelled' as standing,"
        " 'made up' as reason, 'test' as source, '2026-03-01' as added_on"
    )

    after = diary.publish()("select day_on, standing, rule_id from marts.verdicts order by all")

    assert [(0,)] == before
    assert [
        (FIRST, "modelled", "newsoft-users"),
        (FIRST + DAY, "modelled", "newsoft-users"),
    ] == after


# --- time ------------------------------------------------------------------------------------------


def test_numbers_that_jump_are_implausible_and_growth_is_not(diary: Diary) -> None:
    """Up and down again and again is what no people do; doubling every day is what a rush does."""
    for day, random in enumerate((50_000, 900_000, 20_000, 700_000, 30_000, 800_000)):
        diary.day(
            day,
            server("random.example", users_total=random, local_posts=10_000 + day),
            server("rush.example", users_total=500 * 2**day, local_posts=4_000 * 2**day),
            server(
                "purged.example", users_total=9_000 if day < 3 else 2_000, local_posts=50_000 + day
            ),
        )

    ask = diary.publish()

    assert [
        ("random.example", "jumping-numbers", FIRST, None),
        ("random.example", "jumping-wildly", FIRST, None),
    ] == ask("select hostname, rule_id, from_on, until_on from marts.suspicions order by all")


def test_a_leap_is_implausible_until_it_is_taken_back(diary: Diary) -> None:
    """A hundred times the users within days."""
    for day, users in enumerate((800, 805, 2_000_000, 2_000_010, 810)):
        diary.day(day, server("a.example", users_total=users))

    ask = diary.publish()

    assert [("leap", FIRST + 2 * DAY, FIRST + 3 * DAY)] == ask(
        "select rule_id, from_on, until_on from marts.suspicions"
    )
    assert [(800,), (805,), (None,), (None,), (810,)] == ask(
        "select users_total_audited from marts.network_days order by day_on"
    )


def test_a_break_is_no_growth(diary: Diary) -> None:
    """Active people more than double in a night and registered ones do not: another way of counting."""
    for day in range(6):
        month = 9_977 + day if day < 3 else 23_098 + day
        diary.day(
            day,
            server(
                "broken.example", users_total=160_000, users_active_month=month, local_posts=day
            ),
            server(
                "other.example", users_total=1_000, users_active_month=100 + day, local_posts=day
            ),
        )

    ask = diary.publish()

    assert [("broken.example", FIRST + 3 * DAY, 9_979, 23_101)] == ask(
        "select hostname, day_on, value_before, value_after from marts.breaks"
    )
    growth = ask(
        "select instances_in_panel, instances_broken, value_broken, growth_ratio from marts.growth_days"
        f" where measure = 'users_active_month' and day_on = '{FIRST + 3 * DAY}'"
    )
    assert [(1, 1, 13_122, pytest.approx(1 / 102))] == growth


# --- growth ----------------------------------------------------------------------------------------


def _network(count: int, day: int) -> list[Check]:
    return [
        server(f"s{n}.example", users_total=round((50 + n) * 100 * 1.003**day), local_posts=n)
        for n in range(count)
    ]


def test_growth_is_that_of_the_same_servers_when_coverage_doubles(diary: Diary) -> None:
    """The naive sum jumps with the coverage; the chained index stays within one per cent of the truth."""
    for day in range(8):
        diary.day(day, *_network(30 if day < 4 else 60, day))

    ask = diary.publish()

    (naive,) = ask(
        "select last(users_total order by day_on) / first(users_total order by day_on) from marts.network_days"
    )[0]
    (chained,) = ask(
        "select max_by(index_chained, day_on) from marts.growth_days where measure = 'users_total'"
    )[0]
    truth = 1.003**7
    assert naive > 2
    assert truth == pytest.approx(chained, rel=0.01)
    assert [(FIRST + 4 * DAY, 30, 0)] == ask(
        "select day_on, instances_discovered, instances_returned from marts.growth_days"
        f" where instances_discovered > 0 and day_on > '{FIRST}'"
    )


def test_a_pause_of_the_crawler_is_no_change(diary: Diary) -> None:
    """Twenty days without a crawl: nobody has left, nobody comes, and the chain goes on."""
    diary.day(0, *_network(20, 0))
    diary.day(1, *_network(20, 1))
    diary.day(21, *_network(20, 21))
    diary.day(22, *_network(20, 22))

    ask = diary.publish()

    days = ask(
        "select day_on, before_on, instances_in_panel, instances_left, instances_returned"
        " from marts.growth_days order by day_on"
    )
    assert [
        (FIRST, None, 0, 0, 0),
        (FIRST + DAY, FIRST, 20, 0, 0),
        (FIRST + 21 * DAY, FIRST + DAY, 20, 0, 0),
        (FIRST + 22 * DAY, FIRST + 21 * DAY, 20, 0, 0),
    ] == days
    (chained,) = ask("select max(index_chained) from marts.growth_days")[0]
    assert 1.003**22 == pytest.approx(chained, rel=0.01)


def test_who_comes_who_returns_and_who_leaves_is_told_apart(diary: Diary) -> None:
    """None of it is growth."""
    always = [server(f"s{n}.example", users_total=100) for n in range(3)]
    wanderer = server("wanderer.example", users_total=1_000)
    for day in range(24):
        here = day < 2 or day > 14
        diary.day(
            day,
            *always,
            *([wanderer] if here else []),
            *([server("new.example", users_total=7)] if day > 4 else []),
        )

    ask = diary.publish()

    events = ask(
        "select day_on, instances_discovered, value_discovered, instances_left, value_left,"
        " instances_returned, value_returned from marts.growth_days"
        f" where day_on > '{FIRST}' and instances_discovered + instances_left + instances_returned > 0"
        " order by day_on"
    )
    assert [
        (FIRST + 5 * DAY, 1, 7, 0, 0, 0, 0),
        (FIRST + 8 * DAY, 0, 0, 1, 1_000, 0, 0),
        (FIRST + 15 * DAY, 0, 0, 0, 0, 1, 1_000),
    ] == events
    assert [(1.0,)] == ask("select distinct index_chained from marts.growth_days")


def test_what_servers_tell_of_their_past_begins_before_the_first_night(diary: Diary) -> None:
    """Weeks that ended, under a name of their own: source `self`, measure logins_week."""
    weeks = tuple(
        ActivityPoint(
            starts_on=FIRST - timedelta(days=7 * back),
            days=7,
            endpoint="/api/v1/instance/activity",
            logins=100 + 10 * (3 - back),
            statuses=1,
            registrations=0,
        )
        for back in range(4)
    )
    check = server("a.example", users_total=500)
    told = {name: getattr(check, name) for name in Check.__dataclass_fields__}
    diary.day(0, Check(**{**told, "activity": weeks}))

    ask = diary.publish()

    assert [
        (FIRST - timedelta(days=21), None, None),
        (FIRST - timedelta(days=14), 100, 110),
        (FIRST - timedelta(days=7), 110, 120),
    ] == ask(
        "select day_on, value_before, value_after from marts.growth_days where source = 'self' order by day_on"
    )


# --- the crawler's own faults ----------------------------------------------------------------------


def test_an_hour_without_a_network_counts_against_nobody(diary: Diary) -> None:
    """Most checks of servers that were well fail at once: it was us."""
    names = [f"s{n}.example" for n in range(20)]
    diary.day(0, *(server(name, users_total=9) for name in names))
    diary.day(1, *(failure(name, Outcome.DNS_FAILED) for name in names))
    diary.day(2, *(server(name, users_total=9) for name in names[1:]), failure(names[0]))

    ask = diary.publish()

    assert [(datetime(2026, 3, 3, 9, tzinfo=UTC), 20, 20)] == [
        (at.astimezone(UTC), checks, failing)
        for at, checks, failing in ask("from marts.outage_hours")
    ]
    assert [(2, 1, 0.5)] == ask(
        "select checks_90d, answered_90d, uptime_ratio_90d from marts.instances where hostname = 's0.example'"
    )
    assert [(2, 1.0, True, True, 48)] == ask(
        "select checks_90d, uptime_ratio_90d, uptime_low_ratio_90d between 0.3 and 0.4,"
        " uptime_high_ratio_90d between 0.99 and 1.01, round(checks_every_hours_90d)"
        " from marts.instances where hostname = 's1.example'"
    )
    assert [(FIRST + 2 * DAY, "s0.example")] == ask(
        "select day_on, hostname from marts.instance_days where not is_up"
    )


def test_names_that_never_answered_are_no_outage(diary: Diary) -> None:
    """A list of dead names fails by the dozen."""
    diary.day(
        0,
        server("a.example"),
        *(failure(f"dead{n}.example", Outcome.DNS_FAILED) for n in range(40)),
    )

    ask = diary.publish()

    assert [] == ask("from marts.outage_hours")


# --- sign-up ---------------------------------------------------------------------------------------


def test_sign_up_opens_and_closes(diary: Diary) -> None:
    """One row per stretch; a day on which nothing is said ends none."""

    def said(registration: Registration) -> Check:
        return server("a.example", instance=Instance(endpoint="/x", registration=registration))

    diary.day(0, said(Registration.OPEN))
    diary.day(1, said(Registration.UNKNOWN))
    diary.day(2, said(Registration.OPEN))
    diary.day(3, said(Registration.CLOSED))
    diary.day(5, said(Registration.CLOSED))
    diary.day(6, said(Registration.OPEN))

    ask = diary.publish()

    assert [
        (FIRST, FIRST + 2 * DAY, "open", 2, False),
        (FIRST + 3 * DAY, FIRST + 5 * DAY, "closed", 2, False),
        (FIRST + 6 * DAY, FIRST + 6 * DAY, "open", 1, True),
    ] == ask(
        "select from_on, until_on, registration, days_count, is_last from marts.registration_spans order by from_on"
    )


@pytest.mark.parametrize(
    ("number", "expected"), [(number, case[-1]) for number, case in enumerate(SIGN_UPS)]
)
def test_a_constant_says_nothing_of_sign_up(number: int, expected: str, one_day: Ask) -> None:
    """The server's own word counts, also where it is `unknown`; a flag that never changes does not."""
    for mart in ("instances", "instance_days"):
        found = one_day(
            f"select registration from marts.{mart} where hostname = 'admits{number}.example'"
        )
        assert [(expected,)] == found, mart


# --- concentration, versions, survival -------------------------------------------------------------


def test_concentration_of_four_servers(diary: Diary) -> None:
    """4, 3, 2 and 1 hundred people: every figure by hand."""
    diary.day(
        0, *(server(f"s{n}.example", users_total=100 * n, local_posts=n) for n in range(1, 5)),
        server("lie.example", users_total=60_000_000),
    )  # fmt: skip

    ask = diary.publish()

    (row,) = ask(
        "select holders_count, instances_known, value, top1_ratio, top10_ratio, hhi, simpson, gini, b25, b50, b75, b90"
        " from marts.concentration_weeks where measure = 'users_total' and holder = 'instance'"
    )
    shares = [0.4, 0.3, 0.2, 0.1]
    squares = sum(share * share for share in shares)
    assert (4, 5, 1_000, 0.4, pytest.approx(1)) == row[:5]
    assert [10_000 * squares, 1 - squares, 0.25] == [pytest.approx(value) for value in row[5:8]]
    assert (1, 2, 3, 3) == row[8:]


def test_who_runs_the_current_version(diary: Diary) -> None:
    """The newest that three servers run; one that runs tomorrow's makes nobody late."""
    versions = ["4.6.0", "4.5.2", "4.5.2", "4.5.2+glitch", "4.4.9", "4.10.0-alpha"]
    diary.day(
        0, *(server(f"s{n}.example", version=v, users_total=1) for n, v in enumerate(versions))
    )

    ask = diary.publish()

    assert [("4.10.0", True), ("4.6.0", True), ("4.5.2", True), ("4.4.9", False)] == ask(
        "select software_version, is_current from marts.versions"
    )


# --- other people's history ------------------------------------------------------------------------


@pytest.mark.shared
@pytest.mark.slow
def test_lemmy_world_did_not_double_in_a_night(shared: Path, tmp_path: Path) -> None:
    """2024-03-03: 9,977 people became 23,098 by another way of counting; that is a break, not growth."""
    folder = shared / "reference" / "lemmy_instances"
    for path in sorted(folder.glob("lemmy_daily_*.parquet")):
        import_file(path, "lemmy-daily", Mapping(), tmp_path, now=START)

    path = publish(tmp_path, published_at=START)

    with duckdb.connect(path, read_only=True) as connection:
        breaks = connection.execute(
            "select day_on, value_before, value_after from marts.breaks where hostname = 'lemmy.world'"
            " and day_on between '2024-02-20' and '2024-03-20'"
        ).fetchall()
        ratio = connection.execute(
            "select growth_ratio, instances_broken from marts.growth_days"
            " where measure = 'users_active_month' and day_on = '2024-03-03'"
        ).fetchall()
    assert [(date(2024, 3, 3), 9_977, 23_098)] == breaks
    assert abs(ratio[0][0]) < 0.1
    assert ratio[0][1] >= 1
