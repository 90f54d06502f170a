"""What is said of a watch list, in whole sentences: verdicts, likeness, versions. No Streamlit."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard import labels, times
from dashboard.language import N_, Words, _
from dashboard.text import plain

STEADY_RATIO = 0.01
"""Change of active people in 30 days up to which nothing is called growth: one in a hundred comes and goes."""

VERDICT = Words(
    {
        "growing": N_(
            "Growing: {change} active people in 30 days; the median of {count} similar servers is {median}."
        ),
        "steady": N_(
            "Steady: {change} active people in 30 days; the median of {count} similar servers is {median}."
        ),
        "shrinking": N_(
            "Shrinking: {change} active people in 30 days; the median of {count} similar servers is {median}."
        ),
    }
)
VERDICT_ALONE = Words(
    {
        "growing": N_(
            "Growing: {change} active people in 30 days. Fewer than ten similar servers say enough to compare with."
        ),
        "steady": N_(
            "Steady: {change} active people in 30 days. Fewer than ten similar servers say enough to compare with."
        ),
        "shrinking": N_(
            "Shrinking: {change} active people in 30 days. Fewer than ten similar servers say enough to compare with."
        ),
    }
)
REFUSED = N_("It asks not to be counted, so nothing but its existence is shown.")
NEVER = N_("It has never answered us.")
SILENT = N_("It has not answered for seven days; its last answer came {age}.")
NOT_TAKEN = N_("How many people are active there is {standing}, so growth is not compared.")
TOO_NEW = N_("We know its numbers since {since}; a change over 30 days cannot be told yet.")
NO_CHANGE = N_(
    "A change over 30 days cannot be told: there is no number of about 30 days ago to compare with."
)

COHORT_MEASURE = Words(
    {
        "users_active_month": N_("Active people"),
        "users_active_month_30d_ratio": N_("Change in 30 days"),
        "uptime_ratio_90d": N_("Reachable in 90 days"),
    }
)
"""What servers are compared in."""

LIKE = Words(
    {
        "software_size_age": N_(
            "{count} servers that run {software}, with {size} active people, {age}"
        ),
        "software_size": N_(
            "{count} servers that run {software}, with {size} active people, of any age"
        ),
        "size": N_("{count} servers of any software and age, with {size} active people"),
    }
)
LIKE_UNKNOWN_SIZE = Words(
    {
        "software_size_age": N_(
            "{count} servers that run {software} and do not say how many are active, {age}"
        ),
        "software_size": N_(
            "{count} servers that run {software} and do not say how many are active"
        ),
        "size": N_("{count} servers that do not say how many are active"),
    }
)
NOBODY_LIKE = N_("fewer than ten like it")
SIZE = Words(
    {
        "single": N_("one or no"),
        "tiny": N_("2 to 19"),
        "small": N_("20 to 199"),
        "medium": N_("200 to 1,999"),
        "large": N_("2,000 to 19,999"),
        "huge": N_("20,000 or more"),
    }
)
AGE = Words(
    {
        "new": N_("known for less than 90 days"),
        "young": N_("known for less than a year"),
        "grown": N_("known for one to three years"),
        "old": N_("known for three years or more"),
    }
)
MIDDLE = N_("{low} to {high}")
ABOVE = N_("above {share} of the others")

CURRENT = N_("up to date")
BEHIND = N_("behind {version}")
UNCLEAR = N_("not comparable")
VERSION_COUNT = N_("{current} of {known}")


def verdict(
    told: Mapping[Any, Any], growth: Mapping[Any, Any] | None, is_new: bool, age: str
) -> str:
    """One sentence about one server. `growth`: its row of the cohorts, if it has one; `age`: of its last answer."""
    if told["is_counting_refused"]:
        return _(REFUSED)
    if not told["is_alive"]:
        return _(NEVER) if _is_nothing(told["answered_at"]) else _(SILENT).format(age=age)
    standing = told["users_active_month_standing"]
    if standing != "reported":
        return _(NOT_TAKEN).format(standing=labels.standing(standing))
    ratio = told["users_active_month_30d_ratio"]
    if _is_nothing(ratio):
        since = told["known_since_on"]
        return _(TOO_NEW).format(since=times.day(since)) if is_new else _(NO_CHANGE)
    course = "steady" if abs(ratio) < STEADY_RATIO else "growing" if ratio > 0 else "shrinking"
    change = labels.change(ratio)
    if growth is None or _is_nothing(growth["median_value"]):
        return VERDICT_ALONE[course].format(change=change)
    return VERDICT[course].format(
        change=change,
        count=labels.number(growth["instances_compared"]),
        median=labels.change(growth["median_value"]),
    )


def like(row: Mapping[Any, Any]) -> str:
    """Whom a server is compared with."""
    if _is_nothing(row["width"]):
        return _(NOBODY_LIKE)
    words = LIKE if row["size"] in SIZE else LIKE_UNKNOWN_SIZE
    return words[row["width"]].format(
        count=labels.number(row["instances_compared"]),
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
    return labels.percent(value) if measure == "uptime_ratio_90d" else labels.number(value)


def standing_among(row: Mapping[Any, Any]) -> tuple[str, str, str, str, str]:
    """One row of the comparison: value, middle, range of the middle half, place, and among whom."""
    measure = row["measure"]
    if _is_nothing(row["width"]):
        return measured(measure, row["value"]), "–", "–", "–", _(NOBODY_LIKE)
    quarters = (row["quarter_value"], row["three_quarters_value"])
    low, high = (measured(measure, value) for value in quarters)
    return (
        measured(measure, row["value"]),
        measured(measure, row["median_value"]),
        _(MIDDLE).format(low=low, high=high),
        _(ABOVE).format(share=labels.percent(row["percentile_ratio"], 0)),
        like(row),
    )


def keeps_up(row: Mapping[Any, Any]) -> str:
    """Whether a server runs a current version."""
    if _is_nothing(row["is_current"]):
        return _(UNCLEAR)
    if row["is_current"]:
        return _(CURRENT)
    return _(BEHIND).format(version=plain(row["current_version"], 40))


def version_count(row: Mapping[Any, Any]) -> str:
    """How many servers of the same software run a current version."""
    if _is_nothing(row["instances_current"]):
        return "–"
    return _(VERSION_COUNT).format(
        current=labels.number(row["instances_current"]),
        known=labels.number(row["instances_versioned"]),
    )


def _is_nothing(value: object) -> bool:
    """`None`, and what a table has in its place."""
    return value is None or value is pd.NA or value is pd.NaT or value != value
