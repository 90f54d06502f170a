"""What stands around every page: banner, strip, tabs and footer, and the wait for a first crawl."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st
from plotly.graph_objects import Figure

from dashboard import labels, reads
from dashboard.charts import CONFIG
from dashboard.text import html
from dashboard.theme import Theme, theme
from pipeline.exceptions import PipelineError, PublishedMissing
from pipeline.read import About

FIND = "app_pages/find.py"
SERVERS = "app_pages/servers.py"
SERVER = "app_pages/server.py"
GROWTH = "app_pages/growth.py"
NETWORK = "app_pages/network.py"
OPERATORS = "app_pages/operators.py"
METHOD = "app_pages/method.py"
QUERY = "app_pages/query.py"

_WAIT_SECONDS = 2
"""How often a page without data looks for some."""

_REFRESH_SECONDS = 10
"""How often a page looks for newer data while a crawl goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What one run of a page shows."""

    stamp: str
    about: About
    now: datetime

    @property
    def hour(self) -> datetime:
        """Now, to the hour, for reads worth keeping that long."""
        return self.now.replace(minute=0, second=0, microsecond=0)

    @property
    def coverage(self) -> str:
        """How much of what is known answered: the words beside every total."""
        about = self.about
        return (
            f"{about.instances_alive:,} of {about.instances_known:,} known servers answered within 7 days"
            f" ({labels.percent(about.coverage_ratio, 0)})"
        )


@contextmanager
def page() -> Iterator[Snapshot]:
    """Everything around a page; the page itself is the body. Without data the body is not run."""
    try:
        stamp = reads.stamp()
        about = reads.about(stamp)
    except PublishedMissing:
        _wait()
        _tabs()
        st.stop()
    except PipelineError as error:
        st.title("The data cannot be read", anchor=False)
        st.text(str(error))
        st.stop()
    snapshot = Snapshot(stamp=stamp, about=about, now=datetime.now(UTC))
    _strips(snapshot)
    yield snapshot
    _footer(snapshot)
    _tabs()


def colors() -> Theme:
    """The colours this visitor sees."""
    return theme(st.context.theme.type)


def chart(figure: Figure, *, key: str, alt: str) -> None:
    """Draw a chart in our own colours. `alt` says in words what it shows."""
    st.plotly_chart(figure, theme=None, config=CONFIG, key=key, alt=alt)


def _strips(snapshot: Snapshot) -> None:
    if snapshot.about.is_replica:
        strip("Replica data, not the live fediverse. Every server here is invented.", "#6B4FE8")
    if reads.is_release():
        strip(labels.of_release(snapshot.about.published_at), "#0B8575")
    elif late := labels.late(snapshot.about.published_at, snapshot.now):
        strip(late, "#C96F0A")
    held = reads.held_back()
    if held:
        strip(labels.held_back(held.reasons, snapshot.about.published_at), "#C96F0A")
    if snapshot.about.crawl_is_running:
        _follow(snapshot)


def strip(sentence: str, tint: str) -> None:
    """One sentence across the page."""
    st.html(f'<div class="hb-strip" role="note" style="--tint:{tint}">{html(sentence)}</div>')


@st.fragment(run_every=_REFRESH_SECONDS)
def _follow(snapshot: Snapshot) -> None:
    """Say that a crawl goes on, and show what it publishes."""
    strip(
        f"A crawl is going on: {snapshot.about.instances_alive:,} servers answered so far. "
        "This page fills by itself.",
        "#0B8575",
    )
    if reads.stamp() != snapshot.stamp:
        st.rerun(scope="app")


@st.fragment(run_every=_WAIT_SECONDS)
def _wait() -> None:
    """The page of a Herdbook that has not yet published anything."""
    try:
        reads.stamp()
    except PublishedMissing:
        st.title("First results in a moment", anchor=False)
        st.html(
            '<p class="hb hb-lead">Servers are being asked about themselves right now. This page fills by itself '
            "as soon as the first of them have answered; nothing needs to be reloaded.</p>"
        )
        st.skeleton(height=120)
        st.html(
            '<p class="hb hb-small hb-muted">No crawl running? <code>herdbook up</code> starts one, and '
            "<code>herdbook crawl</code> runs one by itself.</p>"
        )
        return
    st.rerun(scope="app")


def _footer(snapshot: Snapshot) -> None:
    about = snapshot.about
    st.html(
        '<div class="hb hb-footer">'
        f"<p>Snapshot {html(labels.moment(about.published_at))} · {html(snapshot.coverage)} · "
        f"{about.instances_refusing:,} ask not to be counted · all numbers are what servers say of themselves</p>"
        '<p><a href="./method">Method</a> · <a href="./api/servers.json">JSON</a> · '
        '<a href="./data/servers.csv">CSV</a> · <a href="./data/herdbook.duckdb">The whole file (DuckDB)</a> · '
        '<a href="./method#leave">Remove my server</a></p></div>'
    )


def _tabs() -> None:
    """Navigation at the bottom of a phone; the style sheet hides it elsewhere."""
    with st.container(key="tabs", horizontal=True):
        st.page_link(FIND, label="Find", icon=":material/explore:")
        st.page_link(SERVERS, label="Servers", icon=":material/table_rows:")
        st.page_link(GROWTH, label="Growth", icon=":material/trending_up:")
        st.page_link(NETWORK, label="Network", icon=":material/hub:")
        st.page_link(OPERATORS, label="Operators", icon=":material/monitoring:")
        st.page_link(METHOD, label="Method", icon=":material/menu_book:")
