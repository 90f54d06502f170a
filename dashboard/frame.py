"""What stands around every page: banner, strip, tabs and footer, and the wait for a first crawl."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from plotly.graph_objects import Figure
from streamlit.navigation.page import StreamlitPage

from dashboard import labels, language, reads
from dashboard.chart_words import spoken_in
from dashboard.charts import CONFIG
from dashboard.labels import plural
from dashboard.language import LANGUAGES, PARAMETER, _
from dashboard.parts import kept
from dashboard.sketches import sketch
from dashboard.text import html, prose
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
STATUS = "app_pages/status.py"

_WAIT_SECONDS = 2
"""How often a page without data looks for some."""

_CHOSEN = "language of the pages"
"""Where a session keeps what its visitor chose."""

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
    def minute(self) -> datetime:
        """Now, to the minute, for parts that say how long ago something was."""
        return self.now.replace(second=0, microsecond=0)

    @property
    def coverage(self) -> str:
        """How much of what is known answered: the words beside every total."""
        about = self.about
        return plural(
            "{alive} of {count} known server answered within 7 days ({share})",
            "{alive} of {count} known servers answered within 7 days ({share})",
            about.instances_known,
            alive=labels.number(about.instances_alive),
            share=labels.percent(about.coverage_ratio, 0),
        )


_known: ContextVar[Mapping[str, StreamlitPage]] = ContextVar("pages", default=MappingProxyType({}))


def know(pages: Mapping[str, StreamlitPage]) -> None:
    """The pages by their files, for the links of this run: Streamlit would look each file up at every link."""
    _known.set(pages)


def listen() -> None:
    """Find out how to speak to this visitor: as the address says, as chosen before, or as the browser asks."""
    said = st.query_params.get(PARAMETER)
    chosen = said if said in LANGUAGES else st.session_state.get(_CHOSEN)
    accepted = st.context.headers.get("Accept-Language") or st.context.locale
    language.speak(language.asked(chosen, accepted))
    if chosen and chosen != said:
        # pages of the menu have bare addresses
        st.query_params[PARAMETER] = chosen
    st.session_state[_CHOSEN] = chosen


def repeated(every_seconds: float) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Draw a part of a page again and again, in the language of the page: such runs begin without `app.py`."""

    def decorate(draw: Callable[..., None]) -> Callable[..., None]:
        @st.fragment(run_every=every_seconds)
        def again(said: language.Speech, *told: Any) -> None:
            with language.speaking(said):
                draw(*told)

        return lambda *told: again(language.speech(), *told)

    return decorate


def page_link(
    page: str, label: str, *, icon: str = "", query: Mapping[str, str] | None = None
) -> None:
    """A link to another page, which keeps the language where it was chosen."""
    st.page_link(
        _known.get().get(page, page), label=label, icon=icon, query_params=language.kept(query)
    )


def go(page: str, query: Mapping[str, str]) -> None:
    """Go to another page, in the same language."""
    st.switch_page(page, query_params=language.kept(query))


@contextmanager
def page() -> Iterator[Snapshot]:
    """Everything around a page; the page itself is the body. Without data the body is not run."""
    try:
        stamp = reads.stamp()
        about = reads.about(stamp)
    except PublishedMissing:
        _wait()
        _switch()
        _tabs()
        st.stop()
    except PipelineError as error:
        st.title(_("The data cannot be read"), anchor=False)
        st.text(str(error))
        st.stop()
    snapshot = Snapshot(stamp=stamp, about=about, now=datetime.now(UTC))
    _strips(snapshot)
    yield snapshot
    kept(_footer, snapshot)
    _switch()
    kept(_end, snapshot)


def _end(snapshot: Snapshot) -> None:
    _tabs()


def colors() -> Theme:
    """The colours this visitor sees."""
    return theme(st.context.theme.type)


def chart(figure: Figure, *, key: str, alt: str, is_first: bool = False) -> None:
    """Draw a chart in our own colours. `alt` says in words what it shows.

    `is_first`: readers see it before they scroll, so it is sketched until Plotly's script is there.
    """
    drawn = sketch(figure, colors()) if is_first else ""
    with st.container(key=f"sketched {key}", gap=None) if drawn else nullcontext():
        if drawn:
            st.html(drawn)
        st.plotly_chart(figure, theme=None, config=spoken_in(CONFIG), key=key, alt=alt)


def caption(words: str) -> None:
    """Small words under something. Markdown of ours; one that begins with a day is no list."""
    st.caption(prose(words))


def _strips(snapshot: Snapshot) -> None:
    if snapshot.about.is_replica:
        strip(_("Replica data, not the live fediverse. Every server here is invented."), "#6B4FE8")
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
    st.html(
        f'<div class="hb-strip" role="note" style="--tint:{tint}">{html(sentence, 1_500)}</div>'
    )


@repeated(_REFRESH_SECONDS)
def _follow(snapshot: Snapshot) -> None:
    """Say that a crawl goes on, and show what it publishes."""
    strip(
        plural(
            "A crawl is going on: {count} server answered so far. This page fills by itself.",
            "A crawl is going on: {count} servers answered so far. This page fills by itself.",
            snapshot.about.instances_alive,
        ),
        "#0B8575",
    )
    if reads.stamp() != snapshot.stamp:
        st.rerun(scope="app")


@repeated(_WAIT_SECONDS)
def _wait() -> None:
    """The page of a Herdbook that has not yet published anything."""
    try:
        reads.stamp()
    except PublishedMissing:
        st.title(_("First results in a moment"), anchor=False)
        waiting = _(
            "Servers are being asked about themselves right now. This page fills by itself as soon as the first of "
            "them have answered; nothing needs to be reloaded."
        )
        begin = _("No crawl running? {up} starts one, and {crawl} runs one by itself.")
        commands = {name: f"<code>herdbook {name}</code>" for name in ("up", "crawl")}
        st.html(f'<p class="hb hb-lead">{html(waiting)}</p>')
        st.skeleton(height=120)
        st.html(f'<p class="hb hb-small hb-muted">{html(begin).format(**commands)}</p>')
        return
    st.rerun(scope="app")


def _footer(snapshot: Snapshot) -> None:
    about = snapshot.about
    refusing = plural(
        "{count} asks not to be counted", "{count} ask not to be counted", about.instances_refusing
    )
    told = (
        _("Snapshot {moment}").format(moment=labels.moment(about.published_at)),
        snapshot.coverage,
        refusing,
        _("all numbers are what servers say of themselves"),
    )
    links = (
        (language.address("./method"), _("Method")),
        (language.address("./status"), _("Status")),
        ("./api/servers.json", "JSON"),
        ("./data/servers.csv", "CSV"),
        ("./data/herdbook.duckdb", _("The whole file (DuckDB)")),
        (language.address("./method#leave"), _("Remove my server")),
    )
    linked = " · ".join(f'<a href="{html(to, 2_000)}">{html(words)}</a>' for to, words in links)
    st.html(f'<div class="hb hb-footer"><p>{" · ".join(map(html, told))}</p><p>{linked}</p></div>')


def _switch() -> None:
    """The languages, each by its own name; the rest of the address stays. A new page, so that all of it is said anew."""
    query = {name: text for name, text in st.query_params.to_dict().items() if name != PARAMETER}
    told = []
    for code, offered in LANGUAGES.items():
        if offered is language.spoken():
            told.append(f'<li lang="{code}" aria-current="true">{html(offered.name)}</li>')
            continue
        to = html("?" + urlencode({**query, PARAMETER: code}), 4_000)
        told.append(
            f'<li><a href="{to}" lang="{code}" hreflang="{code}">{html(offered.name)}</a></li>'
        )
    name = html(_("Language of these pages"))
    st.html(f'<nav class="hb hb-languages" aria-label="{name}"><ul>{"".join(told)}</ul></nav>')


def _tabs() -> None:
    """Navigation at the bottom of a phone; the style sheet hides it elsewhere."""
    with st.container(key="tabs", horizontal=True):
        page_link(FIND, _("Find"), icon=":material/explore:")
        page_link(SERVERS, _("Servers"), icon=":material/table_rows:")
        page_link(GROWTH, _("Growth"), icon=":material/trending_up:")
        page_link(NETWORK, _("Network"), icon=":material/hub:")
        page_link(OPERATORS, _("Operators"), icon=":material/monitoring:")
        page_link(METHOD, _("Method"), icon=":material/menu_book:")
