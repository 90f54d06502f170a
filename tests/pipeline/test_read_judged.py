"""The readers' door to what was judged, on an eventful fortnight."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.exceptions import PublishedOlder, QueryRefused
from pipeline.read import Published


@pytest.fixture
def door(judged_data: Path) -> Iterator[Published]:
    """The door to the eventful fortnight."""
    published = Published(judged_data)
    yield published
    published.close()


def test_totals_are_there_as_said_and_audited(door: Published) -> None:
    """On the last day a liar makes the difference."""
    row = door.totals().to_dict("records")[-1]

    assert 2_000_000 == row["users_total"] - row["users_total_audited"]
    assert 1 == row["instances_reporting"] - row["instances_audited"]


def test_growth_begins_at_one_on_the_first_day_asked_for(door: Published) -> None:
    """Whatever the chain was before."""
    days = door.growth("users_total", since=date(2026, 3, 10))

    assert 1 == days["index_chained"].iloc[0]
    assert date(2026, 3, 10) == days["day_on"].iloc[0].date()
    assert {"herdbook"} == set(door.growth_measures()["source"])


def test_growth_of_something_else_is_refused(door: Published) -> None:
    """The measures are a closed list."""
    with pytest.raises(QueryRefused, match="not known of 'posts'"):
        door.growth("posts")  # type: ignore[arg-type]
    with pytest.raises(QueryRefused, match="held by 'nobody'"):
        door.concentration(holder="nobody")  # type: ignore[arg-type]


@pytest.mark.parametrize("holder", ["instance", "software", "registrable_domain"])
def test_concentration_is_known_week_by_week(holder: Any, door: Published) -> None:
    """One row per week, the oldest first."""
    weeks = door.concentration("users_total", holder)

    assert weeks["day_on"].is_monotonic_increasing
    assert (weeks["holders_count"] >= 1).all()


def test_who_survives_is_told_with_the_uncertainty(door: Published) -> None:
    """One of fifteen ended."""
    (row,) = door.survival().to_dict("records")

    assert (15, 1) == (row["instances_known"], row["ended"])
    assert row["survival_low_ratio"] < row["survival_ratio"] < row["survival_high_ratio"]


def test_a_standing_comes_with_the_words_of_its_rule(door: Published) -> None:
    """What the number is, which rule says so, and what was seen."""
    rows = door.standings("lying.example").to_dict("records")

    assert ["users_total", "users_active_month"] == [row["field"] for row in rows[:2]]
    assert ("implausible", "leap") == (rows[0]["standing"], rows[0]["rule_id"])
    assert "from 700 to 2000000 users" in rows[0]["evidence"]
    assert rows[0]["reason"]


def test_verdicts_of_the_past_are_told_by_day(door: Published) -> None:
    """Only the days on which it lied."""
    verdicts = door.verdicts("lying.example")

    assert {"leap"} == set(verdicts["rule_id"])
    assert 7 == len(verdicts)


def test_rules_say_about_how_many_they_decide(door: Published) -> None:
    """All of them are there, also those that decide about nobody."""
    rules = door.rules().set_index("rule_id")

    assert 1 == rules.loc["leap", "instances_count"]
    assert 0 == rules.loc["gotosocial-baffle", "instances_count"]


def test_versions_and_sign_up_and_acceptances_can_be_read(door: Published) -> None:
    """Each has its read."""
    assert ["mastodon"] == door.version_lag()["software_name"].tolist()
    assert 0 == len(door.registration_spans("lying.example"))
    assert ["it is right"] == door.acceptances()["note"].tolist()
    assert door.held_back() is None


def test_a_file_of_an_older_version_says_what_to_do(tmp_path: Path) -> None:
    """What it lacks is named, with the next step."""
    folder = tmp_path / "published"
    folder.mkdir()
    with duckdb.connect(folder / "herdbook.duckdb") as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.about as select 1 as schema_version")
        connection.execute(
            "create table marts.instances as select 'a' as hostname, false as is_counting_refused,"
            " 1 as users_active_month, 1 as users_total, ['de'] as languages, ['de'] as languages_detected,"
            " '' as title, '' as description, 'x' as software_name, true as is_alive, 'open' as registration"
        )

    with pytest.raises(PublishedOlder, match="Run `herdbook publish` once"):
        Published(tmp_path).growth()
