"""Choosing the servers of a watch list: search, suggestions for names that are not known, and an example."""

import pandas as pd
import streamlit as st

from dashboard import frame, reads
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, _
from dashboard.text import isolated, markdown
from dashboard.urlstate import HOSTNAME, Hostnames
from pipeline.read import Wishes

MOST = 12
"""Servers side by side: more lines than that tell nothing apart."""

FIELD = Hostnames("d", MOST)

FOUND = 8
"""Servers offered for one search."""

_EXAMPLE = 3

NOTHING = N_("No server is found for “{words}”.")
UNKNOWN = N_("Herdbook has never heard an answer from {hostname}. Perhaps one of these is meant:")
UNKNOWN_ALONE = N_("Herdbook has never heard an answer from {hostname}.")
ADD = N_("Add {hostname}")


def join_repeated() -> None:
    """Let `?d=a&d=b` mean what `?d=a,b` does, as the feed of a watch list takes both."""
    said = st.query_params.get_all("d")
    if len(said) > 1:
        st.query_params["d"] = ",".join(said)


def choose(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Widgets that add and take out servers."""
    chosen: list[str] = choices["d"]
    if chosen:
        st.multiselect(
            _("Servers to watch"),
            chosen,
            **choices.bound("d", chosen),
            placeholder=_("Choose servers"),
        )
    if len(choices["d"]) >= MOST:
        st.text(
            plural(
                "This is {count} server, the most that fits: take it out to add another.",
                "These are {count} servers, the most that fit side by side: take one out to add another.",
                MOST,
            ),
            width="stretch",
        )
        return
    words = st.text_input(
        _("Find a server to add"),
        placeholder=_("a name, like example.social, or a word of its description"),
        max_chars=253,
        key="operators.search",
        width=460,
    ).strip()
    if words:
        _offer(snapshot, choices, words)


def _offer(snapshot: frame.Snapshot, choices: Choices, words: str) -> None:
    wishes = Wishes(search=words, includes_unreachable=True)
    found = reads.directory(snapshot.stamp, wishes, "users_active_month", True, 1)
    names = [str(name) for name in found["hostname"] if name not in choices["d"]]
    asked = words.lower()
    if HOSTNAME.match(asked) and asked in names:
        # the one that was meant, not a larger one whose description names it
        names.remove(asked)
        names.insert(0, asked)
    if not names:
        st.text(NOTHING.format(words=words[:100]), width="stretch")
        names = [name for name in reads.alike(snapshot.stamp, asked) if name not in choices["d"]]
    _buttons(choices, names[:FOUND])


def unknown(snapshot: frame.Snapshot, choices: Choices, servers: pd.DataFrame) -> None:
    """Say which names of the address nobody knows, and what may be meant."""
    known = set(servers["hostname"])
    for hostname in [name for name in choices["d"] if name not in known]:
        alike = reads.alike(snapshot.stamp, hostname)
        others = [name for name in alike if name not in choices["d"]]
        st.text(
            _(UNKNOWN if others else UNKNOWN_ALONE).format(hostname=isolated(hostname)),
            width="stretch",
        )
        _buttons(choices, others, instead_of=hostname)


def example(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Offer a list to look at."""
    found = reads.directory(snapshot.stamp, Wishes(), "users_active_month", True, 1)
    names = [str(name) for name in found["hostname"].head(_EXAMPLE)]
    if names:
        st.button(
            _("Show an example"),
            icon=":material/visibility:",
            type="primary",
            on_click=lambda: choices.change(d=names),
        )


def _buttons(choices: Choices, names: list[str], instead_of: str = "") -> None:
    if not names:
        return
    with st.container(horizontal=True, gap="small"):
        for name in names:
            st.button(
                markdown(_(ADD).format(hostname=isolated(name))),
                key=f"add {instead_of} {name}",
                icon=":material/add:",
                on_click=_add,
                args=(choices, name, instead_of),
            )


def _add(choices: Choices, name: str, instead_of: str) -> None:
    kept = [each for each in choices["d"] if each != instead_of]
    choices.change(d=[*kept, name][:MOST])
    st.session_state["operators.search"] = ""
