"""What runs unattended says of itself: one small JSON file, replaced whole at each change.

Anybody may read it at any time, also while the warehouse is held: `herdbook status`, and pages.
"""

import json
import os
import re
import threading
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE_NAME = "serve.json"
"""In the data folder."""

_MOST_WORDS = 500
_UNPRINTABLE = re.compile(r"[^\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")


@dataclass(slots=True, kw_only=True)
class JobState:
    """What is known of one job."""

    outcome: str = "never ran"
    """never ran, running, ok, failed, killed, ended late, or skipped."""
    detail: str = ""
    """The last words of a run that failed, or why it was skipped."""
    last_started_at: str | None = None
    """UTC; `None` = it never ran."""
    last_ended_at: str | None = None
    """UTC; `None` = it never ended."""
    last_ok_at: str | None = None
    """When a run last ended well, UTC."""
    next_run_at: str | None = None
    """UTC; `None` = it is not known."""
    exit_code: int | None = None
    """Of the last run; minus the signal's number when a signal ended it."""
    runs_count: int = 0
    """Runs that ended, whatever the outcome."""
    failures_in_row: int = 0
    """Since a run last ended well."""
    skipped_count: int = 0
    """Turns that came while the last run was not over yet, or while the disk was full."""


@dataclass(slots=True, kw_only=True)
class Status:
    """The whole file."""

    pid: int
    """Who serves."""
    started_at: str
    """UTC."""
    written_at: str = ""
    """UTC."""
    ended_at: str | None = None
    """When it ended in order; `None` = it runs, or died."""
    dashboard: str = ""
    """Where the dashboard is."""
    dashboard_restarts_count: int = 0
    """How often it had to be started again."""
    clock_moves_count: int = 0
    """How often the clock jumped, or the machine slept."""
    trouble: str = ""
    """What keeps jobs from running now, such as a full disk."""
    jobs: dict[str, JobState] = field(default_factory=dict)
    """By name."""


def stamp(at: datetime) -> str:
    """A time as the file has it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str | None) -> datetime | None:
    """A time from the file."""
    return datetime.fromisoformat(text) if text else None


def one_line(text: str) -> str:
    """Words of a child on one line, without what a terminal would obey."""
    return " ".join(_UNPRINTABLE.sub(" ", text).split())[-_MOST_WORDS:]


_writing = threading.Lock()


def write_status(data: Path, status: Status) -> None:
    """Replace the file; jobs of several threads write one after another."""
    aside = data / f".{FILE_NAME}.new"
    with _writing:
        aside.write_text(json.dumps(asdict(status), indent=1) + "\n", encoding="utf-8")
        os.replace(aside, data / FILE_NAME)


def read_status(data: Path) -> Status | None:
    """What was written last; `None` = nothing ever, or nothing that this version understands."""
    try:
        told: dict[str, Any] = json.loads((data / FILE_NAME).read_text(encoding="utf-8"))
        jobs = {name: JobState(**state) for name, state in told.pop("jobs").items()}
        return Status(**told, jobs=jobs)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def is_running(status: Status) -> bool:
    """Whether the process that wrote it is there still."""
    if status.ended_at is not None:
        return False
    try:
        os.kill(status.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
