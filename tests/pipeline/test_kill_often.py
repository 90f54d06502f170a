"""kill -9 at random moments, over crawls, publishes and backups of a small replica.

Six of them, to keep the whole of the tests short; `HERDBOOK_KILLS=25` for as many as it takes to trust it.
"""

import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from pipeline.backup import backups
from pipeline.read import Published
from pipeline.warehouse import Warehouse

KILLS = int(os.environ.get("HERDBOOK_KILLS", "6"))
SEED = 20260320
SERVERS = 80
_PATIENCE_SECONDS = 150


def start(data: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Run `python -m ARGUMENTS` with a data folder."""
    return subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env={**os.environ, "HERDBOOK_DATA": str(data)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def way(
    standing_replica: Callable[..., AbstractContextManager[list[str]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[list[str]]:
    """A replica that stays up, as options that lead a crawl to it."""
    with standing_replica(tmp_path_factory.mktemp("world"), servers=SERVERS) as options:
        yield options


def kept(data: Path) -> list[str]:
    """Every check there is, by host; opening moves on from wherever the kill left the file."""
    with Warehouse.open(data, is_replica=True) as warehouse:
        rows = warehouse.connection.execute("select hostname from raw.checks").fetchall()
    return sorted(hostname for (hostname,) in rows)


@pytest.mark.slow
def test_kills_at_random_lose_nothing_and_publish_nothing_by_halves(
    way: list[str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """DUR-01, DUR-02, DUR-05: what was stored stays, readers always find a whole file, nobody is asked twice.

    The moments are random and seeded; a crawl ends in the middle of starting, migrating, asking, storing and
    publishing, a publish and a backup anywhere.
    """
    chance = random.Random(SEED)
    commands = {
        "crawl": ["crawler", "crawl", "--quiet", "--concurrency", "10", *way],
        "publish": ["pipeline.cli", "publish"],
        "backup": ["pipeline.cli", "backup", "--keep", "2"],
    }
    before: list[str] = []
    killed = 0

    for _ in range(KILLS):
        name = chance.choices(list(commands), weights=[7, 2, 1])[0]
        running = start(tmp_path, *commands[name])
        time.sleep(chance.uniform(0.2, 4.0))
        running.send_signal(signal.SIGKILL)
        killed += running.wait(30) == -signal.SIGKILL
        after = kept(tmp_path)
        assert set(before) <= set(after)
        assert len(after) == len(set(after))
        if (tmp_path / "published" / "herdbook.duckdb").exists():
            assert Published(tmp_path).about().is_replica
        before = after
    last = start(tmp_path, *commands["crawl"])
    exit_code = last.wait(_PATIENCE_SECONDS)
    after = kept(tmp_path)

    assert 0 == exit_code
    assert killed > KILLS / 2
    assert "has lost" not in caplog.text
    assert logging.ERROR not in {record.levelno for record in caplog.records}
    assert set(before) <= set(after)
    assert len(after) == len(set(after)), "a host was asked again before it was due"
    assert len(after) > SERVERS
    assert not list((tmp_path / "published").glob(".herdbook-*"))
    for backup in backups(tmp_path):
        with Warehouse.open(backup.path) as copy:
            assert copy.is_replica
    assert Published(tmp_path).about().instances_alive > SERVERS / 2
