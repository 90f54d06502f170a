"""Why a server is suggested, what to know before, and why not: each phrase is true of the row it is said of."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dashboard import labels
from dashboard.text import listed
from pipeline.read import WhyNot

RARELY_DOWN = 0.99
STEADY = 0.95

REACHED = 0.9
"""Share of the others' people that is worth saying."""
COVERED = 0.1
"""Share of people whose servers publish their blocks; below it nothing is said of reach."""

_SIZES = (
    (20, "very small: everybody knows everybody"),
    (200, "small: you will know people soon"),
    (2_000, "mid-sized: lively, and small enough to be looked after"),
    (20_000, "large: much is going on"),
)


def reasons(row: Mapping[str, Any], languages: tuple[str, ...], now: datetime) -> list[str]:
    """Three to five reasons of one suggestion, the most personal first."""
    found = [
        _language(row, languages),
        _size(row),
        _uptime(row),
        _growth(row),
        _reach(row),
        _rules(row),
        _age(row, now),
        _version(row),
    ]
    return [reason for reason in found if reason][:5]


def cautions(row: Mapping[str, Any]) -> list[str]:
    """What to know before signing up."""
    found = [
        "how many people are active is not said"
        if _number(row["users_active_month"]) is None
        else None,
        "approval takes a written reason"
        if row["registration"] == "approval" and row["is_reason_required"] is True
        else None,
        "runs an older version of its software" if row["is_current"] is False else None,
        _minimum_age(row),
    ]
    return [caution for caution in found if caution]


def _number(value: Any) -> float | None:
    """A number of a table, where there is one."""
    return None if value is None or value != value else value


def _language(row: Mapping[str, Any], languages: tuple[str, ...]) -> str | None:
    shared = [labels.language(code) for code in row["language_codes"] if code in languages]
    if not shared:
        return None
    if row["is_language_detected"]:
        return f"describes itself in {listed(shared)}"
    return f"says it speaks {listed(shared)}"


def _size(row: Mapping[str, Any]) -> str | None:
    active = _number(row["users_active_month"])
    if active is None:
        return None
    return next(
        (words for below, words in _SIZES if active < below),
        "very large: almost everybody is there",
    )


def _uptime(row: Mapping[str, Any]) -> str | None:
    ratio, checks = _number(row["uptime_ratio_90d"]), row["checks_90d"]
    if ratio is None or checks < 5 or ratio < STEADY:
        return None
    if ratio == 1:
        return f"answered all of our {checks:,.0f} checks in 90 days"
    word = "nearly all" if ratio >= RARELY_DOWN else f"{labels.percent(ratio, 0)}"
    return f"answered {word} of our {checks:,.0f} checks in 90 days"


def _growth(row: Mapping[str, Any]) -> str | None:
    ratio = _number(row["users_active_month_30d_ratio"])
    if ratio is None or ratio < 0.02 or _number(row["users_active_month"]) is None:
        return None
    panel = _number(row["panel_30d_ratio"])
    if panel is None:
        return f"growing: {labels.change(ratio)} active people in 30 days"
    return (
        f"growing: {labels.change(ratio)} active people in 30 days; over all servers seen both times it is "
        f"{labels.change(panel)}"
    )


def _reach(row: Mapping[str, Any]) -> str | None:
    ratio, coverage = _number(row["reach_ratio"]), _number(row["coverage_ratio"])
    if ratio is None or coverage is None or coverage < COVERED or ratio < REACHED:
        return None
    return f"can talk with {labels.percent(ratio, 0)} of the people elsewhere, as far as published blocks tell"


def _rules(row: Mapping[str, Any]) -> str | None:
    return "publishes its rules" if (_number(row["rules_count"]) or 0) > 0 else None


def _age(row: Mapping[str, Any], now: datetime) -> str | None:
    since = row["first_seen_at"]
    if since is None or since != since or now - since < timedelta(days=365):
        return None
    return f"known to us since {since:%B %Y}"


def _version(row: Mapping[str, Any]) -> str | None:
    return "runs the current version of its software" if row["is_current"] is True else None


def _minimum_age(row: Mapping[str, Any]) -> str | None:
    years = _number(row["minimum_age"])
    return None if years is None or years < 1 else f"for people of {years:.0f} years and older"


def why_not(hostname: str, told: WhyNot | None) -> list[str]:
    """Sentences on why one server is not suggested, or at which place it is."""
    if told is None:
        return [
            f"{hostname} is not listed here: we do not know it, it never answered us, or it asked not to be listed or counted."
        ]
    if told.place is not None:
        return [
            f"It fits: place {told.place:,} of {told.fitting_count:,} today. The order changes every day."
        ]
    words = {
        "is_unreachable": _unreachable(told.facts),
        "is_unsteady": "It answered too few of our checks in the last 90 days, or we have not checked it yet.",
        "is_not_open": f"Sign-up: {labels.registration(told.facts['registration'])}. That is not what you asked for.",
        "has_no_way_in": "We know no page of it where one could sign up.",
        "is_other_language": _other_language(told.facts),
        "is_other_software": f"It runs {labels.software(told.facts['software_name'])}, which is made for something else than you asked for.",
        "is_doubted": f"Its number of active people is {labels.standing(told.facts['users_active_month_standing'])}; its page says by which rule.",
        "is_lonely": "Hardly anybody was active there in the last month.",
        "is_other_size": _other_size(told.facts),
        "is_unknown": "It does not say how many people are active, and too few servers know it to tell that people are there.",
        "is_giant": "It is one of the giants, which are suggested only to those who ask for them.",
    }
    return [words[name] for name in told.against]


def _unreachable(facts: Mapping[str, Any]) -> str:
    at = facts["answered_at"]
    if at is None:
        return "It has not answered us yet."
    return f"It has not answered since {labels.moment(at)}."


def _other_language(facts: Mapping[str, Any]) -> str:
    codes = facts["language_codes"] or []
    if not codes:
        return "We could not tell which languages are spoken there."
    return f"Languages spoken there: {listed(labels.language(code) for code in codes)}."


def _other_size(facts: Mapping[str, Any]) -> str:
    active, users = _number(facts["users_active_month"]), _number(facts["users_total"])
    if active is not None:
        return f"It has {active:,.0f} active people, another size than you asked for."
    if users is not None:
        return f"It has {users:,.0f} registered users, another size than you asked for."
    return "It does not say how many people are there, and you asked for a size."
