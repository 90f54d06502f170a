"""Stretches of time as bars: what a server said, from when to when. No Streamlit."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import times
from dashboard.charts import canvas, label, lay_out
from dashboard.language import _
from dashboard.theme import LIGHT, Theme

ROW_HEIGHT = 34
_DAY = pd.Timedelta(days=1)
_PATTERNS = ("", "/", ".", "x", "\\", "+", "-", "|")


def spans(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    colors: Mapping[str, int],
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """One bar per stretch (`row`, `from_on`, `until_on`, `code`); the last day of a stretch belongs to it.

    `names`: code → what readers call it, in the order of the legend; `colors`: code → place in the theme.
    """
    figure = go.Figure()
    for place, (code, name) in enumerate(names.items()):
        told = frame[frame["code"] == code]
        if told.empty:
            continue
        color = theme.series[colors.get(code, place) % len(theme.series)]
        begins = pd.to_datetime(told["from_on"])
        ends = pd.to_datetime(told["until_on"])
        figure.add_trace(
            go.Bar(
                base=begins,
                x=((ends + _DAY) - begins).dt.total_seconds() * 1_000,
                y=[label(str(row)) for row in told["row"]],
                orientation="h",
                name=label(name),
                marker={
                    "color": color,
                    "pattern": {"shape": _PATTERNS[place % len(_PATTERNS)], "solidity": 0.25},
                    # a stretch of a day is seen among years
                    "line": {"color": color, "width": 2},
                },
                customdata=_days(begins, ends),
                hovertemplate=f"%{{customdata}}<extra>{label(name)}</extra>",
                width=0.6,
            )
        )
    rows = max(frame["row"].nunique(), 1)
    lay_out(
        figure,
        height=96 + ROW_HEIGHT * rows,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        **canvas(theme),
        barmode="overlay",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        dragmode=False,
    )
    figure.update_xaxes(
        type="date",
        showgrid=True,
        gridcolor=theme.grid,
        tickfont={"color": theme.muted},
        automargin=True,
        ticklabelstandoff=8,
    )
    return figure.update_yaxes(
        automargin=True, ticklabelstandoff=8, showticklabels=rows > 1, autorange="reversed"
    )


def _days(begins: "pd.Series[pd.Timestamp]", ends: "pd.Series[pd.Timestamp]") -> Sequence[str]:
    told = _("{first} to {last}")
    return [
        told.format(first=times.day(begin), last=times.day(end))
        for begin, end in zip(begins, ends, strict=True)
    ]
