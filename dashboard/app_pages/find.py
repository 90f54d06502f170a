"""Find a server: four questions, five servers, and the reasons; and why not another one."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import streamlit as st

from dashboard import frame, labels, language, marks, reads, wish_words
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, _
from dashboard.parts import kept
from dashboard.reasons import cautions, reasons, why_not
from dashboard.text import html
from dashboard.urlstate import Choice, Field, Number, Text
from dashboard.urlstate import Choices as Codes
from pipeline.read import Wanted, Wishes, ranking

SHOWN = 5
"""Cards: enough to choose from, few enough to read."""

LEAD = N_(
    "Like e-mail, every server talks to the others: pick one that suits you, follow people anywhere, and move later if "
    "you change your mind."
)
NONE_OF_THESE = N_(
    "Your choice matters less than it seems: from any server you follow people on all others, and you can move later "
    "and take your followers with you."
)
GATES = N_(
    "A server is suggested if it answered within 7 days and at least {uptime} of our checks in 90 days, takes sign-ups "
    "as you asked, and has at least {active} active people by a number that no rule speaks against. One that does not "
    "say it is suggested where at least {named_by} servers know it. Giants, with more than {giant} of all active "
    "people, are left out unless you ask for them."
)
WEIGHTS = N_(
    "Those that fit are ordered by how reachable they are ({reach}), how active ({activity}, by its logarithm), whether "
    "they publish rules ({rules}), how long we have known them ({age}), whether they run the current version "
    "({current}), and a shuffle that changes every day ({turn}), so that equals take turns. At most {most} of the five "
    "run the same software while others fit too. Nobody can pay to be here. Numbers are what servers say of themselves."
)


def _fields(languages: dict[str, int]) -> tuple[Field, ...]:
    own = _own_language()
    return (
        # the visitor's own language to begin with, where anybody speaks it
        Codes("lang", default=(own,) if own in languages else (), is_always_said=True),
        Choice("join", "now", tuple(wish_words.JOIN)),
        Choice("do", "any", tuple(wish_words.PURPOSE)),
        Choice("size", "any", tuple(wish_words.MOOD)),
        Text("why"),
        Number("more", 200),
    )


def _own_language() -> str:
    """What the visitor speaks: the language of the page where it was chosen, else the browser's own."""
    said = language.speech()
    if said.is_chosen:
        return said.language.code
    return (st.context.locale or "").split("-")[0].lower()


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("Find your home in the fediverse"), anchor=False)
        st.html(f'<p class="hb hb-lead">{html(_(LEAD))}</p>')
        languages = reads.options(reads.facets(snapshot.stamp, Wishes()), "language")
        choices = Choices("find", _fields(languages), rewinds="more")
        _questions(languages, choices)
        choices.settle()
        asked = _asked(choices)
        found = reads.suggestions(
            snapshot.stamp, snapshot.hour, asked, rows=SHOWN, skip=SHOWN * (choices["more"] - 1)
        )
        if found.empty:
            st.header(_("No server fits all of that"), anchor=False)
        else:
            _cards(snapshot, choices, asked, found)
        if len(found) < SHOWN and choices["more"] == 1:
            _wider(snapshot, choices, asked, len(found))
        _why_not(snapshot, choices, asked)
        kept(_ranking, snapshot)


def _questions(counts: dict[str, int], choices: Choices) -> None:
    languages = [*counts, *(code for code in choices["lang"] if code not in counts)]
    with st.container(border=True):
        left, right = st.columns(2)
        with left:
            st.multiselect(
                _("1 · Which languages do you speak?"),
                languages,
                **choices.bound("lang"),
                format_func=labels.language_option,
                placeholder=_("Any language"),
            )
        with right:
            st.segmented_control(
                _("2 · How soon do you want in?"),
                list(wish_words.JOIN),
                **choices.bound("join"),
                format_func=wish_words.JOIN.__getitem__,
                required=True,
            )
        st.pills(
            _("3 · What would you like to do?"),
            list(wish_words.PURPOSE),
            **choices.bound("do"),
            format_func=wish_words.PURPOSE.__getitem__,
            required=True,
        )
        st.pills(
            _("4 · How big should it be?"),
            list(wish_words.MOOD),
            **choices.bound("size"),
            format_func=wish_words.MOOD.__getitem__,
            required=True,
        )


def _asked(choices: Choices) -> Wanted:
    do = choices["do"]
    return Wanted(
        languages=tuple(choices["lang"]),
        registrations=wish_words.JOIN_REGISTRATIONS[choices["join"]],
        software=wish_words.PURPOSE_SOFTWARE[do],
        size=choices["size"],
    )


def _cards(snapshot: frame.Snapshot, choices: Choices, asked: Wanted, found: Any) -> None:
    fitting = int(found["fitting_count"].iloc[0])
    pages = -(-fitting // SHOWN)
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        st.header(_matches(len(found), fitting), anchor=False)
    with right, st.container(horizontal_alignment="right"):
        if pages > 1:
            st.button(
                _("Show me others"),
                icon=":material/autorenew:",
                on_click=lambda: choices.change(more=choices["more"] % pages + 1),
            )
    kept(_five, snapshot, asked, SHOWN * (choices["more"] - 1), snapshot.minute)


def _five(snapshot: frame.Snapshot, asked: Wanted, skip: int, minute: datetime) -> None:
    """The cards themselves, as of a minute."""
    found: Any = reads.suggestions(snapshot.stamp, snapshot.hour, asked, rows=SHOWN, skip=skip)
    with st.grid(3, min_column_width=300, gap="small"):
        for row in found.to_dict("records"):
            with st.container(border=True, height="stretch", key=f"card_{row['hostname']}"):
                _card(minute, asked, row)
        with st.container(border=True, height="stretch", key="card_more"):
            _more(asked)


def _matches(shown: int, fitting: int) -> str:
    if fitting <= SHOWN:
        return plural("{count} good match", "{count} good matches", fitting)
    return plural(
        "{shown} good match of {count}",
        "{shown} good matches of {count}",
        fitting,
        shown=labels.number(shown),
    )


def _card(now: datetime, asked: Wanted, row: dict[str, Any]) -> None:
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
        active = plural(
            "{strong}{count} person{end} active this month",
            "{strong}{count} people{end} active this month",
            row["users_active_month"],
            strong="<strong>",
            end="</strong>",
        )
        st.html(f'<p class="hb" style="margin:0">{active}</p>')
    st.html(marks.why(reasons(row, asked.languages, now), cautions(row)))
    with st.container(horizontal=True, vertical_alignment="center"):
        address = marks.link(hostname, row["registration_path"])
        if address:
            is_open = row["registration"] == "open"
            verb = _("Create account") if is_open else _("Apply for an account")
            st.link_button(
                verb, address, type="primary", icon=":material/open_in_new:", icon_position="right"
            )
        frame.page_link(frame.SERVER, _("Details"), query={"d": hostname})
    age = labels.age(row["checked_at"], now)
    checked = _("Checked {age}").format(age=age.words)
    st.html(f'<p class="hb hb-small hb-muted" style="margin:0">{html(checked)}</p>')


def _more(asked: Wanted) -> None:
    """The last card: where to look when none of the others pleases."""
    title = html(_("None of these?"))
    st.html(
        f'<div class="hb"><div class="hb-name">{title}</div>'
        f'<p style="margin:.4rem 0 0">{html(_(NONE_OF_THESE), 1_000)}</p></div>'
    )
    query = {"reg": ",".join(asked.registrations)}
    if asked.languages:
        query["lang"] = ",".join(asked.languages)
    if asked.software:
        query["sw"] = ",".join(asked.software)
    frame.page_link(frame.SERVERS, _("All that fit"), icon=":material/table_rows:", query=query)


def _wider(snapshot: frame.Snapshot, choices: Choices, asked: Wanted, fitting: int) -> None:
    """What else could be asked for, with how many servers that would give."""
    repairs: dict[str, tuple[dict[str, Any], Wanted]] = {
        _("Also those that review sign-ups"): (
            {"join": "review"},
            replace(asked, registrations=wish_words.JOIN_REGISTRATIONS["review"]),
        ),
        _("In any language"): ({"lang": []}, replace(asked, languages=())),
        _("For anything"): ({"do": "any"}, replace(asked, software=())),
        _("Of any size"): ({"size": "any"}, replace(asked, size="any")),
        _("Everything that is open"): (
            {"lang": [], "do": "any", "size": "any"},
            replace(asked, languages=(), software=(), size="any"),
        ),
    }
    more = html(_("There would be more:"))
    st.html(f'<p class="hb" style="margin:0">{more}</p>')
    with st.container(horizontal=True):
        for words, (change, wider) in repairs.items():
            found = reads.suggestions(snapshot.stamp, snapshot.hour, wider, rows=1, skip=0)
            count = 0 if found.empty else int(found["fitting_count"].iloc[0])
            if count > fitting:
                st.button(
                    f"{words} · {labels.number(count)}", on_click=choices.change, kwargs=change
                )


def _why_not(snapshot: frame.Snapshot, choices: Choices, asked: Wanted) -> None:
    """Ask about one server: what speaks against it, for exactly these answers."""
    with st.expander(_("Why not another server?"), expanded=bool(choices["why"])):
        st.text_input(
            _("Its address"),
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
            frame.page_link(frame.SERVER, _("All about it"), query={"d": hostname})


def _ranking(snapshot: frame.Snapshot) -> None:
    gates, weights = ranking().gates, ranking().weights
    with st.expander(_("How these are chosen")):
        gated = _(GATES).format(
            uptime=labels.percent(gates["least_uptime_ratio"], 0),
            active=labels.number(gates["least_active"]),
            named_by=labels.number(gates["least_named_by"]),
            giant=labels.percent(gates["giant_ratio"], 0),
        )
        weighed = _(WEIGHTS).format(
            most=labels.number(gates["most_per_software"]),
            **{name: labels.percent(weight, 0) for name, weight in weights.items()},
        )
        st.html(
            f'<div class="hb hb-small"><p>{html(gated, 1_500)}</p><p>{html(weighed, 1_500)}</p></div>'
        )


show()
