"""Why a server is suggested: each phrase is true of the row it is said of."""

from collections.abc import Mapping
from typing import Any

from dashboard import labels
from dashboard.text import listed

RARELY_DOWN = 0.99
STEADY = 0.95

_SIZES = (
    (20, "very small: everybody knows everybody"),
    (200, "small: you will know people soon"),
    (2_000, "mid-sized: lively, and small enough to be looked after"),
    (20_000, "large: much is going on"),
)


def reasons(row: Mapping[str, Any], languages: tuple[str, ...]) -> list[str]:
    """The reasons of one suggestion, the most personal first."""
    found = [_language(row, languages), _size(row), _reach(row), _rules(row), _growth(row)]
    return [reason for reason in found if reason][:4]


def _language(row: Mapping[str, Any], languages: tuple[str, ...]) -> str | None:
    shared = [labels.language(code) for code in row["language_codes"] if code in languages]
    if not shared:
        return None
    if row["is_language_detected"]:
        return f"describes itself in {listed(shared)}"
    return f"says it speaks {listed(shared)}"


def _size(row: Mapping[str, Any]) -> str | None:
    active = row["users_active_month"]
    if active is None or active != active:
        return None
    return next(
        (words for below, words in _SIZES if active < below),
        "very large: almost everybody is there",
    )


def _reach(row: Mapping[str, Any]) -> str | None:
    ratio, checks = row["uptime_ratio_90d"], row["checks_90d"]
    if ratio is None or ratio != ratio or checks < 5:
        return None
    if ratio == 1:
        return f"answered all of our {checks:,.0f} checks in 90 days"
    if ratio >= STEADY:
        word = "nearly all" if ratio >= RARELY_DOWN else f"{labels.percent(ratio, 0)}"
        return f"answered {word} of our {checks:,.0f} checks in 90 days"
    return None


def _rules(row: Mapping[str, Any]) -> str | None:
    count = row["rules_count"]
    return "publishes its rules" if count == count and count and count > 0 else None


def _growth(row: Mapping[str, Any]) -> str | None:
    ratio = row["users_active_month_30d_ratio"]
    if ratio is None or ratio != ratio or ratio < 0.02:
        return None
    return f"growing: {labels.change(ratio)} active people in 30 days"
