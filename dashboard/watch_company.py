"""The servers of a watch list among those like them, and whether they keep up with versions."""

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, watch_charts, watch_words
from dashboard.language import N_, _
from dashboard.text import plain

LIKE_CHART = N_(
    "Where each server stands among servers like it, as the share of the others that have less."
)
LIKE_CAPTION = N_(
    "Like a server are those of the same software, size and age, as far as we have known them; where fewer than ten of these have the "
    "number, age is let go, then software. With fewer than ten nothing is said. Only numbers that no rule speaks against are compared, "
    "and a server counts among its own like. A place is no grade: larger is not better."
)
LIKE_NOTHING = N_(
    "Nothing can be compared: no server here has a number that no rule speaks against."
)
VERSIONS_CAPTION = N_(
    "A version is current when no version that at least three servers of the same software run is newer. {coverage}."
)


def likeness(cohorts: pd.DataFrame, names: tuple[str, ...]) -> None:
    """Where each stands among servers like it."""
    st.header(_("Among servers like them"), anchor=False)
    if cohorts.empty:
        st.text(_(LIKE_NOTHING), width="stretch")
        return
    if cohorts["percentile_ratio"].notna().any():
        compared = cohorts.loc[cohorts["percentile_ratio"].notna(), "hostname"]
        order = [name for name in names if name in set(compared)]
        frame.chart(
            watch_charts.percentiles(
                cohorts, order, watch_words.COHORT_MEASURE, theme=frame.colors()
            ),
            key="percentiles",
            alt=_(LIKE_CHART),
        )
    frame.caption(f"{_(LIKE_CHART)}  \n{_(LIKE_CAPTION)}")
    rows = [
        (
            str(row["hostname"]),
            watch_words.COHORT_MEASURE[row["measure"]],
            *watch_words.standing_among(row),
        )
        for row in cohorts.to_dict("records")
    ]
    columns = (
        _("Server"),
        _("Measure"),
        _("Its own"),
        _("Median"),
        _("Middle half"),
        _("Place"),
        _("Compared with"),
    )
    with st.expander(_("The same as a table, with whom each is compared"), expanded=len(rows) <= 9):
        st.html(marks.table(columns, rows))


def versions(snapshot: frame.Snapshot, servers: pd.DataFrame) -> None:
    """Whether each runs a current version."""
    st.header(_("Versions"), anchor=False)
    rows = [
        (
            str(row["hostname"]),
            labels.software(row["software_name"]),
            plain(row["software_version"], 60) or labels.not_said(),
            watch_words.keeps_up(row),
            plain(row["current_version"], 40) or "–",
            watch_words.version_count(row),
        )
        for row in servers.to_dict("records")
    ]
    columns = (
        _("Server"),
        _("Software"),
        _("Runs"),
        _("Keeps up"),
        _("Current"),
        _("Servers on it"),
    )
    st.html(marks.table(columns, rows))
    frame.caption(_(VERSIONS_CAPTION).format(coverage=snapshot.coverage))
