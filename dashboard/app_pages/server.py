"""One server: what it is, what it says, how it grew, and every check that we made."""

from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import (
    check_now,
    company,
    frame,
    hosted,
    identity,
    joining,
    judged,
    labels,
    leaving,
    past,
    reachability,
    reads,
    yours,
)
from dashboard.choices import Choices
from dashboard.language import N_, Words, _
from dashboard.parts import kept
from dashboard.text import html, isolated, markdown
from dashboard.urlstate import Choice, Text
from pipeline.exceptions import PublishedOlder

REFUSED = N_(
    "This server exists and asked not to be counted. So nothing more is shown here, and its numbers are in no total."
)
SAID_BY = Words(
    {
        "nodeinfo": N_(
            "The server says so itself (in NodeInfo, {age}); only reachability is our own."
        ),
        "instance": N_(
            "The server says so itself (in the software's own API, {age}); only reachability is our own."
        ),
        "": N_("The server says so itself ({age}); only reachability is our own."),
    }
)

FIELDS = (
    Text("d", 253),
    Choice("src", past.ALL),
    Choice("m", "users_active_month", tuple(past.MEASURES)),
)


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        choices = Choices("server", FIELDS)
        hostname = choices["d"].lower()
        told = reads.instance(snapshot.stamp, hostname) if hostname else None
        frame.page_link(frame.SERVERS, _("All servers"), icon=":material/arrow_back:")
        if told is None:
            _unknown(snapshot, choices, hostname)
            return
        st.set_page_config(page_title=f"{hostname} · Herdbook")
        kept(_who, snapshot, hostname, snapshot.minute)
        if told["is_counting_refused"]:
            st.html(f'<p class="hb hb-lead">{html(_(REFUSED))}</p>')
            reachability.checks(snapshot, hostname)
        else:
            past.show(snapshot, choices, hostname)
            kept(_more, snapshot, hostname, snapshot.minute)
        yours.show(snapshot, told)
        choices.settle()


def _who(snapshot: frame.Snapshot, hostname: str, minute: datetime) -> None:
    """The head of the page and its numbers, as of a minute."""
    told: Any = reads.instance(snapshot.stamp, hostname)
    identity.show(snapshot, told)
    if not told["is_counting_refused"]:
        identity.show_other_names(_aliases(snapshot, hostname), hostname)
        _numbers(snapshot, told)


def _more(snapshot: frame.Snapshot, hostname: str, minute: datetime) -> None:
    """Everything below its growth that is only to be read, as of a minute."""
    told: Any = reads.instance(snapshot.stamp, hostname)
    joining.show(snapshot, told)
    reachability.show(snapshot, told)
    hosted.show(snapshot, hostname)
    company.show(snapshot, told)


def _aliases(snapshot: frame.Snapshot, hostname: str) -> Any:
    try:
        return reads.aliases(snapshot.stamp, hostname)
    except PublishedOlder:
        return reads.nothing("alias_hostname", "hostname", "evidence")


def _unknown(snapshot: frame.Snapshot, choices: Choices, hostname: str) -> None:
    st.title(_("Not known here") if hostname else _("Which server?"), anchor=False)
    if hostname:
        sentence = _("Herdbook has never heard an answer from {hostname}.")
        st.text(sentence.format(hostname=isolated(hostname)), width="stretch")
        identity.show_main_name(_aliases(snapshot, hostname), hostname)
        check_now.show(snapshot, hostname)
        with st.expander(_("Is it yours? How to leave, and how to come back"), key="word"):
            leaving.show(snapshot, hostname)
    with (
        st.form("which", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        asked = st.text_input(
            _("Name of a server"),
            placeholder=_("like {name}").format(name="example.social"),
            max_chars=253,
            width=320,
        )
        if st.form_submit_button(_("Show it"), type="primary") and asked.strip():
            frame.go(frame.SERVER, {"d": asked.strip().lower()})
    alike = reads.alike(snapshot.stamp, hostname) if hostname else []
    if alike:
        st.header(_("Perhaps one of these"), anchor=False)
        with st.container(horizontal=True):
            for name in alike:
                frame.page_link(frame.SERVER, markdown(name), query={"d": name})


def _numbers(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    with st.grid(4, min_column_width=170, gap="small"):
        judged.figures(told)
        reachability.metric(told)
    said_by = SAID_BY.get(told["numbers_source"] or "", SAID_BY[""])
    sentences = [
        said_by.format(age=labels.age(told["answered_at"], snapshot.now).words),
        judged.caption(told),
    ]
    frame.caption(" ".join(filter(None, sentences)))
    judged.show(reads.standings(snapshot.stamp, told["hostname"]))


show()
