"""Method: what is counted, who asks and how often, how to leave, and every crawl."""

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, reads
from dashboard.choices import Choices
from dashboard.text import html, plain
from dashboard.urlstate import Choice

FIELDS = (Choice("sw", "any"),)

TOTALS = (
    ("As said (naive)", "Everything that servers say, added up: random numbers, constants and copies as well."),
    ("Audited", "Only numbers whose standing is “as reported”. It is shown first; both have their number of servers beside them."),
    ("Same servers", "The change from day to day over servers that have an audited number on both days, chained from 100. A server that we merely discover, that comes back or leaves, or whose numbers changed their meaning, is counted apart: none of that is growth."),
)  # fmt: skip

COUNTED = (
    ("Server", "One installation of fediverse software, known by its hostname."),
    ("Registered users", "Accounts, as the server says (NodeInfo usage.users.total)."),
    ("Active people", "Who signed in within a month, as the server says (usage.users.activeMonth). Some software counts otherwise, some does not say."),
    ("Open registrations", "The server says that anyone may sign up at once."),
    ("Reachable", "The share of our own checks in 90 days that it answered."),
    ("Coverage", "The share of known servers that answered within 7 days. It stands beside every total."),
    ("Not reported", "The server did not say. That is never counted as zero."),
    ("Not counted", "The server asked for it. It is listed as existing, with no numbers, and is in no total."),
)  # fmt: skip

CONDUCT = (
    ("Name", "Our robots.txt token is Herdbook; each request names this crawler and a page about it."),
    ("What we ask", "robots.txt, NodeInfo, the software's public description of the server, and weekly its peer list and its own account of its activity. Never accounts, posts or timelines."),
    ("How often", "About once in 29 hours, at a different hour each time: at most 12 requests, one connection, a second between requests. Whoever fails is asked ever more rarely. Servers on a watch list of whoever runs this crawler are asked every 4 to 6 hours too whether they answer: robots.txt and NodeInfo, nothing else."),
    ("What we keep", "Numbers, rules, description, names of peers. No admin's name, e-mail address or account is stored."),
    ("What we never do", "Index people or posts, solve a bot wall, follow a link to another server, guess a number."),
)  # fmt: skip

LEAVE = (
    ("No more questions", "User-agent: Herdbook and Disallow: / in robots.txt. It is then named as existing, with no numbers."),
    ("Not listed", "Answer 410 to NodeInfo. With the next publication it is on no page and in no file."),
    ("Out altogether", "Your server's own word: a DNS record _herdbook.YOUR-SERVER of type TXT, or a file /.well-known/herdbook.txt, that says opt-out; then press the button on its page here. Or write to whoever runs this crawler; the page is named above. Everything kept of it is deleted, and being named by others does not bring it back."),
    ("Listed, without numbers", "Switch statistics off in your software, or send X-Robots-Tag: noindex with NodeInfo."),
)  # fmt: skip


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title("How Herdbook counts", anchor=False)
        st.html(
            '<p class="hb hb-lead">Herdbook asks every server it knows what it says of itself, a little more seldom than once a day, '
            "and publishes the answers with their date and their coverage. Every number here is a server's own word; only "
            "reachability is ours.</p>"
        )
        _coverage(snapshot)
        for title, pairs, anchor in (
            ("What the words mean", COUNTED, "words"),
            ("Who asks, and how", (*_contact(snapshot), *CONDUCT), "conduct"),
            ("How a server leaves", LEAVE, "leave"),
        ):
            st.header(title, anchor=anchor)
            st.html(marks.facts(pairs))
        _judged(snapshot)
        st.header("Two totals, and growth", anchor="totals")
        st.html(marks.facts(TOTALS))
        _held_back(snapshot)
        _crawls(snapshot)
        _take(snapshot)


def _contact(snapshot: frame.Snapshot) -> list[tuple[str, str]]:
    contact = snapshot.about.contact_url
    return [("Who we are", contact or "whoever runs this crawler has not said")]


def _coverage(snapshot: frame.Snapshot) -> None:
    about = snapshot.about
    with st.grid(4, min_column_width=170, gap="small"):
        st.metric("Known servers", f"{about.instances_known:,}", border=True)
        st.metric("Answered within 7 days", f"{about.instances_alive:,}", border=True)
        st.metric("Coverage", labels.percent(about.coverage_ratio, 0), border=True)
        st.metric("Ask not to be counted", f"{about.instances_refusing:,}", border=True)
    st.caption(f"Snapshot of {labels.moment(about.published_at)}.")


def _judged(snapshot: frame.Snapshot) -> None:
    """What standings there are, and every rule."""
    st.header("How numbers are judged", anchor="rules")
    st.html(
        '<p class="hb" style="margin:0">Each number of each server has a standing: what the number is, not what the server is. '
        "All of it is shown; rules, kept by hand with their sources, decide which of it is added up. Anybody can trace a rule and object.</p>"
    )
    st.html(
        marks.facts(
            (words[0].upper() + words[1:], labels.STANDING_SENTENCE[code])
            for code, words in labels.STANDING.items()
        )
    )
    found = reads.rules(snapshot.stamp)
    choices = Choices("method", FIELDS)
    names = sorted(str(name) for name in found["software"].dropna().unique())
    if choices["sw"] not in names:
        choices.change(sw="any")
    st.selectbox(
        "Rules that hold for",
        ["any", *names],
        **choices.bound("sw", names),
        format_func=lambda name: "Any software" if name == "any" else labels.software(name),
        width=300,
    )
    if choices["sw"] != "any":
        found = found[found["software"].isna() | (found["software"] == choices["sw"])]
    choices.settle()
    st.dataframe(
        pd.DataFrame(
            {
                "Standing": [labels.standing(code) for code in found["standing"]],
                "Why": [plain(text, 200) for text in found["reason"]],
                "Software": [
                    "any" if name != name or name is None else plain(labels.software(name), 40)
                    for name in found["software"]
                ],
                "Number": [labels.FIELD.get(code, "all") for code in found["field"]],
                "Servers now": found["instances_count"],
                "Who says so": [plain(text, 200) for text in found["source"]],
                "Since": found["added_on"],
                "Rule": [plain(name, 80) for name in found["rule_id"]],
            }
        ),
        hide_index=True,
        height=min(40 + 35 * max(len(found), 1), 430),
        column_config={
            "Why": st.column_config.TextColumn(width=380),
            "Servers now": st.column_config.NumberColumn(format="localized"),
            "Since": st.column_config.DateColumn(format="D MMM YYYY"),
        },
        alt="The rules by which numbers are judged",
    )
    st.caption(
        f"{labels.counted(len(found), 'rule', 'rules')}; “servers now” have a number that the rule decides about, "
        f"{labels.moment(snapshot.about.published_at)}."
    )


def _held_back(snapshot: frame.Snapshot) -> None:
    """Releases that were not what is expected of one."""
    st.header("Releases that were held back", anchor="held-back")
    st.html(
        '<p class="hb" style="margin:0">A release whose totals collapse or leap over the same servers is not shown before a person has '
        "looked at it; until then these pages stay with the last good one.</p>"
    )
    held = reads.held_back()
    if held:
        st.text(
            f"Held back since {labels.moment(held.held_back_at)}: {plain('; '.join(held.reasons))}.",
            width="stretch",
        )
    found = reads.acceptances(snapshot.stamp)
    if found.empty:
        if not held:
            st.text("There was none so far.")
        return
    st.html(
        marks.table(
            ("Let through", "Why it was held back", "What that person said"),
            [
                (labels.moment(row["accepted_at"]), "; ".join(row["reasons"]), row["note"])
                for row in found.to_dict("records")
            ],
        )
    )


def _crawls(snapshot: frame.Snapshot) -> None:
    found = reads.crawls(snapshot.stamp)
    st.header("Crawls", anchor=False)
    if found.empty:
        st.text("There was none yet.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Began, UTC": found["started_at"],
                "Ended, UTC": found["ended_at"],
                "How": [
                    reason or "goes on"
                    for reason in found["end_reason"]
                    .astype(object)
                    .where(found["end_reason"].notna(), None)
                ],
                "Checked": found["instances_checked"],
                "Answered": found["instances_ok"],
                "Coverage": found["coverage_ratio"] * 100,
                "Peer entries": found["edges_seen"],
                "Minutes": found["seconds"] / 60,
            }
        ),
        hide_index=True,
        placeholder="–",
        column_config={
            "Began, UTC": st.column_config.DatetimeColumn(
                format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
            "Ended, UTC": st.column_config.DatetimeColumn(
                format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
            "Checked": st.column_config.NumberColumn(format="localized"),
            "Answered": st.column_config.NumberColumn(format="localized"),
            "Coverage": st.column_config.NumberColumn(format="%.0f %%"),
            "Peer entries": st.column_config.NumberColumn(format="localized"),
            "Minutes": st.column_config.NumberColumn(format="%.0f"),
        },
        alt="The last crawls",
    )


def _take(snapshot: frame.Snapshot) -> None:
    st.header("Take the data", anchor=False)
    version = snapshot.about.herdbook_version or ""
    st.html(
        '<div class="hb"><p>Everything on these pages is in one file, with a dictionary inside: '
        '<a href="./data/herdbook.duckdb">herdbook.duckdb</a>. Or '
        '<a href="./data/servers.csv">all servers as CSV</a>, <a href="./api/servers.json">as JSON</a>, '
        "one server as <code>/api/server.json?d=HOSTNAME</code>; each filter of the directory works there too. "
        'Or <a href="./query">ask in SQL</a>.</p>'
        f'<p class="hb-small hb-muted">Published by Herdbook {html(version)}.</p></div>'
    )


show()
