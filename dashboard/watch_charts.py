"""Servers side by side: their growth, their place among servers like them, and days on which they answered. No Streamlit."""

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import chart_words, charts
from dashboard.language import N_, _, spoken
from dashboard.theme import LIGHT, Theme

ABOVE = N_("above {share} of the others")

_COLORS = len(LIGHT.series) - 1
"""Servers with a colour of their own; further ones have the same colours, and their lines other dashes."""

_DASHES = ("solid", "dash")
_SYMBOLS = ("circle", "diamond", "square")
_TICKS = (0, 25, 50, 75, 100)
_ROW_HEIGHT = 34


def growth(
    table: pd.DataFrame, *, theme: Theme = LIGHT, is_index: bool = False, is_self_told: bool = False
) -> go.Figure:
    """One line per column of `table`, whose index are days; what servers tell of their own past is dotted."""
    figure = charts.lines(
        table.rename_axis("day_on").reset_index(),
        {str(name): str(name) for name in table.columns},
        theme=theme,
        digits=1 if is_index else 0,
    )
    for place, trace in enumerate(figure.data):
        dash = _DASHES[place // _COLORS % len(_DASHES)]
        # several fills on one another hide what they should show
        trace.update(fill=None, line={"dash": "dot" if is_self_told else dash})
    return figure.update_layout(showlegend=True)


def indexed(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.Timestamp | None]:
    """The table with every server at 100 on the first day of which all have a number, and that day.

    Where there is no such day each is 100 on its own first day, and the day is `None`. Zero cannot be 100.
    """
    told = table.where(table != 0)
    whole = told.dropna(axis="columns", how="all").dropna()
    if whole.empty:
        return 100 * table.div(told.bfill().iloc[0], axis="columns"), None
    day = pd.Timestamp(whole.index[0])
    return 100 * table.div(told.loc[day], axis="columns"), day


def wide(days: pd.DataFrame, measure: str, order: Sequence[str]) -> pd.DataFrame:
    """A column per server, a row for every day between the first and the last; days without a number say nothing."""
    told = days.dropna(subset=[measure])
    if told.empty:
        return pd.DataFrame()
    told = told.assign(day_on=pd.to_datetime(told["day_on"]))
    table = told.pivot_table(index="day_on", columns="hostname", values=measure, aggfunc="last")
    columns = [name for name in order if name in table.columns]
    if measure == "logins":
        # weeks, not days
        return table[columns].astype(float)
    every = pd.date_range(table.index.min(), table.index.max(), freq="D", name="day_on")
    return table[columns].astype(float).reindex(every)


def percentiles(
    cohorts: pd.DataFrame,
    order: Sequence[str],
    names: Mapping[str, str],
    *,
    theme: Theme = LIGHT,
) -> go.Figure:
    """One row per server, a mark for each measure at the share of servers like it that have less."""
    figure = go.Figure()
    above = _(ABOVE).format(share="%{x:.0f}" + spoken().percent)
    for place, (measure, name) in enumerate(names.items()):
        rows = cohorts[(cohorts["measure"] == measure) & cohorts["percentile_ratio"].notna()]
        figure.add_trace(
            go.Scatter(
                x=100 * rows["percentile_ratio"].astype(float),
                y=[charts.label(str(hostname)) for hostname in rows["hostname"]],
                name=charts.label(name),
                mode="markers",
                marker={
                    "size": 13,
                    "color": theme.series[place],
                    "symbol": _SYMBOLS[place % len(_SYMBOLS)],
                    "line": {"width": 1.5, "color": theme.surface},
                },
                hovertemplate=f"{above}<extra>{charts.label(name)}</extra>",
            )
        )
    _rows(figure, order, theme)
    figure.add_vline(x=50, line={"color": theme.muted, "width": 1, "dash": "dot"})
    return figure.update_xaxes(
        range=[-3, 103],
        showgrid=True,
        tickvals=_TICKS,
        ticktext=[f"{tick}{spoken().percent}" for tick in _TICKS],
    )


def answered(days: pd.DataFrame, order: Sequence[str], *, theme: Theme = LIGHT) -> go.Figure:
    """One row per server, a square per day with a check: answered, or hatched where none was."""
    figure = go.Figure()
    looks = {
        True: (_("Answered"), theme.series[2], ""),
        False: (_("No check was answered"), theme.series[3], "/"),
    }
    for is_up, (name, color, pattern) in looks.items():
        rows = days[days["is_up"] == is_up]
        figure.add_trace(
            go.Bar(
                base=pd.to_datetime(rows["day_on"]),
                x=[86_400_000] * len(rows),
                y=[charts.label(str(hostname)) for hostname in rows["hostname"]],
                orientation="h",
                name=name,
                marker={
                    "color": color,
                    "pattern": {"shape": pattern, "solidity": 0.35},
                    "line": {"width": 0},
                },
                width=0.62,
                hovertemplate=f"%{{base|{chart_words.day()}}}<extra>{name}</extra>",
            )
        )
    _rows(figure, order, theme)
    figure.update_layout(barmode="overlay")
    return figure.update_xaxes(type="date", showgrid=False, tickformat=chart_words.day_of_year())


def _rows(figure: go.Figure, order: Sequence[str], theme: Theme) -> None:
    charts.lay_out(
        figure,
        height=96 + _ROW_HEIGHT * max(len(order), 1),
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        **charts.canvas(theme),
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        showlegend=True,
        dragmode=False,
        hovermode="closest",
    )
    figure.update_xaxes(
        gridcolor=theme.grid,
        zeroline=False,
        tickangle=0,
        nticks=6,
        tickfont={"color": theme.muted},
        automargin=True,
        ticklabelstandoff=8,
    )
    figure.update_yaxes(
        categoryorder="array",
        categoryarray=[charts.label(name) for name in order],
        autorange="reversed",
        gridcolor=theme.grid,
        automargin=True,
        ticklabelstandoff=8,
        showgrid=True,
    )
