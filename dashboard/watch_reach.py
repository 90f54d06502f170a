"""How the servers of a watch list answer: a square a day, and the shares with their samples."""

from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, reads, watch_charts
from dashboard.language import N_, _
from pipeline.read import OWN

ANSWERED_CHART = N_(
    "The last {days} days of each server: a square per day with a check, answered or not."
)
ANSWERED_CAPTION = N_(
    "By our own checks, one every day or so: shorter outages are not seen. A day is missed when none of its checks was answered. Hours in which our own network was cut off count against nobody. "
    "An empty place is a day without a check that counts."
)
DAYS = 90
CHECKS = N_("{answered} of {checks}")
NEVER = N_("never")
BETWEEN = N_("{low} to {high}")


def show(snapshot: frame.Snapshot, servers: pd.DataFrame, names: tuple[str, ...]) -> None:
    """The whole part of the page."""
    st.header(_("Reachability and outages"), anchor=False)
    days = reads.watched_days(snapshot.stamp, names, OWN)
    since = pd.Timestamp(snapshot.about.published_at.date()) - timedelta(days=DAYS)
    recent = days[(pd.to_datetime(days["day_on"]) > since) & days["is_up"].notna()]
    if not recent.empty:
        sentence = _(ANSWERED_CHART).format(days=DAYS)
        frame.chart(
            watch_charts.answered(recent, names, theme=frame.colors()), key="answered", alt=sentence
        )
        frame.caption(f"{sentence}  \n{_(ANSWERED_CAPTION)}")
    missed = (~recent["is_up"].astype(bool)).groupby(recent["hostname"]).sum()
    rows = [_reached(snapshot, row, missed) for row in servers.to_dict("records")]
    columns = (
        _("Server"),
        _("Reachable in 90 days"),
        _("Between (95 %)"),
        _("Checks answered"),
        _("Days missed"),
        _("Last answer"),
    )
    st.html(marks.table(columns, rows))


def _reached(
    snapshot: frame.Snapshot, row: dict[Any, Any], missed: "pd.Series[Any]"
) -> tuple[str, ...]:
    answered = row["answered_at"]
    between = _(BETWEEN).format(
        low=labels.percent(row["uptime_low_ratio_90d"]),
        high=labels.percent(row["uptime_high_ratio_90d"]),
    )
    return (
        str(row["hostname"]),
        labels.percent(row["uptime_ratio_90d"]),
        between if row["checks_90d"] else "–",
        _(CHECKS).format(
            answered=labels.number(row["answered_90d"]), checks=labels.number(row["checks_90d"])
        ),
        labels.number(missed[row["hostname"]]) if row["hostname"] in missed.index else "–",
        labels.age(answered.to_pydatetime(), snapshot.now).words
        if answered == answered
        else _(NEVER),
    )
