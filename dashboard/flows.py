"""Births and deaths of servers: what came and went, week by week. None of it is growth of the same servers."""

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels, times
from dashboard.language import N_, Words, _
from dashboard.text import markdown

CAME = Words(
    {
        "instances_born": N_("Born"),
        "instances_discovered": N_("Discovered"),
        "instances_returned": N_("Returned"),
    }
)
WENT = Words({"instances_left": N_("Left")})

SENTENCE = N_(
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
        name.removeprefix("instances_"): labels.number(later[name].sum()) for name in (*CAME, *WENT)
    }
    return _(SENTENCE).format(
        first=times.day(found["day_on"].iloc[0]),
        last=times.day(found["day_on"].iloc[-1]),
        source=markdown(labels.source(source)),
        **counts,
    )


def show(found: pd.DataFrame, source: str) -> None:
    """Draw the part; `found`: days of growth of one source."""
    if len(found) < 2:
        return
    weeks = weekly(found)
    st.header(_("Births and deaths"), anchor=False)
    frame.chart(
        charts.flows(weeks, CAME, WENT, theme=frame.colors()),
        key="flows",
        alt=_("Servers that came and servers that went, by week"),
    )
    with st.expander(_("The same as a table")):
        week = _("Week of")
        shown = weeks.rename(columns={"week_on": week, **CAME, **WENT}).iloc[::-1]
        st.dataframe(
            shown.assign(**{week: shown[week].dt.date}),
            hide_index=True,
            height=min(40 + 35 * len(shown), 360),
            alt=_("Servers that came and went, by week"),
        )
    frame.caption(sentence(found, source))
