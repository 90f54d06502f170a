"""The page for operators: its sentences and figures, and an operator who comes for a feed."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pandas as pd
import pytest

from dashboard import events, watch_charts, watch_words
from dashboard.urlstate import Hostnames
from pipeline.dictionary import SQL, read_relation
from pipeline.watches import KINDS

TOLD = {
    "is_counting_refused": False,
    "is_alive": True,
    "answered_at": pd.Timestamp("2026-03-20", tz="UTC"),
    "users_active_month_standing": "reported",
    "users_active_month_30d_ratio": 0.042,
    "known_since_on": pd.Timestamp("2026-03-01"),
}
ALIKE = {"median_value": 0.008, "instances_compared": 143}


@pytest.mark.parametrize(
    ("changes", "alike", "begins"),
    [
        ({}, ALIKE, "Growing: +4.2 % active people in 30 days; the median of 143 similar servers is +0.8 %."),
        ({}, None, "Growing: +4.2 % active people in 30 days. Fewer than ten"),
        ({"users_active_month_30d_ratio": -0.2}, ALIKE, "Shrinking: -20.0 %"),
        ({"users_active_month_30d_ratio": 0.0}, ALIKE, "Steady: +0.0 %"),
        ({"users_active_month_30d_ratio": None}, ALIKE, "We know its numbers since 1 Mar 2026;"),
        ({"users_active_month_standing": "implausible"}, ALIKE, "How many people are active there is implausible,"),
        ({"is_alive": False}, ALIKE, "It has not answered for seven days; its last answer came 3 days ago."),
        ({"is_alive": False, "answered_at": pd.NaT}, None, "It has never answered"),
        ({"is_counting_refused": True}, None, "It asks not to be counted"),
    ],
)  # fmt: skip
def test_a_verdict_is_one_sentence_from_the_data(
    changes: dict[str, Any], alike: dict[str, Any] | None, begins: str
) -> None:
    """What cannot be told is said to be so; nothing is guessed."""
    assert watch_words.verdict(TOLD | changes, alike, True, "3 days ago").startswith(begins)


def test_nothing_is_compared_where_fewer_than_ten_are_alike() -> None:
    """The server's own number stays; median and place are not said."""
    row = {"measure": "uptime_ratio_90d", "value": 0.5, "width": None}

    assert ("50.0 %", "–", "–", "–", watch_words.NOBODY_LIKE) == watch_words.standing_among(row)


def test_an_event_is_told_whatever_servers_say_in_it() -> None:
    """Braces of a server's own word are letters; an event that is new to the page is told too."""
    row = {
        "hostname": "a.example",
        "event": "version_changed",
        "said_before": "{event}\u202e1",
        "said_after": None,
        "servers_count": None,
    }

    assert "a.example changed its version: {event}1 before, not said now." == events.sentence(row)
    assert "new_thing" in events.sentence(row | {"event": "new_thing"})


def test_every_kind_of_event_has_its_sentence() -> None:
    """What can be sent can be read here, and the other way round; each has a name for tables as well."""
    assert set(KINDS) == set(events.SENTENCE) == set(events.NAME)


def test_each_server_is_100_on_the_first_common_day() -> None:
    """One that began later sets the day; a zero is no beginning."""
    days = pd.date_range("2026-03-01", periods=3, name="day_on")
    table = pd.DataFrame({"a": [10.0, 20.0, 30.0], "b": [None, 5.0, 10.0]}, index=days)

    said, day = watch_charts.indexed(table)
    alone, no_day = watch_charts.indexed(
        pd.DataFrame({"a": [0.0, 4.0, None], "b": [None, None, 3.0]}, index=days)
    )

    assert days[1] == day
    assert [50.0, 100.0, 150.0] == said["a"].tolist()
    assert no_day is None
    assert [0.0, 100.0] == alone["a"].dropna().tolist()


def test_a_gap_in_the_days_is_a_gap_in_the_line() -> None:
    """Days of which nothing is known have a row without a number."""
    days = pd.DataFrame(
        {
            "hostname": "a.example",
            "day_on": pd.to_datetime(["2026-03-01", "2026-03-04"]),
            "users_total": [1, 2],
        }
    )

    table = watch_charts.wide(days, "users_total", ["a.example", "b.example"])
    figure = watch_charts.growth(table, is_self_told=True)

    assert [True, False, False, True] == table["a.example"].notna().tolist()
    assert not figure.data[0].connectgaps
    assert ("dot", "tozero") == (figure.data[0].line.dash, figure.layout.yaxis.rangemode)


def test_a_list_in_an_address_holds_hostnames_only() -> None:
    """In lower case, each once, no more than fit."""
    field = Hostnames("d", 2)

    assert ["a.example", "b.example"] == field.parse("A.example,<b>,a.example,b.example,c.example")
    assert "a.example,b.example" == field.format(["a.example", "b.example"])
    assert field.format([]) is None


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def watched_site(
    publish: Callable[..., Path],
    serve: Callable[[Path], Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """A site that has what the page reads; the cohorts are made by their own statement."""
    folder = publish(tmp_path_factory.mktemp("watched"))
    with duckdb.connect(folder / "published" / "herdbook.duckdb") as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("set variable published_at = (select published_at from marts.about)")
        connection.execute(Path(__file__).with_name("operators.sql").read_text(encoding="utf-8"))
        cohorts = read_relation(SQL / "marts" / "cohorts.sql")
        connection.execute(f"create table marts.cohorts as {cohorts.body}")
    with serve(folder) as address:
        yield address


@pytest.mark.browser
def test_an_operator_comes_to_a_feed(
    visitor: Callable[..., Any], barriers: Callable[[object], list[str]], watched_site: str
) -> None:
    """Nobody is chosen at first; an example, one more by search, and the feed names them all, as the address does."""
    page = visitor(f"{watched_site}/operators")
    page.get_by_role("button", name="Show an example").click()
    page.wait_for_selector("h2:has-text('Take it along')")
    search = page.get_by_label("Find a server to add")
    search.fill("amber")
    search.press("Enter")
    add = page.get_by_role("button", name="Add amber").first
    added = add.inner_text().partition("Add ")[2]
    add.click()
    feed = page.locator(f"a[href*='feeds/watch.atom'][href*='{added}']")
    feed.wait_for()
    href = feed.get_attribute("href")
    names = parse_qs(urlsplit(href).query)["d"]
    friend = visitor(f"{watched_site}/operators?{urlsplit(href).query}&as=index")
    friend.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")
    # charts come after the page that holds them
    friend.locator(".js-plotly-plot").nth(2).wait_for()

    assert (4, added) == (len(names), names[-1])
    assert names == parse_qs(urlsplit(page.url).query)["d"][0].split(",")
    assert names == parse_qs(urlsplit(friend.url).query)["d"][0].split(",")
    assert 4 == friend.locator(".hb-who").count()
    assert [] == barriers(friend)
    assert friend.get_by_text(re.compile("Each server is 100 on")).is_visible()
    assert friend.locator("td:has-text('<img src=http://evil.invalid')").count()
    assert 0 == friend.locator("img[src*='evil']").count()
    assert [] == [url for url in friend.asked if "evil" in url]
