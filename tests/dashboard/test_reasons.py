"""Each reason is true of its row."""

import pytest

from dashboard.reasons import reasons

ROW = {
    "language_codes": ["de", "en"],
    "is_language_detected": False,
    "users_active_month": 150,
    "uptime_ratio_90d": 0.975,
    "checks_90d": 80,
    "rules_count": 4,
    "users_active_month_30d_ratio": 0.05,
}


def test_the_most_personal_reason_comes_first() -> None:
    """What was asked for is answered first."""
    assert [
        "says it speaks Deutsch",
        "small: you will know people soon",
        "answered 98 % of our 80 checks in 90 days",
        "publishes its rules",
    ] == reasons(ROW, ("de",))


def test_a_language_that_was_found_is_not_one_that_was_said() -> None:
    """A description in German is not a promise."""
    assert (
        "describes itself in Deutsch" == reasons(ROW | {"is_language_detected": True}, ("de",))[0]
    )


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"language_codes": ["fr"]}, "speaks"),
        ({"users_active_month": float("nan")}, "small"),
        ({"uptime_ratio_90d": 0.9}, "answered"),
        ({"checks_90d": 3}, "answered"),
        ({"rules_count": 0}, "rules"),
        ({"rules_count": 0, "users_active_month_30d_ratio": -0.1}, "growing"),
    ],
)
def test_what_is_not_so_is_not_said(change: dict[str, object], phrase: str) -> None:
    """No phrase without its fact."""
    assert not any(phrase in reason for reason in reasons(ROW | change, ("de",)))
