"""How one server answers: its share with the samples behind it, 90 days, and every check of the last weeks."""

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import conversation, frame, labels, marks, reads, times
from dashboard.labels import plural
from dashboard.language import N_, _
from dashboard.text import html
from pipeline.exceptions import PublishedOlder

BETWEEN = N_("With so many samples the true share lies between {low} and {high} (95 %).")
NEVER_CUT_OFF = N_(
    "Our own network was never cut off in these 90 days; if it is, failures of that time count against nobody."
)

_TICKS = 60
"""Checks in the strip: more would be thinner than a pointer."""

_DAYS = 90


def metric(told: dict[str, Any]) -> None:
    """The share as a figure."""
    st.metric(
        _("Reachable in 90 days"),
        labels.percent(told["uptime_ratio_90d"]),
        plural(
            "{answered} of {count} check",
            "{answered} of {count} checks",
            told["checks_90d"],
            answered=labels.number(told["answered_90d"]),
        ),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=_("Our own checks"),
    )


def show(snapshot: frame.Snapshot, told: dict[str, Any]) -> None:
    """The whole part of the page."""
    hostname = told["hostname"]
    st.header(_("Reachability, and our checks"), anchor=False)
    if told["checks_90d"] and told["uptime_ratio_90d"] is not None:
        st.text(" ".join(_sentences(snapshot, told)), width="stretch")
        _ninety_days(snapshot, hostname)
    checks(snapshot, hostname)


def _sentences(snapshot: frame.Snapshot, told: dict[str, Any]) -> list[str]:
    hours = told["checks_every_hours_90d"]
    answered, share = labels.number(told["answered_90d"]), labels.percent(told["uptime_ratio_90d"])
    said = [
        plural(
            "{answered} of {count} check within 90 days was answered: {share}.",
            "{answered} of {count} checks within 90 days were answered: {share}.",
            told["checks_90d"],
            answered=answered,
            share=share,
        )
    ]
    if hours is not None:
        said.append(
            plural(
                "That is one check every {count} hour on average.",
                "That is one check every {count} hours on average.",
                round(hours),
            )
        )
    if told["uptime_low_ratio_90d"] is not None:
        said.append(
            _(BETWEEN).format(
                low=labels.percent(told["uptime_low_ratio_90d"]),
                high=labels.percent(told["uptime_high_ratio_90d"]),
            )
        )
    try:
        cut_off = reads.cut_off_hours(snapshot.stamp)
    except PublishedOlder:
        return said
    return [*said, _cut_off(cut_off) if cut_off else _(NEVER_CUT_OFF)]


def _cut_off(hours: int) -> str:
    return plural(
        "Left out are failures while our own network was cut off, for {count} hour of these 90 days: they count against nobody.",
        "Left out are failures while our own network was cut off, for {count} hours of these 90 days: they count against nobody.",
        hours,
    )


def _ninety_days(snapshot: frame.Snapshot, hostname: str) -> None:
    found = reads.reached_days(snapshot.stamp, hostname)
    if found.empty:
        return
    answers = {f"{row['day_on']:%Y-%m-%d}": bool(row["is_up"]) for row in found.to_dict("records")}
    last = snapshot.about.published_at.date()
    days = [last - timedelta(days=back) for back in reversed(range(_DAYS))]
    told = plural(
        "{answered} of {count} day with a check was answered; empty days: no check that counts.",
        "{answered} of {count} days with a check were answered; empty days: no check that counts.",
        len(answers),
        answered=labels.number(sum(answers.values())),
    )
    st.html(marks.days([(times.day(day), answers.get(f"{day:%Y-%m-%d}")) for day in days], told))
    st.html(f'<p class="hb hb-small hb-muted" style="margin:0">{html(told)}</p>')


def checks(snapshot: frame.Snapshot, hostname: str) -> None:
    """Every check of the last weeks."""
    found = reads.checks(snapshot.stamp, hostname)
    st.subheader(_("Our checks of four weeks"), anchor=False)
    if found.empty:
        st.text(_("No check within the last four weeks."))
        return
    st.html(
        marks.ticks(
            [
                (
                    f"{labels.moment(row['checked_at'])}: {labels.outcome(row['outcome'])}",
                    row["outcome"] == "ok",
                )
                for row in found.head(_TICKS).iloc[::-1].to_dict("records")
            ]
        )
    )
    last = found.iloc[0]
    sentence = _("Last check {age}: {outcome}.")
    words = sentence.format(
        age=labels.age(last["checked_at"], snapshot.now).words,
        outcome=labels.outcome(last["outcome"]),
    )
    st.html(f'<p class="hb hb-small" style="margin:0">{html(words)}</p>')
    with st.expander(_("What was asked, and what came")):
        _conversations(found)
    with st.expander(_("All of them as a table")):
        _table(found)


def _conversations(found: pd.DataFrame) -> None:
    told = found[found["conversation"].notna()]
    for row in told.to_dict("records"):
        st.html(
            f'<p class="hb" style="margin:.5rem 0 0"><strong>{html(labels.moment(row["checked_at"]))}</strong>'
            f" · {html(labels.outcome(row['outcome']))}</p>"
        )
        _conversation(row["conversation"])
    if told.empty:
        st.text(_("Only the last three conversations are kept, and there is none."))


def _conversation(text: str) -> None:
    said = conversation.table(text)
    if said is None:
        st.code(text, language=None)
        return
    st.dataframe(
        said,
        hide_index=True,
        column_config={_("Seconds"): st.column_config.NumberColumn(format="%.2f")},
        alt=_("One conversation with this server"),
    )


def _table(found: pd.DataFrame) -> None:
    st.dataframe(
        pd.DataFrame(
            {
                _("When"): found["checked_at"],
                _("How it ended"): [labels.outcome(code) for code in found["outcome"]],
                _("In its words"): found["detail"],
                _("Seconds"): found["seconds"],
                _("Questions"): found["requests_count"],
                _("Bytes"): found["bytes_count"],
            }
        ),
        hide_index=True,
        placeholder="–",
        column_config={
            _("When"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm", timezone="UTC"),
            _("Seconds"): st.column_config.NumberColumn(format="%.2f"),
            _("Bytes"): st.column_config.NumberColumn(format="localized"),
        },
        alt=_("Our last checks of this server"),
    )
