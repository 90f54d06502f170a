"""How a Herdbook runs, as anybody may know it: what its pages say. No path of the machine and no log line is in it."""

import re
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.status import JobState, is_running, moment, read_status
from pipeline.warehouse import FREE_BYTES_WANTED

BACKUPS = "backups"
"""In the data folder; each backup is a folder named by its time."""
BACKUP_NAME = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRunning:
    """One job that is done again and again."""

    name: str
    """As in the cadence."""
    outcome: str
    """As in `JobState`; a run of whoever is gone is `killed`."""
    failures_in_row: int
    """Since it last ended well."""
    skipped_count: int
    """Turns that were passed over."""
    last_started_at: datetime | None
    """`None` = it never ran."""
    last_ok_at: datetime | None
    """`None` = it never ended well."""
    next_run_at: datetime | None
    """`None` = not known, or nobody is there to run it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The whole of it."""

    is_served: bool
    """Whether somebody looks after the jobs now."""
    served_from: datetime | None
    """When whoever serves, or served last, began; `None` = nobody ever did."""
    ended_at: datetime | None
    """When it ended in order; `None` = it runs, died, or never was."""
    is_in_trouble: bool
    """Whether something, such as a full disk, keeps jobs from running."""
    dashboard_restarts_count: int
    """How often the pages had to be started again."""
    clock_moves_count: int
    """How often the clock jumped, or the machine slept."""
    jobs: tuple[JobRunning, ...]
    """In the order in which they run."""
    backups_count: int
    """Copies that are kept."""
    newest_backup_at: datetime | None
    """`None` = there is none."""
    free_bytes: int | None
    """Of the disk that the data are on; `None` = it cannot be told."""
    free_bytes_wanted: int = FREE_BYTES_WANTED
    """With less, no job begins."""


def read_running(data: Path) -> Running:
    """Read how the Herdbook of a data folder runs. Never fails: what cannot be read is not known."""
    status = read_status(data)
    is_served = status is not None and is_running(status)
    made = sorted(p.name for p in (data / BACKUPS).glob("*") if BACKUP_NAME.fullmatch(p.name))
    return Running(
        is_served=is_served,
        served_from=moment(status.started_at) if status else None,
        ended_at=moment(status.ended_at) if status else None,
        is_in_trouble=bool(status and status.trouble),
        dashboard_restarts_count=status.dashboard_restarts_count if status else 0,
        clock_moves_count=status.clock_moves_count if status else 0,
        jobs=tuple(_job(n, s, is_served) for n, s in status.jobs.items()) if status else (),
        backups_count=len(made),
        newest_backup_at=_backed_up_at(made[-1]) if made else None,
        free_bytes=_free_bytes(data),
    )


def _job(name: str, state: JobState, is_served: bool) -> JobRunning:
    is_orphan = state.outcome == "running" and not is_served
    return JobRunning(
        name=name,
        outcome="killed" if is_orphan else state.outcome,
        failures_in_row=state.failures_in_row,
        skipped_count=state.skipped_count,
        last_started_at=moment(state.last_started_at),
        last_ok_at=moment(state.last_ok_at),
        next_run_at=moment(state.next_run_at) if is_served else None,
    )


def _backed_up_at(name: str) -> datetime | None:
    try:
        return datetime.strptime(name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _free_bytes(data: Path) -> int | None:
    try:
        return shutil.disk_usage(data).free
    except OSError:
        return None
