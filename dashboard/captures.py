"""An imported source as fine as it was captured: some look more often than once a day."""

import streamlit as st

from dashboard import charts, frame, labels, reads, timespan
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import _
from dashboard.text import markdown

CAPTURE = {
    "users_total": "users_total",
    "instances_known": "instances",
    "open_registrations": "open_registrations",
}
"""Measure → the column of a capture that has it."""


def show(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Draw what is chosen (`m`, `src`), where the source has it; of the chosen days."""
    column = CAPTURE.get(choices["m"])
    found = timespan.within(reads.captures(snapshot.stamp, choices["src"]), choices, "captured_at")
    if column is None or found.empty or found[column].isna().all():
        return
    name = labels.MEASURE[choices["m"]]
    names = {column: name}
    if column == "users_total":
        names = {"users_total_audited": labels.AS_AUDITED[column], column: labels.AS_SAID[column]}
    st.header(_("As fine as it was captured"), anchor=False)
    frame.chart(
        charts.lines(
            charts.by_capture(found),
            names,
            x="captured_at",
            theme=frame.colors(),
            has_moments=True,
            first_color=list(labels.MEASURE).index(choices["m"]),
            muted=column if len(names) > 1 else "",
        ),
        key="captures",
        alt=_("{name} by capture").format(name=name),
    )
    shown = found[["captured_at", *names, "instances_reporting", "instances_audited", "instances"]]
    with st.expander(_("The same as a table")):
        st.dataframe(
            shown.rename(
                columns={
                    "captured_at": _("When, UTC"),
                    **names,
                    "instances_reporting": _("Servers reporting"),
                    "instances_audited": _("Servers audited"),
                    "instances": _("Servers"),
                }
            ).iloc[::-1],
            hide_index=True,
            placeholder=labels.not_said(),
            alt=_("The numbers of the chart above"),
        )
    frame.caption(
        plural(
            "{count} capture, {first} to {last}, {source}: its numbers, not ours.",
            "{count} captures, {first} to {last}, {source}: its numbers, not ours.",
            len(found),
            first=labels.moment(found["captured_at"].min()),
            last=labels.moment(found["captured_at"].max()),
            source=markdown(labels.source(choices["src"])),
        )
    )
