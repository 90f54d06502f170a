"""A line chart as plain HTML, for the moment before Plotly's 1.2 MB have come. No Streamlit.

It shows the same lines on the same axes at about the same place, and nothing that answers to a pointer.
"""

import math
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import labels, times
from dashboard.text import html
from dashboard.theme import Theme

_WIDTH, _HEIGHT = 1000, 300
"""Units of the drawing, which is stretched to its place."""

_TICKS = 5
_DASHES = {"dot": "3 5"}


def sketch(figure: go.Figure, theme: Theme) -> str:
    """Lines over days; empty where the figure is anything else."""
    traces = [trace for trace in figure.data if trace.type == "scatter" and not trace.stackgroup]
    days = pd.to_datetime(pd.Series([day for trace in traces for day in trace.x]))
    values = [
        value for trace in traces for value in trace.y if value == value and value is not None
    ]
    if len(traces) != len(figure.data) or days.empty or not values or max(values) <= 0:
        return ""
    step = _step(max(values))
    top = max(values) * 1.05
    first, last = days.min(), days.max()
    grid = "".join(
        f'<line x1="0" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{theme.grid}" vector-effect="non-scaling-stroke"/>'
        for y in (_HEIGHT * (1 - tick * step / top) for tick in range(int(top / step) + 1))
    )
    lines = "".join(_line(trace, first, last, top, theme) for trace in traces)
    told = "".join(
        f'<span style="top:{100 * (1 - tick * step / top):.1f}%">{html(labels.short(tick * step))}</span>'
        for tick in range(int(top / step) + 1)
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none">'
        f"{grid}{lines}</svg>"
    )
    # Streamlit leaves pictures in HTML and takes drawings out
    picture = f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
    return (
        f'<div class="hb-sketch" aria-hidden="true"><div class="hb-sketch-values">{told}</div>'
        f'<img alt="" src="{picture}"><div class="hb-sketch-days"><span>{html(times.day(first))}</span>'
        f"<span>{html(times.day(last))}</span></div></div>"
    )


def _step(largest: float) -> float:
    """A round distance between about five lines of the grid."""
    rough = largest / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * times_ for times_ in (1, 2, 5, 10) if power * times_ >= rough)


def _line(trace: Any, first: pd.Timestamp, last: pd.Timestamp, top: float, theme: Theme) -> str:
    color = trace.line.color or theme.series[0]
    dash = _DASHES.get(trace.line.dash or "")
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    path = "".join(_steps(trace, first, last, top))
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="2.5"{dashed} vector-effect="non-scaling-stroke"/>'


def _steps(trace: Any, first: pd.Timestamp, last: pd.Timestamp, top: float) -> Iterator[str]:
    """The steps of a line; a day without a number begins it anew."""
    whole = max((last - first).total_seconds(), 1.0)
    pen = "M"
    for day, value in zip(pd.to_datetime(pd.Series(list(trace.x))), trace.y, strict=True):
        if value is None or value != value:
            pen = "M"
            continue
        x = _WIDTH * (day - first).total_seconds() / whole
        yield f"{pen}{x:.0f} {_HEIGHT * (1 - value / top):.1f}"
        pen = "L"
