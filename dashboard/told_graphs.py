"""The graphs that say more than a name: who follows, links and blocks whom, as one side says it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, reads
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.parts import kept
from dashboard.text import isolated, markdown, plain
from pipeline.exceptions import PipelineError
from pipeline.read import ToldGraph

TOLD = Words(
    {
        "follows": N_("Servers' follows"),
        "people_follow": N_("People's follows"),
        "lemmy_links": N_("Lemmy's links"),
        "blocks": N_("Blocks"),
    }
)
"""Each graph's name, wherever it is shown."""

SENTENCE = Words(
    {
        "follows": N_(
            "a whole server follows the other: PeerTube, and the servers that subscribe to a relay"
        ),
        "people_follow": N_(
            "people of the one follow people of the other, as one of the two says: Misskey and its kin"
        ),
        "lemmy_links": N_(
            "a Lemmy server lists the other as linked; failing: it does not reach it"
        ),
        "blocks": N_("the one says publicly that it limits the other, whatever its software"),
    }
)
"""What a link of each means."""

LINKS = N_("{graph}: {meaning}. {links} links from {sources} servers to {targets}.")
ONLY_SOME = N_(
    "Only some software says so, and what a server does not say is not known. Links of very small servers are not shown. "
    "{command} writes it to a file."
)


def told_graphs(snapshot: frame.Snapshot, choices: Choices) -> None:
    """To whom most links lead, from all servers or from the one in focus. `choices` has `g` and `focus`."""
    try:
        totals = reads.told_totals(snapshot.stamp)
    except PipelineError:
        return  # published before there were such graphs
    if totals.empty:
        return
    st.header(_("Graphs that say more"), anchor=False)
    st.segmented_control(
        _("Graph"), list(TOLD), **choices.bound("g"), format_func=TOLD.__getitem__, required=True
    )
    kept(_chosen, snapshot, choices["g"], choices["focus"].strip().lower())


def _chosen(snapshot: frame.Snapshot, graph: ToldGraph, focus: str) -> None:
    totals = reads.told_totals(snapshot.stamp).set_index("graph")
    if graph not in totals.index:
        st.text(_("{graph}: no server told any that may be shown.").format(graph=TOLD[graph]))
        return
    _most(snapshot, graph, None, _("{graph}: whom most lead to").format(graph=TOLD[graph]))
    total: Any = totals.loc[graph]
    frame.caption(_told(graph, total))
    of = _("{graph} of {server}").format(graph=TOLD[graph], server=isolated(focus))
    if focus and _most(snapshot, graph, focus, of):
        frame.caption(
            _("{graph} of {server}, as it says them or as it is said of it.").format(
                graph=TOLD[graph], server=markdown(isolated(focus))
            )
        )


def _told(graph: str, total: "pd.Series[Any]") -> str:
    """What the links mean, how many there are, and who says so."""
    links = _(LINKS).format(
        graph=TOLD[graph],
        meaning=SENTENCE[graph],
        links=labels.number(total["links_count"]),
        sources=labels.number(total["sources_count"]),
        targets=labels.number(total["targets_count"]),
    )
    follows = (
        []
        if pd.isna(total["weight"])
        else [plural("{count} follow in all.", "{count} follows in all.", total["weight"])]
    )
    command = f"`herdbook graph --graph {graph}`"
    return " ".join([links, *follows, _(ONLY_SOME).format(command=command)])


def _most(snapshot: frame.Snapshot, graph: ToldGraph, hostname: str | None, alt: str) -> bool:
    """Say whether there was anything to show."""
    found = reads.told_most(snapshot.stamp, graph, hostname)
    if found.empty:
        return False
    table: dict[str, Any] = {_("Server"): [plain(name, 100) for name in found["target_hostname"]]}
    if hostname is None:
        name = _("Linked by") if graph == "lemmy_links" else _("By servers")
        table[name] = found["links_count"]
    if graph == "people_follow":
        table[_("Follows")] = found["weight"]
    if graph == "lemmy_links":
        table[_("Failing")] = found["failing_count"]
    if graph == "blocks":
        table[_("How, mostly")] = [plain(word, 60) for word in found["severity"]]
    st.dataframe(
        pd.DataFrame(table),
        hide_index=True,
        placeholder=labels.not_said(),
        height=min(40 + 35 * len(found), 320),
        alt=plain(alt, 200),
    )
    return True
