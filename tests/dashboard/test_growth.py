"""Growth over any range: from 100, beside known events, with births and deaths of servers told apart."""

from datetime import date
from urllib.parse import urlsplit

import pandas as pd
import pytest

from dashboard import annotations, charts, flows, timespan
from dashboard.urlstate import Day

DAYS = pd.DataFrame(
    {
        "day_on": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-08", "2026-11-09"]),
        "instances_born": [90, 1, 2, 4],
        "instances_discovered": [900, 0, 3, 0],
        "instances_returned": [0, 0, 1, 0],
        "instances_left": [0, 5, 0, 6],
    }
)


def test_each_line_begins_at_a_hundred_where_it_begins() -> None:
    """A gap stays a gap, and a first zero is no level to compare with."""
    found = pd.DataFrame({"early": [50, None, 75], "late": [None, 0, 4], "never": [None, None, 0]})

    told = charts.from_hundred(found, ["early", "late", "never"])

    assert [100.0, 150.0] == told["early"].dropna().tolist()
    assert [0.0, 100.0] == told["late"].dropna().tolist()
    assert told["never"].isna().all()


def test_births_and_deaths_are_counted_by_week_and_the_first_day_knows_none() -> None:
    """Everything is new on the first day; weeks begin on Mondays."""
    weeks = flows.weekly(DAYS)

    assert ["2026-11-02", "2026-11-09"] == weeks["week_on"].dt.strftime("%Y-%m-%d").tolist()
    assert [3, 4] == weeks["instances_born"].tolist()
    assert [5, 6] == weeks["instances_left"].tolist()
    assert "7 servers were born, 3 were discovered" in flows.sentence(DAYS, "herdbook")


def test_what_went_is_drawn_below_zero_and_told_as_it_is() -> None:
    """The hover says five, not minus five."""
    figure = charts.flows(flows.weekly(DAYS), flows.CAME, flows.WENT)

    left = figure.data[-1]
    assert ("Left", [-5, -6], [5, 6]) == (left.name, list(left.y), list(left.customdata))


def test_a_range_holds_both_its_ends() -> None:
    """Moments count by their day in UTC; no end is no bound."""
    moments = pd.DataFrame(
        {"at": pd.to_datetime(["2026-11-01 23:59", "2026-11-02 00:00", "2026-11-03 23:59"])}
    )

    found = timespan.within(moments, {"from": "2026-11-02", "to": "2026-11-03"}, "at")

    assert [2, 3] == found["at"].dt.day.tolist()
    assert 3 == len(timespan.within(moments, {"from": "", "to": ""}, "at"))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["2026-02-30", "20261101", "0001-01-01", "yesterday", None])
def test_a_day_that_is_none_is_no_choice(text: str | None) -> None:
    """The page shows all days then."""
    assert "" == Day("from").parse(text)
    assert "2026-11-01" == Day("from").parse("2026-11-01")


def test_known_events_have_a_day_few_words_and_a_source() -> None:
    """Each is marked by its place in the list, and only where its day is shown."""
    known = annotations.events()
    some = annotations.within(known[1].day_on, known[2].day_on)
    figure = charts.marked(
        charts.flows(flows.weekly(DAYS), flows.CAME, flows.WENT), [e.day_on for e in some]
    )

    assert list(known[1:3]) == some
    assert ["1", "2"] == [note.text for note in figure.layout.annotations]
    assert all(len(event.words) < 80 and event.day_on <= date(2026, 11, 25) for event in known)
    assert {"https"} == {urlsplit(event.source).scheme for event in known}
