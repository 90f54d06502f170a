"""Method: what is counted, who asks and how often, how to leave, and every crawl."""

import pandas as pd
import streamlit as st

from dashboard import frame, labels, language, marks, reads
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import html, plain
from dashboard.urlstate import Choice

FIELDS = (Choice("sw", "any"),)

LEAD = N_(
    "Herdbook asks every server it knows what it says of itself, a little more seldom than once a day, and publishes the "
    "answers with their date and their coverage. Every number here is a server's own word; only reachability is ours."
)
JUDGED = N_(
    "Each number of each server has a standing: what the number is, not what the server is. All of it is shown; rules, "
    "kept by hand with their sources, decide which of it is added up. Anybody can trace a rule and object."
)
HELD_BACK = N_(
    "A release whose totals collapse or leap over the same servers is not shown before a person has looked at it; until "
    "then these pages stay with the last good one."
)
FILE = N_("Everything on these pages is in one file, with a dictionary inside: {file}.")
OTHER_FORMS = N_(
    "Or {csv}, {json}, one server as {one}; each filter of the directory works there too."
)
IN_SQL = N_("Or {query}.")

TOTALS = (
    (N_("As said (naive)"), N_("Everything that servers say, added up: random numbers, constants and copies as well.")),
    (N_("Audited"), N_("Only numbers whose standing is “as reported”. It is shown first; both have their number of servers beside them.")),
    (N_("Same servers"), N_("The change from day to day over servers that have an audited number on both days, chained from 100. A server that we merely discover, that comes back or leaves, or whose numbers changed their meaning, is counted apart: none of that is growth.")),
)  # fmt: skip

COUNTED = (
    (N_("Server"), N_("One installation of fediverse software, known by its hostname.")),
    (N_("Registered users"), N_("Accounts, as the server says (NodeInfo usage.users.total).")),
    (N_("Active people"), N_("Who signed in within a month, as the server says (usage.users.activeMonth). Some software counts otherwise, some does not say.")),
    (N_("Open registrations"), N_("The server says that anyone may sign up at once.")),
    (N_("Reachable"), N_("The share of our own checks in 90 days that it answered.")),
    (N_("Coverage"), N_("The share of known servers that answered within 7 days. It stands beside every total.")),
    (N_("Not reported"), N_("The server did not say. That is never counted as zero.")),
    (N_("Not counted"), N_("The server asked for it. It is listed as existing, with no numbers, and is in no total.")),
)  # fmt: skip

ENDED = Words(
    {
        "finished": N_("finished"),
        "shutdown": N_("was stopped"),
        "died": N_("broke off"),
    }
)
"""How a crawl ended; what else may end one is told as it is."""

CONDUCT = (
    (N_("Name"), N_("Our robots.txt token is Herdbook; each request names this crawler and a page about it.")),
    (N_("What we ask"), N_("robots.txt, NodeInfo, the software's public description of the server, and weekly its peer list and its own account of its activity. Never accounts, posts or timelines.")),
    (N_("How often"), N_("About once in 29 hours, at a different hour each time: at most 12 requests, one connection, a second between requests. Whoever fails is asked ever more rarely. Servers on a watch list of whoever runs this crawler are asked every 4 to 6 hours too whether they answer: robots.txt and NodeInfo, nothing else.")),
    (N_("What we keep"), N_("Numbers, rules, description, names of peers. No admin's name, e-mail address or account is stored.")),
    (N_("What we never do"), N_("Index people or posts, solve a bot wall, follow a link to another server, guess a number.")),
)  # fmt: skip

LEAVE = (
    (N_("No more questions"), N_("User-agent: Herdbook and Disallow: / in robots.txt. It is then named as existing, with no numbers.")),
    (N_("Not listed"), N_("Answer 410 to NodeInfo. With the next publication it is on no page and in no file.")),
    (N_("Out altogether"), N_("Your server's own word: a DNS record _herdbook.YOUR-SERVER of type TXT, or a file /.well-known/herdbook.txt, that says opt-out; then press the button on its page here. Or write to whoever runs this crawler; the page is named above. Everything kept of it is deleted, and being named by others does not bring it back.")),
    (N_("Listed, without numbers"), N_("Switch statistics off in your software, or send X-Robots-Tag: noindex with NodeInfo.")),
)  # fmt: skip


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("How Herdbook counts"), anchor=False)
        st.html(f'<p class="hb hb-lead">{html(_(LEAD), 1_000)}</p>')
        _coverage(snapshot)
        for title, pairs, anchor in (
            (_("What the words mean"), COUNTED, "words"),
            (_("Who asks, and how"), CONDUCT, "conduct"),
            (_("How a server leaves"), LEAVE, "leave"),
        ):
            st.header(title, anchor=anchor)
            first = _contact(snapshot) if pairs is CONDUCT else []
            st.html(marks.facts([*first, *_said(pairs)]))
        _judged(snapshot)
        st.header(_("Two totals, and growth"), anchor="totals")
        st.html(marks.facts(_said(TOTALS)))
        _held_back(snapshot)
        _crawls(snapshot)
        _take(snapshot)


def _contact(snapshot: frame.Snapshot) -> list[tuple[str, str]]:
    contact = snapshot.about.contact_url
    return [(_("Who we are"), contact or _("whoever runs this crawler has not said"))]


def _said(pairs: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Pairs of marked messages, in the language that is spoken."""
    return [(_(name), _(words)) for name, words in pairs]


def _coverage(snapshot: frame.Snapshot) -> None:
    about = snapshot.about
    with st.grid(4, min_column_width=170, gap="small"):
        st.metric(_("Known servers"), labels.number(about.instances_known), border=True)
        st.metric(_("Answered within 7 days"), labels.number(about.instances_alive), border=True)
        st.metric(_("Coverage"), labels.percent(about.coverage_ratio, 0), border=True)
        st.metric(_("Ask not to be counted"), labels.number(about.instances_refusing), border=True)
    frame.caption(_("Snapshot of {moment}.").format(moment=labels.moment(about.published_at)))


def _judged(snapshot: frame.Snapshot) -> None:
    """What standings there are, and every rule."""
    st.header(_("How numbers are judged"), anchor="rules")
    st.html(f'<p class="hb" style="margin:0">{html(_(JUDGED), 1_000)}</p>')
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
        _("Rules that hold for"),
        ["any", *names],
        **choices.bound("sw", names),
        format_func=lambda name: _("Any software") if name == "any" else labels.software(name),
        width=300,
    )
    if choices["sw"] != "any":
        found = found[found["software"].isna() | (found["software"] == choices["sw"])]
    choices.settle()
    st.dataframe(
        pd.DataFrame(
            {
                _("Standing"): [labels.standing(code) for code in found["standing"]],
                _("Why"): [plain(text, 200) for text in found["reason"]],
                _("Software"): [
                    _("any") if name != name or name is None else plain(labels.software(name), 40)
                    for name in found["software"]
                ],
                _("Number"): [labels.FIELD.get(code, _("all")) for code in found["field"]],
                _("Servers now"): found["instances_count"],
                _("Who says so"): [plain(text, 200) for text in found["source"]],
                _("Since"): found["added_on"],
                _("Rule"): [plain(name, 80) for name in found["rule_id"]],
            }
        ),
        hide_index=True,
        height=min(40 + 35 * max(len(found), 1), 430),
        column_config={
            _("Why"): st.column_config.TextColumn(width=380),
            _("Servers now"): st.column_config.NumberColumn(format="localized"),
            _("Since"): st.column_config.DateColumn(format="YYYY-MM-DD"),
        },
        alt=_("The rules by which numbers are judged"),
    )
    frame.caption(
        plural(
            "{count} rule; “servers now” have a number that the rule decides about, {moment}.",
            "{count} rules; “servers now” have a number that the rule decides about, {moment}.",
            len(found),
            moment=labels.moment(snapshot.about.published_at),
        )
    )


def _held_back(snapshot: frame.Snapshot) -> None:
    """Releases that were not what is expected of one."""
    st.header(_("Releases that were held back"), anchor="held-back")
    st.html(f'<p class="hb" style="margin:0">{html(_(HELD_BACK), 1_000)}</p>')
    held = reads.held_back()
    if held:
        st.text(
            _("Held back since {moment}: {reasons}.").format(
                moment=labels.moment(held.held_back_at), reasons=plain("; ".join(held.reasons))
            ),
            width="stretch",
        )
    found = reads.acceptances(snapshot.stamp)
    if found.empty:
        if not held:
            st.text(_("There was none so far."))
        return
    st.html(
        marks.table(
            (_("Let through"), _("Why it was held back"), _("What that person said")),
            [
                (labels.moment(row["accepted_at"]), "; ".join(row["reasons"]), row["note"])
                for row in found.to_dict("records")
            ],
        )
    )


def _crawls(snapshot: frame.Snapshot) -> None:
    found = reads.crawls(snapshot.stamp)
    st.header(_("Crawls"), anchor=False)
    if found.empty:
        st.text(_("There was none yet."))
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("Began, UTC"): found["started_at"],
                _("Ended, UTC"): found["ended_at"],
                _("How"): [
                    ENDED.get(reason, reason) if reason else _("goes on")
                    for reason in found["end_reason"]
                    .astype(object)
                    .where(found["end_reason"].notna(), None)
                ],
                _("Checked"): found["instances_checked"],
                _("Answered"): found["instances_ok"],
                _("Coverage"): found["coverage_ratio"] * 100,
                _("Peer entries"): found["edges_seen"],
                _("Minutes"): found["seconds"] / 60,
            }
        ),
        hide_index=True,
        placeholder="–",
        column_config={
            _("Began, UTC"): st.column_config.DatetimeColumn(
                format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
            _("Ended, UTC"): st.column_config.DatetimeColumn(
                format="YYYY-MM-DD HH:mm", timezone="UTC"
            ),
            _("Checked"): st.column_config.NumberColumn(format="localized"),
            _("Answered"): st.column_config.NumberColumn(format="localized"),
            _("Coverage"): st.column_config.NumberColumn(format="%.0f %%"),
            _("Peer entries"): st.column_config.NumberColumn(format="localized"),
            _("Minutes"): st.column_config.NumberColumn(format="%.0f"),
        },
        alt=_("The last crawls"),
    )


def _take(snapshot: frame.Snapshot) -> None:
    st.header(_("Take the data"), anchor=False)
    version = snapshot.about.herdbook_version or ""
    as_csv, as_json = html(_("all servers as CSV")), html(_("as JSON"))
    links = {
        "csv": f'<a href="./data/servers.csv">{as_csv}</a>',
        "json": f'<a href="./api/servers.json">{as_json}</a>',
        "one": "<code>/api/server.json?d=HOSTNAME</code>",
    }
    file = '<a href="./data/herdbook.duckdb">herdbook.duckdb</a>'
    query = f'<a href="{html(language.address("./query"))}">{html(_("ask in SQL"))}</a>'
    published = _("Published by Herdbook {version}.").format(version=version)
    st.html(
        f'<div class="hb"><p>{html(_(FILE)).format(file=file)} {html(_(OTHER_FORMS)).format(**links)} '
        f"{html(_(IN_SQL)).format(query=query)}</p>"
        f'<p class="hb-small hb-muted">{html(published)}</p></div>'
    )


show()
