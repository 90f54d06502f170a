"""“Is this your server?”: why it is listed or not, how to change what is said, how to take it along, how to leave."""

from typing import Any

import streamlit as st

from dashboard import check_now, frame, leaving, marks
from dashboard.text import html

COUNTED = "It is listed because it answers, and says nothing against it."
SILENT = "It is known, but has not answered validly for a week: the directory shows it only where unreachable servers are asked for."
REFUSED = "It asked not to be counted: it is named as existing, shows no numbers, and is suggested to nobody."
SUGGESTED = "Suggested to newcomers are servers that answer, let people in and fit what was asked; nobody can pay. Why this one is suggested, or not, is told test by test."

BY_SOFTWARE = {
    "gotosocial": "GoToSocial: instance-stats-mode “zero” withholds the numbers; left empty, its robots.txt asks everybody to stay away.",
    "friendica": "Friendica: switch NodeInfo statistics off in the site settings of the admin panel.",
    "hubzilla": "Hubzilla: the statistics addon has a setting that hides them.",
    "diaspora": "diaspora*: switch the statistics of users and posts off in the privacy part of diaspora.toml.",
    "epicyon": "Epicyon shows numbers only where its admin switches them on.",
    "funkwhale": "Funkwhale: the instance settings can make NodeInfo private; then it is not listed at all.",
    "writefreely": "WriteFreely: a private instance is not listed at all.",
}
"""Where numbers are withheld: software that has a switch of its own."""

ANY_SOFTWARE = "No switch for that is known of this software: send X-Robots-Tag: noindex with the NodeInfo document from your web server."

LOOK_HERE = "To see what we see, run: herdbook check {hostname}"
BY_HAND = "Or write to whoever runs this Herdbook, who puts it on the list of those who stay out: {contact}"
BADGES = "Pictures for your own pages; they show the newest published numbers, and tell us nothing but that somebody looked."


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page."""
    hostname = told["hostname"]
    st.header("Is this your server?", anchor="yours")
    st.text(_why(told), width="stretch")
    if not told["is_counting_refused"]:
        st.text(SUGGESTED, width="stretch")
        st.page_link(
            frame.FIND,
            label="Why is it suggested, or not?",
            icon=":material/help:",
            query_params={"why": hostname},
        )
    check_now.show(snapshot, hostname)
    with st.expander("Change what is said, or withhold numbers", key="change"):
        st.html(marks.facts(_change(told)))
    with st.expander("Leave", key="leave"):
        st.html(marks.facts(_leave(snapshot)))
        st.subheader("By your own word", anchor=False)
        leaving.show(snapshot, hostname)
    if not told["is_counting_refused"]:
        with st.expander("Badges and news of it", key="take along"):
            _take_along(hostname)


def _why(told: dict[str, Any]) -> str:
    if told["is_counting_refused"]:
        return REFUSED
    return COUNTED if told["is_alive"] else SILENT


def _change(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (
            "Something is wrong",
            "Everything here is what your server says in NodeInfo and in its public API: change it there, and the next check, "
            "within about a day, will see it.",
        ),
        ("Look as we do", LOOK_HERE.format(hostname=told["hostname"])),
        ("Withhold numbers", BY_SOFTWARE.get(told["software_name"] or "", ANY_SOFTWARE)),
        (
            "For all software",
            "X-Robots-Tag: noindex, sent with NodeInfo, lists the server without any number. Disallowing /nodeinfo for the robots.txt "
            "token Herdbook does the same.",
        ),
        (
            "A number is judged wrongly",
            "Every standing names its rule, and every rule its source, on the method page. A rule that is wrong about your server "
            "can be overruled by whoever runs this Herdbook.",
        ),
    ]


def _leave(snapshot: frame.Snapshot) -> list[tuple[str, str]]:
    contact = snapshot.about.contact_url
    by_hand = (
        BY_HAND.format(contact=contact)
        if contact
        else "Or write to whoever runs this Herdbook, who puts it on the list of those who stay out."
    )
    return [
        (
            "No more questions",
            "Write User-agent: Herdbook, and below it Disallow: / into robots.txt. From the next check on only robots.txt is asked for, "
            "and your server is named as existing, with no numbers.",
        ),
        (
            "Not listed",
            "Answer 410 to NodeInfo. After the next check and publication your server is on no page and in no file.",
        ),
        ("Out altogether", "Say so yourself, as below. " + by_hand),
        (
            "What that does",
            "Everything kept of your server and of its subdomains is deleted: checks, numbers, history and links, also what others say of it. "
            "It is not asked again, and being named by others does not bring it back.",
        ),
    ]


def _take_along(hostname: str) -> None:
    st.text(BADGES, width="stretch")
    base = st.context.url or ""
    site = base.partition("/server")[0].rstrip("/")
    for name, words in (("active", "Active people"), ("registration", "Sign-up")):
        st.code(
            f'<a href="{site}/s/{hostname}"><img src="{site}/badge/{hostname}/{name}.svg" alt="{words}"></a>',
            language="html",
            wrap_lines=True,
        )
    st.html(
        f'<p class="hb" style="margin:0"><a href="./feeds/watch.atom?d={html(hostname)}">A feed of what happens to it (Atom)</a></p>'
    )
