"""Who one server is: its name, its marks, the way in, and its other names."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import html, isolated, lines, markdown, plain

EVIDENCE = Words(
    {
        "redirect": N_("{name} sends visitors on to it"),
        "identity": N_("it calls itself {name}"),
        "host_meta": N_("its host-meta document names {name}"),
        "cross_host_document": N_("its NodeInfo is kept at {name}"),
        "base_url": N_("its NodeInfo says that it describes {name}"),
        "account_domain": N_("its accounts end in {name}"),
    }
)
"""What makes a name another name of a server."""


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The head of the page."""
    hostname = told["hostname"]
    left, right = st.columns([2, 1], vertical_alignment="center")
    with left, st.container(horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(width="content"):
            st.html(marks.mark(hostname))
        with st.container(gap=None, width="stretch"):
            st.title(markdown(told["title"], 80) or markdown(hostname), anchor=False)
            if plain(told["title"]):
                st.html(f'<div class="hb hb-host">{html(hostname)}</div>')
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        _door(told)
    if told["description"]:
        st.text(lines(told["description"], 600), width="stretch")
    st.html(marks.badges(_badges(snapshot, told)))


def _badges(snapshot: frame.Snapshot, told: dict[str, Any]) -> list[tuple[str, str]]:
    age = labels.age(told["answered_at"], snapshot.now)
    reached = (
        (_("Answered {age}").format(age=age.words), "amber" if age.tone != "plain" else "open")
        if told["answered_at"] is not None
        else (_("Never answered"), "bad")
    )
    version = f"{labels.software(told['software_name'])} {told['software_version'] or ''}"
    found = (
        _("{language} (found in its description)") if told["is_language_detected"] else "{language}"
    )
    return [
        marks.registration(told["registration"]),
        (version, "software"),
        *(
            (found.format(language=labels.language(code)), "")
            for code in told["language_codes"][:4]
        ),
        *((topic, "") for topic in (told["topics"] or [])[:4]),
        reached,
    ]


def _door(told: dict[str, Any]) -> None:
    hostname = told["hostname"]
    home = marks.link(hostname)
    sign_up = marks.link(hostname, told["registration_path"])
    if told["registration"] in ("open", "approval") and sign_up:
        is_open = told["registration"] == "open"
        verb = _("Create account") if is_open else _("Apply for an account")
        st.link_button(
            verb, sign_up, type="primary", icon=":material/open_in_new:", icon_position="right"
        )
    if home:
        st.link_button(_("Visit"), home, icon=":material/open_in_new:", icon_position="right")


def other_names(found: pd.DataFrame, hostname: str) -> list[tuple[str, str]]:
    """Other names of a server with their evidence, in pairs for `marks.facts`."""
    own = found[found["hostname"] == hostname]
    pairs = [
        (
            row["alias_hostname"],
            EVIDENCE.get(row["evidence"], _("{name} is named by it")).format(
                name=isolated(row["alias_hostname"])
            ),
        )
        for row in own.to_dict("records")
    ]
    theirs = found[(found["alias_hostname"] == hostname) & (found["hostname"] != hostname)]
    said = _("says that it is another name of {name}")
    return pairs + [
        (row["hostname"], said.format(name=isolated(hostname)))
        for row in theirs.to_dict("records")
        if row["hostname"] not in set(own["alias_hostname"])
    ]


def show_other_names(found: pd.DataFrame, hostname: str) -> None:
    """A list behind one line; nothing where there is no other name."""
    pairs = other_names(found, hostname)
    if pairs:
        with st.expander(plural("Other name ({count})", "Other names ({count})", len(pairs))):
            st.html(marks.facts(pairs))


def show_main_name(found: pd.DataFrame, hostname: str) -> None:
    """The servers that a name which is no server of its own belongs to."""
    others = {*found["hostname"], *found["alias_hostname"]} - {hostname}
    if others:
        st.text(_("It is another name of a server that is listed:"))
        with st.container(horizontal=True):
            for name in sorted(others):
                frame.page_link(frame.SERVER, markdown(name), query={"d": name})
