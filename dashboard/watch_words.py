"""What is said of a watch list, in whole sentences: verdicts, likeness, versions, events. No Streamlit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import labels
from dashboard.text import plain

STEADY_RATIO = 0.01
"""Change of active people in 30 days up to which nothing is called growth: one in a hundred comes and goes."""

VERDICT = {
    "growing": "Growing: {change} active people in 30 days; the median of {count} similar servers is {median}.",
    "steady": "Steady: {change} active people in 30 days; the median of {count} similar servers is {median}.",
    "shrinking": "Shrinking: {change} active people in 30 days; the median of {count} similar servers is {median}.",
}
VERDICT_ALONE = {
    "growing": "Growing: {change} active people in 30 days. Fewer than ten similar servers say enough to compare with.",
    "steady": "Steady: {change} active people in 30 days. Fewer than ten similar servers say enough to compare with.",
    "shrinking": "Shrinking: {change} active people in 30 days. Fewer than ten similar servers say enough to compare with.",
}
REFUSED = "It asks not to be counted, so nothing but its existence is shown."
NEVER = "It has never answered us."
SILENT = "It has not answered for seven days; its last answer came {age}."
NOT_TAKEN = "How many people are active there is {standing}, so growth is not compared."
TOO_NEW = "We know its numbers since {since}; a change over 30 days cannot be told yet."
NO_CHANGE = (
    "A change over 30 days cannot be told: there is no number of about 30 days ago to compare with."
)

COHORT_MEASURE = {
    "users_active_month": "Active people",
    "users_active_month_30d_ratio": "Change in 30 days",
    "uptime_ratio_90d": "Reachable in 90 days",
}
"""What servers are compared in."""

LIKE = {
    "software_size_age": "{count} servers that run {software}, with {size} active people, {age}",
    "software_size": "{count} servers that run {software}, with {size} active people, of any age",
    "size": "{count} servers of any software and age, with {size} active people",
}
LIKE_UNKNOWN_SIZE = {
    "software_size_age": "{count} servers that run {software} and do not say how many are active, {age}",
    "software_size": "{count} servers that run {software} and do not say how many are active",
    "size": "{count} servers that do not say how many are active",
}
NOBODY_LIKE = "fewer than ten like it"
SIZE = {
    "single": "one or no",
    "tiny": "2 to 19",
    "small": "20 to 199",
    "medium": "200 to 1,999",
    "large": "2,000 to 19,999",
    "huge": "20,000 or more",
}
AGE = {
    "new": "known for less than 90 days",
    "young": "known for less than a year",
    "grown": "known for one to three years",
    "old": "known for three years or more",
}
MIDDLE = "{low} to {high}"
ABOVE = "above {share} of the others"

CURRENT = "up to date"
BEHIND = "behind {version}"
UNCLEAR = "not comparable"
VERSION_COUNT = "{current:,.0f} of {known:,.0f}"

EVENT = {
    "first_answered": "It answered for the first time; it is new to Herdbook, not always new.",
    "fell_silent": "It has not answered for seven days.",
    "answers_again": "It answers again after more than seven days.",
    "missed_a_day": "No check of this day was answered.",
    "answered_after_days": "It answers again, after a day or more without an answer.",
    "moved": "It now sends visitors to {after}.",
    "registration_opened": "Sign-up opened: {before} before, {after} now.",
    "registration_closed": "Sign-up closed: {before} before, {after} now.",
    "registration_changed": "Sign-up changed: {before} before, {after} now.",
    "software_changed": "Its software changed: {before} before, {after} now.",
    "version_changed": "Its version changed: {before} before, {after} now.",
    "blocks_added": "It publishes limits on more servers: {count}.",
    "blocks_removed": "It took back limits on servers: {count}.",
}
EVENT_OTHER = "Something happened that this page has no words for: {event}."
EVENT_KIND = {
    "all": "Everything",
    "signup": "Sign-up",
    "outage": "Outages",
    "version": "Versions",
    "other": "The rest",
}
_KINDS = {
    "signup": {"registration_opened", "registration_closed", "registration_changed"},
    "outage": {"fell_silent", "answers_again", "missed_a_day", "answered_after_days"},
    "version": {"version_changed", "software_changed"},
}


def verdict(
    told: Mapping[Any, Any], growth: Mapping[Any, Any] | None, is_new: bool, age: str
) -> str:
    """One sentence about one server. `growth`: its row of the cohorts, if it has one; `age`: of its last answer."""
    if told["is_counting_refused"]:
        return REFUSED
    if not told["is_alive"]:
        return NEVER if _is_nothing(told["answered_at"]) else SILENT.format(age=age)
    standing = told["users_active_month_standing"]
    if standing != "reported":
        return NOT_TAKEN.format(standing=labels.standing(standing))
    ratio = told["users_active_month_30d_ratio"]
    if _is_nothing(ratio):
        since = told["known_since_on"]
        return TOO_NEW.format(since=f"{since:%-d %b %Y}") if is_new else NO_CHANGE
    course = "steady" if abs(ratio) < STEADY_RATIO else "growing" if ratio > 0 else "shrinking"
    change = labels.change(ratio)
    if growth is None or _is_nothing(growth["median_value"]):
        return VERDICT_ALONE[course].format(change=change)
    return VERDICT[course].format(
        change=change,
        count=f"{growth['instances_compared']:,.0f}",
        median=labels.change(growth["median_value"]),
    )


def like(row: Mapping[Any, Any]) -> str:
    """Whom a server is compared with."""
    if _is_nothing(row["width"]):
        return NOBODY_LIKE
    words = LIKE if row["size"] in SIZE else LIKE_UNKNOWN_SIZE
    return words[row["width"]].format(
        count=f"{row['instances_compared']:,.0f}",
        software=plain(labels.software(row["software_name"]), 40),
        size=SIZE.get(row["size"], ""),
        age=AGE[row["age"]],
    )


def measured(measure: str, value: float | None) -> str:
    """A number of the comparison with its unit."""
    if _is_nothing(value):
        return "–"
    if measure == "users_active_month_30d_ratio":
        return labels.change(value) or "–"
    return labels.percent(value) if measure == "uptime_ratio_90d" else f"{value:,.0f}"


def standing_among(row: Mapping[Any, Any]) -> tuple[str, str, str, str, str]:
    """One row of the comparison: value, middle, range of the middle half, place, and among whom."""
    measure = row["measure"]
    if _is_nothing(row["width"]):
        return measured(measure, row["value"]), "–", "–", "–", NOBODY_LIKE
    quarters = (row["quarter_value"], row["three_quarters_value"])
    low, high = (measured(measure, value) for value in quarters)
    return (
        measured(measure, row["value"]),
        measured(measure, row["median_value"]),
        MIDDLE.format(low=low, high=high),
        ABOVE.format(share=labels.percent(row["percentile_ratio"], 0)),
        like(row),
    )


def keeps_up(row: Mapping[Any, Any]) -> str:
    """Whether a server runs a current version."""
    if _is_nothing(row["is_current"]):
        return UNCLEAR
    if row["is_current"]:
        return CURRENT
    return BEHIND.format(version=plain(row["current_version"], 40))


def version_count(row: Mapping[Any, Any]) -> str:
    """How many servers of the same software run a current version."""
    if _is_nothing(row["instances_current"]):
        return "–"
    return VERSION_COUNT.format(current=row["instances_current"], known=row["instances_versioned"])


def happened(row: Mapping[Any, Any]) -> str:
    """One event in a sentence; what servers said in it is plain text."""
    event = row["event"]
    return EVENT.get(event, EVENT_OTHER).format(
        event=plain(event, 60),
        before=_said(event, row["said_before"]),
        after=_said(event, row["said_after"]),
        count=labels.number(row["servers_count"]),
    )


def of_kind(events: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The events of one kind."""
    if kind in _KINDS:
        return events[events["event"].isin(_KINDS[kind])]
    if kind == "other":
        return events[~events["event"].isin(set().union(*_KINDS.values()))]
    return events


def _said(event: str, text: object) -> str:
    if event.startswith("registration"):
        return labels.registration(None if _is_nothing(text) else str(text)).lower()
    return plain(text, 128) or labels.STANDING["not_said"]


def _is_nothing(value: object) -> bool:
    """`None`, and what a table has in its place."""
    return value is None or value is pd.NA or value is pd.NaT or value != value
