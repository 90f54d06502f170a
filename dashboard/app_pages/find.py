"""Find a server: four questions, five servers, and the reasons; and why not another one."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import frame, labels, marks, reads
from dashboard.choices import Choices
from dashboard.reasons import cautions, reasons, why_not
from dashboard.text import html
from dashboard.urlstate import Choice, Field, Number, Text
from dashboard.urlstate import Choices as Codes
from pipeline.read import Wanted, Wishes, ranking

SHOWN = 5
"""Cards: enough to choose from, few enough to read."""


def _fields(languages: dict[str, int]) -> tuple[Field, ...]:
    own = (st.context.locale or "").split("-")[0].lower()
    return (
        # the visitor's own language to begin with, where anybody speaks it
        Codes("lang", default=(own,) if own in languages else (), is_always_said=True),
        Choice("join", "now", tuple(labels.JOIN)),
        Choice("do", "any", (*labels.PURPOSE, "any")),
        Choice("size", "any", tuple(labels.MOOD)),
        Text("why"),
        Number("more", 200),
    )


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title("Find your home in the fediverse", anchor=False)
        st.html(
            '<p class="hb hb-lead">Like e-mail, every server talks to the others: pick one that suits you, follow '
            "people anywhere, and move later if you change your mind.</p>"
        )
        languages = reads.options(reads.facets(snapshot.stamp, Wishes()), "language")
        choices = Choices("find", _fields(languages), rewinds="more")
        _questions(languages, choices)
        choices.settle()
        asked = _asked(choices)
        found = reads.suggestions(
            snapshot.stamp, snapshot.hour, asked, rows=SHOWN, skip=SHOWN * (choices["more"] - 1)
        )
        if found.empty:
            st.header("No server fits all of that", anchor=False)
        else:
            _cards(snapshot, choices, found)
        if len(found) < SHOWN and choices["more"] == 1:
            _wider(snapshot, choices, asked, len(found))
        _why_not(snapshot, choices, asked)
        _ranking()


def _questions(counts: dict[str, int], choices: Choices) -> None:
    languages = [*counts, *(code for code in choices["lang"] if code not in counts)]
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            st.multiselect(
                "1 · Which languages do you speak?",
                languages,
                **choices.bound("lang"),
                format_func=labels.language_option,
                placeholder="Any language",
            )
        with right:
            st.segmented_control(
                "2 · How soon do you want in?",
                list(labels.JOIN),
                **choices.bound("join"),
                format_func=labels.JOIN.__getitem__,
                required=True,
            )
        st.pills(
            "3 · What would you like to do?",
            [*labels.PURPOSE, "any"],
            **choices.bound("do"),
            format_func=lambda code: "Anything" if code == "any" else labels.PURPOSE[code][0],
            required=True,
        )
        st.pills(
            "4 · How big should it be?",
            list(labels.MOOD),
            **choices.bound("size"),
            format_func=labels.MOOD.__getitem__,
            required=True,
        )


def _asked(choices: Choices) -> Wanted:
    do = choices["do"]
    return Wanted(
        languages=tuple(choices["lang"]),
        registrations=labels.JOIN_REGISTRATIONS[choices["join"]],
        software=() if do == "any" else labels.PURPOSE[do][1],
        size=choices["size"],
    )


def _cards(snapshot: frame.Snapshot, choices: Choices, found: Any) -> None:
    fitting = int(found["fitting_count"].iloc[0])
    pages = -(-fitting // SHOWN)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        few = (
            f"{len(found)} good matches of {fitting:,}"
            if fitting > SHOWN
            else f"{fitting} good matches"
        )
        st.header("1 good match" if fitting == 1 else few, anchor=False)
    with right, st.container(horizontal_alignment="right"):
        if pages > 1:
            st.button(
                "Show me others",
                icon=":material/autorenew:",
                on_click=lambda: choices.change(more=choices["more"] % pages + 1),
            )
    with st.grid(3, min_column_width=300, gap="small"):
        for row in found.to_dict("records"):
            with st.container(border=True, height="stretch", key=f"card_{row['hostname']}"):
                _card(snapshot.now, choices, row)
        with st.container(border=True, height="stretch", key="card_more"):
            _more(choices)


def _card(now: datetime, choices: Choices, row: dict[str, Any]) -> None:
    hostname = row["hostname"]
    st.html(marks.who(hostname, row["title"]))
    said = [labels.language(code) for code in row["language_codes"]][:3]
    st.html(
        marks.badges(
            [
                marks.registration(row["registration"]),
                (labels.software(row["software_name"]), "software"),
                *((word, "") for word in said),
            ]
        )
    )
    if row["users_active_month"] == row["users_active_month"]:
        active = labels.counted(row["users_active_month"], "person", "people")
        st.html(
            f'<p class="hb" style="margin:0"><strong>{html(active)}</strong> active this month</p>'
        )
    st.html(marks.why(reasons(row, tuple(choices["lang"]), now), cautions(row)))
    with st.container(horizontal=True, vertical_alignment="center"):
        address = marks.link(hostname, row["registration_path"])
        if address:
            verb = "Create account" if row["registration"] == "open" else "Apply for an account"
            st.link_button(
                verb, address, type="primary", icon=":material/open_in_new:", icon_position="right"
            )
        st.page_link(frame.SERVER, label="Details", icon="", query_params={"d": hostname})
    age = labels.age(row["checked_at"], now)
    st.html(f'<p class="hb hb-small hb-muted" style="margin:0">Checked {html(age.words)}</p>')


def _more(choices: Choices) -> None:
    """The last card: where to look when none of the others pleases."""
    st.html(
        '<div class="hb"><div class="hb-name">None of these?</div>'
        '<p style="margin:.4rem 0 0">Your choice matters less than it seems: from any server you follow people on all '
        "others, and you can move later and take your followers with you.</p></div>"
    )
    asked = _asked(choices)
    query = {"reg": ",".join(asked.registrations)}
    if asked.languages:
        query["lang"] = ",".join(asked.languages)
    if asked.software:
        query["sw"] = ",".join(asked.software)
    st.page_link(
        frame.SERVERS, label="All that fit", icon=":material/table_rows:", query_params=query
    )


def _wider(snapshot: frame.Snapshot, choices: Choices, asked: Wanted, fitting: int) -> None:
    """What else could be asked for, with how many servers that would give."""
    repairs: dict[str, tuple[dict[str, Any], Wanted]] = {
        "Also those that review sign-ups": (
            {"join": "review"},
            replace(asked, registrations=labels.JOIN_REGISTRATIONS["review"]),
        ),
        "In any language": ({"lang": []}, replace(asked, languages=())),
        "For anything": ({"do": "any"}, replace(asked, software=())),
        "Of any size": ({"size": "any"}, replace(asked, size="any")),
        "Everything that is open": (
            {"lang": [], "do": "any", "size": "any"},
            replace(asked, languages=(), software=(), size="any"),
        ),
    }
    st.html('<p class="hb" style="margin:0">There would be more:</p>')
    with st.container(horizontal=True):
        for words, (change, wider) in repairs.items():
            found = reads.suggestions(snapshot.stamp, snapshot.hour, wider, rows=1, skip=0)
            count = 0 if found.empty else int(found["fitting_count"].iloc[0])
            if count > fitting:
                st.button(f"{words} · {count:,}", on_click=choices.change, kwargs=change)


def _why_not(snapshot: frame.Snapshot, choices: Choices, asked: Wanted) -> None:
    """Ask about one server: what speaks against it, for exactly these answers."""
    with st.expander("Why not another server?", expanded=bool(choices["why"])):
        st.text_input(
            "Its address",
            **choices.bound("why"),
            placeholder="name.example",
            max_chars=253,
        )
        hostname = choices["why"].lower()
        if not hostname:
            return
        told = reads.why_not(snapshot.stamp, snapshot.hour, hostname, asked)
        st.html(marks.sentences(why_not(hostname, told)))
        if told is not None:
            st.page_link(frame.SERVER, label="All about it", query_params={"d": hostname})


def _ranking() -> None:
    gates, weights = ranking().gates, ranking().weights
    with st.expander("How these are chosen"):
        st.html(
            '<div class="hb hb-small"><p>A server is suggested if it answered within 7 days and at least '
            f"{gates['least_uptime_ratio']:.0%} of our checks in 90 days, takes sign-ups as you asked, and has at least "
            f"{gates['least_active']:.0f} active people by a number that no rule speaks against. One that does not say it is "
            f"suggested where at least {gates['least_named_by']:.0f} servers know it. Giants, with more than {gates['giant_ratio']:.0%} of all "
            "active people, are left out unless you ask for them.</p><p>Those that fit are ordered by how reachable they are "
            f"({weights['reach']:.0%}), how active ({weights['activity']:.0%}, by its logarithm), whether they publish rules "
            f"({weights['rules']:.0%}), how long we have known them ({weights['age']:.0%}), whether they run the current version "
            f"({weights['current']:.0%}), and a shuffle that changes every day ({weights['turn']:.0%}), so that equals take turns. At most "
            f"{gates['most_per_software']:.0f} of the five run the same software while others fit too. Nobody can pay to be here. "
            "Numbers are what servers say of themselves.</p></div>"
        )


show()
