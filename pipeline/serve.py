"""`herdbook serve`: started once and forgotten. Crawls, publishes, thins and copies when due; shows the pages.

The dashboard and every job are processes of their own: one that dies takes none of the others along. SIGTERM
ends everything within a minute.
"""

import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from types import FrameType

from pipeline.cadence import Cadence, Rhythm
from pipeline.child import Child
from pipeline.exceptions import AlreadyServing, ContactMissing, UpFailed
from pipeline.schedule import LAST_WORDS_SECONDS, Job, Schedule
from pipeline.settings import Settings
from pipeline.status import Status, read_status, stamp

LOCK_NAME = ".serve.lock"
"""Held by whoever serves a data folder."""
_READY_SECONDS = 60.0
"""Until the dashboard has said that it is ready; a cold start on two busy cores takes ten."""
_DASHBOARD_SECONDS = 5.0
"""What the dashboard gets to end, after the jobs had theirs: together less than a minute."""
_LOOK_SECONDS = 1.0
_FIRST_RESTART_SECONDS = 1.0
_LONGEST_RESTART_SECONDS = 300.0
"""Between two starts of a dashboard that keeps dying: doubled from one second up to this."""
_ADDRESS = "herdbook: the dashboard is at "
"""How the dashboard announces itself (dashboard/__main__.py)."""

_WAY = ("--connect-to", "--allow-address", "--ca-file")
_WAY_JOINED = tuple(f"{option}=" for option in _WAY)

Say = Callable[[str], None]
"""Told one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What was asked for on the command line."""

    cadence: Cadence
    """When what runs."""
    port: int
    """Port of the dashboard."""
    has_dashboard: bool = True
    """Whether pages are shown too."""
    crawl_arguments: tuple[str, ...] = ()
    """Handed to each crawl as they are, such as the way to a test rig."""


def serve(settings: Settings, plan: Plan, say: Say) -> int:
    """Serve until told to end. Returns 0. Raises `AlreadyServing`, `ContactMissing`, `UpFailed`."""
    _want_contact(settings, plan)
    settings.data.mkdir(parents=True, exist_ok=True)
    with _only_one(settings.data), _told_to_end() as ended:
        before = read_status(settings.data)
        status = Status(pid=os.getpid(), started_at=stamp(datetime.now(UTC)))
        status.jobs = before.jobs if before is not None else {}
        environment = {"HERDBOOK_DATA": str(settings.data)}
        pages = _Pages(plan, settings.data, environment, status)
        schedule = Schedule(
            jobs(plan),
            again=plan.cadence.again,
            data=settings.data,
            status=status,
            environment=environment,
        )
        try:
            pages.start(ended)
            if not ended.is_set():
                schedule.start()
                where = f" The dashboard is at {status.dashboard}." if status.dashboard else ""
                say(f"Serving {settings.data}.{where} `herdbook status` tells how it goes.")
            while not ended.wait(_LOOK_SECONDS):
                schedule.look_at_clock()
                pages.look()
        finally:
            schedule.stop(LAST_WORDS_SECONDS)
            pages.stop()
    return 0


def jobs(plan: Plan) -> list[Job]:
    """What runs, in the order in which it runs when all of it is due."""
    rhythms = plan.cadence.rhythms
    return [
        Job(name=name, arguments=_arguments(name, rhythms[name], plan), rhythm=rhythms[name])
        for name in ("census", "liveness", "publish", "optouts", "alerts", "retention", "backup")
    ]


def _arguments(name: str, rhythm: Rhythm, plan: Plan) -> tuple[str, ...]:
    if name in ("census", "liveness"):
        # it ends in order by itself before it would be ended
        seconds = max(1, round(rhythm.at_most_seconds * 0.95))
        crawl = ("crawler", "crawl", "--quiet", "--for", f"{seconds}s")
        only = ("--liveness",) if name == "liveness" else ()
        return (*crawl, *only, *plan.crawl_arguments)
    keep = plan.cadence.keep
    told = {
        "publish": ("publish",),
        "optouts": ("optout", "apply", "--if-new"),
        "alerts": ("alerts", *_way(plan.crawl_arguments)),
        "retention": (
            *("retain", "--conversations-days", str(keep.conversations_days)),
            *("--documents-days", str(keep.documents_days)),
        ),
        "backup": ("backup", "--keep", str(keep.backups)),
    }
    return ("pipeline.cli", *told[name])


def _way(arguments: tuple[str, ...]) -> tuple[str, ...]:
    """The options among those of a crawl that say how names are reached: alerts go the same way."""
    way: list[str] = []
    rest = iter(arguments)
    for option in rest:
        if option == "--placeholder-contact" or option.startswith(_WAY_JOINED):
            way.append(option)
        elif option in _WAY:
            way += [option, next(rest, "")]
    return tuple(way)


def _want_contact(settings: Settings, plan: Plan) -> None:
    named = {"--connect-to", "--placeholder-contact"} & set(plan.crawl_arguments)
    if settings.contact_url is None and not named:
        raise ContactMissing


class _Pages:
    """The dashboard, started again when it dies."""

    def __init__(self, plan: Plan, data: Path, environment: dict[str, str], status: Status) -> None:
        self._is_wanted = plan.has_dashboard
        self._arguments = ["dashboard", "--port", str(plan.port)]
        self._log = data / "logs" / "dashboard.log"
        self._environment = environment
        self._status = status
        self._child: Child | None = None
        self._wait_seconds = _FIRST_RESTART_SECONDS
        self._again_at: float | None = None

    def start(self, ended: Event) -> None:
        """Start it and wait until it answers. Raises `UpFailed`: a port that is taken is told at once."""
        if not self._is_wanted:
            return
        child = self._begin()
        deadline = time.monotonic() + _READY_SECONDS
        while not (address := self._address(child)) and not ended.wait(0.2):
            if child.exit_code is not None or time.monotonic() > deadline:
                raise UpFailed(child.name, child.exit_code, child.last_words)
        self._status.dashboard = address

    def look(self) -> None:
        """Start it again if it died, each time a little later."""
        if self._child is None or self._child.exit_code is None:
            return
        now = time.monotonic()
        if self._again_at is None:
            self._again_at = now + self._wait_seconds
        elif now >= self._again_at:
            self._status.dashboard_restarts_count += 1
            self._wait_seconds = min(2 * self._wait_seconds, _LONGEST_RESTART_SECONDS)
            self._begin()

    def stop(self) -> None:
        """End it."""
        if self._child is not None:
            self._child.end(_DASHBOARD_SECONDS)

    def _begin(self) -> Child:
        self._again_at = None
        self._child = Child(
            "the dashboard", self._arguments, environment=self._environment, log=self._log
        )
        return self._child

    @staticmethod
    def _address(child: Child) -> str:
        for line in child.words.splitlines():
            if line.startswith(_ADDRESS):
                return line.removeprefix(_ADDRESS).strip()
        return ""


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold the folder while the block lasts. Raises `AlreadyServing`."""
    with (data / LOCK_NAME).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            held = read_status(data)
            raise AlreadyServing(data, held.pid if held else None) from None
        yield


@contextmanager
def _told_to_end() -> Iterator[Event]:
    """Ctrl-C and SIGTERM set an event while the block lasts."""
    ended = Event()

    def told(number: int, frame: FrameType | None) -> None:
        ended.set()

    before = {number: signal.signal(number, told) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
