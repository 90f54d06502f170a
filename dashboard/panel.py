"""Growth of the same servers: what grew, and apart from it what was born, found, back, gone or broken."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels, times
from dashboard.annotations import Event
from dashboard.annotations import listed as listed_events
from dashboard.language import N_, Words, _
from dashboard.text import markdown
from dashboard.theme import Theme

MEASURE = Words(
    {
        "users_active_month": N_("Active people"),
        "users_total": N_("Registered users"),
        "logins_week": N_("Signed in that week"),
    }
)

APART = ("born", "discovered", "returned", "left", "broken")
"""What is not growth: servers that one of two days lacks, or whose numbers changed their meaning."""

SERVERS_APART = Words(
    {
        "born": N_("Servers born"),
        "discovered": N_("Servers discovered"),
        "returned": N_("Servers returned"),
        "left": N_("Servers left"),
        "broken": N_("Servers with a break"),
    }
)
NUMBERS_APART = Words(
    {
        "born": N_("Their numbers, born"),
        "discovered": N_("Their numbers, discovered"),
        "returned": N_("Their numbers, returned"),
        "left": N_("Their numbers, left"),
        "broken": N_("Their numbers, with a break"),
    }
)
COUNTED_APART = Words(
    {
        "born": N_("{servers} born ({value})"),
        "discovered": N_("{servers} discovered ({value})"),
        "returned": N_("{servers} returned ({value})"),
        "left": N_("{servers} left ({value})"),
        "broken": N_("{servers} with a break ({value})"),
    }
)
GREW = N_(
    "The same servers, 100 on the first day, {first} to {last}: {change}, on the last day over {servers} servers with an "
    "audited number on both days. Apart from that, servers and in brackets their numbers: {apart}; none of it is growth."
)


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
        _("Day"): pd.to_datetime(newest["day_on"]).dt.date,
        _("Same servers"): newest["instances_in_panel"],
        _("Change %"): (100 * newest["growth_ratio"].astype(float)).round(3),
        _("Index"): (100 * newest["index_chained"].astype(float)).round(2),
    }
    for code in APART:
        columns[SERVERS_APART[code]] = newest[f"instances_{code}"]
        columns[NUMBERS_APART[code]] = newest[f"value_{code}"]
    return pd.DataFrame(columns)


def sentence(found: pd.DataFrame) -> str:
    """By how much the same servers grew, and what else there was."""
    later = found.iloc[1:]
    first, last = found.iloc[0], found.iloc[-1]
    change = labels.change(float(last["index_chained"]) / float(first["index_chained"]) - 1)
    apart = [
        COUNTED_APART[code].format(
            servers=labels.number(later[f"instances_{code}"].sum()),
            value=labels.number(float(later[f"value_{code}"].sum())),
        )
        for code in APART
    ]
    return _(GREW).format(
        first=times.day(first["day_on"]),
        last=times.day(last["day_on"]),
        change=change or labels.not_said(),
        servers=labels.number(last["instances_in_panel"]),
        apart=times.listed(apart),
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
            _("There is one day so far, and growth of the same servers needs a second one."),
            width="stretch",
        )
        return
    drawn = charts.lines(
        index(found),
        {"index": _("{name}, same servers (first day = 100)").format(name=name)},
        theme=theme,
        first_color=list(MEASURE).index(measure),
        digits=1,
    )
    frame.chart(
        charts.marked(drawn, [event.day_on for event in events], theme=theme),
        key="same servers",
        alt=_("{name}: growth of the same servers, from 100").format(name=name),
    )
    said_by = _("Source: {source}.").format(source=markdown(labels.source(source)))
    frame.caption(f"{sentence(found)} {said_by}")
    if events:
        st.html(listed_events(events))
    with st.expander(_("The same as a table")):
        shown = table(found)
        st.dataframe(
            shown,
            hide_index=True,
            placeholder="–",
            height=min(40 + 35 * len(shown), 360),
            alt=_("Growth of the same servers by day"),
        )
