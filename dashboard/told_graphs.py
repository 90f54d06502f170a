"""The graphs that say more than a name: who follows, links and blocks whom, as one side says it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, reads
from dashboard.choices import Choices
from dashboard.text import markdown, plain
from pipeline.exceptions import PipelineError
from pipeline.read import ToldGraph

TOLD = {
    "follows": "Servers' follows",
    "people_follow": "People's follows",
    "lemmy_links": "Lemmy's links",
    "blocks": "Blocks",
}
"""Each graph's name, wherever it is shown."""

SENTENCE = {
    "follows": "a whole server follows the other: PeerTube, and the servers that subscribe to a relay",
    "people_follow": "people of the one follow people of the other, as one of the two says: Misskey and its kin",
    "lemmy_links": "a Lemmy server lists the other as linked; failing: it does not reach it",
    "blocks": "the one says publicly that it limits the other, whatever its software",
}
"""What a link of each means."""


def told_graphs(snapshot: frame.Snapshot, choices: Choices) -> None:
    """To whom most links lead, from all servers or from the one in focus. `choices` has `g` and `focus`."""
    try:
        totals = reads.told_totals(snapshot.stamp).set_index("graph")
    except PipelineError:
        return  # published before there were such graphs
    if totals.empty:
        return
    st.header("Graphs that say more", anchor=False)
    st.segmented_control(
        "Graph", list(TOLD), **choices.bound("g"), format_func=TOLD.__getitem__, required=True
    )
    graph, focus = choices["g"], choices["focus"].strip().lower()
    if graph not in totals.index:
        st.text(f"{TOLD[graph]}: no server told any that may be shown.")
        return
    _most(snapshot, graph, None, f"{TOLD[graph]}: whom most lead to")
    total = totals.loc[graph]
    follows = "" if pd.isna(total["weight"]) else f", {total['weight']:,.0f} follows in all"
    st.caption(
        f"{TOLD[graph]}: {SENTENCE[graph]}. {total['links_count']:,.0f} links from {total['sources_count']:,.0f} servers to "
        f"{total['targets_count']:,.0f}{follows}; only some software says so, and what a server does not say is not known. "
        f"Links of very small servers are not shown. `herdbook graph --graph {graph}` writes it to a file."
    )
    if focus and _most(snapshot, graph, focus, f"{TOLD[graph]} of {focus}"):
        st.caption(f"{TOLD[graph]} of {markdown(focus)}, as it says them or as it is said of it.")


def _most(snapshot: frame.Snapshot, graph: ToldGraph, hostname: str | None, alt: str) -> bool:
    """Say whether there was anything to show."""
    found = reads.told_most(snapshot.stamp, graph, hostname)
    if found.empty:
        return False
    table: dict[str, Any] = {"Server": [plain(name, 100) for name in found["target_hostname"]]}
    if hostname is None:
        table["Linked by" if graph == "lemmy_links" else "By servers"] = found["links_count"]
    if graph == "people_follow":
        table["Follows"] = found["weight"]
    if graph == "lemmy_links":
        table["Failing"] = found["failing_count"]
    if graph == "blocks":
        table["How, mostly"] = [plain(word, 60) for word in found["severity"]]
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        placeholder=labels.NOT_SAID,
        height=min(40 + 35 * len(found), 320),
        alt=plain(alt, 200),
    )
    return True
