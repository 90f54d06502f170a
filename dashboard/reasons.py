"""Why a server is suggested, what to know before, and why not: each phrase is true of the row it is said of."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from dashboard import labels, times
from dashboard.labels import plural
from dashboard.language import N_, _
from dashboard.text import isolated
from pipeline.read import WhyNot

RARELY_DOWN = 0.99
STEADY = 0.95

REACHED = 0.9
"""Share of the others' people that is worth saying."""
COVERED = 0.1
"""Share of people whose servers publish their blocks; below it nothing is said of reach."""

_SIZES = (
    (20, N_("very small: everybody knows everybody")),
    (200, N_("small: you will know people soon")),
    (2_000, N_("mid-sized: lively, and small enough to be looked after")),
    (20_000, N_("large: much is going on")),
)


def reasons(row: Mapping[str, Any], languages: tuple[str, ...], now: datetime) -> list[str]:
    """Three to five reasons of one suggestion, the most personal first."""
    found = [
        _language(row, languages),
        _rules_language(row, languages),
        _size(row),
        _uptime(row),
        _growth(row),
        _reach(row),
        _rules(row, languages),
        _age(row, now),
        _version(row),
    ]
    return [reason for reason in found if reason][:5]


def cautions(row: Mapping[str, Any]) -> list[str]:
    """What to know before signing up."""
    found = [
        _("how many people are active is not said")
        if _number(row["users_active_month"]) is None
        else None,
        _("approval takes a written reason")
        if row["registration"] == "approval" and row["is_reason_required"] is True
        else None,
        _("runs an older version of its software") if row["is_current"] is False else None,
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
    said = (
        _("describes itself in {languages}")
        if row["is_language_detected"]
        else _("says it speaks {languages}")
    )
    return said.format(languages=times.listed(shared))


def _size(row: Mapping[str, Any]) -> str | None:
    active = _number(row["users_active_month"])
    if active is None:
        return None
    return next(
        (_(words) for below, words in _SIZES if active < below),
        _("very large: almost everybody is there"),
    )


def _uptime(row: Mapping[str, Any]) -> str | None:
    ratio, checks = _number(row["uptime_ratio_90d"]), row["checks_90d"]
    if ratio is None or checks < 5 or ratio < STEADY:
        return None
    if ratio == 1:
        return plural(
            "answered our check in 90 days",
            "answered all of our {count} checks in 90 days",
            checks,
        )
    if ratio >= RARELY_DOWN:
        return plural(
            "answered nearly all of our {count} checks in 90 days",
            "answered nearly all of our {count} checks in 90 days",
            checks,
        )
    return plural(
        "answered {share} of our {count} checks in 90 days",
        "answered {share} of our {count} checks in 90 days",
        checks,
        share=labels.percent(ratio, 0),
    )


def _growth(row: Mapping[str, Any]) -> str | None:
    ratio = _number(row["users_active_month_30d_ratio"])
    if ratio is None or ratio < 0.02 or _number(row["users_active_month"]) is None:
        return None
    panel = _number(row["panel_30d_ratio"])
    if panel is None:
        return _("growing: {change} active people in 30 days").format(change=labels.change(ratio))
    return _(
        "growing: {change} active people in 30 days; over all servers seen both times it is {panel}"
    ).format(change=labels.change(ratio), panel=labels.change(panel))


def _reach(row: Mapping[str, Any]) -> str | None:
    ratio, coverage = _number(row["reach_ratio"]), _number(row["coverage_ratio"])
    if ratio is None or coverage is None or coverage < COVERED or ratio < REACHED:
        return None
    return _(
        "can talk with {share} of the people elsewhere, as far as published blocks tell"
    ).format(share=labels.percent(ratio, 0))


def _has_rules(row: Mapping[str, Any]) -> bool:
    return (_number(row["rules_count"]) or 0) > 0


def _rules_language(row: Mapping[str, Any], languages: tuple[str, ...]) -> str | None:
    shared = [labels.language(code) for code in row["rules_language_codes"] if code in languages]
    if not shared or not _has_rules(row):
        return None
    return _("publishes its rules in {languages}").format(languages=times.listed(shared))


def _rules(row: Mapping[str, Any], languages: tuple[str, ...]) -> str | None:
    # with their language they are told before
    if not _has_rules(row) or _rules_language(row, languages):
        return None
    return _("publishes its rules")


def _age(row: Mapping[str, Any], now: datetime) -> str | None:
    since = row["first_seen_at"]
    if since is None or since != since or now - since < timedelta(days=365):
        return None
    return _("known to us since {month}").format(month=times.month(since))


def _version(row: Mapping[str, Any]) -> str | None:
    return _("runs the current version of its software") if row["is_current"] is True else None


def _minimum_age(row: Mapping[str, Any]) -> str | None:
    years = _number(row["minimum_age"])
    if years is None or years < 1:
        return None
    return plural(
        "for people of {count} year and older", "for people of {count} years and older", years
    )


def why_not(hostname: str, told: WhyNot | None) -> list[str]:
    """Sentences on why one server is not suggested, or at which place it is."""
    if told is None:
        return [
            _(
                "{hostname} is not listed here: we do not know it, it never answered us, or it asked not to be listed or counted."
            ).format(hostname=isolated(hostname))
        ]
    if told.place is not None:
        return [
            _("It fits: place {place} of {count} today. The order changes every day.").format(
                place=labels.number(told.place), count=labels.number(told.fitting_count)
            )
        ]
    return [_AGAINST[name](told.facts) for name in told.against]


def _unreachable(facts: Mapping[str, Any]) -> str:
    at = facts["answered_at"]
    if at is None:
        return _("It has not answered us yet.")
    return _("It has not answered since {moment}.").format(moment=labels.moment(at))


def _not_open(facts: Mapping[str, Any]) -> str:
    return _("Sign-up: {registration}. That is not what you asked for.").format(
        registration=labels.registration(facts["registration"])
    )


def _other_software(facts: Mapping[str, Any]) -> str:
    return _("It runs {software}, which is made for something else than you asked for.").format(
        software=labels.software(facts["software_name"])
    )


def _doubted(facts: Mapping[str, Any]) -> str:
    return _(
        "Its number of active people is not taken as said ({standing}); its page says by which rule."
    ).format(standing=labels.standing(facts["users_active_month_standing"]))


def _other_language(facts: Mapping[str, Any]) -> str:
    codes = facts["language_codes"] or []
    if not codes:
        return _("We could not tell which languages are spoken there.")
    return _("Languages spoken there: {languages}.").format(
        languages=times.listed(labels.language(code) for code in codes)
    )


def _other_size(facts: Mapping[str, Any]) -> str:
    active, users = _number(facts["users_active_month"]), _number(facts["users_total"])
    if active is not None:
        return plural(
            "It has {count} active person, another size than you asked for.",
            "It has {count} active people, another size than you asked for.",
            active,
        )
    if users is not None:
        return plural(
            "It has {count} registered user, another size than you asked for.",
            "It has {count} registered users, another size than you asked for.",
            users,
        )
    return _("It does not say how many people are there, and you asked for a size.")


_AGAINST: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "is_unreachable": _unreachable,
    "is_unsteady": lambda facts: _(
        "It answered too few of our checks in the last 90 days, or we have not checked it yet."
    ),
    "is_not_open": _not_open,
    "has_no_way_in": lambda facts: _("We know no page of it where one could sign up."),
    "is_other_language": _other_language,
    "is_other_software": _other_software,
    "is_doubted": _doubted,
    "is_lonely": lambda facts: _("Hardly anybody was active there in the last month."),
    "is_other_size": _other_size,
    "is_unknown": lambda facts: _(
        "It does not say how many people are active, and too few servers know it to tell that people are there."
    ),
    "is_giant": lambda facts: _(
        "It is one of the giants, which are suggested only to those who ask for them."
    ),
}
"""What speaks against a server → the sentence that says so, from its facts."""
