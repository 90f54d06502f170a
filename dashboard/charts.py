"""Charts: tables in, figures out. Axes begin at zero, and a gap in the data is a gap in the line."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from dashboard import chart_words
from dashboard.language import N_, _, spoken
from dashboard.theme import LIGHT, Theme

HEIGHT = 360
"""Pixels: a chart and its caption fit on a phone's screen."""

ROW_HEIGHT = 120
"""Pixels of one row of bars."""

LEFT_OVER = "other"
"""The name of all small software together."""

OTHER = N_("other")
"""What readers call it."""

CONFIG = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
"""What Plotly may do in the browser."""

_GAP_FACTOR = 3
"""How many usual distances without a point make a gap, where points are not daily."""


def from_hundred(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """The table with each of these columns as an index: 100 where it first has a number that is not zero."""
    told = {column: pd.to_numeric(frame[column], errors="coerce") for column in columns}
    return frame.assign(**{column: _indexed(values) for column, values in told.items()})


def _indexed(values: pd.Series) -> pd.Series:
    known = values[values > 0]
    return values * (100 / known.iloc[0] if len(known) else float("nan"))


def label(text: str) -> str:
    """Foreign text as Plotly shows it letter by letter: no tag, no entity, no template."""
    told = re.sub(r"\s+", " ", text)[:60]
    return told.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "&#37;{")


def by_day(frame: pd.DataFrame, column: str = "day_on") -> pd.DataFrame:
    """The table with a row for every day between its first and its last; absent days say nothing."""
    days = pd.to_datetime(frame[column])
    indexed = frame.assign(**{column: days}).drop_duplicates(column, keep="last").set_index(column)
    if indexed.empty:
        return indexed.reset_index()
    whole = pd.date_range(indexed.index.min(), indexed.index.max(), freq="D", name=column)
    return indexed.reindex(whole).reset_index()


def by_capture(frame: pd.DataFrame, column: str = "captured_at") -> pd.DataFrame:
    """The table with an empty row in each gap much wider than its points usually lie apart."""
    ordered = frame.sort_values(column).reset_index(drop=True)
    distances = ordered[column].diff()
    wide = distances > _GAP_FACTOR * distances.median()
    if not wide.any():
        return ordered
    breaks = pd.DataFrame({column: ordered[column][wide] - distances[wide] / 2})
    return pd.concat([ordered, breaks]).sort_values(column).reset_index(drop=True)


def lines(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    *,
    x: str = "day_on",
    theme: Theme = LIGHT,
    first_color: int = 0,
    has_moments: bool = False,
    muted: str = "",
    digits: int = 0,
    unit: str = "",
) -> go.Figure:
    """One line per column, the first one filled down to zero. `names`: column → what readers call it.

    `muted`: the column that is only there to compare with; it is grey and dashed.
    """
    figure = go.Figure()
    for place, (column, name) in enumerate(names.items(), start=first_color):
        color = theme.series[-1] if column == muted else _color(theme, place)
        values = pd.to_numeric(frame[column], errors="coerce")
        figure.add_trace(
            go.Scatter(
                x=frame[x],
                y=values,
                name=label(name),
                mode="lines+markers" if _is_thin(values) else "lines",
                connectgaps=False,
                line={
                    "color": color,
                    "width": 2.5,
                    "dash": "dot" if column == muted else "solid",
                },
                marker={"size": 6},
                # a fill would be drawn across gaps
                fill="tozeroy" if place == first_color and not values.isna().any() else None,
                fillcolor=_faint(color),
                hovertemplate=f"%{{y:,.{digits}f}}{unit}<extra>{label(name)}</extra>",
            )
        )
    dressed = _dressed(figure, theme, has_legend=len(names) > 1, has_moments=has_moments)
    return dressed.update_yaxes(ticksuffix=unit) if digits else _in_wholes(dressed)


def stacked(frame: pd.DataFrame, names: Mapping[str, str], *, theme: Theme = LIGHT) -> go.Figure:
    """One measure by day, stacked by software. Each unbroken stretch of days is stacked by itself."""
    table = frame.assign(day_on=pd.to_datetime(frame["day_on"])).pivot_table(
        index="day_on", columns="software_name", values="value", aggfunc="sum", min_count=1
    )
    order = _largest_first(table)
    runs = _runs(pd.DatetimeIndex(table.index))
    figure = go.Figure()
    for place, software in enumerate(order):
        color = theme.series[-1] if software == LEFT_OVER else _color(theme, place)
        name = label(_(OTHER) if software == LEFT_OVER else names.get(software, software))
        for run, days in enumerate(runs):
            figure.add_trace(
                go.Scatter(
                    x=days,
                    y=table.loc[days, software],
                    name=name,
                    legendgroup=software,
                    showlegend=run == 0,
                    mode="lines" if len(days) > 1 else "lines+markers",
                    stackgroup=f"run {run}",
                    line={"color": color, "width": 1},
                    fillcolor=_faint(color, "A6"),
                    hovertemplate=f"%{{y:,.0f}}<extra>{name}</extra>",
                )
            )
    return _in_wholes(_dressed(figure, theme, has_legend=True))


def bars(frame: pd.DataFrame, names: Mapping[str, str], *, theme: Theme = LIGHT) -> go.Figure:
    """Sums over stretches of time, each column in a row of its own: their sizes have nothing in common."""
    figure = make_subplots(
        rows=max(len(names), 1),
        shared_xaxes=True,
        vertical_spacing=0.12,
        subplot_titles=[label(name) for name in names.values()],
    )
    for place, (column, name) in enumerate(names.items()):
        color = _color(theme, place)
        figure.add_trace(
            go.Bar(
                x=frame["day_on"],
                y=pd.to_numeric(frame[column], errors="coerce"),
                name=label(name),
                marker={"color": _faint(color, "99"), "line": {"color": color, "width": 1}},
                hovertemplate=f"%{{y:,.0f}}<extra>{label(name)}</extra>",
            ),
            row=place + 1,
            col=1,
        )
    figure.update_annotations(
        x=0, xanchor="left", font={"size": 13, "color": theme.muted}, yshift=4
    )
    dressed = _in_wholes(_dressed(figure, theme, has_legend=False))
    return dressed.update_layout(height=60 + ROW_HEIGHT * len(names), margin_t=28).update_yaxes(
        nticks=3
    )


def flows(
    frame: pd.DataFrame, came: Mapping[str, str], went: Mapping[str, str], *, theme: Theme = LIGHT
) -> go.Figure:
    """What came, stacked above zero, and what went, below it; one bar a week (`week_on`)."""
    figure = go.Figure()
    for place, (column, name) in enumerate({**came, **went}.items()):
        values = pd.to_numeric(frame[column], errors="coerce")
        figure.add_trace(
            go.Bar(
                x=frame["week_on"],
                y=-values if column in went else values,
                customdata=values,
                name=label(name),
                marker={"color": _color(theme, place)},
                hovertemplate=f"%{{customdata:,.0f}}<extra>{label(name)}</extra>",
            )
        )
    figure.update_layout(barmode="relative", bargap=0.15)
    largest = max((frame[c].max() for c in (*came, *went)), default=0)
    dressed = _dressed(figure, theme, has_legend=True)
    if len(frame) < 4:
        dressed.update_xaxes(tickvals=list(frame["week_on"]), tickformat=chart_words.day())
    return dressed.update_yaxes(tickformat="~s" if largest >= 10_000 else ",d", rangemode="normal")


def marked(figure: go.Figure, days: Sequence[date], *, theme: Theme = LIGHT) -> go.Figure:
    """The figure with a thin line and a number at each of these days; what they are is told below it."""
    for number, day in enumerate(days, start=1):
        moment = pd.Timestamp(day)
        figure.add_shape(
            type="line",
            x0=moment,
            x1=moment,
            y0=0,
            y1=1,
            yref="paper",
            line={"color": theme.muted, "width": 1, "dash": "dot"},
        )
        figure.add_annotation(
            x=moment,
            # neighbours stand one above the other
            y=1 + 0.055 * ((number - 1) % 3),
            yref="paper",
            yanchor="bottom",
            text=str(number),
            showarrow=False,
            font={"size": 11, "color": theme.muted},
        )
    return figure.update_layout(margin_t=56) if days else figure


def ranking(frame: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """One bar per software, the largest first, each with its number."""
    ordered = frame.sort_values("value", ascending=False)
    figure = go.Figure(
        go.Bar(
            x=ordered["value"],
            y=[label(_(OTHER) if name == LEFT_OVER else name) for name in ordered["software_name"]],
            orientation="h",
            marker={
                "color": [
                    theme.series[-1] if name == LEFT_OVER else theme.series[0]
                    for name in ordered["software_name"]
                ]
            },
            texttemplate="%{x:,.0f}",
            textposition="outside",
            cliponaxis=False,
            hoverinfo="skip",
        )
    )
    _dressed(figure, theme, has_legend=False)
    figure.update_layout(height=60 + 34 * len(ordered), hovermode=False, margin_r=60)
    figure.update_xaxes(rangemode="tozero", showticklabels=False)
    return figure.update_yaxes(autorange="reversed", showgrid=False, nticks=0)


def survival(frame: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """The share that lives longer than each age, as steps down from all, within its 95 % interval."""
    first = pd.DataFrame(
        {
            "age_days": [0],
            "survival_ratio": [1.0],
            "survival_low_ratio": [1.0],
            "survival_high_ratio": [1.0],
        }
    )
    table = pd.concat([first, frame[list(first)]]).sort_values("age_days")
    color = _color(theme, 0)
    after = _("after {days} days").format(days="%{x:,d}")
    figure = go.Figure()
    for column, fill in (("survival_high_ratio", None), ("survival_low_ratio", "tonexty")):
        figure.add_trace(
            go.Scatter(
                x=table["age_days"],
                y=100 * table[column],
                mode="lines",
                line={"width": 0, "shape": "hv", "color": color},
                fill=fill,
                fillcolor=_faint(color, "33"),
                hoverinfo="skip",
            )
        )
    figure.add_trace(
        go.Scatter(
            x=table["age_days"],
            y=100 * table["survival_ratio"],
            name=_("Still there"),
            mode="lines",
            line={"width": 2.5, "shape": "hv", "color": color},
            hovertemplate=f"%{{y:.1f}}{spoken().percent}<extra>{after}</extra>",
        )
    )
    _dressed(figure, theme, has_legend=False).update_layout(hovermode="closest")
    figure.update_xaxes(title={"text": _("days since it was first known")}, tickformat=",d")
    return figure.update_yaxes(range=[0, 102], ticksuffix=spoken().percent)


def canvas(theme: Theme) -> dict[str, Any]:
    """What every figure stands on: the page's own ground, letters and hover."""
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "Inter, system-ui, sans-serif", "size": 13, "color": theme.text},
        "hoverlabel": {
            "bgcolor": theme.surface,
            "bordercolor": theme.grid,
            "font": {"color": theme.text},
        },
    }


def lay_out(figure: go.Figure, **told: Any) -> None:
    """Set parts of the layout, each whole. Plotly's `update_layout` merges them in ten times the time."""
    layout = figure.layout
    for name, value in told.items():
        layout[name] = value


def _dressed(
    figure: go.Figure, theme: Theme, *, has_legend: bool, has_moments: bool = False
) -> go.Figure:
    lay_out(
        figure,
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        **canvas(theme),
        hovermode="x unified",
        showlegend=has_legend,
        legend={"orientation": "h", "y": -0.16, "x": 0, "traceorder": "normal"},
        dragmode=False,
    )
    figure.update_xaxes(
        showgrid=False,
        tickfont={"color": theme.muted},
        ticklabelstandoff=8,
        hoverformat=f"{chart_words.day()} %H:%M" if has_moments else chart_words.day(),
        automargin=True,
    )
    figure.update_yaxes(
        rangemode="tozero",
        gridcolor=theme.grid,
        zerolinecolor=theme.grid,
        tickfont={"color": theme.muted},
        nticks=6,
        ticklabelstandoff=8,
        automargin=True,
    )
    return figure


def _in_wholes(figure: go.Figure) -> go.Figure:
    """People and servers come whole: no axis of halves, no 500 thousandths."""
    largest = max((max((v for v in t.y if v == v), default=0) for t in figure.data), default=0)
    figure.update_yaxes(tickformat="~s" if largest >= 10_000 else ",d")
    if largest <= 5:
        figure.update_yaxes(dtick=1)
    return figure


def _color(theme: Theme, place: int) -> str:
    # the last colour belongs to what is left over
    return theme.series[place % (len(theme.series) - 1)]


def _faint(color: str, alpha: str = "1F") -> str:
    """The colour, seen through."""
    red, green, blue, opacity = (int((color + alpha)[at : at + 2], 16) for at in (1, 3, 5, 7))
    return f"rgba({red},{green},{blue},{opacity / 255:.2f})"


def _is_thin(values: pd.Series) -> bool:
    """Whether a line alone could hide points: few of them, or single ones between gaps."""
    told = values.notna()
    alone = told & ~told.shift(1, fill_value=False) & ~told.shift(-1, fill_value=False)
    return bool(alone.any()) or int(told.sum()) < 15


def _largest_first(table: pd.DataFrame) -> list[str]:
    if table.empty:
        return []
    last = table.ffill().iloc[-1].fillna(0).sort_values(ascending=False)
    named = [str(name) for name in last.index if name != LEFT_OVER]
    return named + [LEFT_OVER] * (LEFT_OVER in last.index)


def _runs(days: pd.DatetimeIndex) -> Sequence[pd.DatetimeIndex]:
    """Days split where more than one day lies between two."""
    if days.empty:
        return []
    ordered = days.sort_values()
    starts = (pd.Series(ordered).diff() > pd.Timedelta(days=1)).cumsum().to_numpy()
    return [ordered[starts == run] for run in range(int(starts[-1]) + 1)]
