"""How one server grew: by our checks, by what others saw of it, and by its own account."""

import pandas as pd
import streamlit as st

from dashboard import charts, frame, judged, labels, reads, times
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.parts import kept
from dashboard.text import markdown
from pipeline.read import OWN, SELF_TOLD

ALL = "all"
"""Every source on one axis."""

MEASURES = Words(
    {
        "users_active_month": N_("Active people"),
        "users_total": N_("Registered users"),
        "local_posts": N_("Posts"),
    }
)
ACTIVITY = Words(
    {
        "logins": N_("People who signed in"),
        "statuses": N_("Posts"),
        "registrations": N_("New accounts"),
    }
)

COVERED = N_(
    "{name}, {first} to {last}: said on {told} of {days} days; gaps are days without an answer. Seen by {source}."
)
SELF_TOLD_CAPTION = N_(
    "Stretches of {days} days at most, {count} of them since {first}, told by the server itself, also of the time before "
    "our first check."
)
MARKED = N_(
    "{name}. The filled or solid line is our own checks; every other line was seen by somebody else and imported, "
    "and is marked with the name of its source. Gaps are days without an answer."
)


def show(snapshot: frame.Snapshot, choices: Choices, hostname: str) -> None:
    """The whole part of the page. `choices` has `m` and `src`."""
    found = reads.instance_sources(snapshot.stamp, hostname)
    names = [str(name) for name in found["source"] if name != SELF_TOLD]
    names.sort(key=lambda name: name != OWN)
    st.header(_("Growth"), anchor=False)
    if names:
        _choose(choices, names)
        kept(_days, snapshot, hostname, names, choices["src"], choices["m"])
    else:
        st.text(_("No day has been recorded yet."))
    if SELF_TOLD in found["source"].tolist():
        kept(_self_told, snapshot, hostname)


def _days(
    snapshot: frame.Snapshot, hostname: str, names: list[str], source: str, measure: str
) -> None:
    verdicts = reads.verdicts(snapshot.stamp, hostname, names[0])
    if source == ALL and len(names) > 1:
        _together(snapshot, measure, hostname, names)
    else:
        source = names[0] if source == ALL else source
        days = charts.by_day(reads.instance_days(snapshot.stamp, hostname, source))
        verdicts = reads.verdicts(snapshot.stamp, hostname, source)
        _chart(days, measure, source, judged.past(verdicts, measure))
    judged.show_past(verdicts)


def _choose(choices: Choices, names: list[str]) -> None:
    options = [ALL, *names]
    if choices["src"] not in options:
        choices.change(src=ALL)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            _("Measure"),
            list(MEASURES),
            **choices.bound("m"),
            format_func=MEASURES.__getitem__,
            required=True,
        )
        if len(names) > 1:
            st.selectbox(
                _("Who says so"),
                options,
                **choices.bound("src"),
                format_func=lambda name: (
                    _("Everybody, marked") if name == ALL else labels.source(name)
                ),
                width=280,
            )


def _together(snapshot: frame.Snapshot, measure: str, hostname: str, names: list[str]) -> None:
    name = MEASURES[measure]
    columns = {}
    for source in names:
        days = reads.instance_days(snapshot.stamp, hostname, source)
        if days[measure].notna().any():
            columns[source] = days.set_index(pd.to_datetime(days["day_on"]))[measure]
    if len(columns) < 2:
        source = next(iter(columns), names[0])
        days = charts.by_day(reads.instance_days(snapshot.stamp, hostname, source))
        doubts = judged.past(reads.verdicts(snapshot.stamp, hostname, source), measure)
        _chart(days, measure, source, doubts)
        return
    table = pd.DataFrame(columns)
    # each line has its gaps; a day that one source has must not break the line of another
    table = table.reindex(pd.date_range(table.index.min(), table.index.max(), freq="D"))
    table = table.rename_axis("day_on").reset_index()
    frame.chart(
        charts.lines(
            table, {source: labels.source(source) for source in columns}, theme=frame.colors()
        ),
        key="growth",
        alt=_("{name} by day and source").format(name=name),
        is_first=True,
    )
    frame.caption(MARKED.format(name=name))
    _as_table(
        table.dropna(how="all", subset=list(columns)),
        {"day_on": _("Day"), **{source: labels.source(source) for source in columns}},
    )


def _chart(days: pd.DataFrame, measure: str, source: str, doubts: str) -> None:
    name = MEASURES[measure]
    told = days[measure].notna()
    if not told.any():
        st.text(
            plural(
                "{name}: not reported on {count} day.",
                "{name}: not reported on any of {count} days.",
                len(days),
                name=name,
            )
        )
        return
    if int(told.sum()) == 1:
        only = days[told].iloc[0]
        sentence = _("{name}: {value} on {day}. A line needs a second day.").format(
            name=name, value=labels.number(only[measure]), day=times.day(only["day_on"])
        )
        st.text(f"{sentence} {doubts}".strip(), width="stretch")
        return
    frame.chart(
        charts.lines(
            days, {measure: name}, theme=frame.colors(), first_color=list(MEASURES).index(measure)
        ),
        key="growth",
        alt=_("{name} by day").format(name=name),
        is_first=True,
    )
    covered = _(COVERED).format(
        name=name,
        first=times.day(days["day_on"].min()),
        last=times.day(days["day_on"].max()),
        told=labels.number(int(told.sum())),
        days=labels.number(len(days)),
        source=markdown(labels.source(source)),
    )
    frame.caption(f"{covered} {markdown(doubts)}".strip())
    _as_table(days[["day_on", measure]].dropna(), {"day_on": _("Day"), measure: name})


def _self_told(snapshot: frame.Snapshot, hostname: str) -> None:
    weeks = reads.instance_days(snapshot.stamp, hostname, SELF_TOLD)
    st.header(_("Its own account of its past"), anchor=False)
    names = {column: words for column, words in ACTIVITY.items() if weeks[column].notna().any()}
    if not names:
        return
    frame.chart(
        charts.bars(weeks, names, theme=frame.colors()),
        key="self told",
        alt=_("Activity by week as the server tells it"),
    )
    frame.caption(
        _(SELF_TOLD_CAPTION).format(
            count=labels.number(len(weeks)),
            days=labels.number(weeks["days"].max()),
            first=times.day(weeks["day_on"].min()),
        )
    )
    _as_table(weeks[["day_on", "days", *names]], {"day_on": _("From"), "days": _("Days"), **names})


def _as_table(frame_: pd.DataFrame, names: dict[str, str]) -> None:
    with st.expander(_("The same as a table")):
        shown = frame_.rename(columns=names).iloc[::-1]
        first = next(iter(names.values()))
        st.dataframe(
            shown.assign(**{first: pd.to_datetime(shown[first]).dt.date}),
            hide_index=True,
            placeholder=labels.not_said(),
            height=min(40 + 35 * len(shown), 300),
            alt=_("The numbers of the chart above"),
        )
