"""The network itself: its map, its communities, its three graphs, what an outage would take, who is reached."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import events, frame, labels, network_charts, reads, times
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.outages import OUT, outages
from dashboard.parts import kept, shared
from dashboard.server_map import server_map
from dashboard.text import isolated, markdown, plain
from dashboard.told_graphs import TOLD, told_graphs
from dashboard.urlstate import Choice, Text
from pipeline.exceptions import PipelineError

BY = Words(
    {
        "community": N_("Community"),
        "software": N_("Software"),
        "language": N_("Language"),
        "registration": N_("Sign-ups"),
    }
)
GRAPHS = Words(
    {
        "knows": N_("Knows (raw)"),
        "mutual": N_("Mutual, both alive"),
        "backbone": N_("Backbone"),
    }
)
GRAPH_SENTENCE = Words(
    {
        "knows": N_(
            "one server's list names the other: it has stored something about it, nothing more"
        ),
        "mutual": N_("both lists name each other"),
        "backbone": N_(
            "mutual links that share more neighbours than chance explains, the strongest six of each server"
        ),
    }
)
MEASURES = Words(
    {
        "edges_count": N_("Links"),
        "linked_nodes_count": N_("Servers with a link"),
        "density_ratio": N_("Density"),
        "clustering_ratio": N_("Clustering"),
        "modularity": N_("Modularity"),
    }
)
FIELDS = (
    Choice("by", "community", tuple(BY)),
    Text("focus", 260),
    Choice("out", "largest", tuple(OUT)),
    Text("key", 260),
    Choice("m", "edges_count", tuple(MEASURES)),
    Choice("g", "follows", tuple(TOLD)),
)
FEWEST_ON_A_MAP = 3

MAP_CAPTION = N_(
    "Each dot is a live server, its area the people active in a month. Near dots share links of the backbone: {backbone} "
    "(marginal-likelihood filter at {level}). Distance is approximate; only closeness means something. {shown} of {known} "
    "live servers have such links; {telling} let their peer list be read. {day}. Links of very small servers are not shown."
)
COMMUNITIES_CAPTION = N_(
    "Found by Leiden's method on the backbone. Numbers stay with a community from crawl to crawl as long as it keeps most "
    "of its servers. Links inside: by strength."
)
WHOLE_CAPTION = N_(
    "Among {servers} live servers that may be counted, {telling} of which let their peer list be read; {day}. ± is one "
    "standard error of an estimate. Distances, parts and triads ignore directions."
)
EVENTS_CAPTION = N_(
    "The newest 200 events, as our checks saw them. Answered for the first time: new to us, not always new. Whom a server "
    "blocks is only counted."
)
REACH = N_(
    "As far as published blocks tell, it can talk to {share} of the active people elsewhere ({reached} of {servers} "
    "servers). Servers with {coverage} of these people publish their blocks; of the others nothing is known."
)


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("The network"), anchor=False)
        try:
            totals = reads.graph_totals(snapshot.stamp)
            servers = reads.network_map(snapshot.stamp)
        except PipelineError as error:
            st.text(str(error))
            return
        if totals.empty:
            st.text(_("The graph is computed when a crawl ends; none has ended yet."))
            return
        choices = Choices("network", FIELDS)
        _map(snapshot, choices, servers)
        kept(_communities, snapshot)
        outages(snapshot, choices, GRAPHS)
        _whole(snapshot, choices, totals)
        told_graphs(snapshot, choices)
        kept(_events, snapshot)
        choices.settle()


def _latest(snapshot: frame.Snapshot) -> pd.DataFrame:
    """The three graphs of the last day."""
    totals = reads.graph_totals(snapshot.stamp)
    latest: pd.DataFrame = totals[totals["day_on"] == totals["day_on"].max()].set_index("graph")
    return latest


def _map(snapshot: frame.Snapshot, choices: Choices, servers: pd.DataFrame) -> None:
    if len(servers) < FEWEST_ON_A_MAP:
        st.text(_("Too few servers name each other for a map."))
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            _("Colour"), list(BY), **choices.bound("by"), format_func=BY.__getitem__, required=True
        )
        st.text_input(
            _("Find on the map"), **choices.bound("focus"), placeholder="example.social", width=300
        )
    focus = choices["focus"].strip().lower()
    is_there = bool(focus) and bool((servers["hostname"] == focus).any())
    neighbours = reads.backbone_neighbours(snapshot.stamp, focus) if is_there else None
    server_map(
        {
            **shared(_map_data, snapshot, choices["by"]),
            "focus": focus if is_there else None,
        },
        key="map",
        on_choice=lambda: _choose(choices),
    )
    kept(_map_caption, snapshot, len(servers))
    if focus:
        _focus(snapshot, focus, is_there, neighbours)


def _map_data(snapshot: frame.Snapshot, by: str) -> dict[str, Any]:
    servers = reads.network_map(snapshot.stamp)
    return network_charts.map_data(
        servers,
        _groups(servers, by),
        reads.nothing(),
        stamp=snapshot.stamp,
        theme=frame.colors(),
        placed=reads.map_places(snapshot.stamp),
    )


def _map_caption(snapshot: frame.Snapshot, shown: int) -> None:
    backbone: Any = _latest(snapshot).loc["backbone"]
    frame.caption(
        _(MAP_CAPTION).format(
            backbone=GRAPH_SENTENCE["backbone"],
            level=f"{backbone['significance_level']:g}",
            shown=labels.number(shown),
            known=labels.number(backbone["nodes_count"]),
            telling=labels.number(backbone["telling_count"]),
            day=times.day(backbone["day_on"]),
        )
    )


def _choose(choices: Choices) -> None:
    """The server that was clicked becomes the focus."""
    state: Any = st.session_state.get("map")
    if state and isinstance(state.get("chosen"), str):
        choices.change(focus=state["chosen"][:260])


def _groups(servers: pd.DataFrame, by: str) -> list[str]:
    if by == "community":
        told = _("Community {number}")
        return [told.format(number=number) for number in servers["community"]]
    if by == "software":
        return [plain(labels.software(name), 40) for name in servers["software_name"]]
    if by == "registration":
        return [labels.registration(code) for code in servers["registration"]]
    return [
        labels.language_option(code) if isinstance(code, str) else _("Language not said")
        for code in servers["language"]
    ]


def _focus(
    snapshot: frame.Snapshot, focus: str, is_there: bool, neighbours: pd.DataFrame | None
) -> None:
    with st.container(border=True):
        st.subheader(markdown(focus), anchor=False)
        node = reads.graph_node(snapshot.stamp, focus).set_index("graph")
        if node.empty:
            st.text(_("Not among the live servers that may be counted."))
            return
        knows: Any = node.loc["knows"]
        mutual: Any = node.loc["mutual"]
        st.text(
            plural(
                "Named by {count} live server, names {named}; {mutual} of these are mutual.",
                "Named by {count} live servers, names {named}; {mutual} of these are mutual.",
                knows["in_degree"],
                named=labels.number(knows["out_degree"]),
                mutual=labels.number(mutual["in_degree"]),
            )
        )
        if neighbours is not None and len(neighbours):
            names = times.listed(isolated(name) for name in neighbours["hostname"])
            st.text(_("Strongest links: {servers}.").format(servers=names))
        elif not is_there:
            st.text(
                _(
                    "Not on the map: it has no link in the backbone, or its links are not shown because it is very small."
                )
            )
        _reach(snapshot, focus)
        frame.page_link(frame.SERVER, _("Open its page"), query={"d": focus})


def _reach(snapshot: frame.Snapshot, focus: str) -> None:
    reach = reads.reach(snapshot.stamp, focus)
    if reach is None or reach["reach_ratio"] is None:
        return
    st.text(
        _(REACH).format(
            share=labels.percent(reach["reach_ratio"]),
            reached=labels.number(reach["servers_reached"]),
            servers=labels.number(reach["servers_count"]),
            coverage=labels.percent(reach["coverage_ratio"]),
        )
    )


def _communities(snapshot: frame.Snapshot) -> None:
    found = reads.communities(snapshot.stamp)
    if found.empty:
        return
    st.header(_("Communities"), anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                _("Community"): found["community"],
                _("Mostly"): [_mostly(row) for row in found.to_dict("records")],
                _("Largest"): [
                    plain(", ".join(names), 200) for names in found["largest_hostnames"]
                ],
                _("Servers"): found["servers_count"],
                _("Active people"): found["users_active_month"],
                _("Reporting"): found["servers_reporting"],
                _("Links inside, %"): (100 * found["inner_ratio"]).round(1),
                _("Closest"): [
                    ", ".join(str(n) for n in told) if told is not None else ""
                    for told in found["closest_communities"]
                ],
            }
        ),
        hide_index=True,
        placeholder=labels.not_said(),
        height=min(40 + 35 * len(found), 460),
        alt=_("The communities of the map"),
    )
    frame.caption(_(COMMUNITIES_CAPTION))


def _mostly(row: dict[Any, Any]) -> str:
    words = []
    if isinstance(row["language"], str) and row["language_ratio"] >= 0.3:
        words.append(
            f"{labels.language(row['language'])} {labels.percent(row['language_ratio'], 0)}"
        )
    if isinstance(row["software_name"], str):
        words.append(
            f"{plain(labels.software(row['software_name']), 40)} {labels.percent(row['software_ratio'], 0)}"
        )
    return " · ".join(words)


def _whole(snapshot: frame.Snapshot, choices: Choices, totals: pd.DataFrame) -> None:
    kept(_graphs, snapshot)
    if totals["day_on"].nunique() > 1:
        st.segmented_control(
            _("By day"),
            list(MEASURES),
            **choices.bound("m"),
            format_func=MEASURES.__getitem__,
            required=True,
        )
        kept(_graphs_by_day, snapshot, choices["m"])
    kept(_graphs_caption, snapshot)


def _graphs(snapshot: frame.Snapshot) -> None:
    st.header(_("Three graphs of who knows whom"), anchor=False)
    shown = _latest(snapshot).reindex(list(GRAPHS))
    st.dataframe(
        pd.DataFrame(
            {
                _("Graph"): list(GRAPHS.values()),
                _("A link means"): list(GRAPH_SENTENCE.values()),
                _("Links"): shown["edges_count"].to_numpy(),
                _("Servers with a link"): shown["linked_nodes_count"].to_numpy(),
                _("Density"): _rounded(shown, "density_ratio"),
                _("Reciprocity"): _rounded(shown, "reciprocity_ratio"),
                _("Clustering"): _estimated(shown, "clustering_ratio", "clustering_error"),
                _("Mean distance"): _estimated(shown, "path_length", "path_length_error"),
                _("Diameter"): [
                    _between(row["diameter_least"], row["diameter_most"])
                    for row in shown.to_dict("records")
                ],
                _("Parts"): shown["components_count"].to_numpy(),
                _("Assortativity, degree"): _rounded(shown, "degree_assortativity"),
                _("Assortativity, software"): _rounded(shown, "software_assortativity"),
                _("Modularity"): _rounded(shown, "modularity"),
            }
        ),
        hide_index=True,
        placeholder=labels.not_said(),
        alt=_("Numbers of the three graphs"),
    )


def _graphs_by_day(snapshot: frame.Snapshot, measure: str) -> None:
    totals = reads.graph_totals(snapshot.stamp)
    frame.chart(
        network_charts.over_time(totals, measure, GRAPHS, theme=frame.colors()),
        key="graphs by day",
        alt=_("{measure} of the three graphs by day").format(measure=MEASURES[measure]),
    )
    with st.expander(_("The same as a table")):
        wide = totals.pivot_table(index="day_on", columns="graph", values=measure)
        st.dataframe(
            wide.rename(columns=dict(GRAPHS)).rename_axis(_("Day")).reset_index().iloc[::-1],
            hide_index=True,
            placeholder=labels.not_said(),
            alt=_("The numbers of the chart above"),
        )


def _graphs_caption(snapshot: frame.Snapshot) -> None:
    first = _latest(snapshot).reindex(list(GRAPHS)).iloc[0]
    frame.caption(
        _(WHOLE_CAPTION).format(
            servers=labels.number(first["nodes_count"]),
            telling=labels.number(first["telling_count"]),
            day=times.day(reads.graph_totals(snapshot.stamp)["day_on"].max()),
        )
    )


def _rounded(shown: pd.DataFrame, column: str) -> list[float | None]:
    return [None if value != value or value is None else round(value, 4) for value in shown[column]]


def _estimated(shown: pd.DataFrame, column: str, error: str) -> list[str | None]:
    return [
        None
        if value is None or value != value
        else labels.number(value, 3) + (f" ± {labels.number(off, 3)}" if off and off == off else "")
        for value, off in zip(shown[column], shown[error], strict=True)
    ]


def _between(least: float | None, most: float | None) -> str | None:
    if least is None or least != least or most is None:
        return None
    if least == most:
        return labels.number(least)
    return _("{low} to {high}").format(low=labels.number(least), high=labels.number(most))


def _events(snapshot: frame.Snapshot) -> None:
    found = reads.events(snapshot.stamp)
    if found.empty:
        return
    before = zip(found["event"], found["said_before"], strict=True)
    after = zip(found["event"], found["said_after"], strict=True)
    st.header(_("What happened"), anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                _("Day"): pd.to_datetime(found["happened_on"]).dt.date,
                _("Server"): [plain(name, 100) for name in found["hostname"]],
                _("Event"): [events.name(code) for code in found["event"]],
                _("Before"): [events.word(*told) for told in before],
                _("After"): [events.word(*told) for told in after],
                _("Servers concerned"): found["servers_count"],
            }
        ),
        hide_index=True,
        placeholder="",
        height=min(40 + 35 * len(found), 360),
        alt=_("Events, the newest first"),
    )
    frame.caption(_(EVENTS_CAPTION))


show()
