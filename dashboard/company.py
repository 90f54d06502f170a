"""One server among others: its version, how long servers like it live, whom it talks with, what happened to it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, reads
from dashboard.text import markdown, plain
from pipeline.exceptions import PublishedOlder

CURRENT = "It runs a current version of {software}; so do {current:,.0f} of {known:,.0f} servers. The newest that at least three run is {version}."
BEHIND = "It is behind the current version of {software}, {version}, which {current:,.0f} of {known:,.0f} servers run."
UNCLEAR = "The current version of {software} is {version}; {current:,.0f} of {known:,.0f} servers run it. This one's version cannot be compared."

LIVES = {
    "software": "Of all servers of {name}, {share} ({low} to {high}, 95 %) live longer than the {days:,.0f} days it has been known.",
    "size": "Of servers of its size ({name}), {share} ({low} to {high}, 95 %) live longer than the {days:,.0f} days it has been known.",
}
LIVES_ALL = {
    "software": "None of the {known:,.0f} servers of {name} that we know ended before {days:,.0f} days, its age so far.",
    "size": "None of the {known:,.0f} servers of its size ({name}) that we know ended before {days:,.0f} days, its age so far.",
}
REACHES = "It can talk to {reached:,.0f} of {servers:,.0f} other live servers, with {share} of their active people, as far as published blocks tell."
LINKS = "{incoming:,.0f} live servers name it; {mutual:,.0f} are named by it as well."


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page; nothing where nothing is known."""
    hostname = told["hostname"]
    said = [
        sentence for part in (version, lives, reach) for sentence in _told(part, snapshot, hostname)
    ]
    st.header("Among other servers", anchor=False)
    for sentence in said:
        st.text(sentence, width="stretch")
    if not said:
        st.text("There are too few servers like it to compare with.")
    _neighbours(snapshot, hostname)
    _events(snapshot, hostname)


def _told(part: Any, snapshot: frame.Snapshot, hostname: str) -> list[str]:
    try:
        sentences: list[str] = part(snapshot, hostname)
    except PublishedOlder:
        return []
    return sentences


def version(snapshot: frame.Snapshot, hostname: str) -> list[str]:
    """Whether it keeps up with its software."""
    return [
        _version_sentence(row).format(
            software=plain(labels.software(row["software_name"]), 40),
            version=plain(row["current_version"], 40),
            current=row["instances_current"],
            known=row["instances_known"],
        )
        for row in reads.version_standing(snapshot.stamp, hostname).to_dict("records")
    ]


def _version_sentence(row: dict[Any, Any]) -> str:
    if row["is_current"] is None or row["is_current"] != row["is_current"]:
        return UNCLEAR
    return CURRENT if row["is_current"] else BEHIND


def lives(snapshot: frame.Snapshot, hostname: str) -> list[str]:
    """How long servers like it live."""
    return [
        lives_sentence(row)
        for row in reads.survival_of(snapshot.stamp, hostname).to_dict("records")
    ]


def lives_sentence(row: dict[Any, Any]) -> str:
    """One group, in one sentence."""
    name = (
        plain(labels.software(row["name"]), 40)
        if row["grouped_by"] == "software"
        else labels.SIZE.get(row["name"], row["name"]).lower()
    )
    told = {"name": name, "days": row["age_days"], "known": row["instances_known"]}
    share, low, high = (
        row[column] for column in ("survival_ratio", "survival_low_ratio", "survival_high_ratio")
    )
    if share is None or share != share or low is None or low != low:
        return LIVES_ALL[row["grouped_by"]].format(**told)
    return LIVES[row["grouped_by"]].format(
        **told, share=labels.percent(share), low=labels.percent(low), high=labels.percent(high)
    )


def reach(snapshot: frame.Snapshot, hostname: str) -> list[str]:
    """Whom it can talk to, and who names it."""
    said = []
    found = reads.reach(snapshot.stamp, hostname)
    if found is not None and found["reach_ratio"] is not None:
        said.append(
            REACHES.format(
                reached=found["servers_reached"],
                servers=found["servers_count"],
                share=labels.percent(found["reach_ratio"]),
            )
        )
    nodes = reads.graph_node(snapshot.stamp, hostname).set_index("graph")["in_degree"]
    if {"knows", "mutual"} <= set(nodes.index):
        said.append(LINKS.format(incoming=nodes["knows"], mutual=nodes["mutual"]))
    return said


def _neighbours(snapshot: frame.Snapshot, hostname: str) -> None:
    try:
        found = reads.backbone_neighbours(snapshot.stamp, hostname)
    except PublishedOlder:
        return
    if found.empty:
        return
    st.subheader("Whom it talks with most", anchor=False)
    with st.container(horizontal=True):
        for name in found["hostname"].head(10):
            st.page_link(frame.SERVER, label=markdown(name), icon="", query_params={"d": name})
        st.page_link(
            frame.NETWORK,
            label="On the map",
            icon=":material/hub:",
            query_params={"focus": hostname},
        )


def _events(snapshot: frame.Snapshot, hostname: str) -> None:
    try:
        found = reads.server_events(snapshot.stamp, hostname)
    except PublishedOlder:
        return
    if found.empty:
        return
    with st.expander("What happened to it"):
        st.html(
            marks.table(
                ("Day", "What", "Before", "After"),
                [
                    (
                        f"{row['happened_on']:%-d %b %Y}",
                        labels.EVENT.get(row["event"], row["event"].replace("_", " ")),
                        _word(row["said_before"]),
                        _word(row["said_after"]) or _counted(row["servers_count"]),
                    )
                    for row in found.head(50).to_dict("records")
                ],
            )
        )


def _word(said: Any) -> str:
    told = plain(said, 80)
    return labels.REGISTRATION.get(told, told)


def _counted(number: float | None) -> str:
    if number is None or pd.isna(number):
        return ""
    return labels.counted(number, "server", "servers")
