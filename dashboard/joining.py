"""Joining one server: who may, since when, in which languages, and under which rules."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, reads, span_charts, times
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.text import html, lines, plain
from pipeline.exceptions import PublishedOlder
from pipeline.read import OWN

_COLORS = {"open": 2, "approval": 1, "invite": 4, "closed": 3}
"""Codes of sign-up → place of their colour."""

_SINCE = Words(
    {
        "open": N_("By our own checks sign-up has been open since {day} at the latest."),
        "approval": N_("By our own checks sign-up has been reviewed since {day} at the latest."),
        "invite": N_("By our own checks sign-up has been by invitation since {day} at the latest."),
        "closed": N_("By our own checks sign-up has been closed since {day} at the latest."),
    }
)
_ALWAYS = Words(
    {
        "open": N_("Sign-up was open whenever we heard it, since {day}."),
        "approval": N_("Sign-up was reviewed whenever we heard it, since {day}."),
        "invite": N_("Sign-up was by invitation whenever we heard it, since {day}."),
        "closed": N_("Sign-up was closed whenever we heard it, since {day}."),
    }
)
SPANS = N_(
    "Each bar runs from the first to the last day on which the server said so; a change happened somewhere in the gap "
    "after it. Days on which it said nothing end no bar."
)


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page."""
    st.header(_("Joining, and the rules"), anchor=False)
    st.html(marks.facts(_needs(told)))
    try:
        _registration(reads.registration_spans(snapshot.stamp, told["hostname"]))
        _languages(reads.language_spans(snapshot.stamp, told["hostname"]))
    except PublishedOlder:
        st.text(_("When sign-up and languages changed is told from the next publication on."))
    _rules(told)


def _needs(told: dict[str, Any]) -> list[tuple[str, str]]:
    needs = [
        (
            _("asks for a short reason"),
            told["is_reason_required"] and told["registration"] == "approval",
        ),
        (_("confirms your e-mail address"), told["is_email_required"]),
        (_("has a captcha"), told["has_captcha"]),
    ]
    said = labels.REGISTRATION_SENTENCE.get(told["registration"], labels.not_said())
    pairs = [(_("Sign-up"), said)]
    asked = [words for words, is_so in needs if is_so]
    if asked and told["registration"] in ("open", "approval"):
        pairs.append((_("Before you are in, it"), times.listed(asked)))
    if told["minimum_age"] is not None:
        years = plural("{count} year", "{count} years", told["minimum_age"])
        pairs.append((_("Minimum age"), years))
    if told["max_characters"] is not None:
        longest = plural("{count} character", "{count} characters", told["max_characters"])
        pairs.append((_("Longest post"), longest))
    if told["peers_count"] is not None:
        known = _("{count}, as its list says").format(count=labels.number(told["peers_count"]))
        pairs.append((_("Servers it knows"), known))
    named_by = told["named_by_count"]
    if named_by is not None:
        pairs.append(
            (_("Named by"), plural("{count} other server", "{count} other servers", named_by))
        )
    pairs.append((_("We know it since"), times.day(told["first_seen_at"])))
    return pairs


def _registration(found: pd.DataFrame) -> None:
    if found.empty:
        return
    st.subheader(_("When sign-up was open"), anchor=False)
    own = found[found["source"] == OWN]
    if not own.empty:
        last = own.iloc[-1]
        day = times.day(last["from_on"])
        if len(own) == 1:
            sentence = _ALWAYS[last["registration"]].format(day=day)
            counted = plural("Days heard: {count}.", "Days heard: {count}.", last["days_count"])
        else:
            sentence = _SINCE[last["registration"]].format(day=day)
            counted = plural("Changes known: {count}.", "Changes known: {count}.", len(own) - 1)
        st.text(f"{sentence} {counted}", width="stretch")
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
        alt=_("Who could sign up, by time"),
    )
    frame.caption(_(SPANS))
    with st.expander(_("The same as a table")):
        newest = found.iloc[::-1]
        st.dataframe(
            pd.DataFrame(
                {
                    _("From"): pd.to_datetime(newest["from_on"]).dt.date,
                    _("To"): pd.to_datetime(newest["until_on"]).dt.date,
                    _("Sign-up"): [labels.registration(code) for code in newest["registration"]],
                    _("Days heard"): newest["days_count"],
                    _("Who says so"): [plain(labels.source(name), 80) for name in newest["source"]],
                }
            ),
            hide_index=True,
            height=min(40 + 35 * len(newest), 300),
            alt=_("When sign-up was open, as a table"),
        )


def _languages(found: pd.DataFrame) -> None:
    if found.empty:
        return
    st.subheader(_("Its languages over time"), anchor=False)
    last = found.iloc[-1]
    sentence = (
        _("Found in its description since {day} at the latest: {languages}. It names none itself.")
        if last["is_detected"]
        else _("It names since {day} at the latest: {languages}.")
    )
    st.text(
        sentence.format(day=times.day(last["from_at"]), languages=_named(last["languages"])),
        width="stretch",
    )
    if len(found) == 1:
        return
    newest = found.iloc[::-1]
    st.html(
        marks.table(
            (_("From"), _("To"), _("Languages"), _("How we know"), _("Checks")),
            [
                (
                    times.day(row["from_at"]),
                    times.day(row["until_at"]),
                    _named(row["languages"]),
                    _("found in its description") if row["is_detected"] else _("it says so"),
                    labels.number(row["checks_count"]),
                )
                for row in newest.head(12).to_dict("records")
            ],
        )
    )


def _named(codes: list[str]) -> str:
    return times.listed(plain(labels.language(code), 40) for code in list(codes)[:12])


def _rules(told: dict[str, Any]) -> None:
    rules = [rule for rule in (lines(rule, 600) for rule in told["rules"] or []) if rule]
    if rules:
        title = plural("Its rule ({count})", "Its rules ({count})", len(rules))
        with st.expander(title, expanded=len(rules) < 8):
            for sentence in _rules_languages(told):
                frame.caption(sentence)
            for place, rule in enumerate(rules, start=1):
                st.text(f"{place}. {rule}", width="stretch")
    else:
        none = _("It publishes no rules that we can read.")
        st.html(f'<p class="hb hb-small hb-muted">{html(none)}</p>')


def _rules_languages(told: dict[str, Any]) -> list[str]:
    """In which languages its rules are, and who says so."""
    found = []
    if told["rules_languages"]:
        codes = dict.fromkeys(code.partition("-")[0].lower() for code in told["rules_languages"])
        sentence = _("It translates its rules into these languages, as it says: {languages}.")
        found.append(sentence.format(languages=_named(list(codes))))
    if told["rules_language_detected"]:
        sentence = _(
            "Language of their text: {language}. We found it, the server does not say it; {share} sure."
        )
        found.append(
            sentence.format(
                language=_named([told["rules_language_detected"]]),
                share=labels.percent(told["rules_language_confidence_ratio"], 0),
            )
        )
    return found
