"""Growth of the same servers: what grew, and apart from it what was born, found, back, gone or broken."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels
from dashboard.annotations import Event
from dashboard.annotations import listed as listed_events
from dashboard.text import listed, plain
from dashboard.theme import Theme

MEASURE = {
    "users_active_month": "Active people",
    "users_total": "Registered users",
    "logins_week": "Signed in that week",
}

APART = {
    "born": "born",
    "discovered": "discovered",
    "returned": "returned",
    "left": "left",
    "broken": "with a break",
}
"""What is not growth: servers that one of two days lacks, or whose numbers changed their meaning."""


def index(found: pd.DataFrame) -> pd.DataFrame:
    """The chained index from 100, with a gap where days are missing."""
    days = found.assign(
        day_on=pd.to_datetime(found["day_on"]), index=100 * found["index_chained"].astype(float)
    )
    return charts.by_capture(days[["day_on", "index"]], "day_on")


def table(found: pd.DataFrame) -> pd.DataFrame:
    """Each day, the newest first, as readers see it."""
    newest = found.iloc[::-1]
    columns = {
        "Day": pd.to_datetime(newest["day_on"]).dt.date,
        "Same servers": newest["instances_in_panel"],
        "Change %": (100 * newest["growth_ratio"].astype(float)).round(3),
        "Index": (100 * newest["index_chained"].astype(float)).round(2),
    }
    for code, word in APART.items():
        columns[f"Servers {word}"] = newest[f"instances_{code}"]
        columns[f"Their numbers, {word}"] = newest[f"value_{code}"]
    return pd.DataFrame(columns)


def sentence(found: pd.DataFrame) -> str:
    """By how much the same servers grew, and what else there was."""
    later = found.iloc[1:]
    first, last = found.iloc[0], found.iloc[-1]
    change = labels.change(float(last["index_chained"]) / float(first["index_chained"]) - 1)
    apart = [
        f"{int(later[f'instances_{code}'].sum()):,} {word} ({float(later[f'value_{code}'].sum()):,.0f})"
        for code, word in APART.items()
    ]
    return (
        f"The same servers, 100 on the first day, {first['day_on']:%-d %b %Y} to {last['day_on']:%-d %b %Y}: {change or labels.NOT_SAID}, "
        f"on the last day over {last['instances_in_panel']:,.0f} servers with an audited number on both days. "
        f"Apart from that, servers and in brackets their numbers: {listed(apart)}; none of it is growth."
    )


def rebased(found: pd.DataFrame) -> pd.DataFrame:
    """The days with an index that begins at 1 on the first of them."""
    return found.assign(
        index_chained=found["index_chained"] / found["index_chained"].iloc[:1].sum()
    )


def show(
    found: pd.DataFrame, measure: str, source: str, theme: Theme, events: Sequence[Event] = ()
) -> None:
    """Draw growth of the same servers, with known events beside it."""
    name = MEASURE[measure]
    if len(found) < 2:
        st.text(
            "There is one day so far, and growth of the same servers needs a second one.",
            width="stretch",
        )
        return
    drawn = charts.lines(
        index(found),
        {"index": f"{name}, same servers (first day = 100)"},
        theme=theme,
        first_color=list(MEASURE).index(measure),
        digits=1,
    )
    frame.chart(
        charts.marked(drawn, [event.day_on for event in events], theme=theme),
        key="same servers",
        alt=f"{name}: growth of the same servers, from 100",
    )
    st.caption(f"{sentence(found)} Source: {plain(labels.source(source)).replace('[', '(')}.")
    if events:
        st.html(listed_events(events))
    with st.expander("The same as a table"):
        shown = table(found)
        st.dataframe(
            shown,
            hide_index=True,
            placeholder="–",
            height=min(40 + 35 * len(shown), 360),
            alt="Growth of the same servers by day",
        )
