"""What happens to servers, in words: the name of each kind, and a sentence that says it of one server. No Streamlit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.language import N_, Words, _
from dashboard.text import isolated, plain

NAME = Words(
    {
        "first_answered": N_("Answered for the first time"),
        "fell_silent": N_("Has not answered for seven days"),
        "answers_again": N_("Answers again"),
        "missed_a_day": N_("Answered no check of the day"),
        "answered_after_days": N_("Answers again after a day or more"),
        "moved": N_("Moved"),
        "registration_opened": N_("Opened sign-ups"),
        "registration_closed": N_("Closed sign-ups"),
        "registration_changed": N_("Changed sign-ups"),
        "software_changed": N_("Changed software"),
        "version_changed": N_("Changed its version"),
        "blocks_added": N_("Blocks more servers"),
        "blocks_removed": N_("Blocks fewer servers"),
    }
)
"""What happened, as the cell of a table."""

PUBLISHED = tuple(
    kind for kind in NAME if kind not in ("missed_a_day", "answered_after_days", "version_changed")
)
"""Kinds that are told of all servers; of a watch list the others are told as well."""

SENTENCE = Words(
    {
        "first_answered": N_(
            "{server} answered for the first time. It is new to Herdbook, not always new."
        ),
        "fell_silent": N_("{server} has not answered for seven days."),
        "answers_again": N_("{server} answers again."),
        "missed_a_day": N_("{server} answered no check of this day."),
        "answered_after_days": N_("{server} answers again, after a day or more without an answer."),
        "moved": N_("{server} now sends visitors to {after}."),
        "registration_opened": N_("{server} opened sign-up: {before} before, {after} now."),
        "registration_closed": N_("{server} closed sign-up: {before} before, {after} now."),
        "registration_changed": N_("{server} changed sign-up: {before} before, {after} now."),
        "software_changed": N_("{server} changed its software: {before} before, {after} now."),
        "version_changed": N_("{server} changed its version: {before} before, {after} now."),
        "blocks_added": N_("{server} publishes limits on more servers: {count}."),
        "blocks_removed": N_("{server} took back limits on servers: {count}."),
    }
)
"""The same as a sentence, for feeds and for the page of a watch list."""

OTHER = N_("{server}: something happened that there are no words for yet ({event}).")

KIND = Words(
    {
        "all": N_("Everything"),
        "signup": N_("Sign-up"),
        "outage": N_("Outages"),
        "version": N_("Versions"),
        "other": N_("The rest"),
    }
)
"""Kinds together, as a reader chooses them."""

_KINDS = {
    "signup": {"registration_opened", "registration_closed", "registration_changed"},
    "outage": {"fell_silent", "answers_again", "missed_a_day", "answered_after_days"},
    "version": {"version_changed", "software_changed"},
}


def name(kind: str) -> str:
    """What happened, in a few words."""
    return NAME.get(kind, plain(kind, 60).replace("_", " "))


def sentence(told: Mapping[Any, Any]) -> str:
    """One event in a sentence; what servers said in it is plain text."""
    kind = told["event"]
    return SENTENCE.get(kind, _(OTHER)).format(
        server=isolated(told["hostname"]),
        event=plain(kind, 60),
        before=_said(kind, told["said_before"]),
        after=_said(kind, told["said_after"]),
        count=labels.number(told["servers_count"]),
    )


def word(kind: str, text: object) -> str:
    """What a server said before or after an event, as the cell of a table; empty where it said nothing."""
    told = plain(text, 80)
    return labels.REGISTRATION.get(told, told) if kind.startswith("registration") else told


def of_kind(events: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The events of one choice of `KIND`."""
    if kind in _KINDS:
        return events[events["event"].isin(_KINDS[kind])]
    if kind == "other":
        return events[~events["event"].isin(set().union(*_KINDS.values()))]
    return events


def _said(kind: str, text: object) -> str:
    if kind.startswith("registration"):
        return labels.registration(text if isinstance(text, str) else None)
    return plain(text, 128) or labels.STANDING["not_said"]
