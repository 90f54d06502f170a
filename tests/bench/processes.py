"""The processes of a measurement: the simulator in the background, and one that is measured at a time."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fediverse import Spec

from crawler.lean import ALLOCATORS

HERE = Path(__file__).parent
_PATIENCE_SECONDS = 1800.0


class Simulated:
    """A simulator that is up."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.place: dict[str, Any] = self._line()
        """Where it is."""

    def served(self) -> dict[str, int]:
        """What it has served since it was last asked."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return self._line()

    def _line(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        found: dict[str, Any] = json.loads(self._process.stdout.readline())
        return found


@contextmanager
def simulator(spec: Spec) -> Iterator[Simulated]:
    """Serve a fediverse, names and servers, for as long as the block lasts."""
    with _serving("simulator", spec) as servers, _serving("name_server", spec) as names:
        found = Simulated(servers)
        found.place |= Simulated(names).place
        yield found


@contextmanager
def _serving(program: str, spec: Spec) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, str(HERE / f"{program}.py"), json.dumps(asdict(spec))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def measured(program: str, job: dict[str, Any]) -> dict[str, Any]:
    """Run one of the programs beside this file to its end; what it tells."""
    done = subprocess.run(
        [sys.executable, str(HERE / f"{program}.py"), json.dumps(job)],
        # a crawl sets these itself before it imports DuckDB, which these programs do with their first line
        env={**os.environ, **(ALLOCATORS if program == "crawling" else {}), "PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_PATIENCE_SECONDS,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
