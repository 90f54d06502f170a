"""What the network is like: what runs, how concentrated, how long servers live, who keeps up with versions."""

from typing import Any, Literal

import pandas as pd
import streamlit as st

from dashboard import charts, frame, labels, reads, times
from dashboard.choices import Choices
from dashboard.language import N_, _, spoken
from dashboard.parts import kept
from dashboard.text import markdown, plain
from pipeline.read import OWN, SELF_TOLD, Holder

SOFTWARE_CAPTION = N_(
    "Servers that answered within 7 days; {coverage}. Audited numbers, and beside them everything as said; – is none."
)
HELD_CAPTION = N_(
    "{name}, audited, on {day}: {value}, held by {holders} of those that report; {servers} servers answered. Source: {source}."
)
SURVIVAL_CAPTION = N_(
    "Kaplan-Meier estimate over {servers} servers that answered us, {ended} of which ended; the band is the 95 % interval. "
    "By our own checks, until {moment}."
)
CURRENT_CAPTION = N_(
    "Current is the newest version that at least three servers run; servers that answered within 7 days, audited numbers. "
    "As the servers say, {moment}."
)


def software(snapshot: frame.Snapshot) -> None:
    """What runs now."""
    found = reads.software(snapshot.stamp)
    if found.empty:
        return
    st.header(_("Software now"), anchor=False)
    counts = {
        _("Servers"): found["instances_alive"],
        _("Reporting"): found["instances_reporting"],
        _("Audited"): found["instances_audited"],
        _("Registered users"): found["users_total_audited"],
        _("As said"): found["users_total"],
        _("Active people"): found["users_active_month_audited"],
        _("Active, as said"): found["users_active_month"],
        _("Open registrations"): found["open_registrations"],
    }
    names = [plain(labels.software(name), 40) for name in found["software_name"]]
    st.dataframe(
        pd.DataFrame({_("Software"): names, **counts}),
        hide_index=True,
        placeholder="–",
        height=min(40 + 35 * len(found), 460),
        column_config={name: st.column_config.NumberColumn(format="localized") for name in counts},
        alt=_("Software in use now"),
    )
    frame.caption(_(SOFTWARE_CAPTION).format(coverage=snapshot.coverage))


def concentration(snapshot: frame.Snapshot, choices: Choices) -> None:
    """Shares of the largest, week by week. `choices` has `m`, `src` and `held`."""
    measure: Literal["users_total", "users_active_month"] = (
        "users_total" if choices["m"] == "users_total" else "users_active_month"
    )
    source = OWN if choices["src"] == SELF_TOLD else choices["src"]
    st.header(_("How concentrated"), anchor=False)
    st.segmented_control(
        _("Held by"),
        list(labels.HOLDER),
        **choices.bound("held"),
        format_func=labels.HOLDER.__getitem__,
        required=True,
    )
    kept(_concentrated, snapshot, measure, choices["held"], source)


def _concentrated(
    snapshot: frame.Snapshot,
    measure: Literal["users_total", "users_active_month"],
    held: Holder,
    source: str,
) -> None:
    name = labels.MEASURE[measure]
    found = reads.concentration(snapshot.stamp, measure, held, source)
    if found.empty:
        st.text(_("{name}: not reported by this source.").format(name=name))
        return
    last = found.iloc[-1]
    _concentration_figures(last)
    if len(found) > 1:
        _concentration_chart(found, name)
    frame.caption(
        _(HELD_CAPTION).format(
            name=name,
            day=times.day(last["day_on"]),
            value=labels.number(last["value"]),
            holders=labels.number(last["holders_count"]),
            servers=labels.number(last["instances_known"]),
            source=markdown(labels.source(source)),
        )
    )
    _concentration_table(found)


def _concentration_figures(last: "pd.Series[Any]") -> None:
    with st.grid(4, min_column_width=170, gap="small"):
        st.metric(_("The largest holds"), labels.percent(last["top1_ratio"]), border=True)
        st.metric(_("The ten largest hold"), labels.percent(last["top10_ratio"]), border=True)
        st.metric(
            _("Half is held by"),
            labels.number(last["b50"]),
            border=True,
            help=_(
                "B50: the fewest that together hold half; nine tenths (B90) are held by {count}"
            ).format(count=labels.number(last["b90"])),
        )
        st.metric(
            _("HHI"),
            labels.number(last["hhi"]),
            border=True,
            help=_("Herfindahl-Hirschman index, the sum of squared shares: 10,000 if one held all"),
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
            {"top10": _("The ten largest"), "top1": _("The largest")},
            theme=frame.colors(),
            digits=1,
            unit=spoken().percent,
        ),
        key="concentration",
        alt=_("{name}: share of the largest and of the ten largest, by week").format(name=name),
    )


def _concentration_table(found: pd.DataFrame) -> None:
    with st.expander(_("The same as a table")):
        newest = found.iloc[::-1]
        st.dataframe(
            pd.DataFrame(
                {
                    _("Day"): pd.to_datetime(newest["day_on"]).dt.date,
                    _("Largest %"): (100 * newest["top1_ratio"]).round(2),
                    _("Ten largest %"): (100 * newest["top10_ratio"]).round(2),
                    "B50": newest["b50"],
                    "B90": newest["b90"],
                    _("HHI"): newest["hhi"].round(0),
                    _("Holders"): newest["holders_count"],
                    _("Servers"): newest["instances_known"],
                }
            ),
            hide_index=True,
            placeholder="–",
            alt=_("Concentration by week"),
        )


def survival(snapshot: frame.Snapshot) -> None:
    """The share of servers that live longer than each age."""
    found = reads.survival(snapshot.stamp)
    st.header(_("How long servers live"), anchor=False)
    if found.empty:
        st.text(
            _(
                "No server has ended since we began to watch: one ends after a week of unanswered checks."
            ),
            width="stretch",
        )
        return
    frame.chart(
        charts.survival(found, theme=frame.colors()),
        key="survival",
        alt=_("Share of servers that live longer than each age, with its interval"),
    )
    last = found.iloc[-1]
    frame.caption(
        _(SURVIVAL_CAPTION).format(
            servers=labels.number(last["instances_known"]),
            ended=labels.number(found["ended"].sum()),
            moment=labels.moment(snapshot.about.published_at),
        )
    )
    with st.expander(_("The same as a table")):
        st.dataframe(
            pd.DataFrame(
                {
                    _("Age in days"): found["age_days"],
                    _("Known at that age"): found["at_risk"],
                    _("Ended"): found["ended"],
                    _("Live longer %"): (100 * found["survival_ratio"]).round(1),
                    _("From %"): (100 * found["survival_low_ratio"].astype(float)).round(1),
                    _("To %"): (100 * found["survival_high_ratio"].astype(float)).round(1),
                }
            ),
            hide_index=True,
            placeholder="–",
            height=min(40 + 35 * len(found), 300),
            alt=_("How long servers live"),
        )


def versions(snapshot: frame.Snapshot) -> None:
    """Who is on the current version of its software."""
    found = reads.version_lag(snapshot.stamp)
    found = found[found["current_version"].notna()]
    st.header(_("Who is on the current version"), anchor=False)
    if found.empty:
        st.text(_("No version is run by three servers yet."))
        return
    st.dataframe(
        pd.DataFrame(
            {
                _("Software"): [
                    plain(labels.software(name), 40) for name in found["software_name"]
                ],
                _("Current version"): [plain(name, 40) for name in found["current_version"]],
                _("Servers"): found["instances_alive"],
                _("On it"): found["instances_current"],
                _("Of servers"): 100 * found["instances_current"] / found["instances_known"],
                _("Of active people"): 100
                * found["users_active_month_current"]
                / found["users_active_month_known"].where(found["users_active_month_known"] > 0),
            }
        ),
        hide_index=True,
        placeholder="–",
        height=min(40 + 35 * len(found), 460),
        column_config={
            _("Servers"): st.column_config.NumberColumn(format="localized"),
            _("On it"): st.column_config.NumberColumn(format="localized"),
            _("Of servers"): st.column_config.NumberColumn(format="%.0f %%"),
            _("Of active people"): st.column_config.NumberColumn(format="%.0f %%"),
        },
        alt=_("Who is on the current version of its software"),
    )
    frame.caption(_(CURRENT_CAPTION).format(moment=labels.moment(snapshot.about.published_at)))
