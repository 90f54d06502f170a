"""Two crawlers, a publisher and readers at once: nobody errs, nobody sees a half, and one writer at a time writes.

Six seconds by default, to keep the whole of the tests short; `HERDBOOK_SECONDS=180` for as long as it takes to trust it.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pytest

from pipeline.exceptions import PipelineError
from pipeline.read import Published
from pipeline.warehouse import Warehouse

pytestmark = pytest.mark.slow

SECONDS = float(os.environ.get("HERDBOOK_SECONDS", "6"))
PATIENCE_SECONDS = 150.0
TOLD = re.compile(r"herdbook: .* is held by process \d+ .* Wait for it to end")
"""What whoever comes second is told."""

VIEW = """
select
    about.published_at,
    about.instances_alive,
    about.instances_known,
    (select count(*) from marts.instances where is_alive) as alive_count,
    (select max(checked_at) from marts.instances) as newest_at,
    (select count(*) from marts.instances) as listed_count
from marts.about as about
"""


@pytest.fixture
def way(
    standing_replica: Callable[..., AbstractContextManager[list[str]]], tmp_path: Path
) -> Iterator[list[str]]:
    """A replica that stays up, as options that lead a crawl to it."""
    with standing_replica(tmp_path / "world", servers=60) as options:
        yield options


@dataclass
class Together:
    """What everybody came across."""

    data: Path
    ended: threading.Event = field(default_factory=threading.Event)
    done: list[str] = field(default_factory=list)
    """Commands that did their work."""
    refused: list[str] = field(default_factory=list)
    """What those who came second were told."""
    trouble: list[str] = field(default_factory=list)
    """Anything else."""
    versions: set[object] = field(default_factory=set)
    """Times of publication that readers saw."""
    reads_count: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether each kind of encounter has happened."""
        return (
            bool(self.refused) and len(self.versions) > 1 and {"crawl", "publish"} <= {*self.done}
        )

    def write(self, name: str, *command: str) -> None:
        """Run a command again and again."""
        while not self.ended.is_set():
            ran = subprocess.run(
                [sys.executable, "-m", *command],
                env={**os.environ, "HERDBOOK_DATA": str(self.data)},
                capture_output=True,
                text=True,
                timeout=PATIENCE_SECONDS,
                check=False,
            )
            if ran.returncode == 0 and "rror" not in ran.stderr:
                self.done.append(name)
            elif ran.returncode == 1 and TOLD.search(ran.stderr) and ran.stderr.count("\n") == 1:
                self.refused.append(ran.stderr)
            else:
                self.trouble.append(f"{name} ended with {ran.returncode}: {ran.stderr[-500:]}")

    def read(self) -> None:
        """Read through the readers' door, held open, and through a file opened anew each time."""
        door = Published(self.data)
        path = self.data / "published" / "herdbook.duckdb"
        while not self.ended.wait(0.05):
            try:
                (held,) = door.query_table(VIEW).to_pylist()
                self._look(tuple(held.values()))
                with duckdb.connect(path, read_only=True) as fresh:
                    first = fresh.execute(VIEW).fetchall()
                    again = fresh.execute(VIEW).fetchall()
                self._look(first[0])
                if first != again:
                    self.trouble.append(f"a file changed while it was open: {first} {again}")
            except (PipelineError, duckdb.Error, OSError, ValueError) as error:
                self.trouble.append(f"a reader: {error!r:.500}")
        door.close()

    def _look(self, row: tuple[object, ...]) -> None:
        published_at, alive, known, alive_counted, newest_at, listed = row
        self.reads_count += 1
        self.versions.add(str(published_at)[:26])
        is_whole = alive == alive_counted and str(newest_at) <= str(published_at)
        if not is_whole or int(str(known)) < int(str(listed)):
            self.trouble.append(f"a mixed view: {row}")


def test_writers_take_turns_and_readers_never_notice(tmp_path: Path, way: list[str]) -> None:
    """DUR-04, DUR-05: the second is told who the first is; a reader has one publication, whole, each time."""
    data = tmp_path / "data"
    crawl = ("crawler", "crawl", "--quiet", "--limit", "4", *way)
    together = Together(data)
    first = subprocess.run(
        [sys.executable, "-m", *crawl],
        env={**os.environ, "HERDBOOK_DATA": str(data)},
        timeout=PATIENCE_SECONDS,
        check=False,
    )

    threads = [
        threading.Thread(target=together.write, args=("crawl", *crawl)),
        threading.Thread(target=together.write, args=("crawl", *crawl)),
        threading.Thread(target=together.write, args=("publish", "pipeline.cli", "publish")),
        threading.Thread(target=together.read),
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    while time.monotonic() < begun + SECONDS or not together.is_enough:
        if together.trouble or time.monotonic() > begun + SECONDS + PATIENCE_SECONDS:
            break
        time.sleep(0.1)
    together.ended.set()
    for thread in threads:
        thread.join()

    assert 0 == first.returncode
    assert [] == together.trouble
    assert together.is_enough, together
    with Warehouse.open(data) as warehouse:
        rows = warehouse.connection.execute("select hostname from raw.checks").fetchall()
    assert len(set(rows)) == len(rows), "a host was asked again before it was due"
    assert [data / "published" / "herdbook.duckdb"] == list((data / "published").iterdir())
