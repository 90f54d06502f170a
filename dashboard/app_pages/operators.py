"""For operators: some servers side by side, among those like them, and what happened to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import (
    frame,
    labels,
    marks,
    reads,
    watch_company,
    watch_growth,
    watch_list,
    watch_reach,
    watch_words,
)
from dashboard.choices import Choices
from dashboard.text import html, plain
from dashboard.urlstate import Choice
from pipeline.exceptions import PublishedOlder

FIELDS = (
    watch_list.FIELD,
    Choice("m", "users_active_month", tuple(watch_growth.MEASURES)),
    Choice("as", "counts", tuple(watch_growth.AS)),
    Choice("ev", "all", tuple(watch_words.EVENT_KIND)),
)

LEAD = (
    "How does my server do? Choose servers, yours and others, and see them side by side: growth, their place among servers "
    "like them, versions, outages, sign-up. There is no account: the list is in the address, and the feed below tells what happens."
)
EVENTS_CAPTION = (
    "The newest {count} events, as our own checks saw them, days in UTC. The feed has more of them."
)
EVENTS = 15
"""Events shown; who wants all of them reads the feed."""
NO_EVENTS = "Nothing of that kind has happened since we check these servers."
ANSWERED = "Answered {age}"
NEVER = "Never answered"
BADGE = "People active on {hostname} in a month"
WEBHOOK = (
    "Whoever runs this Herdbook can have these events sent to an address of yours as well, signed, after each publication: "
    "ask them to put your list into their watches.toml."
)


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title("For operators", anchor=False)
        watch_list.join_repeated()
        choices = Choices("operators", FIELDS)
        st.html(f'<p class="hb hb-lead">{html(LEAD, 600)}</p>')
        watch_list.choose(snapshot, choices)
        watched = tuple(choices["d"])
        if not watched:
            watch_list.example(snapshot, choices)
            choices.settle()
            return
        servers = reads.watched_servers(snapshot.stamp, watched)
        watch_list.unknown(snapshot, choices, servers)
        counted = servers[~servers["is_counting_refused"].astype(bool)]
        if not servers.empty:
            _verdicts(snapshot, servers, _cohorts(snapshot, watched))
        if not counted.empty:
            names = tuple(str(name) for name in counted["hostname"])
            watch_growth.show(snapshot, choices, names)
            watch_company.likeness(_cohorts(snapshot, names), names)
            watch_company.versions(snapshot, counted)
            watch_reach.show(snapshot, counted, names)
            _events(snapshot, choices, names)
            _take_along(names)
        choices.settle()


def _cohorts(snapshot: frame.Snapshot, names: tuple[str, ...]) -> pd.DataFrame:
    try:
        return reads.watched_cohorts(snapshot.stamp, names)
    except PublishedOlder:
        return pd.DataFrame(columns=["hostname", "measure", "percentile_ratio"])


# --- one sentence each ---------------------------------------------------------------------------


def _verdicts(snapshot: frame.Snapshot, servers: pd.DataFrame, cohorts: pd.DataFrame) -> None:
    growth = cohorts[cohorts["measure"] == "users_active_month_30d_ratio"]
    by_name: dict[Any, Any] = {row["hostname"]: row for row in growth.to_dict("records")}
    with st.grid(2, min_column_width=340, gap="small"):
        for told in servers.to_dict("records"):
            with st.container(border=True, height="stretch", gap="small"):
                _verdict(snapshot, told, by_name.get(told["hostname"]))


def _verdict(
    snapshot: frame.Snapshot, told: dict[Any, Any], growth: Mapping[str, Any] | None
) -> None:
    hostname = str(told["hostname"])
    refuses = bool(told["is_counting_refused"])
    st.html(marks.who(hostname, None if refuses else told["title"]))
    since = told["known_since_on"]
    is_new = since == since and since > pd.Timestamp(
        snapshot.about.published_at.date()
    ) - timedelta(days=26)
    answered = told["answered_at"]
    age = labels.age(answered.to_pydatetime() if answered == answered else None, snapshot.now)
    st.text(watch_words.verdict(told, growth, bool(is_new), age.words), width="stretch")
    if not refuses:
        version = f"{labels.software(told['software_name'])} {plain(told['software_version'], 40)}"
        answered_words = NEVER if answered != answered else ANSWERED.format(age=age.words)
        st.html(
            marks.badges(
                [
                    marks.registration(told["registration"]),
                    (version.strip(), "software"),
                    (answered_words, "open" if age.tone == "plain" else "amber"),
                ]
            )
        )
    with st.container(horizontal=True, gap="small"):
        st.page_link(
            frame.SERVER,
            label="Its page",
            icon=":material/arrow_forward:",
            query_params={"d": hostname},
        )
        if not refuses:
            st.page_link(
                frame.FIND,
                label="Why is it suggested, or not?",
                icon=":material/help:",
                query_params={"why": hostname},
            )


# --- events --------------------------------------------------------------------------------------


def _events(snapshot: frame.Snapshot, choices: Choices, names: tuple[str, ...]) -> None:
    st.header("What happened", anchor=False)
    st.segmented_control(
        "Of what kind",
        list(watch_words.EVENT_KIND),
        **choices.bound("ev"),
        format_func=watch_words.EVENT_KIND.__getitem__,
        required=True,
    )
    found = watch_words.of_kind(reads.watched(snapshot.stamp, names), choices["ev"])
    if found.empty:
        st.text(NO_EVENTS, width="stretch")
        return
    newest = found.head(EVENTS)
    rows = [
        (
            f"{pd.Timestamp(row['happened_on']):%-d %b %Y}",
            str(row["hostname"]),
            watch_words.happened(row),
        )
        for row in newest.to_dict("records")
    ]
    st.html(marks.table(("Day", "Server", "What"), rows))
    st.caption(EVENTS_CAPTION.format(count=len(newest)))


# --- to take along -------------------------------------------------------------------------------


def _take_along(names: tuple[str, ...]) -> None:
    st.header("Take it along", anchor=False)
    query = html(urlencode([("d", name) for name in names]), 4_000)
    st.html(
        f'<ul class="hb hb-links"><li><a href="./feeds/watch.atom?{query}">{html("What happens to these servers, as a feed (Atom)")}</a></li>'
        f'<li><a href="./operators?{query}">{html("This page, with this list")}</a></li></ul>'
    )
    st.text(WEBHOOK, width="stretch")
    with st.expander("Badges for your own about page"):
        site = (st.context.url or "").partition("/operators")[0].rstrip("/")
        for name in names:
            st.code(_badge(site, name), language="html", wrap_lines=True)
        st.caption(
            "Small pictures with the newest published numbers. They tell us nothing but that somebody looked."
        )


def _badge(site: str, hostname: str) -> str:
    words = BADGE.format(hostname=hostname)
    return f'<a href="{site}/s/{hostname}"><img src="{site}/badge/{hostname}/active.svg" alt="{html(words)}"></a>'


show()
