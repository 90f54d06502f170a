"""`herdbook serve` through simulated days: the clock is set ahead to whatever is due next, the rest is real.

Thirty-one hours with a crawl every fifteen by default, to keep the whole of the tests short; `HERDBOOK_HOURS=48` lets two
days pass with a crawl every hour.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.replica.expected import Expected, Truth
from crawler.replica.world import World
from pipeline.status import Status, moment, read_status

pytestmark = pytest.mark.slow

HOURS = int(os.environ.get("HERDBOOK_HOURS", "31"))
EVERY_HOURS = 15 if HOURS < 48 else 1
RARE_HOURS = 24 if HOURS < 48 else 12
CLOCK = Path(__file__).parents[1] / "fixtures" / "clock"
MIDNIGHT = datetime(2030, 3, 1, tzinfo=UTC)
SERVERS, SEED, DAY = 80, 21, 53
"""Between this day and the next a server dies, one fails, one is mended, one is born, and a door changes."""
PATIENCE_SECONDS = 600.0
GROWTH_BYTES = 12_000_000
"""Of the process that serves, over all these hours: what the allocator does not give back."""

CADENCE = f"""
[census]
every = "{EVERY_HOURS}h"
at_most = "1h"
[liveness]
every = "{max(5, EVERY_HOURS)}h"
at_most = "20m"
[publish]
every = "1d"
at_most = "1h"
[optouts]
every = "{RARE_HOURS}h"
at_most = "1h"
[alerts]
every = "{RARE_HOURS}h"
at_most = "10m"
[retention]
every = "1d"
at_most = "1h"
[backup]
every = "1d"
at_most = "2h"
[again]
after = "5m"
at_most = "1h"
[keep]
backups = 7
conversations_days = 35
documents_days = 400
"""
WATCH = """[[watch]]
name = "ours"
hostnames = ["{failing}", "{steady}"]
url = "https://{steady}/hook"
secret_env = "HOOK_SECRET"
"""

# a crawl waits twenty seconds for either of these, and another test has them
_WORLD = """
from dataclasses import replace
from crawler.replica.neighbours import Manner
from crawler.replica.world import World
def world():
    made = World({servers}, {seed}, {day})
    slow = (Manner.SLOW, Manner.DRIPPING)
    made.neighbours = [replace(n, manner=Manner.DEAD) if n.manner in slow else n for n in made.neighbours]
    return made
"""
_REPLICA = """
import asyncio, sys
from pathlib import Path
from crawler.replica import main
asyncio.run(main._serve(world(), 0, Path(sys.argv[1])))
"""
SOURCE = _WORLD.format(servers=SERVERS, seed=SEED, day=DAY)


def _world() -> World:
    found: dict[str, Any] = {}
    # the text that the other process runs
    exec(SOURCE, found)
    made: World = found["world"]()
    return made


def until(is_so: Callable[[], object], what: Callable[[], str] = str) -> None:
    """Wait for another process; a test that hangs fails and says how far it was."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


@dataclass
class Days:
    """A replica, somebody who serves, and the clock of both."""

    home: Path
    world: World
    replica: "subprocess.Popen[str]"
    day: int = DAY
    memory: list[int] = field(default_factory=list)

    @property
    def data(self) -> Path:
        """Of whoever serves."""
        return self.home / "data"

    @property
    def ahead(self) -> Path:
        """How many seconds the clock is ahead."""
        return self.home / "ahead"

    def set(self, at: datetime) -> None:
        """Let it be that time; a replica's day passes at midnight."""
        while self.day - DAY < (at - MIDNIGHT).days:
            self.replica.send_signal(signal.SIGHUP)
            assert self.replica.stdout is not None
            self.day += 1
            assert f"Day {self.day}.\n" == self.replica.stdout.readline()
        aside = self.ahead.with_suffix(".new")
        aside.write_text(f"{at.timestamp() - time.time()}", encoding="ascii")
        os.replace(aside, self.ahead)

    def status(self) -> Status:
        """What whoever serves says of itself."""
        return read_status(self.data) or Status(pid=0, started_at="")

    def truth(self, at: datetime, hostname: str) -> Expected:
        """What is true of a name at a time."""
        day = DAY + (at - MIDNIGHT).days
        return self.truths.setdefault(day, Truth(self.world.on(day))).expected(hostname)

    truths: dict[int, Truth] = field(default_factory=dict)


@pytest.fixture
def days(tmp_path: Path) -> Iterator[Days]:
    """A replica that runs, and a clock that stands at midnight."""
    replica = subprocess.Popen(
        [sys.executable, "-c", SOURCE + _REPLICA, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert replica.stdout is not None
        for line in replica.stdout:
            if "SIGHUP" in line:
                break
        made = Days(home=tmp_path, world=_world(), replica=replica)
        made.set(MIDNIGHT + timedelta(seconds=10))
        yield made
    finally:
        replica.terminate()
        replica.communicate(timeout=30)


def _serve(days: Days) -> "subprocess.Popen[str]":
    cadence = days.home / "cadence.toml"
    cadence.write_text(CADENCE, encoding="utf-8")
    days.data.mkdir()
    failing = {s.hostname for s in days.world.servers if s.index in days.world.on(DAY + 1).silent}
    names = {"failing": min(failing), "steady": days.world.seeds[0].hostname}
    (days.data / "watches.toml").write_text(WATCH.format(**names), encoding="utf-8")
    rig = json.loads((days.home / "replica" / "rig" / "rig.json").read_text(encoding="utf-8"))
    path = os.pathsep.join(filter(None, [str(CLOCK), os.environ.get("PYTHONPATH")]))
    return subprocess.Popen(
        [
            *(sys.executable, "-m", "pipeline.cli", "serve", "--no-dashboard"),
            *("--cadence", str(cadence), "--seeds", rig["seeds_file"]),
            *("--connect-to", f"*:443:{rig['address']}:{rig['port']}"),
            *("--allow-address", "127.0.0.0/8", "--ca-file", rig["ca_file"]),
        ],
        env={
            **os.environ,
            "HERDBOOK_DATA": str(days.data),
            "PYTHONPATH": path,
            "TEST_CLOCK": str(days.ahead),
            "HOOK_SECRET": "sixteen bytes at least",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _is_over(state: Status, names: list[str], since: datetime) -> bool:
    """Whether each of these jobs ran to its end after a time."""
    for name in names:
        job = state.jobs[name]
        started = moment(job.last_started_at)
        if started is None or started < since or job.outcome == "running":
            return False
    return True


def _pass(days: Days, serving: "subprocess.Popen[str]") -> None:
    """Let the hours pass, from one due time to the next."""
    until(lambda: days.status().jobs or serving.poll() is not None, lambda: "nobody serves")
    names, since = list(days.status().jobs), MIDNIGHT
    while since <= MIDNIGHT + timedelta(hours=HOURS):
        _wait_for(days, names, since)
        days.memory.append(_resident_bytes(serving.pid))
        told = {name: moment(job.next_run_at) for name, job in days.status().jobs.items()}
        turns = {name: turn for name, turn in told.items() if turn is not None}
        since = min(turns.values())
        at = since + timedelta(seconds=2)
        names = [name for name, turn in turns.items() if turn <= at]
        if since <= MIDNIGHT + timedelta(hours=HOURS):
            days.set(at)


def _wait_for(days: Days, names: list[str], since: datetime) -> None:
    until(lambda: _is_over(days.status(), names, since), lambda: f"{since} {days.status()}")


def _resident_bytes(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def test_days_pass_and_what_is_published_is_true(days: Days) -> None:
    """DUR-10, RES-06: every job runs when due and well, each day's numbers are that day's, memory stays flat."""
    serving = _serve(days)
    try:
        _pass(days, serving)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=60)
    state = days.status()
    with duckdb.connect(days.data / "published" / "herdbook.duckdb", read_only=True) as read:
        read.execute("set timezone = 'UTC'")
        checks = read.execute("select hostname, checked_at::varchar, outcome from marts.checks")
        ended = [(name, datetime.fromisoformat(at), how) for name, at, how in checks.fetchall()]
        said = read.execute(
            "select hostname, day_on, users_total, software_version, registration from marts.instance_days "
            "where source = 'herdbook' and is_up"
        ).fetchall()

    every = {"census": EVERY_HOURS, "liveness": max(5, EVERY_HOURS), "optouts": RARE_HOURS}
    every |= {"alerts": RARE_HOURS}
    due = {name: 1 + (HOURS - 1) // every.get(name, 24) for name in state.jobs}
    assert due == {name: job.runs_count for name, job in state.jobs.items()}
    assert {"ok": len(due)} == _counted(job.outcome for job in state.jobs.values())
    assert 0 == sum(job.skipped_count + job.failures_in_row for job in state.jobs.values())
    assert [] == [
        (name, at, how, days.truth(at, name).outcome.value)
        for name, at, how in ended
        if days.truth(at, name).outcome != how
    ]
    assert [] == [row for row in said if not _is_true(days, *row)]
    assert {MIDNIGHT.date(), (MIDNIGHT + timedelta(days=1)).date()} == {row[1] for row in said}
    answered, failed = (
        {n for n, _, how in ended if (how == "ok") is good} for good in (True, False)
    )
    assert len(answered & failed) > 1
    assert max(days.memory) - days.memory[0] < GROWTH_BYTES, days.memory


def _is_true(
    days: Days, hostname: str, on: Any, users: int | None, version: str | None, registration: str
) -> bool:
    """Whether what is published of a day is what the server told on it."""
    expected = days.truth(datetime.combine(on, datetime.min.time(), UTC), hostname)
    told = expected.numbers.get("users_total")
    is_right = (told is None or told == users) and expected.version in (None, version)
    return is_right and expected.registration in (None, registration)


def _counted(values: Any) -> dict[str, int]:
    found: dict[str, int] = {}
    for value in values:
        found[value] = found.get(value, 0) + 1
    return found
