"""Births and deaths of servers: what came and went, week by week. None of it is growth of the same servers."""

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels
from dashboard.text import plain

CAME = {
    "instances_born": "Born",
    "instances_discovered": "Discovered",
    "instances_returned": "Returned",
}
WENT = {"instances_left": "Left"}

SENTENCE = (
    "{first} to {last}: {born} servers were born, {discovered} were discovered (new to us, and perhaps old), "
    "{returned} returned and {left} left, as far as they have an audited number. Source: {source}."
)


def weekly(found: pd.DataFrame) -> pd.DataFrame:
    """Servers that came and went, one row a week by its Monday; the first day knows no day before it."""
    later = found.iloc[1:]
    days = pd.to_datetime(later["day_on"])
    monday = (days - pd.to_timedelta(days.dt.day_of_week, unit="D")).rename("week_on")
    return later[[*CAME, *WENT]].groupby(monday).sum().reset_index()


def sentence(found: pd.DataFrame, source: str) -> str:
    """What came and went, in one sentence."""
    later = found.iloc[1:]
    counts = {
        name.removeprefix("instances_"): f"{int(later[name].sum()):,}" for name in (*CAME, *WENT)
    }
    return SENTENCE.format(
        first=f"{found['day_on'].iloc[0]:%-d %b %Y}",
        last=f"{found['day_on'].iloc[-1]:%-d %b %Y}",
        source=plain(labels.source(source)).replace("[", "("),
        **counts,
    )


def show(found: pd.DataFrame, source: str) -> None:
    """Draw the part; `found`: days of growth of one source."""
    if len(found) < 2:
        return
    weeks = weekly(found)
    st.header("Births and deaths", anchor=False)
    frame.chart(
        charts.flows(weeks, CAME, WENT, theme=frame.colors()),
        key="flows",
        alt="Servers that came and servers that went, by week",
    )
    with st.expander("The same as a table"):
        shown = weeks.rename(columns={"week_on": "Week of", **CAME, **WENT}).iloc[::-1]
        st.dataframe(
            shown.assign(**{"Week of": shown["Week of"].dt.date}),
            hide_index=True,
            height=min(40 + 35 * len(shown), 360),
            alt="Servers that came and went, by week",
        )
    st.caption(sentence(found, source))
