"""Charts are figures from tables: gaps stay gaps, axes begin at zero, foreign names are inert."""

from datetime import date

import pandas as pd
import pytest

from dashboard import charts
from dashboard.theme import DARK, LIGHT


def _days(*values: float | None, first: str = "2026-01-01") -> pd.DataFrame:
    return pd.DataFrame(
        {"day_on": pd.date_range(first, periods=len(values)), "users_total": values}
    )


def test_days_that_are_not_there_become_days_that_say_nothing() -> None:
    """A line over them would claim what nobody saw."""
    days = pd.DataFrame({"day_on": [date(2026, 1, 1), date(2026, 1, 4)], "users_total": [5, 8]})

    whole = charts.by_day(days)

    assert [5.0, None, None, 8.0] == [v if v == v else None for v in whole["users_total"]]


def test_a_gap_breaks_the_line() -> None:
    """Nothing is drawn, and nothing is filled, between two sides of a gap."""
    figure = charts.lines(_days(1, None, 3), {"users_total": "Registered users"})

    trace = figure.data[0]
    assert trace.connectgaps is False
    assert trace.fill is None
    assert 3 == len(trace.y)


def test_a_gap_between_captures_breaks_the_line() -> None:
    """Captures have no days; much more than their usual distance is a gap."""
    moments = pd.to_datetime(
        ["2022-11-20 01:00", "2022-11-20 01:20", "2022-11-20 01:40", "2022-11-21 01:40"]
    )
    captures = pd.DataFrame({"captured_at": moments, "users_total": [1, 2, 3, 4]})

    whole = charts.by_capture(captures)

    assert [1, 2, 3, None, 4] == [v if v == v else None for v in whole["users_total"]]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_axes_begin_at_zero_and_colours_are_said(theme) -> None:  # type: ignore[no-untyped-def]
    """A small change must look small, and both themes are ours."""
    figure = charts.lines(_days(990, 1000), {"users_total": "Registered users"}, theme=theme)

    assert "tozero" == figure.layout.yaxis.rangemode
    assert theme.series[0] == figure.data[0].line.color
    assert theme.text == figure.layout.font.color


def test_a_single_point_is_seen() -> None:
    """A line of one point would be nothing."""
    figure = charts.lines(_days(7), {"users_total": "Registered users"})

    assert "lines+markers" == figure.data[0].mode


def test_foreign_names_are_shown_letter_by_letter() -> None:
    """Plotly reads tags, entities and templates in labels."""
    assert "&lt;b>&amp;lt; &#37;{y}" == charts.label("<b>&lt; %{y}")


def test_software_is_stacked_in_each_unbroken_stretch_by_itself() -> None:
    """The largest is lowest, what is left over is last, and no area spans a gap."""
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 9)]
    frame = pd.DataFrame(
        [
            {"day_on": day, "software_name": name, "value": value}
            for day in days
            for name, value in (("other", 50), ("lemmy", 3), ("mastodon", 9))
        ]
    )

    figure = charts.stacked(frame, {"mastodon": "Mastodon"})

    assert ["Mastodon", "Mastodon", "lemmy", "lemmy", "other", "other"] == [
        t.name for t in figure.data
    ]
    assert {"run 0", "run 1"} == {trace.stackgroup for trace in figure.data}
    assert [2, 1] == [len(trace.x) for trace in figure.data[:2]]
    assert LIGHT.series[-1] == figure.data[-1].line.color


def test_sums_of_different_things_have_rows_of_their_own() -> None:
    """Posts would hide new accounts on one axis."""
    weeks = _days(1, 2).assign(logins=[1, 2], statuses=[100, 200])

    figure = charts.bars(weeks, {"logins": "People", "statuses": "Posts"})

    assert ["y", "y2"] == [trace.yaxis for trace in figure.data]


def test_no_days_make_an_empty_chart() -> None:
    """A source without a day is no error."""
    assert charts.by_day(_days()).empty
    assert (
        ()
        == charts.stacked(pd.DataFrame({"day_on": [], "software_name": [], "value": []}), {}).data
    )


def test_a_first_day_is_ranked_from_zero() -> None:
    """The largest is on top, what is left over is grey, and each bar has its number."""
    frame = pd.DataFrame({"software_name": ["lemmy", "other", "mastodon"], "value": [3, 5, 9]})

    figure = charts.ranking(frame)

    assert ("mastodon", "other", "lemmy") == tuple(figure.data[0].y)
    assert LIGHT.series[-1] == figure.data[0].marker.color[1]
    assert "tozero" == figure.layout.xaxis.rangemode


def test_what_is_only_compared_with_is_grey_and_dashed() -> None:
    """The audited total is the line; the naive one is beside it, and both begin at zero."""
    days = _days(90, 95).assign(said=[100, 900])

    figure = charts.lines(days, {"users_total": "Audited", "said": "As said"}, muted="said")

    assert [("solid", LIGHT.series[0]), ("dot", LIGHT.series[-1])] == [
        (trace.line.dash, trace.line.color) for trace in figure.data
    ]
    assert "tozero" == figure.layout.yaxis.rangemode


def test_an_index_keeps_its_decimals() -> None:
    """A tenth of a percent is much, for a network."""
    figure = charts.lines(_days(100.0, 100.4), {"users_total": "Index"}, digits=1, unit=" %")

    assert figure.data[0].hovertemplate.startswith("%{y:,.1f} %")
    assert " %" == figure.layout.yaxis.ticksuffix


def test_a_survival_curve_begins_with_all_and_goes_down_in_steps() -> None:
    """Within its interval, on an axis from zero to all."""
    ends = pd.DataFrame(
        {
            "age_days": [30, 60],
            "survival_ratio": [0.9, 0.5],
            "survival_low_ratio": [0.8, None],
            "survival_high_ratio": [0.95, None],
        }
    )

    figure = charts.survival(ends)

    curve = figure.data[-1]
    assert [0, 30, 60] == list(curve.x)
    assert [100.0, 90.0, 50.0] == list(curve.y)
    assert "hv" == curve.line.shape
    assert (0, 102) == figure.layout.yaxis.range
