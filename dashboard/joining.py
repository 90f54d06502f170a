"""Joining one server: who may, since when, in which languages, and under which rules."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, reads, span_charts
from dashboard.text import lines, listed, plain
from pipeline.exceptions import PublishedOlder
from pipeline.read import OWN

RULES = "Its rules ({count})"

_COLORS = {"open": 2, "approval": 1, "invite": 4, "closed": 3}
"""Codes of sign-up → place of their colour."""

_SINCE = {
    "open": "By our own checks sign-up has been open since {day} at the latest. Changes known: {count}.",
    "approval": "By our own checks sign-up has been reviewed since {day} at the latest. Changes known: {count}.",
    "invite": "By our own checks sign-up has been by invitation since {day} at the latest. Changes known: {count}.",
    "closed": "By our own checks sign-up has been closed since {day} at the latest. Changes known: {count}.",
}
_ALWAYS = {
    "open": "Sign-up was open whenever we heard it, since {day}. Days heard: {days}.",
    "approval": "Sign-up was reviewed whenever we heard it, since {day}. Days heard: {days}.",
    "invite": "Sign-up was by invitation whenever we heard it, since {day}. Days heard: {days}.",
    "closed": "Sign-up was closed whenever we heard it, since {day}. Days heard: {days}.",
}


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page."""
    st.header("Joining, and the rules", anchor=False)
    st.html(marks.facts(_needs(told)))
    try:
        _registration(reads.registration_spans(snapshot.stamp, told["hostname"]))
        _languages(reads.language_spans(snapshot.stamp, told["hostname"]))
    except PublishedOlder:
        st.text("When sign-up and languages changed is told from the next publication on.")
    _rules(told)


def _needs(told: dict[str, Any]) -> list[tuple[str, str]]:
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
        pairs.append(("Minimum age", "{years:.0f} years".format(years=told["minimum_age"])))
    if told["max_characters"] is not None:
        longest = "{count:,.0f} characters".format(count=told["max_characters"])
        pairs.append(("Longest post", longest))
    if told["peers_count"] is not None:
        known = "{count:,.0f}, as its list says".format(count=told["peers_count"])
        pairs.append(("Servers it knows", known))
    pairs.append(
        ("Named by", labels.counted(told["named_by_count"], "other server", "other servers"))
    )
    pairs.append(("We know it since", f"{told['first_seen_at']:%-d %b %Y}"))
    return pairs


def _registration(found: pd.DataFrame) -> None:
    if found.empty:
        return
    st.subheader("When sign-up was open", anchor=False)
    own = found[found["source"] == OWN]
    if not own.empty:
        last = own.iloc[-1]
        sentences = _ALWAYS if len(own) == 1 else _SINCE
        sentence = sentences[last["registration"]].format(
            day=f"{last['from_on']:%-d %b %Y}", days=int(last["days_count"]), count=len(own) - 1
        )
        st.text(sentence, width="stretch")
    if len(found) == 1 and found["from_on"].iloc[0] == found["until_on"].iloc[0]:
        return
    shown = found.assign(row=["Herdbook" if name == OWN else str(name) for name in found["source"]])
    frame.chart(
        span_charts.spans(
            shown.rename(columns={"registration": "code"}),
            {code: labels.REGISTRATION[code] for code in _COLORS},
            _COLORS,
            theme=frame.colors(),
        ),
        key="registration",
        alt="Who could sign up, by time",
    )
    st.caption(
        "Each bar runs from the first to the last day on which the server said so; a change happened somewhere in the gap after it. "
        "Days on which it said nothing end no bar."
    )
    with st.expander("The same as a table"):
        newest = found.iloc[::-1]
        st.dataframe(
            pd.DataFrame(
                {
                    "From": pd.to_datetime(newest["from_on"]).dt.date,
                    "To": pd.to_datetime(newest["until_on"]).dt.date,
                    "Sign-up": [labels.registration(code) for code in newest["registration"]],
                    "Days heard": newest["days_count"],
                    "Who says so": [plain(labels.source(name), 80) for name in newest["source"]],
                }
            ),
            hide_index=True,
            height=min(40 + 35 * len(newest), 300),
            alt="When sign-up was open, as a table",
        )


def _languages(found: pd.DataFrame) -> None:
    if found.empty:
        return
    st.subheader("Its languages over time", anchor=False)
    last = found.iloc[-1]
    sentence = (
        "Found in its description since {day} at the latest: {languages}. It names none itself."
        if last["is_detected"]
        else "It names since {day} at the latest: {languages}."
    )
    st.text(
        sentence.format(day=f"{last['from_at']:%-d %b %Y}", languages=_named(last["languages"])),
        width="stretch",
    )
    if len(found) == 1:
        return
    newest = found.iloc[::-1]
    st.html(
        marks.table(
            ("From", "To", "Languages", "How we know", "Checks"),
            [
                (
                    f"{row['from_at']:%-d %b %Y}",
                    f"{row['until_at']:%-d %b %Y}",
                    _named(row["languages"]),
                    "found in its description" if row["is_detected"] else "it says so",
                    f"{row['checks_count']:,.0f}",
                )
                for row in newest.head(12).to_dict("records")
            ],
        )
    )


def _named(codes: list[str]) -> str:
    return listed(plain(labels.language(code), 40) for code in list(codes)[:12])


def _rules(told: dict[str, Any]) -> None:
    rules = [rule for rule in (lines(rule, 600) for rule in told["rules"] or []) if rule]
    if rules:
        title = RULES.format(count=len(rules))
        with st.expander(title, expanded=len(rules) < 8):
            for place, rule in enumerate(rules, start=1):
                st.text(f"{place}. {rule}", width="stretch")
    else:
        st.html('<p class="hb hb-small hb-muted">It publishes no rules that we can read.</p>')
