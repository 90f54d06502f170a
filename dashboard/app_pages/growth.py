"""Growth of the network: users, active users, servers and open registrations, and who says so."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure

from dashboard import (
    annotations,
    captures,
    charts,
    flows,
    frame,
    labels,
    panel,
    reads,
    shape,
    times,
    timespan,
)
from dashboard import choices as choosing
from dashboard.language import N_, Words, _
from dashboard.parts import kept
from dashboard.text import html, markdown, plain
from dashboard.urlstate import Choice, Choices
from pipeline.read import OWN

FIELDS = (
    Choice("m", "users_active_month", (*labels.MEASURE, "logins_week")),
    Choice("src", OWN),
    Choice("by", "all", ("all", "software")),
    Choices("sw"),
    Choice("as", "number", ("number", "index")),
    *timespan.FIELDS,
    Choice("known", "shown", ("shown", "hidden")),
    Choice("panel", "all", ("all", "same")),
    Choice("held", "instance", tuple(labels.HOLDER)),
)
SPLIT = Words({"all": N_("Together"), "software": N_("By software")})
PANEL = Words({"all": N_("All that answered"), "same": N_("Same servers")})
AUDITED = {
    "users_total": "users_total_audited",
    "users_active_month": "users_active_month_audited",
    "local_posts": "local_posts_audited",
}
"""Measure → the column that has it over servers whose number is `reported`."""
AS = Words({"number": N_("In numbers"), "index": N_("From 100")})
BY_SOFTWARE = Words(
    {
        "users_total": N_("registered users by software, audited"),
        "users_active_month": N_("active people by software, audited"),
        "local_posts": N_("posts by software, audited"),
        "instances_known": N_("known servers by software"),
        "open_registrations": N_("open registrations by software"),
    }
)
FIRST_DAY = N_("There is one day so far, and growth needs a second one. Until then: {what}.")
NOW = N_(
    "On {day}, by our own checks: {coverage}. Large: audited, over servers whose number no rule speaks against; small: "
    "everything as said."
)
COVERED = N_(
    "{what}, {first} to {last}; on the last day {reporting} of {known} known servers reported registered users, and "
    "{audited} of these are in the audited total. Source: {source}. Both totals grow too when more servers are found; "
    "*Same servers* do not."
)
COMPARED = 100
"""Software to choose from: all that anybody would compare."""


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("Growth"), anchor=False)
        choices = choosing.Choices("growth", FIELDS)
        kept(_now, snapshot)
        st.segmented_control(
            _("Of whom"),
            list(PANEL),
            **choices.bound("panel"),
            format_func=PANEL.__getitem__,
            required=True,
            help=_(
                "Totals of all that answered also grow when more servers are found; the same servers do not"
            ),
        )
        if choices["panel"] == "same":
            _same(snapshot, choices)
        else:
            _all(snapshot, choices)
        kept(_flows, snapshot, choices.as_dict())
        choices.settle()
        kept(shape.software, snapshot)
        shape.concentration(snapshot, choices)
        kept(shape.survival, snapshot)
        kept(shape.versions, snapshot)
        choices.settle()


def _same(snapshot: frame.Snapshot, choices: choosing.Choices) -> None:
    """Growth of the same servers."""
    known = reads.growth_measures(snapshot.stamp)
    sources = list(dict.fromkeys(known["source"].astype(str)))
    if not sources:
        st.text(_("There is no day to show yet."))
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
            _("Measure"),
            list(measures),
            **choices.bound("m", measures.values()),
            format_func=measures.__getitem__,
            required=True,
        )
        _source(sources, choices)
    whole = reads.growth(snapshot.stamp, choices["m"], choices["src"])
    _days(whole, choices)
    kept(_panel, snapshot, choices.as_dict())


def _panel(snapshot: frame.Snapshot, choices: Mapping[str, Any]) -> None:
    whole = reads.growth(snapshot.stamp, choices["m"], choices["src"])
    found = panel.rebased(timespan.within(whole, choices))
    panel.show(found, choices["m"], choices["src"], frame.colors(), _events(found, choices))


def _flows(snapshot: frame.Snapshot, choices: Mapping[str, Any]) -> None:
    """Births and deaths, of whatever is shown."""
    known = reads.growth_measures(snapshot.stamp)
    measures = set(known.loc[known["source"] == choices["src"], "measure"])
    if not measures:
        return
    measure = choices["m"] if choices["m"] in measures else sorted(measures)[-1]
    found = reads.growth(snapshot.stamp, measure, choices["src"])
    flows.show(timespan.within(found, choices), choices["src"])


def _days(found: pd.DataFrame, choices: choosing.Choices) -> None:
    """Which of the days there are; and whether known events are marked among them."""
    if len(found) < 2:
        return
    days = pd.to_datetime(found["day_on"]).dt.date
    has_events = bool(annotations.within(days.min(), days.max()))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        timespan.draw(choices, days.min(), days.max())
        if has_events:
            _known(choices)


def _known(choices: choosing.Choices) -> None:
    """Whether known events are marked."""
    key = "known events"
    if st.session_state.get(key) != (choices["known"] == "shown"):
        st.session_state[key] = choices["known"] == "shown"
    st.toggle(
        _("Known events"),
        key=key,
        on_change=lambda: choices.change(known="shown" if st.session_state[key] else "hidden"),
    )


def _events(found: pd.DataFrame, choices: Mapping[str, Any]) -> list[annotations.Event]:
    if choices["known"] == "hidden" or len(found) < 2:
        return []
    days = pd.to_datetime(found["day_on"]).dt.date
    return annotations.within(days.min(), days.max())


def _source(sources: list[str], choices: choosing.Choices) -> None:
    if len(sources) > 1:
        st.selectbox(
            _("Who says so"),
            sources,
            **choices.bound("src", sources),
            format_func=labels.source,
            width=300,
        )


def _all(snapshot: frame.Snapshot, choices: choosing.Choices) -> None:
    """Totals of all that answered."""
    sources = [str(name) for name in reads.sources(snapshot.stamp)["source"]]
    if not sources:
        st.text(_("There is no day to show yet."))
        return
    if choices["src"] not in sources:
        choices.change(src=sources[0])
    if choices["m"] not in labels.MEASURE:
        choices.change(m="users_active_month")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            _("Measure"),
            list(labels.MEASURE),
            **choices.bound("m", labels.MEASURE.values()),
            format_func=labels.MEASURE.__getitem__,
            required=True,
        )
        st.segmented_control(
            _("Shown"),
            list(SPLIT),
            **choices.bound("by"),
            format_func=SPLIT.__getitem__,
            required=True,
        )
        st.segmented_control(
            _("Drawn"),
            list(AS),
            **choices.bound("as"),
            format_func=AS.__getitem__,
            required=True,
            help=_("From 100: each line begins at 100 on the first of the days that are shown"),
        )
        _source(sources, choices)
    whole = reads.network_totals(snapshot.stamp, choices["src"])
    _days(whole, choices)
    if len(whole) > 1 and choices["by"] == "software":
        _compare(snapshot, choices)
    kept(_totals, snapshot, choices.as_dict())
    if choices["src"] != OWN:
        captures.show(snapshot, choices)
    kept(_caption, snapshot, choices.as_dict())


def _totals(snapshot: frame.Snapshot, choices: Mapping[str, Any]) -> None:
    """The chart of totals, and its table."""
    whole = reads.network_totals(snapshot.stamp, choices["src"])
    days = timespan.within(whole, choices)
    if len(whole) == 1:
        _first_day(snapshot, choices)
    elif days.empty:
        st.text(_("There is no day of this source in this range."), width="stretch")
    elif choices["by"] == "software":
        _by_software(snapshot, choices)
    else:
        _together(days, choices)


def _now(snapshot: frame.Snapshot) -> None:
    days = charts.by_day(reads.network_totals(snapshot.stamp, OWN))
    if days.empty:
        return
    with st.grid(len(labels.MEASURE), min_column_width=150, gap="small"):
        for column, name in labels.MEASURE.items():
            said = _last(days[column])
            audited = AUDITED.get(column)
            st.metric(
                name,
                labels.short(_last(days[audited]) if audited else said),
                _("as said {number}").format(number=labels.short(said)) if audited else None,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )
    frame.caption(_(NOW).format(day=times.day(days["day_on"].max()), coverage=snapshot.coverage))


def _last(column: pd.Series) -> float | None:
    told = column.dropna()
    return float(told.iloc[-1]) if len(told) else None


def _together(days: pd.DataFrame, choices: Mapping[str, Any]) -> None:
    measure, name = choices["m"], labels.MEASURE[choices["m"]]
    whole = charts.by_day(days)
    if whole.empty or whole[measure].isna().all():
        st.text(_("{name}: not reported by this source.").format(name=name))
        return
    audited = AUDITED.get(measure)
    names = {measure: labels.AS_SAID[measure] if audited else name}
    if audited:
        names = {audited: labels.AS_AUDITED[measure], **names}
    is_index = choices["as"] == "index"
    drawn = charts.lines(
        charts.from_hundred(whole, list(names)) if is_index else whole,
        names,
        theme=frame.colors(),
        first_color=list(labels.MEASURE).index(measure),
        muted=measure if audited else "",
        digits=1 if is_index else 0,
    )
    _draw(drawn, days, choices, key="together", alt=_("{name} by day").format(name=name))
    _table(
        days[["day_on", *names, "instances_reporting", "instances_audited", "instances_known"]],
        {
            "day_on": _("Day"),
            **names,
            "instances_reporting": _("Servers reporting"),
            "instances_audited": _("Servers audited"),
            "instances_known": _("Servers known"),
        },
    )


def _draw(
    figure: Figure, days: pd.DataFrame, choices: Mapping[str, Any], *, key: str, alt: str
) -> None:
    """Draw a chart with the events of its days, and their list."""
    events = _events(days, choices)
    marked = charts.marked(figure, [event.day_on for event in events], theme=frame.colors())
    frame.chart(marked, key=key, alt=alt, is_first=True)
    if choices["as"] == "index":
        frame.caption(
            _("Each line begins at 100 on the first of the days shown that has a number.")
        )
    if events:
        st.html(annotations.listed(events))


def _first_day(snapshot: frame.Snapshot, choices: Mapping[str, Any]) -> None:
    """One day is no growth; it can say who has how many."""
    name = labels.MEASURE[choices["m"]]
    found = _split(snapshot, choices).dropna(subset=["value"])
    first = _(FIRST_DAY).format(what=BY_SOFTWARE[choices["m"]])
    st.html(f'<p class="hb" style="margin:0">{html(first)}</p>')
    if found.empty:
        return
    shown = found.assign(
        software_name=[plain(labels.software(name), 40) for name in found["software_name"]]
    )
    frame.chart(
        charts.ranking(shown, theme=frame.colors()),
        key="first day",
        alt=_("{name} by software on the first day").format(name=name),
    )


def _split(
    snapshot: frame.Snapshot, choices: choosing.Choices | Mapping[str, Any], software_count: int = 7
) -> pd.DataFrame:
    """By day and software; audited where there is such a number."""
    measure = AUDITED.get(choices["m"], choices["m"])
    return reads.software_days(snapshot.stamp, measure, choices["src"], software_count)


def _by_software(snapshot: frame.Snapshot, choices: Mapping[str, Any]) -> None:
    what = labels.MEASURE[choices["m"]]
    found = timespan.within(_split(snapshot, choices, COMPARED if choices["sw"] else 7), choices)
    if choices["sw"]:
        found = found[found["software_name"].isin(choices["sw"])]
    if found.empty or found["value"].isna().all():
        st.text(_("{name} by software: not reported by this source.").format(name=what))
        return
    names = {name: plain(labels.software(name), 40) for name in found["software_name"].unique()}
    wide = found.pivot_table(
        index="day_on", columns="software_name", values="value", aggfunc="sum", min_count=1
    ).reset_index()
    is_index = choices["as"] == "index"
    if is_index or choices["sw"]:
        # what is compared stands side by side; what is split is stacked
        days = charts.by_day(wide)
        drawn = charts.lines(
            charts.from_hundred(days, list(names)) if is_index else days,
            names,
            theme=frame.colors(),
            digits=1 if is_index else 0,
        )
    else:
        drawn = charts.stacked(found, names, theme=frame.colors())
    alt = _("{name} by day and software").format(name=what)
    _draw(drawn, wide, choices, key="by software", alt=alt)
    _table(wide.rename(columns=names), {"day_on": _("Day")})


def _compare(snapshot: frame.Snapshot, choices: choosing.Choices) -> None:
    known = _split(snapshot, choices, COMPARED)["software_name"].unique()
    names = sorted({*known, *choices["sw"]} - {charts.LEFT_OVER})
    st.multiselect(
        _("Compare"),
        names,
        **choices.bound("sw", names),
        format_func=labels.software,
        placeholder=_("The seven largest and all others"),
    )


def _caption(snapshot: frame.Snapshot, choices: Mapping[str, Any]) -> None:
    days = timespan.within(reads.network_totals(snapshot.stamp, choices["src"]), choices)
    if days.empty:
        return
    last = days.iloc[-1]
    measure = labels.MEASURE_SENTENCE[choices["m"]]
    frame.caption(
        _(COVERED).format(
            what=f"{measure[0].upper()}{measure[1:]}",
            first=times.day(days["day_on"].min()),
            last=times.day(last["day_on"]),
            reporting=labels.number(last["instances_reporting"]),
            known=labels.number(last["instances_known"]),
            audited=labels.number(last["instances_audited"]),
            source=markdown(labels.source(choices["src"])),
        )
    )


def _table(table: pd.DataFrame, names: dict[str, str]) -> None:
    with st.expander(_("The same as a table")):
        shown, day = table.rename(columns=names).iloc[::-1], names["day_on"]
        st.dataframe(
            shown.assign(**{day: pd.to_datetime(shown[day]).dt.date}),
            hide_index=True,
            placeholder=labels.not_said(),
            height=min(40 + 35 * len(shown), 360),
            alt=_("The numbers of the chart above"),
        )


show()
