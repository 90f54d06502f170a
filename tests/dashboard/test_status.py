"""The page that says how this Herdbook runs."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.status import FILE_NAME, JobState, Status, stamp, write_status

pytestmark = pytest.mark.browser

NOW = datetime.now(UTC)


@pytest.fixture
def told(published: Path) -> Iterator[Status]:
    """What whoever serves says of itself, with words that are for whoever runs it only."""
    status = Status(pid=os.getpid(), started_at=stamp(NOW - timedelta(days=2)))
    status.trouble = f"{published} has 1 MB free"
    status.jobs = {
        "census": JobState(
            outcome="ok",
            last_started_at=stamp(NOW - timedelta(hours=3)),
            last_ok_at=stamp(NOW - timedelta(hours=2)),
            next_run_at=stamp(NOW + timedelta(hours=3)),
        ),
        "backup": JobState(outcome="failed", detail=f"cannot write {published}", failures_in_row=3),
    }
    write_status(published, status)
    yield status
    (published / FILE_NAME).unlink()


def test_the_page_tells_how_each_job_went_and_nothing_of_the_machine(
    visitor: Callable[..., Any], site: str, published: Path, told: Status
) -> None:
    """DUR-10, DUR-12: job by job, when it is due, and that nobody runs them any more; no path, no last words."""
    page = visitor(f"{site}/method")
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")
    page.get_by_role("link", name="Status", exact=True).click()
    page.wait_for_url("**/status*")
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-table")
    served = page.inner_text("[data-testid=stMain]")
    jobs = [row.split("\t") for row in page.locator(".hb-table tbody tr").all_inner_texts()]
    told.ended_at = stamp(NOW)
    write_status(published, told)
    page.goto(f"{site}/status")
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-table")
    ended = page.inner_text("[data-testid=stMain]")

    assert "No job begins at present, because the disk is full" in served
    assert ["Asking the servers that are due", "ended well"] == jobs[0][:2]
    assert jobs[0][2].endswith("(3 h ago)")
    assert ["Backup", "failed, 3 times in a row", "never", "never", "not known"] == jobs[1]
    assert "Nothing runs by itself at present" in ended
    assert "No job begins" not in ended
    assert [] == [text for text in (served, ended) if str(published) in text]
