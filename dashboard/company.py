"""One server among others: its version, how long servers like it live, whom it talks with, what happened to it."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import events, frame, labels, marks, reads, times, wish_words
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import markdown, plain
from pipeline.exceptions import PublishedOlder

CURRENT = N_(
    "It runs a current version of {software}; so do {current} of {known} servers. The newest that at least three run is {version}."
)
BEHIND = N_(
    "It is behind the current version of {software}, {version}, which {current} of {known} servers run."
)
UNCLEAR = N_(
    "The current version of {software} is {version}; {current} of {known} servers run it. This one's version cannot be compared."
)

LIVES = Words(
    {
        "software": N_(
            "Of all servers of {name}, {share} ({low} to {high}, 95 %) live longer than the {days} days it has been known."
        ),
        "size": N_(
            "Of servers of its size ({name}), {share} ({low} to {high}, 95 %) live longer than the {days} days it has been known."
        ),
    }
)
LIVES_ALL = Words(
    {
        "software": N_(
            "None of the {known} servers of {name} that we know ended before {days} days, its age so far."
        ),
        "size": N_(
            "None of the {known} servers of its size ({name}) that we know ended before {days} days, its age so far."
        ),
    }
)
REACHES = N_(
    "It can talk to {reached} of {servers} other live servers, with {share} of their active people, as far as published blocks tell."
)
LINKS = N_("{incoming} live servers name it; {mutual} are named by it as well.")


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page; nothing where nothing is known."""
    hostname = told["hostname"]
    said = [
        sentence for part in (version, lives, reach) for sentence in _told(part, snapshot, hostname)
    ]
    st.header(_("Among other servers"), anchor=False)
    for sentence in said:
        st.text(sentence, width="stretch")
    if not said:
        st.text(_("There are too few servers like it to compare with."))
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
            current=labels.number(row["instances_current"]),
            known=labels.number(row["instances_known"]),
        )
        for row in reads.version_standing(snapshot.stamp, hostname).to_dict("records")
    ]


def _version_sentence(row: dict[Any, Any]) -> str:
    if row["is_current"] is None or row["is_current"] != row["is_current"]:
        return _(UNCLEAR)
    return _(CURRENT) if row["is_current"] else _(BEHIND)


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
        else wish_words.SIZE.get(row["name"], row["name"])
    )
    told = {
        "name": name,
        "days": labels.number(row["age_days"]),
        "known": labels.number(row["instances_known"]),
    }
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
            _(REACHES).format(
                reached=labels.number(found["servers_reached"]),
                servers=labels.number(found["servers_count"]),
                share=labels.percent(found["reach_ratio"]),
            )
        )
    nodes = reads.graph_node(snapshot.stamp, hostname).set_index("graph")["in_degree"]
    if {"knows", "mutual"} <= set(nodes.index):
        said.append(
            _(LINKS).format(
                incoming=labels.number(nodes["knows"]), mutual=labels.number(nodes["mutual"])
            )
        )
    return said


def _neighbours(snapshot: frame.Snapshot, hostname: str) -> None:
    try:
        found = reads.backbone_neighbours(snapshot.stamp, hostname)
    except PublishedOlder:
        return
    if found.empty:
        return
    st.subheader(_("Whom it talks with most"), anchor=False)
    with st.container(horizontal=True):
        for name in found["hostname"].head(10):
            frame.page_link(frame.SERVER, markdown(name), query={"d": name})
        frame.page_link(
            frame.NETWORK, _("On the map"), icon=":material/hub:", query={"focus": hostname}
        )


def _events(snapshot: frame.Snapshot, hostname: str) -> None:
    try:
        found = reads.server_events(snapshot.stamp, hostname)
    except PublishedOlder:
        return
    if found.empty:
        return
    with st.expander(_("What happened to it")):
        st.html(
            marks.table(
                (_("Day"), _("What"), _("Before"), _("After")),
                [
                    (
                        times.day(row["happened_on"]),
                        events.name(row["event"]),
                        events.word(row["event"], row["said_before"]),
                        events.word(row["event"], row["said_after"])
                        or _counted(row["servers_count"]),
                    )
                    for row in found.head(50).to_dict("records")
                ],
            )
        )


def _counted(number: float | None) -> str:
    if number is None or pd.isna(number):
        return ""
    return plural("{count} server", "{count} servers", number)
