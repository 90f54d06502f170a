"""What badges say."""

from typing import Any

import pytest

from dashboard.doors.badges import compact, said

KNOWN = {
    "hostname": "a.example",
    "is_counting_refused": False,
    "is_alive": True,
    "registration": "open",
    "software_name": "mastodon",
    "users_active_month": 1_234,
    "users_active_month_standing": "reported",
    "users_total": None,
    "users_total_standing": "withheld",
    "uptime_ratio_90d": 0.987,
    "checks_90d": 80,
}


@pytest.mark.parametrize(
    ("kind", "more", "expected"),
    [
        ("registration", {}, "open"),
        ("active", {}, "1.2k"),
        ("active", {"users_active_month": 0}, "0"),
        ("active", {"users_active_month_standing": "implausible"}, "~ 1.2k"),
        ("users", {}, "withheld"),
        ("users", {"users_total_standing": "not_said"}, "not said"),
        ("users", {"is_counting_refused": True}, "withheld"),
        ("active", {"is_alive": False}, "unknown"),
        ("uptime", {"is_alive": False}, "98.7 %"),
        ("uptime", {"uptime_ratio_90d": None}, "unknown"),
        ("software", {}, "Mastodon"),
        ("software", {"software_name": None}, "not said"),
    ],
)
def test_a_badge_says_what_is_known(kind: str, more: dict[str, Any], expected: str) -> None:
    """Withheld, not said, unknown and zero are four things; a doubtful number says that it is."""
    assert expected == said(kind, {**KNOWN, **more}).value


def test_numbers_of_badges_are_short() -> None:
    """Nothing is called a thousand thousands."""
    told = [compact(n) for n in (0, 999, 1_000, 1_250, 99_960, 999_499, 999_600, 1_250_000)]

    assert ["0", "999", "1k", "1.2k", "100k", "999k", "1M", "1.2M"] == told
