"""What the network is like: what runs, how concentrated, how long servers live, who keeps up with versions."""

from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels, reads
from dashboard.choices import Choices
from dashboard.text import plain
from pipeline.read import OWN, SELF_TOLD


def software(snapshot: frame.Snapshot) -> None:
    """What runs now."""
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


def concentration(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Shares of the largest, week by week. `choices` has `m`, `src` and `held`."""
    measure: Literal["users_total", "users_active_month"] = (
        "users_total" if choices["m"] == "users_total" else "users_active_month"
    )
    source = OWN if choices["src"] == SELF_TOLD else choices["src"]
    st.header("How concentrated", anchor=False)
    st.segmented_control(
        "Held by",
        list(labels.HOLDER),
        **choices.bound("held"),
        format_func=labels.HOLDER.__getitem__,
        required=True,
    )
    name = labels.MEASURE[measure]
    found = reads.concentration(snapshot.stamp, measure, choices["held"], source)
    if found.empty:
        st.text(f"{name}: {labels.NOT_SAID} by this source.")
        return
    last = found.iloc[-1]
    _concentration_figures(last)
    if len(found) > 1:
        _concentration_chart(found, name)
    st.caption(
        f"{name}, audited, on {last['day_on']:%-d %b %Y}: {last['value']:,.0f}, held by {last['holders_count']:,.0f} of those that "
        f"report; {last['instances_known']:,.0f} servers answered. Source: {plain(labels.source(source)).replace('[', '(')}."
    )
    _concentration_table(found)


def _concentration_figures(last: "pd.Series[Any]") -> None:
    with st.grid(4, min_column_width=170, gap="small"):
        st.metric("The largest holds", labels.percent(last["top1_ratio"]), border=True)
        st.metric("The ten largest hold", labels.percent(last["top10_ratio"]), border=True)
        st.metric(
            "Half is held by",
            f"{last['b50']:,.0f}",
            border=True,
            help=f"B50: the fewest that together hold half; nine tenths (B90) are held by {last['b90']:,.0f}",
        )
        st.metric(
            "HHI",
            f"{last['hhi']:,.0f}",
            border=True,
            help="Herfindahl-Hirschman index, the sum of squared shares: 10,000 if one held all",
        )


def _concentration_chart(found: pd.DataFrame, name: str) -> None:
    frame.chart(
        charts.lines(
            charts.by_capture(
                found.assign(
                    day_on=pd.to_datetime(found["day_on"]),
                    top1=100 * found["top1_ratio"],
                    top10=100 * found["top10_ratio"],
                ),
                "day_on",
            ),
            {"top10": "The ten largest", "top1": "The largest"},
            theme=frame.colors(),
            digits=1,
            unit=" %",
        ),
        key="concentration",
        alt=f"{name}: share of the largest and of the ten largest, by week",
    )


def _concentration_table(found: pd.DataFrame) -> None:
    with st.expander("The same as a table"):
        newest = found.iloc[::-1]
        st.dataframe(
            pd.DataFrame(
                {
                    "Day": pd.to_datetime(newest["day_on"]).dt.date,
                    "Largest %": (100 * newest["top1_ratio"]).round(2),
                    "Ten largest %": (100 * newest["top10_ratio"]).round(2),
                    "B50": newest["b50"],
                    "B90": newest["b90"],
                    "HHI": newest["hhi"].round(0),
                    "Holders": newest["holders_count"],
                    "Servers": newest["instances_known"],
                }
            ),
            hide_index=True,
            placeholder="–",
            alt="Concentration by week",
        )


def survival(snapshot: frame.Snapshot) -> None:
    """The share of servers that live longer than each age."""
    found = reads.survival(snapshot.stamp)
    st.header("How long servers live", anchor=False)
    if found.empty:
        st.text(
            "No server has ended since we began to watch: one ends after a week of unanswered checks.",
            width="stretch",
        )
        return
    frame.chart(
        charts.survival(found, theme=frame.colors()),
        key="survival",
        alt="Share of servers that live longer than each age, with its interval",
    )
    last = found.iloc[-1]
    st.caption(
        f"Kaplan-Meier estimate over {last['instances_known']:,.0f} servers that answered us, {found['ended'].sum():,.0f} of which ended; "
        f"the band is the 95 % interval. By our own checks, until {labels.moment(snapshot.about.published_at)}."
    )
    with st.expander("The same as a table"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Age in days": found["age_days"],
                    "Known at that age": found["at_risk"],
                    "Ended": found["ended"],
                    "Live longer %": (100 * found["survival_ratio"]).round(1),
                    "From %": (100 * found["survival_low_ratio"].astype(float)).round(1),
                    "To %": (100 * found["survival_high_ratio"].astype(float)).round(1),
                }
            ),
            hide_index=True,
            placeholder="–",
            height=min(40 + 35 * len(found), 300),
            alt="How long servers live",
        )


def versions(snapshot: frame.Snapshot) -> None:
    """Who is on the current version of its software."""
    found = reads.version_lag(snapshot.stamp)
    found = found[found["current_version"].notna()]
    st.header("Who is on the current version", anchor=False)
    if found.empty:
        st.text("No version is run by three servers yet.")
        return
    st.dataframe(
        pd.DataFrame(
            {
                "Software": [plain(labels.software(name), 40) for name in found["software_name"]],
                "Current version": [plain(name, 40) for name in found["current_version"]],
                "Servers": found["instances_alive"],
                "On it": found["instances_current"],
                "Of servers": 100 * found["instances_current"] / found["instances_known"],
                "Of active people": 100
                * found["users_active_month_current"]
                / found["users_active_month_known"].where(found["users_active_month_known"] > 0),
            }
        ),
        hide_index=True,
        placeholder="–",
        height=min(40 + 35 * len(found), 460),
        column_config={
            "Servers": st.column_config.NumberColumn(format="localized"),
            "On it": st.column_config.NumberColumn(format="localized"),
            "Of servers": st.column_config.NumberColumn(format="%.0f %%"),
            "Of active people": st.column_config.NumberColumn(format="%.0f %%"),
        },
        alt="Who is on the current version of its software",
    )
    st.caption(
        "Current is the newest version that at least three servers run; servers that answered within 7 days, audited numbers. "
        f"As the servers say, {labels.moment(snapshot.about.published_at)}."
    )
