"""Growth of the servers of a watch list, side by side: their numbers, or each from 100."""

import pandas as pd
import streamlit as st

from dashboard import frame, reads, watch_charts
from dashboard.choices import Choices
from pipeline.read import OWN, SELF_TOLD

MEASURES = {
    "users_active_month": "Active people",
    "users_total": "Registered users",
    "local_posts": "Posts",
    "logins": "Signed in each week, as they tell",
}
AS = {"counts": "As numbers", "index": "From 100"}
GROWTH_CHART = "{measure} of {count} servers, {first} to {last}, audited."
SELF_TOLD_CHART = "{measure}, {count} servers, {first} to {last}, by week."
GROWTH_CAPTION = (
    "By our own checks. Audited: a number that a rule speaks against is left out, as is a day without an answer; both are gaps. "
    "Numbers there are: {told} on {days} days of {count} servers."
)
SELF_TOLD_CAPTION = (
    "Dotted, because the servers tell it of their own past, also of weeks before our first check, and nobody has checked it. "
    "It counts sign-ins within a week, not people within a month: it stands in no comparison."
)
COMMON_INDEX = "Each server is 100 on {day}, the first day of which all of them have a number."
OWN_INDEX = (
    "There is no day of which all of them have a number: each server is 100 on its own first day."
)
NO_NUMBERS = "None of these servers has a number of that kind that no rule speaks against."
ONE_DAY = "There is one day so far, {day}, and a line needs a second one. The numbers of that day are in the comparison below."


def show(snapshot: frame.Snapshot, choices: Choices, names: tuple[str, ...]) -> None:
    """The whole part of the page; `choices` has `m` and `as`."""
    st.header("Growth side by side", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Measure",
            list(MEASURES),
            **choices.bound("m"),
            format_func=MEASURES.__getitem__,
            required=True,
        )
        st.segmented_control(
            "Shown", list(AS), **choices.bound("as"), format_func=AS.__getitem__, required=True
        )
    measure = choices["m"]
    is_self_told = measure == "logins"
    days = reads.watched_days(snapshot.stamp, names, SELF_TOLD if is_self_told else OWN)
    table = watch_charts.wide(days, measure, names)
    if table.empty:
        st.text(NO_NUMBERS, width="stretch")
        return
    if len(table) < 2:
        st.text(ONE_DAY.format(day=f"{table.index[0]:%-d %b %Y}"), width="stretch")
        return
    said, captions = _as_chosen(table, choices)
    sentence = (SELF_TOLD_CHART if is_self_told else GROWTH_CHART).format(
        measure=MEASURES[measure],
        count=len(table.columns),
        first=f"{table.index.min():%-d %b %Y}",
        last=f"{table.index.max():%-d %b %Y}",
    )
    frame.chart(
        watch_charts.growth(
            said,
            theme=frame.colors(),
            is_index=choices["as"] == "index",
            is_self_told=is_self_told,
        ),
        key="growth",
        alt=sentence,
    )
    if is_self_told:
        captions.append(SELF_TOLD_CAPTION)
    else:
        told = f"{int(table.notna().sum().sum()):,}"
        captions.append(
            GROWTH_CAPTION.format(told=told, days=f"{len(table):,}", count=len(table.columns))
        )
    st.caption("  \n".join([sentence, *captions]))
    _as_table(said, is_index=choices["as"] == "index")


def _as_chosen(table: pd.DataFrame, choices: Choices) -> tuple[pd.DataFrame, list[str]]:
    if choices["as"] != "index":
        return table, []
    said, day = watch_charts.indexed(table)
    return said, [COMMON_INDEX.format(day=f"{day:%-d %b %Y}") if day is not None else OWN_INDEX]


def _as_table(table: pd.DataFrame, *, is_index: bool) -> None:
    with st.expander("The same as a table"):
        newest = table.iloc[::-1]
        shown = newest.round(1 if is_index else 0)
        shown.insert(0, "Day", pd.DatetimeIndex(newest.index).date)
        st.dataframe(
            shown,
            hide_index=True,
            placeholder="–",
            height=min(40 + 35 * len(shown), 360),
            alt="The numbers of the chart above",
        )
