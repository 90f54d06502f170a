"""The schedule: every job is a child process, one at a time, each when it is due; nothing it does is silent.

One at a time, because each of them needs the warehouse, which one process can hold. A turn that comes
while the last run is not over is skipped and counted; turns that were missed, because the machine slept or
was off, are made up for by one run.
"""

import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, JobExecutionEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.cadence import Again, Rhythm
from pipeline.child import Child
from pipeline.status import JobState, Status, moment, one_line, stamp, write_status
from pipeline.warehouse import FREE_BYTES_WANTED

LAST_WORDS_SECONDS = 45.0
"""What a job that is told to end gets: a crawl stores what it holds and publishes."""
CLOCK_TOLERANCE_SECONDS = 60.0
"""Wall clock and monotonic clock may differ by so much between two looks; more is a jump or a sleep."""
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One thing that is done again and again."""

    name: str
    """As in the cadence."""
    arguments: tuple[str, ...]
    """What `python -m` is given."""
    rhythm: Rhythm
    """When."""


class Schedule:
    """Runs jobs until it is stopped; says what it does in the status file."""

    def __init__(
        self,
        jobs: Sequence[Job],
        *,
        again: Again,
        data: Path,
        status: Status,
        environment: Mapping[str, str] | None = None,
        free_bytes_wanted: int = FREE_BYTES_WANTED,
        free_bytes: Callable[[Path], int] = lambda data: shutil.disk_usage(data).free,
    ) -> None:
        self.status = status
        self._jobs = {job.name: job for job in jobs}
        self._again = again
        self._data = data
        self._environment = dict(environment or {})
        self._free_bytes_wanted = free_bytes_wanted
        self._free_bytes = free_bytes
        self._child: Child | None = None
        self._is_stopping = False
        self._lock = threading.RLock()
        self._running = threading.Lock()
        self._wall, self._monotonic = time.time(), time.monotonic()
        # misfire_grace_time: the default drops a run that is a second late (SECURITY DUR-10)
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(1)}, job_defaults=defaults, timezone=UTC
        )
        self._scheduler.add_listener(self._skipped, EVENT_JOB_MAX_INSTANCES)

    def start(self) -> None:
        """Begin; a job that was due while nobody served runs at once."""
        now = datetime.now(UTC)
        for place, job in enumerate(self._jobs.values()):
            state = self.status.jobs.setdefault(job.name, JobState())
            if state.outcome == "running":
                state.outcome, state.detail = "killed", "whoever ran it died with it"
            every = timedelta(seconds=job.rhythm.every_seconds)
            last = moment(state.last_started_at)
            # a time in the future is of a clock that was wrong
            first = now if last is None or last > now else max(now, last + every)
            self._scheduler.add_job(
                self.run,
                IntervalTrigger(seconds=job.rhythm.every_seconds, timezone=UTC),
                args=[job.name],
                id=job.name,
                # those that are due together run in their order
                next_run_time=first + timedelta(milliseconds=place),
            )
        self._scheduler.start()
        self._write()

    def run(self, name: str) -> None:
        """Run one job to its end."""
        with self._running:
            self._run(name)

    def _run(self, name: str) -> None:
        job, state = self._jobs[name], self.status.jobs.setdefault(name, JobState())
        with self._lock:
            if self._is_stopping:
                return
            if self._is_disk_full(state):
                return
            log = self._data / "logs" / f"{name}.log"
            child = Child(name, job.arguments, environment=self._environment, log=log)
            self._child = child
            state.outcome, state.detail = "running", ""
            state.last_started_at = stamp(datetime.now(UTC))
            self._write()
        is_late = not self._wait(child, job.rhythm.at_most_seconds)
        with self._lock:
            self._child = None
            self._ended(state, child, is_late)
            if state.failures_in_row:
                self._bring_forward(name, self._wait_seconds(state.failures_in_row))
            self._write()

    def look_at_clock(self) -> None:
        """Notice that the clock jumped or the machine slept; nobody waits longer than one interval."""
        wall, monotonic = time.time(), time.monotonic()
        moved = (wall - self._wall) - (monotonic - self._monotonic)
        self._wall, self._monotonic = wall, monotonic
        if abs(moved) > CLOCK_TOLERANCE_SECONDS:
            self.clock_moved()

    def clock_moved(self) -> None:
        """Look at every due time anew: none may be further off than its interval."""
        with self._lock:
            self.status.clock_moves_count += 1
            for name, job in self._jobs.items():
                self._bring_forward(name, job.rhythm.every_seconds)
            self._write()
        self._scheduler.wakeup()

    def stop(self, seconds: float = LAST_WORDS_SECONDS) -> None:
        """Start nothing more, and end what runs: asked first, killed after these seconds."""
        with self._lock:
            self._is_stopping = True
            child = self._child
        if child is not None:
            child.ask_to_end()
            child.end(seconds)
        # APScheduler's own wait holds the locks that a run needs to end
        with self._running:
            if self._scheduler.running:
                self._scheduler.shutdown(wait=False)
        with self._lock:
            self.status.ended_at = stamp(datetime.now(UTC))
            self._write()

    def next_run_at(self, name: str) -> datetime | None:
        """When a job's turn is."""
        found = self._scheduler.get_job(name)
        return found.next_run_time if found is not None else None

    def _is_disk_full(self, state: JobState) -> bool:
        free = self._free_bytes(self._data)
        if free >= self._free_bytes_wanted:
            self.status.trouble = ""
            return False
        wanted = self._free_bytes_wanted / 1e6
        self.status.trouble = (
            f"{self._data} has {free / 1e6:,.0f} MB free and {wanted:,.0f} MB are wanted: "
            "nothing runs until some space is freed"
        )
        state.outcome, state.detail = "skipped", "the disk is full"
        state.skipped_count += 1
        with suppress(OSError):  # it is full: the file of before stays
            self._write()
        return True

    def _wait(self, child: Child, seconds: float) -> bool:
        """Wait for a child; one that takes too long is ended. Says whether it was in time."""
        deadline = time.monotonic() + seconds
        while child.exit_code is None and time.monotonic() < deadline:
            time.sleep(_POLL_SECONDS)
        if child.exit_code is not None:
            return True
        child.end(LAST_WORDS_SECONDS)
        return False

    def _ended(self, state: JobState, child: Child, is_late: bool) -> None:
        now = stamp(datetime.now(UTC))
        code = child.exit_code
        state.exit_code, state.last_ended_at = code, now
        state.runs_count += 1
        if is_late:
            state.outcome = "ended late"
        elif code == 0:
            state.outcome, state.last_ok_at, state.failures_in_row = "ok", now, 0
            return
        elif code is not None and code < 0:
            state.outcome = "killed"
        else:
            state.outcome = "failed"
        # told to end by us: no failure of its own
        state.failures_in_row += 0 if self._is_stopping else 1
        by_signal = f"signal {-code}. " if code is not None and code < 0 else ""
        state.detail = by_signal + one_line(child.last_words)

    def _wait_seconds(self, failures: int) -> float:
        doubled = self._again.after_seconds * (1 << min(failures - 1, 20))
        return min(doubled, self._again.at_most_seconds)

    def _bring_forward(self, name: str, seconds: float) -> None:
        """Make a job's turn come within so many seconds, never later than it was."""
        job = self._scheduler.get_job(name)
        latest = datetime.now(UTC) + timedelta(seconds=seconds)
        if job is not None and (job.next_run_time is None or job.next_run_time > latest):
            job.modify(next_run_time=latest)

    def _skipped(self, event: JobExecutionEvent) -> None:
        with self._lock:
            self.status.jobs[event.job_id].skipped_count += 1
            self._write()

    def _write(self) -> None:
        now = datetime.now(UTC)
        self.status.written_at = stamp(now)
        for name, state in self.status.jobs.items():
            turn = self.next_run_at(name)
            state.next_run_at = stamp(turn) if turn is not None else None
        write_status(self._data, self.status)
