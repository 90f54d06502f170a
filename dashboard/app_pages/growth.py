"""Growth of the network: users, active users, servers and open registrations, and who says so."""

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels, reads
from dashboard.choices import Choices
from dashboard.text import html, plain
from dashboard.urlstate import Choice
from pipeline.read import OWN

FIELDS = (
    Choice("m", "users_active_month", tuple(labels.MEASURE)),
    Choice("src", OWN),
    Choice("by", "all", ("all", "software")),
)
SPLIT = {"all": "Together", "software": "By software"}
CAPTURE = {
    "users_total": "users_total",
    "instances_known": "instances",
    "open_registrations": "open_registrations",
}
"""Measure → the column of a capture that has it."""


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title("Growth", anchor=False)
        choices = Choices("growth", FIELDS)
        _now(snapshot)
        sources = [str(name) for name in reads.sources(snapshot.stamp)["source"]]
        if not sources:
            st.text("There is no day to show yet.")
            return
        if choices["src"] not in sources:
            choices.change(src=sources[0])
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.segmented_control(
                "Measure",
                list(labels.MEASURE),
                **choices.bound("m"),
                format_func=labels.MEASURE.__getitem__,
                required=True,
            )
            st.segmented_control(
                "Shown",
                list(SPLIT),
                **choices.bound("by"),
                format_func=SPLIT.__getitem__,
                required=True,
            )
            if len(sources) > 1:
                st.selectbox(
                    "Who says so",
                    sources,
                    **choices.bound("src"),
                    format_func=labels.source,
                    width=300,
                )
        choices.settle()
        days = reads.network_days(snapshot.stamp, choices["src"])
        if len(days) == 1:
            _first_day(snapshot, choices)
        elif choices["by"] == "software":
            _by_software(snapshot, choices)
        else:
            _together(days, choices)
        if choices["src"] != OWN:
            _captures(snapshot, choices)
        _caption(snapshot, days, choices)
        _software_now(snapshot)


def _now(snapshot: frame.Snapshot) -> None:
    days = charts.by_day(reads.network_days(snapshot.stamp, OWN))
    if days.empty:
        return
    with st.grid(4, min_column_width=170, gap="small"):
        for column, name in labels.MEASURE.items():
            told = days[column].dropna()
            st.metric(name, labels.short(float(told.iloc[-1]) if len(told) else None), border=True)
    st.caption(f"On {days['day_on'].max():%-d %b %Y}, by our own checks: {snapshot.coverage}.")


def _together(days: pd.DataFrame, choices: Choices) -> None:
    measure, name = choices["m"], labels.MEASURE[choices["m"]]
    whole = charts.by_day(days)
    if whole.empty or whole[measure].isna().all():
        st.text(f"{name}: {labels.NOT_SAID} by this source.")
        return
    st.plotly_chart(
        charts.lines(
            whole,
            {measure: name},
            theme=frame.colors(),
            first_color=list(labels.MEASURE).index(measure),
        ),
        theme=None,
        config=charts.CONFIG,
        key="together",
        alt=f"{name} by day",
    )
    _table(
        days[["day_on", measure, "instances_reporting", "instances_known"]],
        {
            "day_on": "Day",
            measure: name,
            "instances_reporting": "Servers reporting",
            "instances_known": "Servers known",
        },
    )


def _first_day(snapshot: frame.Snapshot, choices: Choices) -> None:
    """One day is no growth; it can say who has how many."""
    measure, name = choices["m"], labels.MEASURE[choices["m"]]
    found = reads.software_days(snapshot.stamp, measure, choices["src"]).dropna(subset=["value"])
    st.html(
        '<p class="hb" style="margin:0">There is one day so far, and growth needs a second one. Until then: '
        f"{html(name.lower())} by software.</p>"
    )
    if found.empty:
        return
    shown = found.assign(
        software_name=[plain(labels.software(name), 40) for name in found["software_name"]]
    )
    st.plotly_chart(
        charts.ranking(shown, theme=frame.colors()),
        theme=None,
        config=charts.CONFIG,
        key="first day",
        alt=f"{name} by software on the first day",
    )


def _by_software(snapshot: frame.Snapshot, choices: Choices) -> None:
    measure = choices["m"]
    found = reads.software_days(snapshot.stamp, measure, choices["src"])
    if found.empty or found["value"].isna().all():
        st.text(f"{labels.MEASURE[measure]} by software: {labels.NOT_SAID} by this source.")
        return
    names = {name: plain(labels.software(name), 40) for name in found["software_name"].unique()}
    st.plotly_chart(
        charts.stacked(found, names, theme=frame.colors()),
        theme=None,
        config=charts.CONFIG,
        key="by software",
        alt=f"{labels.MEASURE[measure]} by day and software",
    )
    wide = found.assign(software_name=found["software_name"].map(names)).pivot_table(
        index="day_on", columns="software_name", values="value", aggfunc="sum", min_count=1
    )
    _table(wide.reset_index(), {"day_on": "Day"})


def _captures(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Imported sources can be finer than a day."""
    column = CAPTURE.get(choices["m"])
    found = reads.captures(snapshot.stamp, choices["src"])
    if column is None or found.empty or found[column].isna().all():
        return
    name = labels.MEASURE[choices["m"]]
    st.header("As fine as it was captured", anchor=False)
    st.plotly_chart(
        charts.lines(
            charts.by_capture(found),
            {column: name},
            x="captured_at",
            theme=frame.colors(),
            has_moments=True,
        ),
        theme=None,
        config=charts.CONFIG,
        key="captures",
        alt=f"{name} by capture",
    )
    shown = found[["captured_at", column, "instances_reporting", "instances"]]
    with st.expander("The same as a table"):
        st.dataframe(
            shown.rename(
                columns={
                    "captured_at": "When, UTC",
                    column: name,
                    "instances_reporting": "Servers reporting",
                    "instances": "Servers",
                }
            ).iloc[::-1],
            hide_index=True,
            placeholder=labels.NOT_SAID,
            alt="The numbers of the chart above",
        )
    st.caption(
        f"{len(found):,} captures, {found['captured_at'].min():%-d %b %Y %H:%M} to {found['captured_at'].max():%-d %b %Y %H:%M} UTC, "
        f"{plain(labels.source(choices['src']))}: its numbers, not ours."
    )


def _caption(snapshot: frame.Snapshot, days: pd.DataFrame, choices: Choices) -> None:
    if days.empty:
        return
    last = days.iloc[-1]
    measure = labels.MEASURE_SENTENCE[choices["m"]]
    st.caption(
        f"{measure[0].upper()}{measure[1:]}, {pd.Timestamp(days['day_on'].min()):%-d %b %Y} to {pd.Timestamp(last['day_on']):%-d %b %Y}; "
        f"on the last day {last['instances_reporting']:,.0f} of {last['instances_known']:,.0f} known servers reported registered users. "
        f"Source: {plain(labels.source(choices['src'])).replace('[', '(')}. Totals are naive sums: while more servers are found they grow by that too."
    )


def _software_now(snapshot: frame.Snapshot) -> None:
    found = reads.software(snapshot.stamp)
    if found.empty:
        return
    st.header("Software now", anchor=False)
    st.dataframe(
        pd.DataFrame(
            {
                "Software": [plain(labels.software(name), 40) for name in found["software_name"]],
                "Servers": found["instances_alive"],
                "Reporting": found["instances_reporting"],
                "Registered users": found["users_total"],
                "Active people": found["users_active_month"],
                "Open registrations": found["open_registrations"],
            }
        ),
        hide_index=True,
        placeholder=labels.NOT_SAID,
        height=min(40 + 35 * len(found), 460),
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in (
                "Servers",
                "Reporting",
                "Registered users",
                "Active people",
                "Open registrations",
            )
        },
        alt="Software in use now",
    )
    st.caption(
        f"Servers that answered within 7 days; {snapshot.coverage}. Numbers are what the servers say."
    )


def _table(table: pd.DataFrame, names: dict[str, str]) -> None:
    with st.expander("The same as a table"):
        shown = table.rename(columns=names).iloc[::-1]
        st.dataframe(
            shown.assign(Day=pd.to_datetime(shown["Day"]).dt.date),
            hide_index=True,
            placeholder=labels.NOT_SAID,
            height=min(40 + 35 * len(shown), 360),
            alt="The numbers of the chart above",
        )


show()
