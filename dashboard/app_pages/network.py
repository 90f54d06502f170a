"""The network itself: its map, its communities, its three graphs, what an outage would take, who is reached."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, network_charts, reads
from dashboard.choices import Choices
from dashboard.outages import OUT, outages
from dashboard.server_map import server_map
from dashboard.text import listed, markdown, plain
from dashboard.told_graphs import TOLD, told_graphs
from dashboard.urlstate import Choice, Text
from pipeline.exceptions import PipelineError

BY = {
    "community": "Community",
    "software": "Software",
    "language": "Language",
    "registration": "Sign-ups",
}
GRAPHS = {
    "knows": "Knows (raw)",
    "mutual": "Mutual, both alive",
    "backbone": "Backbone",
}
GRAPH_SENTENCE = {
    "knows": "one server's list names the other: it has stored something about it, nothing more",
    "mutual": "both lists name each other",
    "backbone": "mutual links that share more neighbours than chance explains, the strongest six of each server",
}
MEASURES = {
    "edges_count": "Links",
    "linked_nodes_count": "Servers with a link",
    "density_ratio": "Density",
    "clustering_ratio": "Clustering",
    "modularity": "Modularity",
}
FIELDS = (
    Choice("by", "community", tuple(BY)),
    Text("focus", 260),
    Choice("out", "largest", tuple(OUT)),
    Text("key", 260),
    Choice("m", "edges_count", tuple(MEASURES)),
    Choice("g", "follows", tuple(TOLD)),
)
FEWEST_ON_A_MAP = 3


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title("The network", anchor=False)
        try:
            totals = reads.graph_totals(snapshot.stamp)
            servers = reads.network_map(snapshot.stamp)
        except PipelineError as error:
            st.text(str(error))
            return
        if totals.empty:
            st.text("The graph is computed when a crawl ends; none has ended yet.")
            return
        choices = Choices("network", FIELDS)
        latest = totals[totals["day_on"] == totals["day_on"].max()].set_index("graph")
        _map(snapshot, choices, servers, latest)
        _communities(snapshot)
        outages(snapshot, choices, GRAPHS)
        _whole(choices, totals, latest)
        told_graphs(snapshot, choices)
        _events(snapshot)
        choices.settle()


def _map(
    snapshot: frame.Snapshot, choices: Choices, servers: pd.DataFrame, latest: pd.DataFrame
) -> None:
    if len(servers) < FEWEST_ON_A_MAP:
        st.text("Too few servers name each other for a map.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Colour", list(BY), **choices.bound("by"), format_func=BY.__getitem__, required=True
        )
        st.text_input(
            "Find on the map", **choices.bound("focus"), placeholder="example.social", width=300
        )
    focus = choices["focus"].strip().lower()
    is_there = focus in set(servers["hostname"])
    neighbours = reads.backbone_neighbours(snapshot.stamp, focus) if is_there else None
    server_map(
        network_charts.map_data(
            servers,
            _groups(servers, choices["by"]),
            reads.backbone_links(snapshot.stamp),
            stamp=snapshot.stamp,
            focus=focus if is_there else None,
            theme=frame.colors(),
        ),
        key="map",
        on_choice=lambda: _choose(choices),
    )
    backbone = latest.loc["backbone"]
    st.caption(
        f"Each dot is a live server, its area the people active in a month. Near dots share links of the backbone: "
        f"{GRAPH_SENTENCE['backbone']} (marginal-likelihood filter at {backbone['significance_level']:g}). Distance is "
        f"approximate; only closeness means something. {len(servers):,} of {backbone['nodes_count']:,} live servers have such links; "
        f"{backbone['telling_count']:,} let their peer list be read. {backbone['day_on']:%-d %b %Y}. Links of very small servers are not shown."
    )
    if focus:
        _focus(snapshot, focus, is_there, neighbours)


def _choose(choices: Choices) -> None:
    """The server that was clicked becomes the focus."""
    state: Any = st.session_state.get("map")
    if state and isinstance(state.get("chosen"), str):
        choices.change(focus=state["chosen"][:260])


def _groups(servers: pd.DataFrame, by: str) -> list[str]:
    if by == "community":
        return [f"Community {number}" for number in servers["community"]]
    if by == "software":
        return [plain(labels.software(name), 40) for name in servers["software_name"]]
    if by == "registration":
        return [labels.registration(code) for code in servers["registration"]]
    return [
        labels.language_option(code) if isinstance(code, str) else "Language not said"
        for code in servers["language"]
    ]


def _focus(
    snapshot: frame.Snapshot, focus: str, is_there: bool, neighbours: pd.DataFrame | None
) -> None:
    with st.container(border=True):
        st.subheader(markdown(focus), anchor=False)
        node = reads.graph_node(snapshot.stamp, focus).set_index("graph")
        if node.empty:
            st.text("Not among the live servers that may be counted.")
            return
        knows, mutual = node.loc["knows"], node.loc["mutual"]
        st.text(
            f"Named by {knows['in_degree']:,} live servers, names {knows['out_degree']:,}; "
            f"{mutual['in_degree']:,} of these are mutual."
        )
        if neighbours is not None and len(neighbours):
            st.text(f"Strongest links: {listed(neighbours['hostname'])}.")
        elif not is_there:
            st.text(
                "Not on the map: it has no link in the backbone, or its links are not shown because it is very small."
            )
        _reach(snapshot, focus)
        st.page_link(frame.SERVER, label="Open its page", query_params={"d": focus})


def _reach(snapshot: frame.Snapshot, focus: str) -> None:
    reach = reads.reach(snapshot.stamp, focus)
    if reach is None or reach["reach_ratio"] is None:
        return
    st.text(
        f"As far as published blocks tell, it can talk to {labels.percent(reach['reach_ratio'])} of the active people elsewhere "
        f"({reach['servers_reached']:,} of {reach['servers_count']:,} servers). Servers with "
        f"{labels.percent(reach['coverage_ratio'])} of these people publish their blocks; of the others nothing is known."
    )


def _communities(snapshot: frame.Snapshot) -> None:
    found = reads.communities(snapshot.stamp)
    if found.empty:
        return
    st.header("Communities", anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                "Community": found["community"],
                "Mostly": [_mostly(row) for row in found.to_dict("records")],
                "Largest": [plain(", ".join(names), 200) for names in found["largest_hostnames"]],
                "Servers": found["servers_count"],
                "Active people": found["users_active_month"],
                "Reporting": found["servers_reporting"],
                "Links inside, %": (100 * found["inner_ratio"]).round(1),
                "Closest": [
                    ", ".join(str(n) for n in told) if told is not None else ""
                    for told in found["closest_communities"]
                ],
            }
        ),
        hide_index=True,
        placeholder=labels.NOT_SAID,
        height=min(40 + 35 * len(found), 460),
        alt="The communities of the map",
    )
    st.caption(
        "Found by Leiden's method on the backbone. Numbers stay with a community from crawl to crawl as long as it keeps "
        "most of its servers. Links inside: by strength."
    )


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


def _whole(choices: Choices, totals: pd.DataFrame, latest: pd.DataFrame) -> None:
    st.header("Three graphs of who knows whom", anchor=False)
    shown = latest.reindex(list(GRAPHS))
    st.dataframe(
        pd.DataFrame(
            {
                "Graph": list(GRAPHS.values()),
                "A link means": list(GRAPH_SENTENCE.values()),
                "Links": shown["edges_count"].to_numpy(),
                "Servers with a link": shown["linked_nodes_count"].to_numpy(),
                "Density": _rounded(shown, "density_ratio"),
                "Reciprocity": _rounded(shown, "reciprocity_ratio"),
                "Clustering": _estimated(shown, "clustering_ratio", "clustering_error"),
                "Mean distance": _estimated(shown, "path_length", "path_length_error"),
                "Diameter": [
                    _between(row["diameter_least"], row["diameter_most"])
                    for row in shown.to_dict("records")
                ],
                "Parts": shown["components_count"].to_numpy(),
                "Assortativity, degree": _rounded(shown, "degree_assortativity"),
                "Assortativity, software": _rounded(shown, "software_assortativity"),
                "Modularity": _rounded(shown, "modularity"),
            }
        ),
        hide_index=True,
        placeholder=labels.NOT_SAID,
        alt="Numbers of the three graphs",
    )
    if totals["day_on"].nunique() > 1:
        st.segmented_control(
            "By day",
            list(MEASURES),
            **choices.bound("m"),
            format_func=MEASURES.__getitem__,
            required=True,
        )
        frame.chart(
            network_charts.over_time(totals, choices["m"], GRAPHS, theme=frame.colors()),
            key="graphs by day",
            alt=f"{MEASURES[choices['m']]} of the three graphs by day",
        )
        with st.expander("The same as a table"):
            wide = totals.pivot_table(index="day_on", columns="graph", values=choices["m"])
            st.dataframe(
                wide.rename(columns=GRAPHS).rename_axis("Day").reset_index().iloc[::-1],
                hide_index=True,
                placeholder=labels.NOT_SAID,
                alt="The numbers of the chart above",
            )
    first = shown.iloc[0]
    st.caption(
        f"Among {first['nodes_count']:,.0f} live servers that may be counted, {first['telling_count']:,.0f} of which let their peer "
        f"list be read; {totals['day_on'].max():%-d %b %Y}. ± is one standard error of an estimate. Distances, parts and triads ignore directions."
    )


def _rounded(shown: pd.DataFrame, column: str) -> list[float | None]:
    return [None if value != value or value is None else round(value, 4) for value in shown[column]]


def _estimated(shown: pd.DataFrame, column: str, error: str) -> list[str | None]:
    return [
        None
        if value is None or value != value
        else f"{value:.3f}" + (f" ± {off:.3f}" if off and off == off else "")
        for value, off in zip(shown[column], shown[error], strict=True)
    ]


def _between(least: float | None, most: float | None) -> str | None:
    if least is None or least != least or most is None:
        return None
    return f"{least:.0f}" if least == most else f"{least:.0f} to {most:.0f}"


def _events(snapshot: frame.Snapshot) -> None:
    found = reads.events(snapshot.stamp)
    if found.empty:
        return
    st.header("What happened", anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                "Day": pd.to_datetime(found["happened_on"]).dt.date,
                "Server": [plain(name, 100) for name in found["hostname"]],
                "Event": [labels.EVENT.get(code, code) for code in found["event"]],
                "Before": [plain(word, 60) for word in found["said_before"]],
                "After": [plain(word, 60) for word in found["said_after"]],
                "Servers": found["servers_count"],
            }
        ),
        hide_index=True,
        placeholder="",
        height=min(40 + 35 * len(found), 360),
        alt="Events, the newest first",
    )
    st.caption(
        "The newest 200 events, as our checks saw them. Answered for the first time: new to us, not always new. Whom a server blocks is only counted."
    )


show()
