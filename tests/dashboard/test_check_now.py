"""Checks on request: how often, one at a time, under a deadline, kept to opt-outs; and the button itself."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboard import check_limits
from dashboard.check_desk import CheckDesk
from dashboard.check_limits import CheckLimits
from dashboard.settings import Settings
from pipeline.exceptions import PipelineError

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
TOLD = """print('{"outcome": "ok", "seconds": 1.5, "nodeinfo": {"users_total": 7}, "peer_lists": [1, 2],'
 '"exchanges": [{"method": "GET", "path": "/x", "document": {"big": 1}}]}')"""


def _says(program: str) -> Callable[[str, bool], list[str]]:
    return lambda hostname, is_replica: [sys.executable, "-c", program]


def test_a_server_is_asked_once_in_ten_minutes_whoever_asks() -> None:
    """A crawl's own check counts too, and a refusal spends nothing."""
    limits = CheckLimits()

    first = limits.take("a.example", "one", NOW)
    again = limits.take("a.example", "two", NOW + timedelta(minutes=9))
    later = limits.take("a.example", "two", NOW + timedelta(minutes=10))
    crawled = limits.take("b.example", "one", NOW, asked_at=NOW - timedelta(minutes=1))

    assert first is None
    assert again is not None
    assert ("asked_lately", NOW + timedelta(minutes=10)) == (again.reason, again.again_at)
    assert later is None
    assert crawled is not None
    assert "asked_lately" == crawled.reason


def test_a_visitor_and_all_visitors_have_an_hours_share() -> None:
    """Made-up visitors find the end of the second."""
    limits = CheckLimits()
    greedy = [limits.take(f"s{n}.example", "one", NOW) for n in range(check_limits.PER_VISITOR + 1)]
    many = [limits.take(f"t{n}.example", f"v{n}", NOW) for n in range(check_limits.PER_HOUR)]

    assert ["visitor_spent"] == [no.reason for no in greedy if no is not None]
    assert {"hour_spent"} == {no.reason for no in many if no is not None}
    assert check_limits.PER_VISITOR == sum(no is not None for no in many)
    assert limits.take("s0.example", "one", NOW + check_limits.HOUR) is None


def test_a_result_is_the_conversation_without_what_is_large() -> None:
    """Documents and peers stay out of the dashboard's memory."""
    desk = CheckDesk(_says(TOLD))

    no = desk.ask("a.example", "one", NOW)
    desk.wait()

    found = desk.find("a.example")
    assert no is None
    assert found is not None
    assert (True, None, "ok", 7) == (
        found.is_done,
        found.problem,
        found.told["outcome"],
        found.told["nodeinfo"]["users_total"],
    )
    assert "/x" in found.told["conversation"]
    assert "big" not in found.told["conversation"]
    assert "peer_lists" not in found.told


@pytest.mark.parametrize(
    ("program", "seconds", "problem", "detail"),
    [
        ("import sys; sys.exit(3)", 60, "opted_out", ""),
        ("import sys; sys.exit(4)", 60, "no_replica", ""),
        ("import sys; sys.exit('herdbook: no resolver')", 60, "failed", "herdbook: no resolver"),
        ("print('<html>')", 60, "failed", ""),
        ("__import__('signal').pause()", 0.5, "too_slow", ""),
    ],
)
def test_what_goes_wrong_is_told_exactly(
    program: str, seconds: float, problem: str, detail: str
) -> None:
    """No result is invented, and a check that does not end is ended."""
    desk = CheckDesk(_says(program), seconds)

    desk.ask("a.example", "one", NOW)
    desk.wait()

    found = desk.find("a.example")
    assert found is not None
    assert (True, problem, detail, {}) == (found.is_done, found.problem, found.detail, found.told)


def test_one_server_is_asked_at_a_time() -> None:
    """Whoever comes second is told so, and has spent nothing."""
    desk = CheckDesk(_says("__import__('signal').pause()"), 0.5)
    desk.ask("a.example", "one", NOW)

    no = desk.ask("b.example", "two", NOW)
    desk.wait()

    assert no is not None
    assert "busy" == no.reason
    assert desk.find("b.example") is None


def test_a_host_that_stays_out_is_not_asked(tmp_path: Path) -> None:
    """The operator's list holds for subdomains, before any socket is opened."""
    (tmp_path / "optouts.csv").write_text(
        "hostname,reason,source,added_on\nout.example,asked,mail,2026-03-20\n", encoding="utf-8"
    )

    done = subprocess.run(
        [sys.executable, "-P", "-m", "pipeline.live_check", "--", "sub.out.example"],
        env={**os.environ, "HERDBOOK_DATA": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert (3, b"") == (done.returncode, done.stdout)


def test_a_live_server_is_not_asked_by_nobody_in_particular(tmp_path: Path) -> None:
    """The crawler's own rule holds here too: no contact page, no question."""
    environment = {name: value for name, value in os.environ.items() if name != "HERDBOOK_CONTACT"}

    done = subprocess.run(
        [sys.executable, "-P", "-m", "pipeline.live_check", "--", "a.example"],
        env={**environment, "HERDBOOK_DATA": str(tmp_path)},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert 2 == done.returncode
    assert b"HERDBOOK_CONTACT" in done.stderr


def test_a_setting_that_means_nothing_is_refused() -> None:
    """`local` unless told; a typing mistake neither opens nor closes it."""
    assert "local" == Settings.from_environment({}).check_now
    assert "on" == Settings.from_environment({"HERDBOOK_CHECK_NOW": "on"}).check_now
    with pytest.raises(PipelineError, match="say local, on or off"):
        Settings.from_environment({"HERDBOOK_CHECK_NOW": "yes"})


@pytest.mark.browser
def test_a_check_of_the_replica_tells_where_the_replica_is(
    visitor: Callable[..., Any], site: str, askable: str
) -> None:
    """The button starts a process, and what it says reaches the page; an invented name is never asked for real."""
    page = visitor(f"{site}/server?d={askable}")
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")

    page.get_by_role("button", name="Check it now").click()

    page.get_by_text("The replica is not running, so its servers cannot be asked.").wait_for()


@pytest.mark.browser
def test_who_left_finds_the_way_back_where_nothing_is_known_of_them(
    visitor: Callable[..., Any], site: str
) -> None:
    """CON-05: where the word is written, and a button that has it read; the page does not tell who stays out."""
    page = visitor(f"{site}/server?d=left.example")
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")

    page.get_by_text("Is it yours? How to leave").click()
    page.get_by_text("_herdbook.left.example").wait_for(state="visible")
    page.get_by_role("button", name="Read this server's word now").click()

    page.get_by_text("The replica is not running, so its servers cannot be asked.").wait_for()


@pytest.fixture
def askable(published: Path) -> str:
    """A server that may be asked, not asked by a crawl just now."""
    with duckdb.connect(published / "published" / "herdbook.duckdb", read_only=True) as connection:
        rows = connection.execute(
            "select hostname from marts.instances where is_alive and not is_counting_refused"
            " and checked_at < current_timestamp - interval 1 hour order by hostname limit 1"
        ).fetchall()
    return str(rows[0][0])
