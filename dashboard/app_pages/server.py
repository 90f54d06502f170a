"""One server: what it is, what it says, how it grew, and every check that we made."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import charts, conversation, frame, judged, labels, marks, reads
from dashboard.choices import Choices
from dashboard.text import html, lines, markdown, plain
from dashboard.urlstate import Choice, Text

FIELDS = (
    Text("d", 253),
    Choice("src", "herdbook"),
    Choice("m", "users_active_month", ("users_active_month", "users_total", "local_posts")),
)
MEASURES = {
    "users_active_month": "Active people",
    "users_total": "Registered users",
    "local_posts": "Posts",
}
SELF_TOLD = {"logins": "People who signed in", "statuses": "Posts", "registrations": "New accounts"}


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        choices = Choices("server", FIELDS)
        hostname = choices["d"].lower()
        told = reads.instance(snapshot.stamp, hostname) if hostname else None
        st.page_link(frame.SERVERS, label="All servers", icon=":material/arrow_back:")
        if told is None:
            _unknown(snapshot, choices, hostname)
            return
        st.set_page_config(page_title=f"{hostname} · Herdbook")
        _identity(snapshot, told)
        if told["is_counting_refused"]:
            st.html(
                '<p class="hb hb-lead">This server exists and asked not to be counted. So nothing more is shown here, and '
                "its numbers are in no total.</p>"
            )
        else:
            _numbers(snapshot, told)
            _growth(snapshot, choices, hostname)
            _join(told)
        _checks(snapshot, hostname)
        _yours(snapshot, hostname)
        choices.settle()


def _unknown(snapshot: frame.Snapshot, choices: Choices, hostname: str) -> None:
    st.title("Which server?" if not hostname else "Not known here", anchor=False)
    if hostname:
        st.text(f"Herdbook has never heard an answer from {hostname}.", width="stretch")
    with (
        st.form("which", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        asked = st.text_input(
            "Name of a server", placeholder="like example.social", max_chars=253, width=320
        )
        if st.form_submit_button("Show it", type="primary") and asked.strip():
            st.switch_page(frame.SERVER, query_params={"d": asked.strip().lower()})
    alike = reads.alike(snapshot.stamp, hostname) if hostname else []
    if alike:
        st.header("Perhaps one of these", anchor=False)
        with st.container(horizontal=True):
            for name in alike:
                st.page_link(frame.SERVER, label=markdown(name), icon="", query_params={"d": name})


# --- who it is -------------------------------------------------------------------------------------


def _identity(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
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
    age = labels.age(told["answered_at"], snapshot.now)
    reached = (
        (f"Answered {age.words}", "amber" if age.tone != "plain" else "open")
        if told["answered_at"] is not None
        else ("Never answered", "bad")
    )
    version = f"{labels.software(told['software_name'])} {told['software_version'] or ''}"
    about = "found in its description" if told["is_language_detected"] else ""
    st.html(
        marks.badges(
            [
                marks.registration(told["registration"]),
                (version, "software"),
                *(
                    (f"{labels.language(code)}{f' ({about})' if about else ''}", "")
                    for code in told["language_codes"][:4]
                ),
                *((topic, "") for topic in (told["topics"] or [])[:4]),
                reached,
            ]
        )
    )


def _door(told: dict[str, Any]) -> None:
    hostname = told["hostname"]
    home = marks.link(hostname)
    sign_up = marks.link(hostname, told["registration_path"])
    if told["registration"] in ("open", "approval") and sign_up:
        verb = "Create account" if told["registration"] == "open" else "Apply for an account"
        st.link_button(
            verb, sign_up, type="primary", icon=":material/open_in_new:", icon_position="right"
        )
    if home:
        st.link_button("Visit", home, icon=":material/open_in_new:", icon_position="right")


# --- its numbers -----------------------------------------------------------------------------------


def _numbers(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    with st.grid(4, min_column_width=170, gap="small"):
        judged.figures(told)
        st.metric(
            "Reachable in 90 days",
            labels.percent(told["uptime_ratio_90d"]),
            f"{told['answered_90d']:,.0f} of {labels.counted(told['checks_90d'], 'check', 'checks')}",
            delta_color="off",
            delta_arrow="off",
            border=True,
            height="stretch",
            help="Our own checks",
        )
    source = {"nodeinfo": "NodeInfo", "instance": "the software's own API"}.get(
        told["numbers_source"] or "", "the server"
    )
    st.caption(
        f"The server says so itself (in {source}, {labels.age(told['answered_at'], snapshot.now).words}); "
        f"only reachability is our own.{judged.caption(told)}"
    )
    judged.show(reads.standings(snapshot.stamp, told["hostname"]))


def _growth(snapshot: frame.Snapshot, choices: Choices, hostname: str) -> None:
    found = reads.instance_sources(snapshot.stamp, hostname)
    names = [str(name) for name in found["source"] if name != "self"]
    st.header("Growth", anchor=False)
    if names:
        if choices["src"] not in names:
            choices.change(src="herdbook" if "herdbook" in names else names[0])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                "Measure",
                list(MEASURES),
                **choices.bound("m"),
                format_func=MEASURES.__getitem__,
                required=True,
            )
            if len(names) > 1:
                st.selectbox(
                    "Who says so",
                    names,
                    **choices.bound("src"),
                    format_func=labels.source,
                    width=280,
                )
        days = charts.by_day(reads.instance_days(snapshot.stamp, hostname, choices["src"]))
        doubts = judged.past(reads.verdicts(snapshot.stamp, hostname, choices["src"]), choices["m"])
        _chart(days, choices["m"], choices["src"], doubts)
    else:
        st.text("No day has been recorded yet.")
    if "self" in found["source"].tolist():
        _self_told(reads.instance_days(snapshot.stamp, hostname, "self"))


def _chart(days: pd.DataFrame, measure: str, source: str, doubts: str) -> None:
    name = MEASURES[measure]
    told = days[measure].notna()
    if not told.any():
        st.text(f"{name}: {labels.NOT_SAID} on any of {len(days)} days.")
        return
    if int(told.sum()) == 1:
        only = days[told].iloc[0]
        st.text(
            f"{name}: {only[measure]:,.0f} on {only['day_on']:%-d %b %Y}. A line needs a second day.{doubts}",
            width="stretch",
        )
        return
    frame.chart(
        charts.lines(
            days, {measure: name}, theme=frame.colors(), first_color=list(MEASURES).index(measure)
        ),
        key="growth",
        alt=f"{name} by day",
    )
    st.caption(
        f"{name}, {days['day_on'].min():%-d %b %Y} to {days['day_on'].max():%-d %b %Y}: the server said so on "
        f"{int(told.sum())} of {len(days)} days; gaps are days without an answer. Seen by {labels.source(source)}.{markdown(doubts)}"
    )
    _as_table(days[["day_on", measure]].dropna(), {"day_on": "Day", measure: name})


def _self_told(weeks: pd.DataFrame) -> None:
    st.header("Its own account of its past", anchor=False)
    names = {column: words for column, words in SELF_TOLD.items() if weeks[column].notna().any()}
    if not names:
        return
    frame.chart(
        charts.bars(weeks, names, theme=frame.colors()),
        key="self told",
        alt="Activity by week as the server tells it",
    )
    st.caption(
        f"{len(weeks)} stretches of {int(weeks['days'].max())} days at most since {weeks['day_on'].min():%-d %b %Y}, "
        "told by the server itself, also of the time before our first check."
    )
    _as_table(weeks[["day_on", "days", *names]], {"day_on": "From", "days": "Days", **names})


def _as_table(frame_: pd.DataFrame, names: dict[str, str]) -> None:
    with st.expander("The same as a table"):
        shown = frame_.rename(columns=names).iloc[::-1]
        first = next(iter(names.values()))
        st.dataframe(
            shown.assign(**{first: pd.to_datetime(shown[first]).dt.date}),
            hide_index=True,
            placeholder=labels.NOT_SAID,
            height=min(40 + 35 * len(shown), 300),
            alt="The numbers of the chart above",
        )


# --- joining ---------------------------------------------------------------------------------------


def _join(told: dict[str, Any]) -> None:
    st.header("Joining, and the rules", anchor=False)
    needs = [
        (
            "asks for a short reason",
            told["is_reason_required"] and told["registration"] == "approval",
        ),
        ("confirms your e-mail address", told["is_email_required"]),
        ("has a captcha", told["has_captcha"]),
    ]
    pairs = [("Sign-up", labels.REGISTRATION_SENTENCE.get(told["registration"], labels.NOT_SAID))]
    asked = [words for words, is_so in needs if is_so]
    if asked and told["registration"] in ("open", "approval"):
        pairs.append(("Before you are in, it", ", ".join(asked)))
    if told["minimum_age"] is not None:
        pairs.append(("Minimum age", f"{told['minimum_age']:.0f} years"))
    if told["max_characters"] is not None:
        pairs.append(("Longest post", f"{told['max_characters']:,.0f} characters"))
    if told["peers_count"] is not None:
        pairs.append(("Servers it knows", f"{told['peers_count']:,.0f}, as its list says"))
    pairs.append(
        ("Named by", labels.counted(told["named_by_count"], "other server", "other servers"))
    )
    pairs.append(("We know it since", f"{told['first_seen_at']:%-d %b %Y}"))
    st.html(marks.facts(pairs))
    rules = [rule for rule in (lines(rule, 600) for rule in told["rules"] or []) if rule]
    if rules:
        with st.expander(f"Its rules ({len(rules)})", expanded=len(rules) < 8):
            for place, rule in enumerate(rules, start=1):
                st.text(f"{place}. {rule}", width="stretch")
    else:
        st.html('<p class="hb hb-small hb-muted">It publishes no rules that we can read.</p>')


# --- our checks ------------------------------------------------------------------------------------


def _checks(snapshot: frame.Snapshot, hostname: str) -> None:
    found = reads.checks(snapshot.stamp, hostname)
    st.header("Our checks", anchor=False)
    if found.empty:
        st.text("No check within the last four weeks.")
        return
    oldest_first = found.iloc[::-1].to_dict("records")
    st.html(
        marks.ticks(
            [
                (
                    f"{labels.moment(row['checked_at'])}: {labels.outcome(row['outcome'])}",
                    row["outcome"] == "ok",
                )
                for row in oldest_first
            ]
        )
    )
    last = found.iloc[0]
    st.html(
        f'<p class="hb hb-small" style="margin:0">Last check {html(labels.age(last["checked_at"], snapshot.now).words)}: '
        f"{html(labels.outcome(last['outcome']))}.</p>"
    )
    with st.expander("What was asked, and what came"):
        told = found[found["conversation"].notna()]
        for row in told.to_dict("records"):
            st.html(
                f'<p class="hb" style="margin:.5rem 0 0"><strong>{html(labels.moment(row["checked_at"]))}</strong> · {html(labels.outcome(row["outcome"]))}</p>'
            )
            _conversation(row["conversation"])
        if told.empty:
            st.text("Only the last three conversations are kept, and there is none.")
    with st.expander("All of them as a table"):
        st.dataframe(
            pd.DataFrame(
                {
                    "When": found["checked_at"],
                    "How it ended": [labels.outcome(code) for code in found["outcome"]],
                    "In its words": found["detail"],
                    "Seconds": found["seconds"],
                    "Questions": found["requests_count"],
                    "Bytes": found["bytes_count"],
                }
            ),
            hide_index=True,
            placeholder="–",
            column_config={
                "When": st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC"),
                "Seconds": st.column_config.NumberColumn(format="%.2f"),
                "Bytes": st.column_config.NumberColumn(format="localized"),
            },
            alt="Our last checks of this server",
        )


def _conversation(text: str) -> None:
    said = conversation.table(text)
    if said is None:
        st.code(text, language=None)
        return
    st.dataframe(
        said,
        hide_index=True,
        column_config={"Seconds": st.column_config.NumberColumn(format="%.2f")},
        alt="One conversation with this server",
    )


def _yours(snapshot: frame.Snapshot, hostname: str) -> None:
    contact = snapshot.about.contact_url
    whom = f" or write to whoever runs this Herdbook ({html(contact)})" if contact else ""
    with st.expander("Is this your server?"):
        st.html(
            '<div class="hb"><p><strong>Something is wrong.</strong> Everything here is what your server says in NodeInfo and in its '
            "public API: change it there and the next check, within about a day, will see it. To see what we see: "
            f"<code>herdbook check {html(hostname)}</code>.</p>"
            "<p><strong>Listed, but without numbers.</strong> Switch statistics off in your software, or send "
            "<code>X-Robots-Tag: noindex</code> with NodeInfo.</p>"
            "<p><strong>Not listed at all.</strong> <code>User-agent: Herdbook</code> and <code>Disallow: /</code> in robots.txt, "
            f"or answer 410{whom}. It is gone with the next publication.</p></div>"
        )


show()
