"""Filters that few ask for: none is in the way, each is one choice away, and those of the address are shown."""

from typing import Any

import streamlit as st

from dashboard.choices import Choices
from dashboard.filters import MORE, Filter
from dashboard.labels import plural
from dashboard.language import N_, _
from dashboard.urlstate import RANGE, Range, Text

_PICKED = "filters picked for servers"

_FROM, _TO = N_("{name}, from"), N_("to")
_FROM_PERCENT, _TO_PERCENT = N_("{name}, from %"), N_("to %")

_BY_NAME = {filter.name: filter for filter in MORE}


def draw(choices: Choices) -> None:
    """Draw the list to pick from, and a widget for each filter that is picked or at work."""
    picked = st.session_state.setdefault(_PICKED, [])
    at_work = [filter.name for filter in MORE if choices[filter.name]]
    names = [*picked, *(name for name in at_work if name not in picked)]
    key = f"{_PICKED}, to choose"
    if st.session_state.get(key) != names:
        st.session_state[key] = names

    def pick() -> None:
        kept = st.session_state[key]
        dropped = [name for name in names if name not in kept]
        st.session_state[_PICKED] = list(kept)
        if dropped:
            choices.change(**{name: type(choices[name])() for name in dropped})

    st.multiselect(
        _("More filters"),
        list(_BY_NAME),
        key=key,
        on_change=pick,
        format_func=lambda name: _(_BY_NAME[name].label),
        placeholder=plural(
            "{count} more, such as minimum age, rules, checks answered, version",
            "{count} more, such as minimum age, rules, checks answered, version",
            len(MORE),
        ),
    )
    if names:
        with st.grid(3, min_column_width=260, key="more_filters"):
            for name in names:
                _draw(_BY_NAME[name], choices)


def _draw(filter: Filter, choices: Choices) -> None:
    match filter.field:
        case Range():
            _range(filter, choices)
        case Text():
            st.text_input(_(filter.label), **choices.bound(filter.name), max_chars=100)
        case _:
            st.multiselect(
                _(filter.label),
                list(filter.words),
                **choices.bound(filter.name),
                format_func=filter.words.__getitem__,
                placeholder=_("Any"),
            )


def _range(filter: Filter, choices: Choices) -> None:
    """From, to, and whether those that do not say fit too."""
    name, is_percent = filter.name, filter.per == 100
    now = _read(choices[name], float if is_percent else int)
    keys = {part: f"servers.{name}.{part}" for part in now}
    for part, key in keys.items():
        if st.session_state.get(key) != now[part]:
            st.session_state[key] = now[part]

    def take() -> None:
        choices.change(**{name: _written(*(st.session_state[key] for key in keys.values()))})

    how: dict[str, Any] = {"value": None, "placeholder": _("any value"), "on_change": take}
    how |= {"step": 1.0, "format": "%g"} if is_percent else {"step": 1}
    least, most = (_FROM_PERCENT, _TO_PERCENT) if is_percent else (_FROM, _TO)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
            st.number_input(_(least).format(name=_(filter.label)), key=keys["least"], **how)
            st.number_input(_(most), key=keys["most"], **how)
        st.checkbox(_("also where it is not said"), key=keys["too"], on_change=take)


def _read(text: str, kind: type[int] | type[float]) -> dict[str, float | bool | None]:
    found = RANGE.match(text)
    least, most = (found["least"], found["most"]) if found else (None, None)
    return {
        "least": kind(float(least)) if least else None,
        "most": kind(float(most)) if most else None,
        "too": text.endswith("unsaid"),
    }


def _written(least: float | None, most: float | None, too: bool) -> str:
    if least is None and most is None:
        return "unsaid" if too else ""
    ends = ["" if end is None else _number(end) for end in (least, most)]
    return "..".join(ends) + (",unsaid" if too else "")


def _number(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")
