"""The schedule, with real processes for jobs."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.cadence import Again, Rhythm
from pipeline.schedule import Job, Schedule
from pipeline.status import JobState, Status, read_status, stamp

HOUR = 3600
_PATIENCE_SECONDS = 30

SCRIPTS = {
    "good": "import os; print('done')",
    "bad": "import sys; sys.exit('it \\x1b[31mbroke\\x07 today')",
    "shot": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "slow": "import time; time.sleep(600)",
}


@pytest.fixture
def scripts(tmp_path: Path) -> Path:
    """Modules that jobs run."""
    folder = tmp_path / "scripts"
    folder.mkdir()
    for name, text in SCRIPTS.items():
        (folder / f"{name}_job.py").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


Make = Callable[..., Schedule]


@pytest.fixture
def schedule_of(scripts: Path, data: Path) -> Iterator[Make]:
    """Make a schedule of jobs by the names of their scripts; it is stopped at the end."""
    made: list[Schedule] = []

    def make(
        *names: str, jobs: dict[str, JobState] | None = None, at_most: int = HOUR, **more: Any
    ) -> Schedule:
        made.append(
            Schedule(
                [
                    Job(
                        name=name,
                        arguments=(f"{name}_job",),
                        rhythm=Rhythm(every_seconds=HOUR, at_most_seconds=at_most),
                    )
                    for name in names
                ],
                again=Again(after_seconds=300, at_most_seconds=1200),
                data=data,
                status=Status(pid=1, started_at="", jobs=jobs or {}),
                environment={"PYTHONPATH": str(scripts)},
                **more,
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.stop(5)


def until(is_so: Callable[[], Any]) -> None:
    """Wait for what other threads do; a test that hangs fails."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    moment = threading.Event()
    while not is_so():
        assert time.monotonic() < deadline
        moment.wait(0.05)


def waits(schedule: Any, name: str) -> timedelta:
    """How long until a job's next turn; a run is counted a moment before that is set."""
    turn = schedule.next_run_at(name)
    return turn - datetime.now(UTC) if turn else timedelta.max


def test_what_never_ran_runs_at_once_and_again_after_its_interval(
    schedule_of: Make, data: Path
) -> None:
    """DUR-10: the status file tells the run, its end and the next turn."""
    schedule = schedule_of("good")

    schedule.start()
    until(lambda: schedule.status.jobs["good"].runs_count)

    status = read_status(data)
    assert status is not None
    job = status.jobs["good"]
    assert ("ok", 0, 1, 0) == (job.outcome, job.exit_code, job.runs_count, job.failures_in_row)
    turn = schedule.next_run_at("good")
    assert turn is not None
    assert turn - datetime.now(UTC) > timedelta(minutes=50)
    assert "done" == (data / "logs" / "good.log").read_text(encoding="utf-8").strip()


def test_a_job_that_fails_says_why_and_runs_again_soon(schedule_of: Make) -> None:
    """DUR-10: its last words are in the status, without what a terminal would obey (OUT-06)."""
    schedule = schedule_of("bad")

    schedule.start()
    until(lambda: schedule.status.jobs["bad"].runs_count)

    job = schedule.status.jobs["bad"]
    assert ("failed", 1, 1) == (job.outcome, job.exit_code, job.failures_in_row)
    assert "it [31mbroke today" == job.detail
    until(lambda: waits(schedule, "bad") <= timedelta(seconds=300))


def test_a_job_that_keeps_failing_is_tried_ever_less_often(schedule_of: Make) -> None:
    """The wait doubles with each failure in a row up to its limit."""
    schedule = schedule_of("bad", jobs={"bad": JobState(failures_in_row=9)})

    schedule.start()
    until(lambda: waits(schedule, "bad") <= timedelta(seconds=1200))

    assert timedelta(seconds=1100) < waits(schedule, "bad")


def test_a_job_that_is_killed_takes_nobody_along(schedule_of: Make) -> None:
    """DUR-01: the schedule goes on with the next job, and tells the signal."""
    schedule = schedule_of("shot", "good")

    schedule.start()
    until(lambda: schedule.status.jobs["good"].runs_count)

    shot = schedule.status.jobs["shot"]
    assert ("killed", -9) == (shot.outcome, shot.exit_code)
    assert shot.detail.startswith("signal 9")
    assert "ok" == schedule.status.jobs["good"].outcome


def test_a_job_that_takes_too_long_is_ended(schedule_of: Make) -> None:
    """It is asked first; it counts as a failure."""
    schedule = schedule_of("slow", at_most=1)

    schedule.start()
    until(lambda: schedule.status.jobs["slow"].runs_count)

    slow = schedule.status.jobs["slow"]
    assert ("ended late", 1) == (slow.outcome, slow.failures_in_row)


def test_a_turn_that_comes_too_early_is_skipped_and_counted(
    schedule_of: Make,
) -> None:
    """DUR-10: one run at a time, however late it is."""
    schedule = schedule_of("slow")
    schedule.start()
    until(lambda: schedule.status.jobs["slow"].outcome == "running")

    schedule._bring_forward("slow", 0)
    schedule._scheduler.wakeup()
    until(lambda: schedule.status.jobs["slow"].skipped_count)

    assert ("running", 0) == (
        schedule.status.jobs["slow"].outcome,
        schedule.status.jobs["slow"].runs_count,
    )


def test_stopping_ends_what_runs_and_starts_nothing_more(schedule_of: Make, data: Path) -> None:
    """DUR-03: a job that waits its turn does not begin; what was stopped is no failure."""
    schedule = schedule_of("slow", "good")
    schedule.start()
    until(lambda: schedule.status.jobs["slow"].outcome == "running")

    schedule.stop(5)

    status = read_status(data)
    assert status is not None
    assert status.ended_at is not None
    assert ("killed", -15, 0) == (
        status.jobs["slow"].outcome,
        status.jobs["slow"].exit_code,
        status.jobs["slow"].failures_in_row,
    )
    assert 0 == status.jobs["good"].runs_count


def test_a_full_disk_starts_nothing_and_is_said(schedule_of: Make, data: Path) -> None:
    """DUR-06: the status names the folder and what is wanted; once there is space again, it goes."""
    free = [10_000_000]
    schedule = schedule_of("good", free_bytes=lambda _: free[0])

    schedule.run("good")
    status = read_status(data)
    free[0] = 10**12
    schedule.run("good")

    assert status is not None
    assert ("skipped", 1, 0) == (
        status.jobs["good"].outcome,
        status.jobs["good"].skipped_count,
        status.jobs["good"].runs_count,
    )
    assert "10 MB free" in status.trouble
    assert "" == schedule.status.trouble
    assert "ok" == schedule.status.jobs["good"].outcome


@pytest.mark.parametrize(
    ("ago", "at_once"),
    [
        (timedelta(minutes=10), False),
        (timedelta(days=3), True),
        (timedelta(days=-40), True),
    ],
)
def test_what_was_missed_while_nobody_served_is_made_up_for_once(
    schedule_of: Make, ago: timedelta, at_once: bool
) -> None:
    """DUR-09, DUR-10: the last start counts across restarts; one in the future was a wrong clock."""
    last = JobState(last_started_at=stamp(datetime.now(UTC) - ago))
    schedule = schedule_of("slow", jobs={"slow": last})

    schedule.start()
    turn = schedule.next_run_at("slow")

    if at_once:
        until(lambda: schedule.status.jobs["slow"].outcome == "running")
    else:
        assert turn is not None
        assert timedelta(minutes=45) < turn - datetime.now(UTC) <= timedelta(minutes=50)


def test_a_clock_that_was_set_back_keeps_nobody_waiting(schedule_of: Make) -> None:
    """DUR-09: a turn that lies further off than an interval is brought forward."""
    last = JobState(last_started_at=stamp(datetime.now(UTC)))
    schedule = schedule_of("good", jobs={"good": last})
    schedule.start()
    job = schedule._scheduler.get_job("good")
    job.modify(next_run_time=datetime.now(UTC) + timedelta(days=40))

    schedule._wall -= 3600
    schedule.look_at_clock()

    turn = schedule.next_run_at("good")
    assert turn is not None
    assert turn - datetime.now(UTC) <= timedelta(hours=1)
    assert 1 == schedule.status.clock_moves_count


def test_what_died_with_its_schedule_is_told(schedule_of: Make) -> None:
    """DUR-01: after a power cut the status does not say `running` for ever."""
    schedule = schedule_of(
        "good", jobs={"good": JobState(outcome="running", last_started_at=stamp(datetime.now(UTC)))}
    )

    schedule.start()

    assert "killed" == schedule.status.jobs["good"].outcome


def test_the_status_file_is_whole_or_of_before(data: Path) -> None:
    """A file that cannot be understood is none; nobody fails because of it."""
    (data / "serve.json").write_text('{"pid": 1, "started_at"', encoding="utf-8")
    torn = read_status(data)
    (data / "serve.json").write_text(
        json.dumps({"pid": 1, "jobs": [], "more": 1}), encoding="utf-8"
    )

    assert torn is None
    assert read_status(data) is None
