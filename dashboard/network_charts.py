"""The map of the network as data and the curves of outages: tables in, figures out. No Streamlit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from dashboard import chart_words
from dashboard.charts import HEIGHT, canvas, lay_out
from dashboard.language import N_, _, spoken
from dashboard.theme import LIGHT, Theme

OTHER = N_("other")
"""What readers call all small groups together."""

DOTS_MOST = 20_000
"""Servers that are drawn, the most active ones: 10,000 of them are painted within a frame."""

COLOURED = 7
"""Groups with a colour of their own; the others share the last one."""

SMALLEST, LARGEST = 4.0, 34.0
"""Pixels across a server: nobody active, and the most active one."""


def map_data(
    servers: pd.DataFrame,
    groups: Sequence[str],
    links: pd.DataFrame,
    *,
    stamp: str = "",
    focus: str | None = None,
    theme: Theme = LIGHT,
    placed: str = "",
) -> dict[str, Any]:
    """What `map/map.js` draws: servers at their places, the most active last, coloured by their group.

    `groups` has the word of each server; `links` are pairs of hostnames (source, target). `stamp` names the
    file that it is of: the map keeps its place while that stays the same. `placed` is what `map_places` makes of
    servers and links, as JSON, where somebody kept it.
    """
    group = pd.Series(list(groups)).tail(DOTS_MOST).reset_index(drop=True)
    order = group.value_counts().index[:COLOURED].tolist()
    place_of = {name: place for place, name in enumerate(order)}
    return {
        "stamp": stamp,
        **({"placed": placed} if placed else map_places(servers, links)),
        "groups": {
            "names": [*order, _(OTHER)],
            "of": [place_of.get(name, len(order)) for name in group],
            "colours": [*theme.series[: len(order)], theme.series[-1]],
        },
        "focus": focus,
        "theme": {name: getattr(theme, name) for name in ("text", "muted", "grid", "surface")},
    }


def map_places(servers: pd.DataFrame, links: pd.DataFrame) -> dict[str, Any]:
    """The part of the map that is the same whoever looks: servers at their places, and links by place."""
    table = servers.tail(DOTS_MOST).reset_index(drop=True)
    places = {name: place for place, name in enumerate(table["hostname"])}
    ends = links.iloc[:, :2].apply(lambda column: column.map(places)).dropna().astype(int)
    active = table["users_active_month"]
    across = sizes(active, active.max())
    return {
        "hostnames": table["hostname"].tolist(),
        "x": table["x"].round(4).tolist(),
        "y": table["y"].round(4).tolist(),
        "size": across.round(1).tolist(),
        "largest": LARGEST,
        "active": [None if value != value else int(value) for value in active],
        "links": ends.to_numpy().ravel().tolist(),
    }


def sizes(active: pd.Series, most: float) -> np.ndarray:
    """Pixels across: the area grows with the active people; not said is the smallest."""
    told = pd.to_numeric(active, errors="coerce").fillna(0).to_numpy(dtype=float)
    top = max(float(most) if most == most and most is not None else 0.0, 1.0)
    return SMALLEST + (LARGEST - SMALLEST) * np.sqrt(told / top)


def curves(aimed: pd.DataFrame, chance: pd.DataFrame, *, theme: Theme = LIGHT) -> go.Figure:
    """Shares that are left after more and more outages: the largest first, and any."""
    figure = go.Figure()
    lines = (
        (aimed, _("People left, the largest go"), 0, "solid", lambda t: 1 - t["active_ratio"]),
        (chance, _("People left, any go"), 0, "dot", lambda t: 1 - t["active_ratio"]),
        (aimed, _("Backbone in one part, the largest go"), 1, "solid", _backbone_ratio),
        (chance, _("Backbone in one part, any go"), 1, "dot", _backbone_ratio),
    )
    for table, name, place, dash, share in lines:
        figure.add_trace(
            go.Scatter(
                x=table["removed_count"],
                y=100 * share(table),
                name=name,
                mode="lines+markers",
                line={"color": theme.series[place], "width": 2.5, "dash": dash},
                hovertemplate=f"%{{y:.1f}}{spoken().percent}<extra>{name}</extra>",
            )
        )
    return _framed(figure, theme, _("servers gone"), type="log")


def over_time(
    totals: pd.DataFrame, column: str, names: Mapping[str, str], *, theme: Theme = LIGHT
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
    # the year once, below its first day
    return _framed(figure, theme, "", tickformat=f"{chart_words.day_of_year()}\n%Y", nticks=6)


def _backbone_ratio(table: pd.DataFrame) -> pd.Series:
    return table["backbone_largest_ratio"]


def _framed(figure: go.Figure, theme: Theme, x_title: str, **x_axis: object) -> go.Figure:
    lay_out(
        figure,
        height=HEIGHT,
        margin={"l": 8, "r": 8, "t": 8, "b": 8},
        **canvas(theme),
        hovermode="x unified",
        # below the title of the axis, where there is one
        legend={"orientation": "h", "y": -0.3 if x_title else -0.22, "x": 0},
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
