"""The readers' door: locked down, literal, and always on the newest file."""

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import duckdb
import pandas as pd
import pytest

from pipeline.exceptions import PublishedDamaged, PublishedMissing, PublishedNewer, QueryRefused
from pipeline.publish import publish, publish_warehouse
from pipeline.read import Measure, Published, Sort, Span, Wanted, Wishes
from pipeline.warehouse import Warehouse

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def published(filled_data: Path) -> Iterator[Published]:
    """The door to the filled warehouse's published file."""
    door = Published(filled_data)
    yield door
    door.close()


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A published file without a single server."""
    with Warehouse.open(tmp_path_factory.mktemp("empty"), is_replica=True) as opened:
        return publish_warehouse(opened, published_at=NOW)


@pytest.fixture
def door_to(tmp_path: Path, empty: Path) -> Iterator[Callable[[list[dict[str, Any]]], Published]]:
    """A door to a published file whose instances are given, all else empty."""
    doors = []

    def build(instances: list[dict[str, Any]]) -> Published:
        path = tmp_path / "published" / "herdbook.duckdb"
        path.parent.mkdir()
        shutil.copy(empty, path)
        with duckdb.connect(path) as connection:
            for told in instances:
                row = DEFAULTS | told
                names = ", ".join(row)
                marks = ", ".join("?" for _ in row)
                connection.execute(
                    f"insert into marts.instances ({names}) values ({marks})", list(row.values())
                )
        doors.append(Published(tmp_path))
        return doors[-1]

    yield build
    for door in doors:
        door.close()


DEFAULTS: dict[str, Any] = {
    "software_name": "mastodon",
    "registration": "open",
    "registration_path": "/auth/sign_up",
    "languages": ["en"],
    "languages_detected": [],
    "rules": ["Be kind"],
    "users_total": 1000,
    "users_active_month": 100,
    "users_active_month_standing": "reported",
    "is_alive": True,
    "is_counting_refused": False,
    "last_outcome": "ok",
    "checked_at": NOW,
    "answered_at": NOW,
    "first_seen_at": NOW,
    "checks_90d": 10,
    "answered_90d": 10,
    "uptime_ratio_90d": 1.0,
    "named_by_count": 1,
}


# --- locked down -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "copy marts.instances to '/tmp/stolen.csv'",
        "attach '/tmp/other.duckdb'",
        "detach published",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
        "reset enable_external_access",
        "pragma enable_profiling",
        "pragma memory_limit = '100GB'",
        "checkpoint",
        "create table t as select 1",
        "create temp table t as select 1",
        "insert into marts.about select * from marts.about",
        "delete from marts.instances",
        "drop table marts.instances",
        "update marts.instances set hostname = 'x'",
        "export database '/tmp/out'",
        "select 1; select 2",
        "select 1; drop table marts.instances",
        "call pragma_version()",
        "use memory",
        "begin",
        "vacuum",
        "prepare q as select 1",
        "create secret (type s3)",
        "explain analyze copy marts.instances to '/tmp/stolen.csv'",
        "from read_csv('/etc/passwd', sep = '\\0', header = false)",
        "from '/etc/passwd'",
        "select * from read_text('/etc/passwd')",
        "select * from read_blob('/etc/passwd')",
        "select * from glob('/etc/*')",
        "select * from read_parquet('https://evil.example/x.parquet')",
        "select * from read_json('/proc/self/environ')",
        "select getenv('HOME')",
        "select * from sniff_csv('/etc/passwd')",
        "select * from query('copy marts.about to ''/tmp/x''')",
        "select * from parquet_metadata('/etc/passwd')",
        "select from where",
        "",
        "   ;  ",
        "select 'unended",
        "select \0",
    ],
)
def test_only_reading_the_published_tables_is_possible(sql: str, published: Published) -> None:
    """Whatever writes, leaves the file, or changes the session is refused, with one kind of error."""
    with pytest.raises(QueryRefused):
        published.query(sql)

    assert not Path("/tmp/stolen.csv").exists()


@pytest.mark.parametrize(
    "sql",
    [
        "select hostname from marts.instances",
        "from marts.instances limit 3",
        "from published.marts.instances limit 3",
        "with a as (select 1 as x) select x from a",
        "describe marts.instances",
        "summarize marts.software",
        "explain select 1",
        "show tables",
        "from instances",
        "pragma database_list",
        "select 1;",
        "-- a word before\nselect 1",
        "values (1), (2)",
        "select * from duckdb_columns() where schema_name = 'marts'",
    ],
)
def test_everything_that_reads_is_possible(sql: str, published: Published) -> None:
    """Any reading statement, as people write them."""
    assert len(published.query(sql)) > 0


def test_a_refusal_leaves_the_door_usable(published: Published) -> None:
    """An error of one query is not the next one's."""
    with pytest.raises(QueryRefused):
        published.query("select error('x')")

    assert 1 == len(published.query("select 1"))


def test_a_query_ends_after_its_time(published: Published) -> None:
    """A query that would run for ever is ended and says so."""
    endless = "select count(*) from range(100000000000) a, range(100000000) b where hash(a) = 1"

    with pytest.raises(QueryRefused, match=r"longer than 0\.1 seconds"):
        published.query(endless, seconds=0.1)

    assert 1 == len(published.query("select 1"))


def test_a_query_that_wants_all_memory_is_refused(published: Published) -> None:
    """It ends with an error instead of taking the machine."""
    with pytest.raises(QueryRefused):
        published.query("select list(repeat('x', 100000) || i) from range(100000000) t (i)")


def test_rows_are_capped(published: Published) -> None:
    """A table that a person can still look at."""
    assert 7 == len(published.query("from range(1000000)", rows=7))


def test_types_come_through(published: Published) -> None:
    """Times are in UTC; what is not said is not a number."""
    table = published.query_table(
        "select timestamptz '2026-01-01 02:00:00+02' as at, null::bigint as users, 0::bigint as posts"
    )

    assert [
        {"at": datetime(2026, 1, 1, tzinfo=UTC), "users": None, "posts": 0}
    ] == table.to_pylist()


# --- the directory ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "search",
    [
        "'; drop table marts.instances; --",
        "%",
        "_",
        "\\",
        "*",
        "[a-z]",
        "(",
        "\0",
        "🐘" * 50,
        "x" * 5000,
        "$search",
        "{}",
    ],
)
def test_search_text_is_literal(search: str, published: Published) -> None:
    """No character of a search means anything but itself."""
    assert 0 == len(published.directory(Wishes(search=search)))


def test_a_quote_can_be_searched_for(published: Published) -> None:
    """Text in quotes within a description is found."""
    assert ["alpha.example"] == published.directory(Wishes(search="It's 'QUOTED'"))[
        "hostname"
    ].tolist()


def test_search_looks_at_name_title_and_description(door_to: Any) -> None:
    """In any letter case."""
    door = door_to(
        [
            {"hostname": "tea.example"},
            {"hostname": "a.example", "title": "TEA time"},
            {"hostname": "b.example", "description": "We like Tea."},
            {"hostname": "c.example", "title": "coffee"},
        ]
    )

    found = door.directory(Wishes(search=" tEa "), sort="hostname", descending=False)

    assert ["a.example", "b.example", "tea.example"] == found["hostname"].tolist()


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(), "abcd"),
        (Wishes(includes_unreachable=True), "abcde"),
        (Wishes(registrations=("approval",)), "b"),
        (Wishes(registrations=("approval", "closed")), "bc"),
        (Wishes(software=("lemmy",)), "b"),
        (Wishes(languages=("de",)), "bd"),
        (Wishes(rules_languages=("de",)), "ab"),
        (Wishes(rules_languages=("pt", "unsaid")), "acd"),
        (Wishes(sizes=("tiny",)), "c"),
        (Wishes(sizes=("unknown",)), "d"),
        (Wishes(software=("lemmy",), registrations=("closed",)), ""),
        (Wishes(software=("nothing",)), ""),
    ],
)
def test_filters_leave_what_fits(wishes: Wishes, expected: str, door_to: Any) -> None:
    """Each filter by itself and together; refusers are never listed, their wish is obeyed."""
    door = door_to(
        [
            {"hostname": "a.example", "rules_languages": ["de", "pt-BR"]},
            {
                "hostname": "b.example",
                "software_name": "lemmy",
                "registration": "approval",
                "languages": ["de-AT"],
                "rules_languages": [],
                "rules_language_detected": "de",
            },
            {"hostname": "c.example", "registration": "closed", "users_active_month": 19},
            {
                "hostname": "d.example",
                "users_active_month": None,
                "users_total": None,
                "languages": [],
                "languages_detected": ["de"],
            },
            {"hostname": "e.example", "is_alive": False},
            {"hostname": "f.example", "is_counting_refused": True},
        ]
    )

    found = door.directory(wishes, sort="hostname", descending=False)["hostname"].tolist()

    assert [f"{letter}.example" for letter in expected] == found
    assert len(expected) == door.directory_totals(wishes)["instances_known"]


def test_what_is_not_said_fits_only_who_wishes_it(door_to: Any) -> None:
    """Of a number, a yes or no and a code alike: no answer is neither within bounds nor a no."""
    door = door_to(
        [
            {
                "hostname": "a.example",
                "minimum_age": 13,
                "has_captcha": True,
                "peers_state": "served",
            },
            {"hostname": "b.example", "minimum_age": 18, "has_captcha": False, "rules": []},
            {"hostname": "c.example", "rules": None, "users_total_standing": "withheld"},
        ]
    )
    leaves = {
        "ab": Wishes(minimum_age=Span()),
        "a": Wishes(minimum_age=Span(most=16)),
        "ac": Wishes(minimum_age=Span(most=16, takes_unsaid=True)),
        "c": Wishes(minimum_age=Span(least=1, most=0, takes_unsaid=True)),
        "b": Wishes(has_captcha=("no",)),
        "bc": Wishes(has_captcha=("no", "unsaid"), peers_state=("unsaid",)),
        "": Wishes(has_captcha=("no",), has_rules=("yes",)),
    }

    found = {
        expected: door.directory(wishes, sort="hostname", descending=False)["hostname"]
        for expected, wishes in leaves.items()
    }

    assert {letters: letters for letters in leaves} == {
        letters: "".join(name[0] for name in names) for letters, names in found.items()
    }
    assert ["c.example"] == door.directory(Wishes(users_total_standing=("withheld",)))[
        "hostname"
    ].tolist()


def test_silent_servers_are_there_for_whoever_names_a_silence(door_to: Any) -> None:
    """By state, by how the last check ended, or by days; all else leaves them out."""
    gone = {"is_alive": False, "last_outcome": "timed_out", "answered_at": NOW - timedelta(days=20)}
    door = door_to(
        [
            {"hostname": "a.example"},
            {"hostname": "b.example", **gone},
            {"hostname": "c.example", **gone, "answered_at": None},
        ]
    )
    leaves = {
        "b": Wishes(states=("silent",)),
        "c": Wishes(states=("never",)),
        "bc": Wishes(last_outcomes=("timed_out",)),
        "": Wishes(peers_state=("served",)),
        "a": Wishes(hostname_under="example"),
    }

    found = {
        letters: door.directory(wishes, sort="hostname", descending=False)["hostname"]
        for letters, wishes in leaves.items()
    }

    assert {letters: letters for letters in leaves} == {
        letters: "".join(name[0] for name in names) for letters, names in found.items()
    }


@pytest.mark.parametrize("sort", sorted({*get_args(Sort)} - {"reach_ratio", "country", "provider"}))
def test_every_sort_puts_who_does_not_say_last(sort: Any, door_to: Any) -> None:
    """Both ways: not said is neither the most nor the least."""
    moments = [datetime(2026, 1, day, tzinfo=UTC) for day in (1, 2)]
    values: dict[str, list[Any]] = {
        "first_seen_at": moments,
        "checked_at": moments,
        "answered_at": moments,
        "software_name": ["akkoma", "lemmy"],
        "uptime_ratio_90d": [0.25, 0.5],
        "users_active_month_30d_ratio": [-0.5, 0.5],
        "users_total_30d_ratio": [-0.5, 0.5],
        "registration": ["approval", "open"],
        "hostname": ["a.example", "b.example"],
        "rules_count": [["one"], ["one", "other"]],
    }
    low, high = values.get(sort, [10, 20])
    column = "rules" if sort == "rules_count" else sort
    rows = [{"hostname": "b.example"}, {"hostname": "a.example"}]
    rows[0][column], rows[1][column] = high, low
    always_said = (
        "hostname",
        "first_seen_at",
        "checked_at",
        "named_by_count",
        "registration",
        "checks_90d",
    )
    if sort not in always_said:
        rows.append({"hostname": "silent.example", column: None})
    door = door_to(rows)

    largest = door.directory(Wishes(), sort=sort, descending=True)["hostname"].tolist()
    smallest = door.directory(Wishes(), sort=sort, descending=False)["hostname"].tolist()

    silent = ["silent.example"] * (len(rows) - 2)
    assert ["b.example", "a.example", *silent] == largest
    assert ["a.example", "b.example", *silent] == smallest


def test_sorting_by_anything_else_is_refused(published: Published) -> None:
    """The list of columns is closed."""
    with pytest.raises(QueryRefused):
        published.directory(Wishes(), sort="hostname; drop table x")  # type: ignore[arg-type]


def test_pages_are_disjoint_and_whole(door_to: Any) -> None:
    """Each server is on one page, also where all are equal in what is sorted by."""
    door = door_to([{"hostname": f"h{number:02}.example"} for number in range(23)])

    pages = [
        door.directory(Wishes(), page=page, page_size=10)["hostname"].tolist()
        for page in (1, 2, 3, 4)
    ]

    assert [10, 10, 3, 0] == [len(page) for page in pages]
    assert 23 == len({name for page in pages for name in page})


@pytest.mark.parametrize("page", [0, -5])
def test_a_page_before_the_first_is_the_first(page: int, published: Published) -> None:
    """A number from an address line can be anything."""
    first = published.directory(Wishes())

    assert first.equals(published.directory(Wishes(), page=page))


def test_a_page_far_beyond_is_empty(published: Published) -> None:
    """Also where the number is larger than any."""
    assert 0 == len(published.directory(Wishes(), page=10**18))


def test_facets_count_what_each_option_would_leave(door_to: Any) -> None:
    """An option is counted with the other filters on and its own off."""
    door = door_to(
        [
            {"hostname": "a.example", "software_name": "lemmy"},
            {"hostname": "b.example", "software_name": "lemmy", "registration": "closed"},
            {"hostname": "c.example", "languages": ["de", "de-AT", "en"]},
        ]
    )

    facets = door.facets(Wishes(software=("lemmy",), registrations=("open",)))
    counts = {(row.facet, row.option): row.instances_known for row in facets.itertuples()}

    assert {
        ("registration", "open"): 1,
        ("registration", "closed"): 1,
        ("software", "lemmy"): 1,
        ("software", "mastodon"): 1,
        ("language", "en"): 1,
        ("size", "small"): 1,
    } == counts


def test_totals_carry_their_companions(door_to: Any) -> None:
    """A sum comes with how many said a number; nobody saying one is not a sum of zero."""
    door = door_to(
        [{"hostname": "a.example", "users_active_month": None}, {"hostname": "b.example"}]
    )

    assert {
        "instances_known": 2,
        "instances_reporting": 1,
        "users_active_month": 100,
    } == door.directory_totals(Wishes())
    assert {
        "instances_known": 0,
        "instances_reporting": 0,
        "users_active_month": None,
    } == door.directory_totals(Wishes(search="nobody"))


# --- suggestions -----------------------------------------------------------------------------------


def suggest(door: Published, **told: Any) -> list[str]:
    """Hostnames of suggestions."""
    now, rows, skip = told.pop("now", NOW), told.pop("rows", 5), told.pop("skip", 0)
    found = door.suggestions(Wanted(**told), now=now, rows=rows, skip=skip)
    names: list[str] = found["hostname"].tolist()
    return names


@pytest.mark.parametrize(
    "spoilt",
    [
        {"registration": "closed"},
        {"registration": "approval"},
        {"registration": "unknown"},
        {"registration_path": None},
        {"is_alive": False},
        {"is_counting_refused": True},
        {"uptime_ratio_90d": 0.94},
        {"uptime_ratio_90d": None},
        {"users_active_month": None},
        {"users_active_month": 4},
        {"users_active_month_standing": "implausible"},
        {"users_active_month_standing": "constant"},
        {"languages": ["ja"]},
        {"languages": [], "languages_detected": []},
        {"software_name": "lemmy"},
    ],
)
def test_only_a_server_that_suits_is_suggested(spoilt: dict[str, Any], door_to: Any) -> None:
    """One gate closed is enough."""
    door = door_to([{"hostname": "good.example"}, {"hostname": "bad.example"} | spoilt])

    assert ["good.example"] == suggest(door, languages=("en",), software=("mastodon",))


def test_giants_are_never_suggested(door_to: Any) -> None:
    """Nobody above a twentieth of all that are active, however good it is."""
    small = [{"hostname": f"s{number}.example", "users_active_month": 400} for number in range(9)]
    door = door_to([*small, {"hostname": "giant.example", "users_active_month": 20_000}])

    assert "giant.example" not in suggest(door, rows=50)


def test_at_most_two_of_one_software_come_first(door_to: Any) -> None:
    """Then the third of the most common kind may follow."""
    many = [{"hostname": f"m{number}.example", "users_active_month": 450} for number in range(6)]
    few = [
        {
            "hostname": "lemmy.example",
            "software_name": "lemmy",
            "users_active_month": 5,
            "rules": [],
        },
        {"hostname": "tube.example", "software_name": "peertube", "users_active_month": 5},
    ]
    door = door_to(many + few)

    found = suggest(door, rows=8)

    assert {"lemmy.example", "tube.example"} < set(found[:4])
    assert all(name.startswith("m") for name in found[4:])


def test_equal_servers_take_turns_by_day(door_to: Any) -> None:
    """The first place rotates; within a day it stays."""
    door = door_to([{"hostname": f"m{number}.example"} for number in range(12)])
    days = [datetime(2026, 3, day, 8, tzinfo=UTC) for day in range(1, 15)]

    firsts = [suggest(door, now=day)[0] for day in days]
    evening = suggest(door, now=days[0].replace(hour=22))[0]

    assert firsts[0] == evening
    assert len(set(firsts)) > 3


def test_more_suggestions_go_on_where_the_first_ended(door_to: Any) -> None:
    """Skipping shows others, and says of how many."""
    door = door_to([{"hostname": f"m{number}.example"} for number in range(7)])

    first, second = suggest(door), suggest(door, skip=5)

    assert (5, 2) == (len(first), len(second))
    assert set() == set(first) & set(second)
    assert {7} == set(door.suggestions(Wanted(), now=NOW)["fitting_count"])


def test_who_keeps_its_number_private_is_suggested_where_others_know_it(door_to: Any) -> None:
    """Five servers that know it are enough; a wished size is then that of its registered users, if it says those."""
    quiet = {
        "users_active_month": None,
        "users_active_month_standing": "withheld",
        "users_total_standing": "reported",
        "users_total": 250,
    }
    door = door_to(
        [
            {"hostname": "known.example", "named_by_count": 5} | quiet,
            {"hostname": "unknown.example", "named_by_count": 4} | quiet,
            {"hostname": "silent.example", "named_by_count": 5} | quiet | {"users_total": None},
            {"hostname": "giant.example", "named_by_count": 5} | quiet | {"users_total": 90_000},
            {"hostname": "small.example"},
        ]
    )

    assert {"known.example", "silent.example", "small.example"} == set(suggest(door))
    assert ["known.example"] == suggest(door, size="mid")
    assert ["small.example"] == suggest(door, size="small")


def test_giants_come_to_those_who_ask(door_to: Any) -> None:
    """And the wished size holds."""
    door = door_to(
        [
            {"hostname": "giant.example", "users_active_month": 20_000},
            {"hostname": "mid.example", "users_active_month": 250},
        ]
    )

    assert ["mid.example"] == suggest(door)
    assert {"giant.example", "mid.example"} == set(suggest(door, size="giant"))
    assert ["mid.example"] == suggest(door, size="mid")
    assert [] == suggest(door, size="small")
    with pytest.raises(QueryRefused, match="no server has the size 'tall'"):
        suggest(door, size="tall")


@pytest.mark.parametrize(("days_back", "expected"), [((0, 30, 60), 0.1), ((0, 20), float("nan"))])
def test_suggestions_come_with_the_growth_of_the_same_servers(
    days_back: tuple[int, ...], expected: float, door_to: Any
) -> None:
    """Over the 30 days over which each server's own is told; days that lie elsewhere tell nothing of it."""
    door = door_to([{"hostname": "a.example"}])
    index = {0: 1.32, 20: 1.3, 30: 1.2, 60: 1.0}
    with duckdb.connect(door.path) as connection:
        for back in days_back:
            connection.execute(
                "insert into marts.growth_days (source, measure, day_on, instances_in_panel, index_chained)"
                " values ('herdbook', 'users_active_month', ?, 1, ?)",
                [NOW.date() - timedelta(days=back), index[back]],
            )

    found = door.suggestions(Wanted(), now=NOW)["panel_30d_ratio"].astype(float).tolist()

    assert pytest.approx([expected], nan_ok=True) == found


@pytest.mark.parametrize(
    ("spoilt", "against"),
    [
        ({"is_alive": False}, "is_unreachable"),
        ({"uptime_ratio_90d": None}, "is_unsteady"),
        ({"registration": "closed"}, "is_not_open"),
        ({"registration_path": None}, "has_no_way_in"),
        ({"languages": ["ja"]}, "is_other_language"),
        ({"software_name": "lemmy"}, "is_other_software"),
        ({"users_active_month_standing": "implausible"}, "is_doubted"),
        ({"users_active_month": 4}, "is_lonely"),
    ],
)
def test_why_not_agrees_with_the_suggestions(
    spoilt: dict[str, Any], against: str, door_to: Any
) -> None:
    """Who is not suggested is told why; who is has its place."""
    door = door_to([{"hostname": "good.example"}, {"hostname": "bad.example"} | spoilt])
    wanted = Wanted(languages=("en",), software=("mastodon",))

    told = door.why_not("bad.example", wanted, now=NOW)
    good = door.why_not("good.example", wanted, now=NOW)

    assert against in told.against
    assert told.place is None
    assert ((), 1, 1) == (good.against, good.place, good.fitting_count)
    assert door.why_not("nobody.example", wanted, now=NOW) is None


# --- one server and the network --------------------------------------------------------------------


def test_a_server_is_given_whole(published: Published) -> None:
    """Numbers as said, lists as lists, what is not said as None."""
    told = published.instance("alpha.example")

    assert told is not None
    assert (1004, 104, 0, None) == (
        told["users_total"],
        told["users_active_month"],
        told["local_posts"],
        told["users_active_halfyear"],
    )
    assert ["de", "en-GB"] == told["languages"]
    assert ["de", "en"] == sorted(told["language_codes"])
    assert told["minimum_age"] is None
    assert told["is_alive"] is True


@pytest.mark.parametrize("hostname", ["nobody.example", "", "' or 1=1 --", "ALPHA.EXAMPLE"])
def test_who_is_not_known_is_nobody(hostname: str, published: Published) -> None:
    """Not known is None, whatever was asked."""
    assert published.instance(hostname) is None


def test_names_that_look_alike_are_offered(published: Published) -> None:
    """A slip of the finger leads to the server that was meant."""
    assert "alpha.example" in published.alike("alhpa.example")


@pytest.mark.parametrize("hostname", ["", "\0", "x" * 10_000, "'", "☃"])
def test_alike_takes_anything(hostname: str, published: Published) -> None:
    """Text from an address line never fails."""
    assert isinstance(published.alike(hostname), list)


def test_about_says_what_is_published(published: Published) -> None:
    """Times, counts and coverage of the file."""
    about = published.about()

    assert datetime(2026, 3, 20, 12, 20, tzinfo=UTC) == about.published_at
    assert (True, "day-4", False) == (about.is_replica, about.crawl_id, about.crawl_is_running)
    assert about.contact_url is None


@pytest.mark.parametrize("measure", get_args(Measure))
def test_growth_of_software_adds_up(measure: Any, published: Published) -> None:
    """The largest and `other` together are the network's number."""
    by_software = published.software_days(measure, software_count=1)
    network = published.totals()

    sums = by_software.groupby("day_on")["value"].sum(min_count=1)
    if measure != "instances_known":
        assert network[measure].tolist() == sums.tolist()
    assert {"other"} < set(by_software["software_name"])


def test_growth_in_anything_else_is_refused(published: Published) -> None:
    """The list of measures is closed."""
    with pytest.raises(QueryRefused):
        published.software_days("hostname")  # type: ignore[arg-type]


def test_days_of_a_server_by_source(published: Published) -> None:
    """Our own, its own, and imported ones are three."""
    sources = published.instance_sources("alpha.example")

    assert ["elsewhere.example", "herdbook", "self"] == sources["source"].tolist()
    assert 5 == len(published.instance_days("alpha.example"))
    assert 2 == len(published.instance_days("alpha.example", "self"))


def test_network_days_since_a_day(published: Published) -> None:
    """A window is a window."""
    days = published.network_days(since=date(2026, 3, 19))

    assert 2 == len(days)


def test_all_other_reads_have_rows(published: Published) -> None:
    """Every door leads somewhere."""
    for table in (
        published.crawls(),
        published.software(),
        published.sources(),
        published.captures("elsewhere.example"),
        published.checks("alpha.example"),
        published.facets(Wishes()),
    ):
        assert isinstance(table, pd.DataFrame)
        assert len(table) > 0


# --- the file --------------------------------------------------------------------------------------


def test_nothing_published_is_said_with_the_next_step(tmp_path: Path) -> None:
    """A first start has no file yet."""
    with pytest.raises(PublishedMissing, match="herdbook up"):
        Published(tmp_path).about()


def test_replica_data_are_pointed_out(tmp_path: Path) -> None:
    """Where only the replica was crawled, the message says where its data are."""
    path = tmp_path / "replica" / "published" / "herdbook.duckdb"
    path.parent.mkdir(parents=True)
    path.touch()

    with pytest.raises(PublishedMissing, match=f"HERDBOOK_DATA={tmp_path / 'replica'}"):
        Published(tmp_path).about()


@pytest.mark.parametrize("content", [b"", b"not a database", b"\0" * 20_000])
def test_a_damaged_file_is_said(content: bytes, tmp_path: Path) -> None:
    """One kind of error with the way out, whatever is in the file."""
    path = tmp_path / "published" / "herdbook.duckdb"
    path.parent.mkdir()
    path.write_bytes(content)

    with pytest.raises(PublishedDamaged, match="herdbook publish"):
        Published(tmp_path).about()


def test_a_newer_file_is_said(door_to: Any, tmp_path: Path) -> None:
    """A reader that knows less than the file says so."""
    door_to([])
    with duckdb.connect(tmp_path / "published" / "herdbook.duckdb") as connection:
        connection.execute("update marts.about set schema_version = 99")

    with pytest.raises(PublishedNewer, match="schema 99"):
        Published(tmp_path).about()


def test_a_swap_is_seen_by_the_next_call(tmp_path: Path, warehouse: Warehouse) -> None:
    """An open door shows the new file after the swap, and a query that runs keeps the old one."""
    publish_warehouse(warehouse, published_at=NOW)
    door = Published(tmp_path)
    first, stamp = door.about().published_at, door.stamp()
    warehouse.close()

    with door._cursor() as cursor:
        publish(tmp_path, published_at=datetime(2026, 4, 1, tzinfo=UTC))
        old = cursor.execute("select published_at from published.marts.about").fetchall()
        new = door.about().published_at

    assert NOW == first == old[0][0]
    assert datetime(2026, 4, 1, tzinfo=UTC) == new
    assert stamp != door.stamp()
    door.close()


def test_many_threads_read_at_once(filled_data: Path) -> None:
    """Eight threads get their own answers, none of a neighbour's."""
    door = Published(filled_data)
    start = threading.Barrier(8)

    def ask(number: int) -> bool:
        start.wait()
        for _ in range(10):
            found = door.query(f"select {number} as mine, count(*) as n from marts.instances")
            told = door.instance("alpha.example")
            if found["mine"].tolist() != [number] or told is None or told["users_total"] != 1004:
                return False
        return True

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(8)))

    door.close()
    assert [True] * 8 == answers
