"""For operators: some servers side by side, among those like them, and what happened to them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import (
    events,
    frame,
    labels,
    marks,
    reads,
    times,
    watch_company,
    watch_growth,
    watch_list,
    watch_reach,
    watch_words,
)
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, _, kept
from dashboard.text import html, isolated, plain
from dashboard.urlstate import Choice
from pipeline.exceptions import PublishedOlder

FIELDS = (
    watch_list.FIELD,
    Choice("m", "users_active_month", tuple(watch_growth.MEASURES)),
    Choice("as", "counts", tuple(watch_growth.AS)),
    Choice("ev", "all", tuple(events.KIND)),
)

LEAD = N_(
    "How does my server do? Choose servers, yours and others, and see them side by side: growth, their place among servers "
    "like them, versions, outages, sign-up. There is no account: the list is in the address, and the feed below tells what happens."
)
EVENTS = 15
"""Events shown; who wants all of them reads the feed."""
NO_EVENTS = N_("Nothing of that kind has happened since we check these servers.")
ANSWERED = N_("Answered {age}")
NEVER = N_("Never answered")
BADGE = N_("People active on {hostname} in a month")
WEBHOOK = N_(
    "Whoever runs this Herdbook can have these events sent to an address of yours as well, signed, after each publication: "
    "ask them to put your list into their watches.toml."
)


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("For operators"), anchor=False)
        watch_list.join_repeated()
        choices = Choices("operators", FIELDS)
        st.html(f'<p class="hb hb-lead">{html(_(LEAD), 600)}</p>')
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
        answered_words = _(NEVER) if answered != answered else _(ANSWERED).format(age=age.words)
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
        frame.page_link(
            frame.SERVER, _("Its page"), icon=":material/arrow_forward:", query={"d": hostname}
        )
        if not refuses:
            frame.page_link(
                frame.FIND,
                _("Why is it suggested, or not?"),
                icon=":material/help:",
                query={"why": hostname},
            )


# --- events --------------------------------------------------------------------------------------


def _events(snapshot: frame.Snapshot, choices: Choices, names: tuple[str, ...]) -> None:
    st.header(_("What happened"), anchor=False)
    st.segmented_control(
        _("Of what kind"),
        list(events.KIND),
        **choices.bound("ev"),
        format_func=events.KIND.__getitem__,
        required=True,
    )
    found = events.of_kind(reads.watched(snapshot.stamp, names), choices["ev"])
    if found.empty:
        st.text(_(NO_EVENTS), width="stretch")
        return
    newest = found.head(EVENTS)
    rows = [
        (times.day(row["happened_on"]), events.sentence(row)) for row in newest.to_dict("records")
    ]
    st.html(marks.table((_("Day"), _("What")), rows))
    frame.caption(
        plural(
            "The newest event, as our own checks saw it, day in UTC. The feed has more of them.",
            "The newest {count} events, as our own checks saw them, days in UTC. The feed has more of them.",
            len(newest),
        )
    )


# --- to take along -------------------------------------------------------------------------------


def _take_along(names: tuple[str, ...]) -> None:
    st.header(_("Take it along"), anchor=False)
    query = html(urlencode([("d", name) for name in names]), 4_000)
    here = [*(("d", name) for name in names), *kept().items()]
    links = (
        (f"./feeds/watch.atom?{query}", _("What happens to these servers, as a feed (Atom)")),
        (f"./operators?{html(urlencode(here), 4_000)}", _("This page, with this list")),
    )
    told = "".join(f'<li><a href="{to}">{html(words)}</a></li>' for to, words in links)
    st.html(f'<ul class="hb hb-links">{told}</ul>')
    st.text(_(WEBHOOK), width="stretch")
    with st.expander(_("Badges for your own about page")):
        site = (st.context.url or "").partition("/operators")[0].rstrip("/")
        for name in names:
            st.code(_badge(site, name), language="html", wrap_lines=True)
        frame.caption(
            _(
                "Small pictures with the newest published numbers. They tell us nothing but that somebody looked."
            )
        )


def _badge(site: str, hostname: str) -> str:
    words = _(BADGE).format(hostname=isolated(hostname))
    return f'<a href="{site}/s/{hostname}"><img src="{site}/badge/{hostname}/active.svg" alt="{html(words)}"></a>'


show()
