"""The map of the network and the curves of outages: tables in, figures out. No Streamlit."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard.charts import HEIGHT, LEFT_OVER, canvas, label
from dashboard.theme import LIGHT, Theme

MAP_HEIGHT = 620
"""Pixels: most of a laptop's screen."""

MAP_CONFIG = {"displayModeBar": True, "displaylogo": False, "responsive": True, "scrollZoom": True}
"""The map can be moved and zoomed; the bar has the same as buttons."""

DOTS_MOST = 10_000
"""Servers that are drawn, the most active ones. Each is an element of the page: Plotly's WebGL needs
`unsafe-eval`, which the content security policy does not give."""

COLOURED = 7
"""Groups with a colour of their own; the others share the last one."""

SMALLEST, LARGEST = 4.0, 34.0
"""Pixels across a server: nobody active, and the most active one."""


def network_map(
    servers: pd.DataFrame,
    groups: Sequence[str],
    *,
    focus: str | None = None,
    neighbours: Sequence[str] = (),
    theme: Theme = LIGHT,
) -> go.Figure:
    """Servers at their places, coloured by their group; `groups` has the word of each.

    The neighbours of `focus` are tied to it, and everybody else is dimmed.
    """
    # the most active come last
    table = servers.assign(group=list(groups)).tail(DOTS_MOST)
    order = table["group"].value_counts().index[:COLOURED].tolist()
    table["shown"] = table["group"].where(table["group"].isin(order), LEFT_OVER)
    figure = go.Figure()
    near = {focus, *neighbours}
    if focus is not None:
        figure.add_trace(_ties(table, focus, neighbours, theme))
    for place, name in enumerate([*order, LEFT_OVER]):
        rows = table[table["shown"] == name]
        if rows.empty:
            continue
        marker = {
            "size": sizes(rows["users_active_month"], table["users_active_month"].max()),
            "color": theme.series[-1] if name == LEFT_OVER else theme.series[place % COLOURED],
            "opacity": 0.85 if focus is None else np.where(rows["hostname"].isin(near), 1.0, 0.12),
            "line": {"width": 0.5, "color": theme.surface},
        }
        figure.add_trace(_dots(rows, name, marker))
    return _as_map(figure, theme)


def _as_map(figure: go.Figure, theme: Theme) -> go.Figure:
    figure.update_layout(
        height=MAP_HEIGHT,
        margin={"l": 0, "r": 0, "t": 8, "b": 0},
        **canvas(theme),
        legend={"orientation": "h", "y": -0.02, "x": 0, "itemsizing": "constant"},
        modebar={
            "bgcolor": "rgba(0,0,0,0)",
            "color": theme.muted,
            "activecolor": theme.text,
            "remove": ["toImage", "select2d", "lasso2d"],
        },
        dragmode="pan",
        # what was zoomed stays when colours change
        uirevision="map",
    )
    axis = {"visible": False, "showgrid": False, "zeroline": False}
    figure.update_xaxes(**axis)
    figure.update_yaxes(scaleanchor="x", **axis)
    return figure


def _dots(rows: pd.DataFrame, name: str, marker: dict[str, Any]) -> go.Scatter:
    return go.Scatter(
        x=rows["x"],
        y=rows["y"],
        name=label(name),
        mode="markers",
        marker=marker,
        customdata=rows["hostname"],
        text=[_words(row) for row in rows.to_dict("records")],
        hovertemplate="%{text}<extra></extra>",
    )


def sizes(active: pd.Series, most: float) -> np.ndarray:
    """Pixels across: the area grows with the active people; not said is the smallest."""
    told = pd.to_numeric(active, errors="coerce").fillna(0).to_numpy(dtype=float)
    top = max(float(most) if most == most and most is not None else 0.0, 1.0)
    return SMALLEST + (LARGEST - SMALLEST) * np.sqrt(told / top)


def curves(aimed: pd.DataFrame, chance: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """Shares that are left after more and more outages: the largest first, and any."""
    figure = go.Figure()
    lines = (
        (aimed, "People left, the largest go", 0, "solid", lambda t: 1 - t["active_ratio"]),
        (chance, "People left, any go", 0, "dot", lambda t: 1 - t["active_ratio"]),
        (aimed, "Backbone in one part, the largest go", 1, "solid", _backbone_ratio),
        (chance, "Backbone in one part, any go", 1, "dot", _backbone_ratio),
    )
    for table, name, place, dash, share in lines:
        figure.add_trace(
            go.Scatter(
                x=table["removed_count"],
                y=100 * share(table),
                name=name,
                mode="lines+markers",
                line={"color": theme.series[place], "width": 2.5, "dash": dash},
                hovertemplate=f"%{{y:.1f}} %<extra>{name}</extra>",
            )
        )
    return _framed(figure, theme, "servers gone", type="log")


def over_time(
    totals: pd.DataFrame, column: str, names: dict[str, str], *, theme: Theme = LIGHT
) -> go.Figure:
    """One number of each graph by day."""
    figure = go.Figure()
    for place, (graph, name) in enumerate(names.items()):
        rows = totals[totals["graph"] == graph]
        figure.add_trace(
            go.Scatter(
                x=rows["day_on"],
                y=rows[column],
                name=name,
                mode="lines+markers",
                line={"color": theme.series[place], "width": 2.5},
                hovertemplate=f"%{{y:,.4~g}}<extra>{name}</extra>",
            )
        )
    return _framed(figure, theme, "", tickformat="%-d %b %Y", nticks=6)


def _backbone_ratio(table: pd.DataFrame) -> pd.Series:
    return table["backbone_largest_ratio"]


def _framed(figure: go.Figure, theme: Theme, x_title: str, **x_axis: object) -> go.Figure:
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        **canvas(theme),
        hovermode="x unified",
        legend={"orientation": "h", "y": -0.22, "x": 0},
        dragmode=False,
    )
    figure.update_xaxes(
        showgrid=False, title=x_title or None, tickfont={"color": theme.muted}, **x_axis
    )
    figure.update_yaxes(
        gridcolor=theme.grid,
        rangemode="tozero",
        tickfont={"color": theme.muted},
        automargin=True,
    )
    return figure


def _ties(table: pd.DataFrame, focus: str, neighbours: Sequence[str], theme: Theme) -> go.Scatter:
    names = table["hostname"].tolist()
    places = dict(zip(names, zip(table["x"], table["y"], strict=True), strict=True))
    xs: list[float | None] = []
    ys: list[float | None] = []
    for other in neighbours:
        if focus in places and other in places:
            xs += [places[focus][0], places[other][0], None]
            ys += [places[focus][1], places[other][1], None]
    return go.Scatter(
        x=xs,
        y=ys,
        mode="lines",
        line={"color": theme.muted, "width": 1.5},
        hoverinfo="skip",
        showlegend=False,
    )


def _words(row: dict[Any, Any]) -> str:
    active = row["users_active_month"]
    people = "active people not reported" if active != active else f"{active:,.0f} active"
    return (
        f"<b>{label(str(row['hostname']))}</b><br>{people}<br>"
        f"{label(str(row['group']))}<br>{row['links_count']:,} strong links"
    )
