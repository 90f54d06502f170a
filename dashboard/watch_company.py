"""The servers of a watch list among those like them, and whether they keep up with versions."""

import pandas as pd
import streamlit as st

from dashboard import frame, labels, marks, watch_charts, watch_words
from dashboard.text import plain

LIKE_CHART = (
    "Where each server stands among servers like it, as the share of the others that have less."
)
LIKE_CAPTION = (
    "Like a server are those of the same software, size and age, as far as we have known them; where fewer than ten of these have the "
    "number, age is let go, then software. With fewer than ten nothing is said. Only numbers that no rule speaks against are compared, "
    "and a server counts among its own like. A place is no grade: larger is not better."
)
LIKE_NOTHING = "Nothing can be compared: no server here has a number that no rule speaks against."
VERSIONS_CAPTION = "A version is current when no version that at least three servers of the same software run is newer. {coverage}."


def likeness(cohorts: pd.DataFrame, names: tuple[str, ...]) -> None:
    """Where each stands among servers like it."""
    st.header("Among servers like them", anchor=False)
    if cohorts.empty:
        st.text(LIKE_NOTHING, width="stretch")
        return
    if cohorts["percentile_ratio"].notna().any():
        compared = cohorts.loc[cohorts["percentile_ratio"].notna(), "hostname"]
        order = [name for name in names if name in set(compared)]
        frame.chart(
            watch_charts.percentiles(
                cohorts, order, watch_words.COHORT_MEASURE, theme=frame.colors()
            ),
            key="percentiles",
            alt=LIKE_CHART,
        )
    st.caption(f"{LIKE_CHART}  \n{LIKE_CAPTION}")
    rows = [
        (
            str(row["hostname"]),
            watch_words.COHORT_MEASURE[row["measure"]],
            *watch_words.standing_among(row),
        )
        for row in cohorts.to_dict("records")
    ]
    columns = ("Server", "Measure", "Its own", "Median", "Middle half", "Place", "Compared with")
    with st.expander("The same as a table, with whom each is compared", expanded=len(rows) <= 9):
        st.html(marks.table(columns, rows))


def versions(snapshot: frame.Snapshot, servers: pd.DataFrame) -> None:
    """Whether each runs a current version."""
    st.header("Versions", anchor=False)
    rows = [
        (
            str(row["hostname"]),
            labels.software(row["software_name"]),
            plain(row["software_version"], 60) or labels.NOT_SAID,
            watch_words.keeps_up(row),
            plain(row["current_version"], 40) or "–",
            watch_words.version_count(row),
        )
        for row in servers.to_dict("records")
    ]
    columns = ("Server", "Software", "Runs", "Keeps up", "Current", "Servers on it")
    st.html(marks.table(columns, rows))
    st.caption(VERSIONS_CAPTION.format(coverage=snapshot.coverage))
