"""A line chart as HTML, until Plotly's script is there."""

import re
from base64 import b64decode

import pandas as pd

from dashboard import charts
from dashboard.sketches import sketch
from dashboard.theme import LIGHT

DAYS = pd.DataFrame(
    {
        "day_on": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-03", "2026-11-04"]),
        "users_total": [100.0, 150.0, None, 200.0],
        "open_registrations": [0.0, 0.0, 0.0, 0.0],
    }
)


def _drawn(told: str) -> str:
    picture = re.findall(r"base64,([A-Za-z0-9+/=]+)", told)
    return b64decode(picture[0]).decode()


def test_a_sketch_has_the_lines_of_its_chart_and_their_gaps() -> None:
    """A day without a number begins the line anew; the axis begins at zero and says round numbers."""
    told = sketch(charts.lines(DAYS, {"users_total": "Users"}), LIGHT)

    assert re.findall(r' d="([^"]*)"', _drawn(told)) == ["M0 157.1L333 85.7M1000 14.3"]
    assert re.findall(r'%">([^<]*)<', told) == ["0", "50", "100", "150", "200"]
    assert "1 Nov 2026" in told
    assert 'aria-hidden="true"' in told


def test_only_lines_that_say_something_are_sketched() -> None:
    """Bars, and a line of zeros, wait for Plotly."""
    zeros = charts.lines(DAYS, {"open_registrations": "Open"})
    bars = charts.bars(DAYS, {"users_total": "Users"})

    assert ["", ""] == [sketch(figure, LIGHT) for figure in (zeros, bars)]
