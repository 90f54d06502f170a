"""`herdbook serve`, as an operator starts it: real processes, a real replica."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.cadence import read_cadence
from pipeline.exceptions import AlreadyServing, ContactMissing
from pipeline.read import Published
from pipeline.serve import LOCK_NAME, Plan, _only_one, jobs, serve
from pipeline.settings import Settings
from pipeline.status import Status, is_running, read_status, write_status

_PATIENCE_SECONDS = 120
CADENCE = """
[census]
every = "5s"
at_most = "2m"
[liveness]
every = "1d"
at_most = "1m"
[publish]
every = "1d"
at_most = "1m"
[optouts]
every = "1d"
at_most = "1m"
[alerts]
every = "1d"
at_most = "1m"
[retention]
every = "1d"
at_most = "1m"
[backup]
every = "1d"
at_most = "1m"
[again]
after = "1s"
at_most = "5s"
[keep]
backups = 2
conversations_days = 35
documents_days = 400
"""


def until(is_so: Callable[[], object], what: Callable[[], str] = str) -> None:
    """Wait for another process; a test that hangs fails and says how far it was."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


def start(data: Path, *arguments: str) -> "subprocess.Popen[str]":
    """Run `python -m ARGUMENTS` with a data folder."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "HERDBOOK_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[list[str]]:
    """A replica of a few servers, as options that lead a crawl to it."""
    place = tmp_path / "world"
    replica = start(place, "crawler", "replica", "--servers", "30")
    note = place / "replica" / "rig" / "rig.json"
    try:
        until(note.exists)
        told = json.loads(note.read_text(encoding="utf-8"))
        yield [
            *("--connect-to", f"*:443:{told['address']}:{told['port']}"),
            *("--allow-address", "127.0.0.0/8"),
            *("--ca-file", told["ca_file"]),
            *("--seeds", told["seeds_file"]),
        ]
    finally:
        replica.terminate()
        replica.communicate(timeout=30)


@pytest.fixture
def unused_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.mark.slow
def test_started_once_it_crawls_publishes_backs_up_and_ends_in_order(
    tmp_path: Path, rig: list[str]
) -> None:
    """DUR-03, DUR-10: every job runs when due, a killed crawl runs again, SIGTERM ends it all."""
    cadence = tmp_path / "cadence.toml"
    cadence.write_text(CADENCE, encoding="utf-8")
    data = tmp_path / "data"
    serving = start(
        data, "pipeline.cli", "serve", "--no-dashboard", "--cadence", str(cadence), *rig
    )

    def state() -> Status:
        return read_status(data) or Status(pid=0, started_at="")

    def ended(name: str) -> bool:
        return name in state().jobs and state().jobs[name].last_ok_at is not None

    try:
        until(lambda: state().jobs.get("census") and state().jobs["census"].outcome == "running")
        killed = _kill_crawl(serving.pid)
        until(
            lambda: all(map(ended, ("census", "publish", "retention", "backup"))),
            lambda: str(state()),
        )
        about = Published(data).about()
        asked = start(data, "pipeline.cli", "status")
        _, said = asked.communicate(timeout=30)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=60)

    assert killed
    assert 0 == serving.returncode
    assert about.is_replica
    assert about.instances_alive > 20
    assert "" == said
    assert not is_running(state())
    assert state().ended_at is not None
    assert 1 == len(list((data / "backups").iterdir()))
    assert state().jobs["census"].runs_count > 1


def _kill_crawl(parent: int) -> bool:
    """Kill the crawl that a process runs, as the machine does when memory is short."""
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(parent)],
        capture_output=True,
        text=True,
        check=False,
    )
    for line in found.stdout.splitlines():
        pid, _, arguments = line.strip().partition(" ")
        if "crawler crawl" in arguments:
            os.kill(int(pid), signal.SIGKILL)
            return True
    return False


@pytest.mark.slow
def test_the_dashboard_is_started_again_when_it_dies(tmp_path: Path, unused_port: int) -> None:
    """One process that dies takes nobody along."""
    serving = start(
        tmp_path,
        *("pipeline.cli", "serve", "--port", str(unused_port)),
        # a way that leads to nobody: no crawl leaves the machine
        *("--connect-to", "*:443:127.0.0.1:9", "--allow-address", "127.0.0.0/8"),
    )

    def pages() -> list[int]:
        found = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(serving.pid)],
            capture_output=True,
            text=True,
            check=False,
        )
        return [
            int(line.split()[0]) for line in found.stdout.splitlines() if "-m dashboard" in line
        ]

    def state() -> Status:
        return read_status(tmp_path) or Status(pid=0, started_at="")

    try:
        until(lambda: state().dashboard, lambda: str(serving.poll()))
        (first,) = pages()
        os.kill(first, signal.SIGKILL)
        until(lambda: pages() and pages() != [first])
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=60)

    assert 0 == serving.returncode
    assert 1 == state().dashboard_restarts_count
    assert state().dashboard.endswith(str(unused_port))


def test_two_cannot_serve_one_folder(tmp_path: Path) -> None:
    """DUR-04: the second says who does, and ends."""
    write_status(tmp_path, Status(pid=os.getpid(), started_at=""))

    with (
        _only_one(tmp_path),
        pytest.raises(AlreadyServing, match=f"process {os.getpid()} already"),
    ):
        serve(
            Settings(data=tmp_path, contact_url="https://who.example/"),
            Plan(cadence=read_cadence(), port=1),
            lambda _: None,
        )

    assert (tmp_path / LOCK_NAME).exists()


def test_nobody_is_asked_without_a_contact_page(tmp_path: Path) -> None:
    """CON-02: an operator who says not who they are serves nothing; nothing is written."""
    with pytest.raises(ContactMissing, match="HERDBOOK_CONTACT"):
        serve(Settings(data=tmp_path), Plan(cadence=read_cadence(), port=1), lambda _: None)

    assert [] == list(tmp_path.iterdir())


def test_the_crawl_ends_by_itself_before_it_would_be_ended() -> None:
    """DUR-03: its own limit lies below the schedule's."""
    plan = Plan(cadence=read_cadence(), port=1, crawl_arguments=("--concurrency", "50"))

    census = jobs(plan)[0]

    assert ("--concurrency", "50") == census.arguments[-2:]
    seconds = int(census.arguments[census.arguments.index("--for") + 1].removesuffix("s"))
    assert 0.9 * census.rhythm.at_most_seconds < seconds < census.rhythm.at_most_seconds


def test_alerts_go_the_way_of_the_crawl() -> None:
    """Options that lead the client are handed to both, a crawl's own to it alone."""
    way = ("--connect-to", "*:443:127.0.0.1:9", "--ca-file=a.pem", "--placeholder-contact")
    plan = Plan(cadence=read_cadence(), port=1, crawl_arguments=("--limit", "5", *way, "--quiet"))

    (alerts,) = [job for job in jobs(plan) if job.name == "alerts"]

    assert ("pipeline.cli", "alerts", *way) == alerts.arguments


def test_status_of_a_folder_that_nobody_served(tmp_path: Path) -> None:
    """DUR-12: it says so, and what to do about data that are not there."""
    asked = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "status"],
        env={**os.environ, "HERDBOOK_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 0 == asked.returncode
    assert "Nobody has served" in asked.stdout
    assert "nothing is published" in asked.stdout
