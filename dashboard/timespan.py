"""Which days a page shows: any range, in the address, and quick ways to the usual ones."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.choices import Choices
from dashboard.language import N_, _
from dashboard.urlstate import Day

FIELDS = (Day("from"), Day("to"))

QUICK = {0: N_("All days"), 30: N_("30 days"), 84: N_("12 weeks"), 365: N_("A year")}
"""Days back from the last one → words; 0 = all."""


def draw(choices: Choices, first: date, last: date) -> None:
    """Draw the widgets, to stand in a row; `first` and `last` are the days that there are."""
    _quick(choices, first, last)
    for name, words in (("from", _("From")), ("to", _("To"))):
        _day(choices, name, words)


def _quick(choices: Choices, first: date, last: date) -> None:
    key = "range of days"
    ways = {days: "" if days == 0 else (last - timedelta(days=days)).isoformat() for days in QUICK}
    known = [days for days in QUICK if days == 0 or first < last - timedelta(days=days)]
    now = next(
        (days for days in known if (choices["from"], choices["to"]) == (ways[days], "")), None
    )
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def take() -> None:
        choices.change(**{"from": ways.get(st.session_state[key], ""), "to": ""})

    st.segmented_control(
        _("Days"), known, key=key, format_func=lambda days: _(QUICK[days]), on_change=take
    )


def _day(choices: Choices, name: str, words: str) -> None:
    key = f"range of days, {name}"
    now = date.fromisoformat(choices[name]) if choices[name] else None
    if st.session_state.get(key) != now:
        st.session_state[key] = now

    def take() -> None:
        chosen = st.session_state[key]
        choices.change(**{name: chosen.isoformat() if chosen else ""})

    st.date_input(
        words,
        value=None,
        min_value=Day.FIRST,
        max_value=Day.LAST,
        key=key,
        on_change=take,
        format="YYYY-MM-DD",
        width=172,
    )


def within(
    found: pd.DataFrame, choices: Choices | Mapping[str, Any], column: str = "day_on"
) -> pd.DataFrame:
    """The rows of the chosen days."""
    days = pd.to_datetime(found[column], utc=True).dt.strftime("%Y-%m-%d")
    kept = pd.Series(True, index=found.index)
    if choices["from"]:
        kept &= days >= choices["from"]
    if choices["to"]:
        kept &= days <= choices["to"]
    return found[kept].reset_index(drop=True)
