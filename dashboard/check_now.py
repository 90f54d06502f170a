"""“Check it now”: an operator has their server asked at once, and reads the conversation."""

from datetime import datetime
from typing import Any, cast

import pandas as pd
import streamlit as st

from dashboard import check_desk, conversation, frame, labels, marks, reads
from dashboard.check_desk import LiveCheck
from dashboard.check_limits import No
from dashboard.door import contact, who_may_check
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import html, plain
from dashboard.visitors import is_local, who

LOOK_SECONDS = 1
"""How often a page looks whether the check is done."""

REFUSALS = Words(
    {
        "asked_lately": N_(
            "This server was asked within the last ten minutes. It may be asked again at {time}."
        ),
        "visitor_spent": N_(
            "That was as often as one visitor may ask within an hour. You may ask again at {time}."
        ),
        "hour_spent": N_(
            "That was as often as all visitors together may ask within an hour. Asking is possible again at {time}."
        ),
        "busy": N_(
            "Another server is being asked this moment, and one is asked at a time. Please try again in a minute."
        ),
    }
)

ASKS = N_(
    "Asks the server what a crawl asks, under the same rules: its robots.txt, our limits, no address that is not public. "
    "Nothing is stored."
)

PROBLEMS = Words(
    {
        "opted_out": N_("This server asked to stay out, so it was not asked."),
        "no_replica": N_("The replica is not running, so its servers cannot be asked."),
        "too_slow": N_("The check was not done in time and was ended."),
        "failed": N_("The check could not be made."),
    }
)


def show(snapshot: frame.Snapshot, hostname: str) -> None:
    """The button, and what came of it; nothing where it is switched off."""
    why_not = _why_not(snapshot)
    if why_not is None:
        return
    st.subheader(_("Check it now"), anchor=False)
    if why_not:
        st.text(why_not, width="stretch")
        return
    told = reads.may_be_checked(snapshot.stamp, hostname)
    if not told["is_known"]:
        st.text(
            _("Only servers that are published, or named by one that is, can be asked from here.")
        )
        return
    st.html(f'<p class="hb hb-small" style="margin:0">{html(_(ASKS))}</p>')
    found = check_desk.desk().find(hostname)
    if found is not None and not found.is_done:
        _watch(hostname)
        return
    if st.button(_("Check it now"), icon=":material/network_check:", key="check now"):
        no = check_desk.desk().ask(
            hostname,
            who(),
            check_desk.now(),
            is_replica=snapshot.about.is_replica,
            asked_at=cast("datetime | None", told["checked_at"]),
        )
        if no is None:
            st.rerun()
        refused(no)
    if found is not None:
        _result(found)


def _why_not(snapshot: frame.Snapshot) -> str | None:
    """Why nobody can ask from here; empty = one can, `None` = the operator offers it to others, or to nobody."""
    offered = who_may_check()
    if offered == "off" or (offered == "local" and not is_local()):
        return None
    if not snapshot.about.is_replica and not contact():
        return _(
            "Servers could not know who asks: set HERDBOOK_CONTACT to a page that says it, and start the dashboard again."
        )
    return ""


@frame.repeated(LOOK_SECONDS)
def _watch(hostname: str) -> None:
    """Say that it goes on, until it is done."""
    found = check_desk.desk().find(hostname)
    if found is None or found.is_done:
        st.rerun(scope="app")
    gone = int((check_desk.now() - found.started_at).total_seconds())
    sentence = plural(
        "It is being asked, since {count} s. A slow server may take a minute and a half.",
        "It is being asked, since {count} s. A slow server may take a minute and a half.",
        gone,
    )
    st.text(sentence, width="stretch")


def refused(no: No) -> None:
    """Say why nothing is asked now."""
    st.text(REFUSALS[no.reason].format(time=labels.moment(no.again_at)), width="stretch")


def _result(found: LiveCheck) -> None:
    if found.problem is not None:
        st.text(PROBLEMS[found.problem], width="stretch")
        if found.detail:
            st.code(plain(found.detail, 300), language=None, wrap_lines=True)
        return
    told = found.told
    sentence = _("Live, {time}: {outcome}. Not stored; the next crawl sees for itself.")
    st.text(
        sentence.format(
            time=labels.moment(found.started_at), outcome=labels.outcome(told["outcome"])
        ),
        width="stretch",
    )
    if told["detail"]:
        st.code(plain(told["detail"], 300), language=None, wrap_lines=True)
    if told["is_counting_refused"]:
        st.text(_("It asks not to be counted: it would be listed as such, with no numbers."))
    pairs = _said(told["nodeinfo"], told["instance"])
    if pairs:
        st.html(marks.facts(pairs))
    said = conversation.table(told["conversation"])
    if said is not None and not said.empty:
        _conversation(said)


def _conversation(said: pd.DataFrame) -> None:
    st.dataframe(
        said,
        hide_index=True,
        column_config={_("Seconds"): st.column_config.NumberColumn(format="%.2f")},
        alt=_("The conversation with this server just now"),
    )


def _said(nodeinfo: dict[str, Any], instance: dict[str, Any]) -> list[tuple[str, str]]:
    """What it says now; nothing where it said nothing. NodeInfo speaks first, as in the directory."""
    pairs = [
        (_("Software"), plain(nodeinfo.get("software_name"), 64)),
        (_("Version"), plain(nodeinfo.get("software_version"), 128)),
    ]
    for name in ("users_total", "users_active_month", "local_posts"):
        value = nodeinfo.get(name)
        value = instance.get(name) if value is None else value
        if isinstance(value, int):
            pairs.append((labels.FIELD[name], labels.number(value)))
    registration = instance.get("registration")
    if isinstance(registration, str) and registration != "unknown":
        pairs.append((_("Sign-up"), labels.REGISTRATION_SENTENCE.get(registration, registration)))
    return [(name, value) for name, value in pairs if value]
