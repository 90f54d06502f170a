"""The page of one server, as its admin meets it; and its parts by themselves."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from dashboard import company, identity, span_charts

READY = "[data-test-script-state=notRunning] .hb-footer"


def _one(published: Path, condition: str) -> str:
    with duckdb.connect(published / "published" / "herdbook.duckdb", read_only=True) as connection:
        rows = connection.execute(
            f"select hostname from marts.instances where {condition} order by hostname limit 1"
        ).fetchall()
    return str(rows[0][0])


@pytest.mark.browser
def test_an_admin_learns_why_it_is_listed_when_it_was_open_and_how_to_leave(
    visitor: Callable[..., Any], site: str, published: Path
) -> None:
    """Samples beside the share, sign-up and languages since when, why it is suggested, how to withhold, how to leave."""
    hostname = _one(
        published, "is_alive and software_name = 'gotosocial' and registration = 'open'"
    )
    page = visitor(f"{site}/server?d={hostname}")
    page.wait_for_selector(READY)
    text = page.inner_text("[data-testid=stMain]")

    page.get_by_text("Change what is said, or withhold numbers").click()
    page.get_by_text("instance-stats-mode").wait_for(state="visible")
    page.get_by_text("Leave", exact=True).click()
    page.get_by_text("Answer 410 to NodeInfo").wait_for(state="visible")
    page.get_by_text("Badges and news of it").click()
    page.get_by_text(f"/badge/{hostname}/active.svg").wait_for(state="visible")
    why = page.get_by_role("link", name="Why is it suggested, or not?").get_attribute("href")

    assert re.search(
        r"[0-9]+ of 80 checks within 90 days were answered: .* That is one check every 29 hours",
        text,
    )
    assert "they count against nobody" in text
    assert re.search(r"[Ss]ign-up (has been|was) open", text)
    assert "Its languages over time" in text
    assert "It is listed because it answers" in text
    assert f"why={hostname}" in why
    assert 90 == page.locator(".hb-days span").count()


@pytest.mark.browser
def test_what_a_hostile_server_says_stays_text(
    visitor: Callable[..., Any], site: str, published: Path
) -> None:
    """Title, description and rules are letters; the policy says no to nothing of ours."""
    hostname = _one(published, "title like '%<script>%'")
    page = visitor(f"{site}/server?d={hostname}")
    page.wait_for_selector(READY)

    assert "<script>alert(1)</script>" in page.inner_text("h1")
    assert page.get_by_text("<img src=http://evil.invalid/i.png onerror=alert(1)>").is_visible()
    assert 0 == page.locator("script:text('alert'), img[src*=evil]").count()
    assert not [address for address in page.asked if "evil" in address]


@pytest.mark.browser
def test_another_name_leads_to_the_server(
    visitor: Callable[..., Any], site: str, published: Path
) -> None:
    """A mirror is no server of its own, and says whose name it is."""
    with duckdb.connect(published / "published" / "herdbook.duckdb", read_only=True) as connection:
        alias, hostname = connection.execute(
            "select alias_hostname, hostname from marts.aliases order by 1 limit 1"
        ).fetchall()[0]
    page = visitor(f"{site}/server?d={alias}")
    page.get_by_text("It is another name of a server that is listed").wait_for()

    page.get_by_role("link", name=hostname).first.wait_for()


def test_stretches_are_bars_that_hold_their_last_day() -> None:
    """A day is a bar of a day; what was never said is not in the legend."""
    frame = pd.DataFrame(
        {
            "row": ["ours", "ours"],
            "from_on": [pd.Timestamp("2026-03-01"), pd.Timestamp("2026-03-09")],
            "until_on": [pd.Timestamp("2026-03-01"), pd.Timestamp("2026-03-10")],
            "code": ["open", "closed"],
        }
    )

    names = {"open": "Open", "invite": "Invitation", "closed": "Closed"}
    figure = span_charts.spans(frame, names, {})

    assert ["Open", "Closed"] == [trace.name for trace in figure.data]
    assert [86_400_000, 2 * 86_400_000] == [trace.x[0] for trace in figure.data]


def test_survival_says_its_interval_or_that_nobody_ended() -> None:
    """No interval is invented where there is none."""
    row = {"grouped_by": "size", "name": "small", "age_days": 400, "instances_known": 20}

    with_ends = company.lives_sentence(
        row | {"survival_ratio": 0.9, "survival_low_ratio": 0.85, "survival_high_ratio": 0.94}
    )
    without = company.lives_sentence(
        row | {"survival_ratio": None, "survival_low_ratio": None, "survival_high_ratio": None}
    )

    assert "90.0 % (85.0 % to 94.0 %, 95 %) live longer than the 400 days" in with_ends
    assert without.startswith("None of the 20 servers of its size (20 to 199)")


def test_other_names_say_what_makes_them_so() -> None:
    """Told by the server, and told by others of it; each name once."""
    found = pd.DataFrame(
        {
            "alias_hostname": ["www.a.example", "a.example"],
            "hostname": ["a.example", "old.example"],
            "evidence": ["redirect", "identity"],
        }
    )

    assert [
        ("www.a.example", "www.a.example sends visitors on to it"),
        ("old.example", "says that it is another name of a.example"),
    ] == identity.other_names(found, "a.example")
