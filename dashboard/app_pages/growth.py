"""Growth of the network: users, active users, servers and open registrations, and who says so."""

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels, panel, reads, shape
from dashboard.choices import Choices
from dashboard.text import html, plain
from dashboard.urlstate import Choice
from pipeline.read import OWN

FIELDS = (
    Choice("m", "users_active_month", (*labels.MEASURE, "logins_week")),
    Choice("src", OWN),
    Choice("by", "all", ("all", "software")),
    Choice("panel", "all", ("all", "same")),
    Choice("held", "instance", tuple(labels.HOLDER)),
)
SPLIT = {"all": "Together", "software": "By software"}
PANEL = {"all": "All that answered", "same": "Same servers"}
AUDITED = {
    "users_total": "users_total_audited",
    "users_active_month": "users_active_month_audited",
}
"""Measure → the column that has it over servers whose number is `reported`."""
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
        st.segmented_control(
            "Of whom",
            list(PANEL),
            **choices.bound("panel"),
            format_func=PANEL.__getitem__,
            required=True,
            help="Totals of all that answered also grow when more servers are found; the same servers do not",
        )
        if choices["panel"] == "same":
            _same(snapshot, choices)
        else:
            _all(snapshot, choices)
        choices.settle()
        _software_now(snapshot)
        shape.concentration(snapshot, choices)
        shape.survival(snapshot)
        shape.versions(snapshot)
        choices.settle()


def _same(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Growth of the same servers."""
    known = reads.growth_measures(snapshot.stamp)
    sources = list(dict.fromkeys(known["source"].astype(str)))
    if not sources:
        st.text("There is no day to show yet.")
        return
    if choices["src"] not in sources:
        choices.change(src=sources[0])
    measures = {
        code: word
        for code, word in panel.MEASURE.items()
        if code in set(known.loc[known["source"] == choices["src"], "measure"])
    }
    if choices["m"] not in measures:
        choices.change(m=next(iter(measures)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Measure",
            list(measures),
            **choices.bound("m", measures.values()),
            format_func=measures.__getitem__,
            required=True,
        )
        _source(sources, choices)
    found = reads.growth(snapshot.stamp, choices["m"], choices["src"])
    panel.show(found, choices["m"], choices["src"], frame.colors())


def _source(sources: list[str], choices: Choices) -> None:
    if len(sources) > 1:
        st.selectbox(
            "Who says so",
            sources,
            **choices.bound("src", sources),
            format_func=labels.source,
            width=300,
        )


def _all(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Totals of all that answered."""
    sources = [str(name) for name in reads.sources(snapshot.stamp)["source"]]
    if not sources:
        st.text("There is no day to show yet.")
        return
    if choices["src"] not in sources:
        choices.change(src=sources[0])
    if choices["m"] not in labels.MEASURE:
        choices.change(m="users_active_month")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            "Measure",
            list(labels.MEASURE),
            **choices.bound("m", labels.MEASURE.values()),
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
        _source(sources, choices)
    days = reads.network_totals(snapshot.stamp, choices["src"])
    if len(days) == 1:
        _first_day(snapshot, choices)
    elif choices["by"] == "software":
        _by_software(snapshot, choices)
    else:
        _together(days, choices)
    if choices["src"] != OWN:
        _captures(snapshot, choices)
    _caption(days, choices)


def _now(snapshot: frame.Snapshot) -> None:
    days = charts.by_day(reads.network_totals(snapshot.stamp, OWN))
    if days.empty:
        return
    with st.grid(4, min_column_width=170, gap="small"):
        for column, name in labels.MEASURE.items():
            said = _last(days[column])
            audited = AUDITED.get(column)
            st.metric(
                name,
                labels.short(_last(days[audited]) if audited else said),
                f"as said {labels.short(said)}" if audited else None,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )
    st.caption(
        f"On {days['day_on'].max():%-d %b %Y}, by our own checks: {snapshot.coverage}. "
        "Large: audited, over servers whose number no rule speaks against; small: everything as said."
    )


def _last(column: pd.Series) -> float | None:
    told = column.dropna()
    return float(told.iloc[-1]) if len(told) else None


def _together(days: pd.DataFrame, choices: Choices) -> None:
    measure, name = choices["m"], labels.MEASURE[choices["m"]]
    whole = charts.by_day(days)
    if whole.empty or whole[measure].isna().all():
        st.text(f"{name}: {labels.NOT_SAID} by this source.")
        return
    audited = AUDITED.get(measure)
    names = {measure: f"{name}, as said" if audited else name}
    if audited:
        names = {audited: f"{name}, audited", **names}
    frame.chart(
        charts.lines(
            whole,
            names,
            theme=frame.colors(),
            first_color=list(labels.MEASURE).index(measure),
            muted=measure if audited else "",
        ),
        key="together",
        alt=f"{name} by day",
    )
    _table(
        days[["day_on", *names, "instances_reporting", "instances_audited", "instances_known"]],
        {
            "day_on": "Day",
            **names,
            "instances_reporting": "Servers reporting",
            "instances_audited": "Servers audited",
            "instances_known": "Servers known",
        },
    )


def _first_day(snapshot: frame.Snapshot, choices: Choices) -> None:
    """One day is no growth; it can say who has how many."""
    name = labels.MEASURE[choices["m"]]
    found = _split(snapshot, choices).dropna(subset=["value"])
    st.html(
        '<p class="hb" style="margin:0">There is one day so far, and growth needs a second one. Until then: '
        f"{html(name.lower())} by software{', audited' if choices['m'] in AUDITED else ''}.</p>"
    )
    if found.empty:
        return
    shown = found.assign(
        software_name=[plain(labels.software(name), 40) for name in found["software_name"]]
    )
    frame.chart(
        charts.ranking(shown, theme=frame.colors()),
        key="first day",
        alt=f"{name} by software on the first day",
    )


def _split(snapshot: frame.Snapshot, choices: Choices) -> pd.DataFrame:
    """By day and software; audited where there is such a number."""
    measure = AUDITED.get(choices["m"], choices["m"])
    return reads.software_days(snapshot.stamp, measure, choices["src"])


def _by_software(snapshot: frame.Snapshot, choices: Choices) -> None:
    measure = choices["m"]
    found = _split(snapshot, choices)
    if found.empty or found["value"].isna().all():
        st.text(f"{labels.MEASURE[measure]} by software: {labels.NOT_SAID} by this source.")
        return
    names = {name: plain(labels.software(name), 40) for name in found["software_name"].unique()}
    frame.chart(
        charts.stacked(found, names, theme=frame.colors()),
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
    names = {column: name}
    if column in AUDITED:
        names = {AUDITED[column]: f"{name}, audited", column: f"{name}, as said"}
    st.header("As fine as it was captured", anchor=False)
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
        alt=f"{name} by capture",
    )
    shown = found[["captured_at", *names, "instances_reporting", "instances_audited", "instances"]]
    with st.expander("The same as a table"):
        st.dataframe(
            shown.rename(
                columns={
                    "captured_at": "When, UTC",
                    **names,
                    "instances_reporting": "Servers reporting",
                    "instances_audited": "Servers audited",
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


def _caption(days: pd.DataFrame, choices: Choices) -> None:
    if days.empty:
        return
    last = days.iloc[-1]
    measure = labels.MEASURE_SENTENCE[choices["m"]]
    st.caption(
        f"{measure[0].upper()}{measure[1:]}, {days['day_on'].min():%-d %b %Y} to {last['day_on']:%-d %b %Y}; "
        f"on the last day {last['instances_reporting']:,.0f} of {last['instances_known']:,.0f} known servers reported registered users, "
        f"and {last['instances_audited']:,.0f} of these are in the audited total. "
        f"Source: {plain(labels.source(choices['src'])).replace('[', '(')}. Both totals grow too when more servers are found; "
        "*Same servers* do not."
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
                "Audited": found["instances_audited"],
                "Registered users": found["users_total_audited"],
                "As said": found["users_total"],
                "Active people": found["users_active_month_audited"],
                "Active, as said": found["users_active_month"],
                "Open registrations": found["open_registrations"],
            }
        ),
        hide_index=True,
        placeholder="–",
        height=min(40 + 35 * len(found), 460),
        column_config={
            name: st.column_config.NumberColumn(format="localized")
            for name in (
                "Servers",
                "Reporting",
                "Audited",
                "Registered users",
                "As said",
                "Active people",
                "Active, as said",
                "Open registrations",
            )
        },
        alt="Software in use now",
    )
    st.caption(
        f"Servers that answered within 7 days; {snapshot.coverage}. Audited numbers, and beside them everything as said; – is none."
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
