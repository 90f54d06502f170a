"""Watch lists: servers among those like them, and what happened to them."""

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.dictionary import SQL, failing_rows, read_relation
from pipeline.read import OWN, Published

COHORTS = read_relation(SQL / "marts" / "cohorts.sql")


@pytest.fixture
def compared() -> Iterator[duckdb.DuckDBPyConnection]:
    """The cohorts of made-up servers: 12 old Mastodons, 4 new ones, 9 Lemmys, and a liar."""
    servers = [
        *((f"old{n:02}.example", "mastodon", 20 + n, "reported", n / 100, 1500) for n in range(12)),
        *((f"new{n}.example", "mastodon", 30, "reported", None, 10) for n in range(4)),
        *((f"lemmy{n}.example", "lemmy", 150, "reported", 0.5, 10) for n in range(9)),
        ("liar.example", "mastodon", 199, "implausible", 9.0, 1500),
        ("lone.example", "other", 1, "reported", 0.0, 1500),
    ]
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set variable published_at = timestamptz '2026-03-20 12:00:00+00'")
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.instances (hostname varchar, software_name varchar, users_active_month bigint, "
            "users_active_month_standing varchar, users_active_month_30d_ratio double, age_days integer, "
            "users_total bigint, uptime_ratio_90d double default 1, is_alive boolean default true, "
            "is_counting_refused boolean default false)"
        )
        connection.executemany(
            "insert into marts.instances (hostname, software_name, users_active_month, users_active_month_standing, "
            "users_active_month_30d_ratio, age_days) values (?, ?, ?, ?, ?, ?)",
            servers,
        )
        connection.execute(
            "create table marts.instance_days as "
            "select hostname, date '2026-03-20' - age_days as day_on from marts.instances"
        )
        connection.execute(f"create table marts.cohorts as {COHORTS.body}")
        yield connection


def _row(connection: duckdb.DuckDBPyConnection, hostname: str, measure: str) -> Any:
    found = connection.execute(
        "from marts.cohorts where hostname = ? and measure = ?", [hostname, measure]
    ).fetchone()
    return dict(zip(COHORTS.columns, found, strict=True)) if found else None


def test_a_server_stands_among_those_like_it(compared: duckdb.DuckDBPyConnection) -> None:
    """Software, size and age make it so; the place is the share of the others that have less."""
    row = _row(compared, "old06.example", "users_active_month_30d_ratio")

    assert ("software_size_age", 12) == (row["width"], row["instances_compared"])
    assert ("mastodon", "small", "old") == (row["software_name"], row["size"], row["age"])
    assert row["percentile_ratio"] == pytest.approx(6 / 11)
    assert row["median_value"] == pytest.approx(0.055)
    assert row["quarter_value"] < row["median_value"] < row["three_quarters_value"]


def test_fewer_than_ten_are_widened_or_nothing_is_said(compared: duckdb.DuckDBPyConnection) -> None:
    """Age is let go first, then software; one who has fewer than ten like it stands alone."""
    new = _row(compared, "new0.example", "users_active_month")
    lemmy = _row(compared, "lemmy0.example", "users_active_month")
    lone = _row(compared, "lone.example", "users_active_month")

    assert ("software_size", 16) == (new["width"], new["instances_compared"])
    assert ("size", 25) == (lemmy["width"], lemmy["instances_compared"])
    assert (None, None, None) == (lone["width"], lone["instances_compared"], lone["median_value"])


def test_only_reported_numbers_are_compared(compared: duckdb.DuckDBPyConnection) -> None:
    """A number that a rule speaks against is in no median; how a server answers is our own."""
    assert _row(compared, "liar.example", "users_active_month") is None
    assert _row(compared, "liar.example", "uptime_ratio_90d")["width"] == "software_size_age"
    assert [] == failing_rows(compared, COHORTS)


@pytest.fixture
def door(judged_data: Path) -> Iterator[Published]:
    """The door to the eventful fortnight."""
    published = Published(judged_data)
    yield published
    published.close()


def test_a_watch_list_keeps_its_order_and_leaves_unknown_names_out(door: Published) -> None:
    """The audited past of a liar is empty from the day on which it lies."""
    names = ["lying.example", "nobody.example", "dying.example", "steady0.example"]

    servers = door.watched_servers(names)
    days = door.watched_days(names, OWN)
    cohorts = door.watched_cohorts(names)

    assert ["lying.example", "dying.example", "steady0.example"] == servers["hostname"].tolist()
    lying = days[days["hostname"] == "lying.example"].set_index("day_on")["users_total"].dropna()
    assert {700} == set(lying)
    assert "users_active_month" not in set(cohorts["measure"])
    assert set(cohorts["hostname"]) <= set(names)


def test_days_without_an_answer_are_events_but_not_those_of_our_own_outage(door: Published) -> None:
    """The fifth day, on which the crawler was cut off, happened to nobody."""
    names = ["dying.example", "steady0.example"]

    found = door.watched(names).to_pylist()

    told = [(row["hostname"], row["event"], row["happened_on"]) for row in found]
    assert ("dying.example", "missed_a_day", _third_day()) in told
    assert [] == [row for row in told if row[0] == "steady0.example" and "day" in row[1]]


def _third_day() -> date:
    return datetime(2026, 3, 9).date()
