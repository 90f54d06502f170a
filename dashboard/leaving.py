"""Leaving, and coming back, by a server's own word: how it is said, and the button that has it read."""

import streamlit as st

from dashboard import check_desk, check_now, frame, marks
from dashboard.check_desk import LiveCheck
from dashboard.door import contact, who_may_check
from dashboard.language import N_, Words, _
from dashboard.text import isolated, plain
from dashboard.urlstate import HOSTNAME
from dashboard.visitors import who

HOW = (
    (N_("A DNS record"), N_("Name _herdbook.{hostname}, type TXT, text opt-out.")),
    (N_("Or a file"), N_("https://{hostname}/.well-known/herdbook.txt, whose first line is opt-out. robots.txt must let us read it.")),
    (N_("Then"), N_("Press the button, or have whoever runs this Herdbook run: herdbook optout check {hostname}")),
    (N_("Coming back"), N_("Write opt-in in place of opt-out, and have it read again. Taking the word away changes nothing: who left stays out.")),
)  # fmt: skip
"""Where a word is written, and what it does."""

READ_IT = N_("Read this server's word now")

ANSWERS = Words(
    {
        "left": N_(
            "{place} says opt-out. It is not asked any more; what is kept of it and of its subdomains is deleted, and the next publication is without it."
        ),
        "out_already": N_("{place} says opt-out, and it stayed out already."),
        "came_back": N_(
            "{place} says opt-in. It may be asked again from the next crawl on that finds it named."
        ),
        "never_left": N_("{place} says opt-in, and it had not left."),
        "kept_by_hand": N_(
            "{place} says opt-in, but a person put it, or a name above it, on the list, so a person takes it off."
        ),
        "no_word": N_("No word of it was found, so nothing is changed."),
    }
)
"""What came of it."""


def show(snapshot: frame.Snapshot, hostname: str) -> None:
    """How to leave by one's own word, and the button; nothing for what is no hostname."""
    if not HOSTNAME.match(hostname):
        return
    st.html(marks.facts([(_(name), _(words).format(hostname=hostname)) for name, words in HOW]))
    if who_may_check() == "off" or not (snapshot.about.is_replica or contact()):
        return
    desk = check_desk.word_desk()
    found = desk.find(hostname)
    if found is not None and not found.is_done:
        _watch(hostname)
        return
    if st.button(_(READ_IT), icon=":material/logout:", key="read word"):
        no = desk.ask(
            hostname,
            who(),
            check_desk.now(),
            is_replica=snapshot.about.is_replica,
        )
        if no is None:
            st.rerun()
        check_now.refused(no)
    if found is not None:
        _result(found)


@frame.repeated(check_now.LOOK_SECONDS)
def _watch(hostname: str) -> None:
    """Say that it goes on, until it is done."""
    found = check_desk.word_desk().find(hostname)
    if found is None or found.is_done:
        st.rerun(scope="app")
    st.text(_("Its word is being read."))


def _result(found: LiveCheck) -> None:
    if found.problem is not None:
        st.text(check_now.PROBLEMS[found.problem], width="stretch")
        words = [found.detail] if found.detail else []
    else:
        sentence = ANSWERS.get(found.told["answer"], ANSWERS["no_word"])
        st.text(sentence.format(place=isolated(found.told["place"], 300)), width="stretch")
        words = found.told["notes"]
    for each in words:
        st.code(plain(each, 300), language=None, wrap_lines=True)
