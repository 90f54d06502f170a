"""Growth of the servers of a watch list, side by side: their numbers, or each from 100."""

import pandas as pd
import streamlit as st

from dashboard import frame, labels, reads, times, watch_charts
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from pipeline.read import OWN, SELF_TOLD

MEASURES = Words(
    {
        "users_active_month": N_("Active people"),
        "users_total": N_("Registered users"),
        "local_posts": N_("Posts"),
        "logins": N_("Signed in each week, as they tell"),
    }
)
AS = Words({"counts": N_("As numbers"), "index": N_("From 100")})
GROWTH_CAPTION = N_(
    "By our own checks. Audited: a number that a rule speaks against is left out, as is a day without an answer; both are gaps. "
    "Servers: {count}; days: {days}; numbers there are: {told}."
)
SELF_TOLD_CAPTION = N_(
    "Dotted, because the servers tell it of their own past, also of weeks before our first check, and nobody has checked it. "
    "It counts sign-ins within a week, not people within a month: it stands in no comparison."
)
COMMON_INDEX = N_("Each server is 100 on {day}, the first day of which all of them have a number.")
OWN_INDEX = N_(
    "There is no day of which all of them have a number: each server is 100 on its own first day."
)
NO_NUMBERS = N_("None of these servers has a number of that kind that no rule speaks against.")
ONE_DAY = N_(
    "There is one day so far, {day}, and a line needs a second one. The numbers of that day are in the comparison below."
)


def show(snapshot: frame.Snapshot, choices: Choices, names: tuple[str, ...]) -> None:
    """The whole part of the page; `choices` has `m` and `as`."""
    st.header(_("Growth side by side"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            _("Measure"),
            list(MEASURES),
            **choices.bound("m"),
            format_func=MEASURES.__getitem__,
            required=True,
        )
        st.segmented_control(
            _("Shown"), list(AS), **choices.bound("as"), format_func=AS.__getitem__, required=True
        )
    measure = choices["m"]
    is_self_told = measure == "logins"
    days = reads.watched_days(snapshot.stamp, names, SELF_TOLD if is_self_told else OWN)
    table = watch_charts.wide(days, measure, names)
    if table.empty:
        st.text(_(NO_NUMBERS), width="stretch")
        return
    if len(table) < 2:
        st.text(ONE_DAY.format(day=times.day(table.index[0])), width="stretch")
        return
    said, captions = _as_chosen(table, choices)
    sentence = _sentence(table, MEASURES[measure], is_self_told)
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
        captions.append(_(SELF_TOLD_CAPTION))
    else:
        told = labels.number(int(table.notna().sum().sum()))
        captions.append(
            _(GROWTH_CAPTION).format(
                told=told, days=labels.number(len(table)), count=labels.number(len(table.columns))
            )
        )
    frame.caption("  \n".join([sentence, *captions]))
    _as_table(said, is_index=choices["as"] == "index")


def _sentence(table: pd.DataFrame, measure: str, is_self_told: bool) -> str:
    told = {
        "measure": measure,
        "first": times.day(table.index.min()),
        "last": times.day(table.index.max()),
    }
    if is_self_told:
        return plural(
            "{measure}, {count} server, {first} to {last}, by week.",
            "{measure}, {count} servers, {first} to {last}, by week.",
            len(table.columns),
            **told,
        )
    return plural(
        "{measure} of {count} server, {first} to {last}, audited.",
        "{measure} of {count} servers, {first} to {last}, audited.",
        len(table.columns),
        **told,
    )


def _as_chosen(table: pd.DataFrame, choices: Choices) -> tuple[pd.DataFrame, list[str]]:
    if choices["as"] != "index":
        return table, []
    said, day = watch_charts.indexed(table)
    return said, [_(COMMON_INDEX).format(day=times.day(day)) if day is not None else _(OWN_INDEX)]


def _as_table(table: pd.DataFrame, *, is_index: bool) -> None:
    with st.expander(_("The same as a table")):
        newest = table.iloc[::-1]
        shown = newest.round(1 if is_index else 0)
        shown.insert(0, _("Day"), pd.DatetimeIndex(newest.index).date)
        st.dataframe(
            shown,
            hide_index=True,
            placeholder="–",
            height=min(40 + 35 * len(shown), 360),
            alt=_("The numbers of the chart above"),
        )
