"""“Is this your server?”: why it is listed or not, how to change what is said, how to take it along, how to leave."""

from typing import Any

import streamlit as st

from dashboard import check_now, frame, leaving, marks
from dashboard.language import N_, Words, _
from dashboard.text import html

COUNTED = N_("It is listed because it answers, and says nothing against it.")
SILENT = N_(
    "It is known, but has not answered validly for a week: the directory shows it only where unreachable servers are asked for."
)
REFUSED = N_(
    "It asked not to be counted: it is named as existing, shows no numbers, and is suggested to nobody."
)
SUGGESTED = N_(
    "Suggested to newcomers are servers that answer, let people in and fit what was asked; nobody can pay. Why this one is suggested, or not, is told test by test."
)

BY_SOFTWARE = Words(
    {
        "gotosocial": N_(
            "GoToSocial: instance-stats-mode “zero” withholds the numbers; left empty, its robots.txt asks everybody to stay away."
        ),
        "friendica": N_(
            "Friendica: switch NodeInfo statistics off in the site settings of the admin panel."
        ),
        "hubzilla": N_("Hubzilla: the statistics addon has a setting that hides them."),
        "diaspora": N_(
            "diaspora*: switch the statistics of users and posts off in the privacy part of diaspora.toml."
        ),
        "epicyon": N_("Epicyon shows numbers only where its admin switches them on."),
        "funkwhale": N_(
            "Funkwhale: the instance settings can make NodeInfo private; then it is not listed at all."
        ),
        "writefreely": N_("WriteFreely: a private instance is not listed at all."),
    }
)
"""Where numbers are withheld: software that has a switch of its own."""

ANY_SOFTWARE = N_(
    "No switch for that is known of this software: send X-Robots-Tag: noindex with the NodeInfo document from your web server."
)

LOOK_HERE = N_("To see what we see, run: herdbook check {hostname}")
OWN_WORD = N_("Say so yourself, as below.")
BY_HAND = N_(
    "Or write to whoever runs this Herdbook, who puts it on the list of those who stay out: {contact}"
)
BY_HAND_UNKNOWN = N_(
    "Or write to whoever runs this Herdbook, who puts it on the list of those who stay out."
)
BADGES = N_(
    "Pictures for your own pages; they show the newest published numbers, and tell us nothing but that somebody looked."
)


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page."""
    hostname = told["hostname"]
    st.header(_("Is this your server?"), anchor="yours")
    st.text(_why(told), width="stretch")
    if not told["is_counting_refused"]:
        st.text(_(SUGGESTED), width="stretch")
        frame.page_link(
            frame.FIND,
            _("Why is it suggested, or not?"),
            icon=":material/help:",
            query={"why": hostname},
        )
    check_now.show(snapshot, hostname)
    with st.expander(_("Change what is said, or withhold numbers"), key="change"):
        st.html(marks.facts(_change(told)))
    with st.expander(_("Leave"), key="leave"):
        st.html(marks.facts(_leave(snapshot)))
        st.subheader(_("By your own word"), anchor=False)
        leaving.show(snapshot, hostname)
    if not told["is_counting_refused"]:
        with st.expander(_("Badges and news of it"), key="take along"):
            _take_along(hostname)


def _why(told: dict[str, Any]) -> str:
    if told["is_counting_refused"]:
        return _(REFUSED)
    return _(COUNTED) if told["is_alive"] else _(SILENT)


def _change(told: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (
            _("Something is wrong"),
            _(
                "Everything here is what your server says in NodeInfo and in its public API: change it there, and the next "
                "check, within about a day, will see it."
            ),
        ),
        (_("Look as we do"), _(LOOK_HERE).format(hostname=told["hostname"])),
        (_("Withhold numbers"), BY_SOFTWARE.get(told["software_name"] or "", _(ANY_SOFTWARE))),
        (
            _("For all software"),
            _(
                "X-Robots-Tag: noindex, sent with NodeInfo, lists the server without any number. Disallowing /nodeinfo for "
                "the robots.txt token Herdbook does the same."
            ),
        ),
        (
            _("A number is judged wrongly"),
            _(
                "Every standing names its rule, and every rule its source, on the method page. A rule that is wrong about "
                "your server can be overruled by whoever runs this Herdbook."
            ),
        ),
    ]


def _leave(snapshot: frame.Snapshot) -> list[tuple[str, str]]:
    contact = snapshot.about.contact_url
    by_hand = _(BY_HAND).format(contact=contact) if contact else _(BY_HAND_UNKNOWN)
    return [
        (
            _("No more questions"),
            _(
                "Write User-agent: Herdbook, and below it Disallow: / into robots.txt. From the next check on only "
                "robots.txt is asked for, and your server is named as existing, with no numbers."
            ),
        ),
        (
            _("Not listed"),
            _(
                "Answer 410 to NodeInfo. After the next check and publication your server is on no page and in no file."
            ),
        ),
        (_("Out altogether"), f"{_(OWN_WORD)} {by_hand}"),
        (
            _("What that does"),
            _(
                "Everything kept of your server and of its subdomains is deleted: checks, numbers, history and links, also "
                "what others say of it. It is not asked again, and being named by others does not bring it back."
            ),
        ),
    ]


def _take_along(hostname: str) -> None:
    st.text(_(BADGES), width="stretch")
    base = st.context.url or ""
    site = base.partition("/server")[0].rstrip("/")
    for name, words in (("active", _("Active people")), ("registration", _("Sign-up"))):
        st.code(
            f'<a href="{site}/s/{hostname}"><img src="{site}/badge/{hostname}/{name}.svg" alt="{html(words)}"></a>',
            language="html",
            wrap_lines=True,
        )
    feed = _("A feed of what happens to it (Atom)")
    st.html(
        f'<p class="hb" style="margin:0"><a href="./feeds/watch.atom?d={html(hostname)}">{html(feed)}</a></p>'
    )
