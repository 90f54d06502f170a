"""Each reason, each caution and each answer is true of its row."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dashboard.reasons import cautions, reasons, why_not
from pipeline.read import WhyNot

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)

ROW = {
    "language_codes": ["de", "en"],
    "is_language_detected": False,
    "rules_language_codes": ["en", "de"],
    "users_active_month": 150,
    "uptime_ratio_90d": 0.975,
    "checks_90d": 80,
    "rules_count": 4,
    "users_active_month_30d_ratio": 0.05,
    "panel_30d_ratio": None,
    "reach_ratio": 0.981,
    "coverage_ratio": 0.3,
    "first_seen_at": datetime(2025, 2, 1, tzinfo=UTC),
    "is_current": True,
    "is_reason_required": True,
    "registration": "open",
    "minimum_age": None,
}


def test_the_most_personal_reason_comes_first() -> None:
    """What was asked for is answered first."""
    assert [
        "says it speaks Deutsch",
        "publishes its rules in Deutsch",
        "small: you will know people soon",
        "answered 98 % of our 80 checks in 90 days",
        "growing: +5.0 % active people in 30 days",
    ] == reasons(ROW, ("de",), NOW)


def test_rules_are_named_once_with_their_language_where_it_was_asked_for() -> None:
    """Somebody who asked for French learns that there are rules, not that they are in another language."""
    others = ROW | {"users_active_month_30d_ratio": None, "reach_ratio": None}

    french, german = reasons(others, ("fr",), NOW), reasons(others, ("de",), NOW)

    assert ["publishes its rules"] == [reason for reason in french if "rules" in reason]
    assert ["publishes its rules in Deutsch"] == [reason for reason in german if "rules" in reason]


def test_growth_is_told_beside_that_of_the_same_servers() -> None:
    """Where that is known: a server that grows more slowly than all is told so too."""
    told = reasons(ROW | {"panel_30d_ratio": 0.081}, ("de",), NOW)

    assert (
        "growing: +5.0 % active people in 30 days; over all servers seen both times it is +8.1 %"
        in told
    )


def test_a_language_that_was_found_is_not_one_that_was_said() -> None:
    """A description in German is not a promise."""
    assert (
        "describes itself in Deutsch"
        == reasons(ROW | {"is_language_detected": True}, ("de",), NOW)[0]
    )


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"language_codes": ["fr"]}, "speaks"),
        ({"users_active_month": float("nan")}, "small"),
        ({"uptime_ratio_90d": 0.9}, "answered"),
        ({"checks_90d": 3}, "answered"),
        ({"rules_count": 0}, "rules"),
        ({"users_active_month_30d_ratio": -0.1}, "growing"),
        ({"reach_ratio": 0.5}, "talk with"),
        ({"coverage_ratio": 0.01}, "talk with"),
        ({"first_seen_at": NOW}, "known to us"),
        ({"is_current": None}, "current version"),
        ({"is_current": False}, "current version"),
    ],
)
def test_what_is_not_so_is_not_said(change: dict[str, object], phrase: str) -> None:
    """No phrase without its fact."""
    assert not any(phrase in reason for reason in reasons(ROW | change, ("de",), NOW))


@pytest.mark.parametrize(
    ("change", "caution"),
    [
        ({"users_active_month": float("nan")}, "how many people are active is not said"),
        ({"registration": "approval"}, "approval takes a written reason"),
        ({"is_current": False}, "runs an older version of its software"),
        ({"minimum_age": 16}, "for people of 16 years and older"),
    ],
)
def test_what_to_know_before_is_said(change: dict[str, object], caution: str) -> None:
    """A caution where its fact is, and none where it is not."""
    assert [] == cautions(ROW)
    assert [caution] == cautions(ROW | change)


def test_why_not_says_each_thing_that_speaks_against() -> None:
    """What stands in the way, in order; a place where nothing does; and that some are not ours to show."""
    facts: dict[str, Any] = {
        "registration": "closed",
        "software_name": "lemmy",
        "language_codes": ["de"],
        "answered_at": datetime(2026, 3, 1, tzinfo=UTC),
        "users_active_month": 7,
        "users_total": 30,
        "users_active_month_standing": "reported",
    }

    told = why_not(
        "a.example", WhyNot(facts=facts, against=("is_unreachable", "is_not_open", "is_giant"))
    )

    assert [
        "It has not answered since 1 Mar 2026 00:00 UTC.",
        "Sign-up: Closed. That is not what you asked for.",
        "It is one of the giants, which are suggested only to those who ask for them.",
    ] == told
    assert ["It fits: place 3 of 20 today. The order changes every day."] == why_not(
        "a.example", WhyNot(facts=facts, place=3, fitting_count=20)
    )
    assert "not listed here" in why_not("b.example", None)[0]
