"""A crawl as `herdbook crawl` runs it, against the simulator, with a clock on it.

`python crawling.py JOB` (JSON) writes one line of JSON. Starting and the publishing at the end are measured
apart: they cost the same for any number of servers.
"""

import asyncio
import cProfile
import json
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from typing import Any

import aiodns
from fediverse import LOOPBACK, name

from crawler.client import Client, Place
from crawler.crawl import crawl, quiet_logs, wear_belt
from crawler.hostname import Hostname
from crawler.lean import give_memory_back, keep_out
from crawler.records import Check
from crawler.resolver import Resolver
from crawler.settings import Settings
from pipeline.frontier import DuckDBFrontier


class _Clock:
    """What was used when the crawl proper began and when it ended."""

    def __init__(self) -> None:
        self.marks: dict[str, tuple[float, float]] = {}
        self.ended_at: list[float] = []
        self.outcomes: Counter[str] = Counter()
        self.edges = 0
        self.peaks_mb: dict[str, float] = {}
        self.storing_cpu_seconds = 0.0

    def mark(self, what: str) -> None:
        used = getrusage(RUSAGE_SELF)
        self.marks[what] = (time.monotonic(), used.ru_utime + used.ru_stime)
        self.peaks_mb[what] = used.ru_maxrss / 1024

    def saw(self, check: Check) -> None:
        """A check was taken in."""
        self.ended_at.append(time.monotonic())
        self.outcomes[check.outcome] += 1
        self.edges += sum(len(peers.hostnames) for peers in check.peer_lists)

    def told(self) -> dict[str, Any]:
        """Seconds of the clock and of the processors, and what came of it."""
        (start, start_cpu), (begun, begun_cpu) = self.marks["start"], self.marks["begun"]
        (ended, ended_cpu), (closed, closed_cpu) = self.marks["ended"], self.marks["closed"]
        last = sorted(at - begun for at in self.ended_at)
        return {
            "seconds": ended - begun,
            "cpu_seconds": ended_cpu - begun_cpu,
            "storing_cpu_seconds": self.storing_cpu_seconds,
            "start_cpu_seconds": begun_cpu - start_cpu,
            "publish_cpu_seconds": closed_cpu - ended_cpu,
            "publish_seconds": closed - ended,
            "start_seconds": begun - start,
            "outcomes": dict(self.outcomes),
            "edges": self.edges,
            "start_mb": self.peaks_mb["begun"],
            "peak_mb": self.peaks_mb["ended"],
            "publish_peak_mb": self.peaks_mb["closed"],
            "visited_90_seconds": last[len(last) * 9 // 10] if last else 0.0,
            "visited_99_seconds": last[len(last) * 99 // 100] if last else 0.0,
        }


class _Timed(DuckDBFrontier):
    """The frontier, with marks where the crawl begins and ends."""

    clock: _Clock
    publishes = False

    def finish(self, reason: str) -> None:
        self.clock.mark("ended")
        self.clock.storing_cpu_seconds = time.thread_time() - self.clock.storing_cpu_seconds
        if self.publishes:
            super().finish(reason)
        else:
            self.warehouse.close()


class _Resolving(Client):
    """A client that asks the simulator's name server before it takes the detour."""

    dns_port = 0

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        port = self.dns_port
        self._resolver = Resolver(
            seconds=settings.resolve_seconds,
            at_once=settings.resolving,
            opens=lambda seconds: aiodns.DNSResolver(
                [f"{LOOPBACK}:{port}"], timeout=seconds / 2, tries=2
            ),
        )

    async def locate(self, hostname: Hostname) -> Place:
        await self._resolver.addresses(hostname)
        return await super().locate(hostname)


def _opens(job: dict[str, Any], clock: _Clock) -> Callable[[], DuckDBFrontier]:
    def opens() -> DuckDBFrontier:
        frontier = _Timed.from_settings(
            {
                "HERDBOOK_DATA": job["data"],
                "CRAWL_ID": "bench",
                "CRAWL_LIMIT": job.get("limit"),
                "SEEDS": [name(number) for number in range(job["seeds"])],
                "ADMITS_RESERVED": True,
            }
        )
        frontier.clock = clock
        frontier.publishes = job.get("publish_every_seconds") is not None
        clock.storing_cpu_seconds = time.thread_time()
        clock.mark("begun")
        return frontier

    return opens


def main(job: dict[str, Any]) -> dict[str, Any]:
    """Crawl once."""
    clock = _Clock()
    clock.mark("start")
    limits = Settings.from_environment(
        {"HERDBOOK_DATA": job["data"]},
        connect_to=[f"*:443:{LOOPBACK}:{job['port']}"],
        ca_file=Path(job["ca_file"]),
        allow_address=["127.0.0.0/8"],
        concurrency=job["concurrency"],
    )
    quiet_logs()
    keep_out()
    give_memory_back()
    wear_belt(limits)
    makes: Callable[[Settings], Client] = Client
    if job.get("dns_port"):
        _Resolving.dns_port = job["dns_port"]
        makes = _Resolving
    running = crawl(
        limits,
        _opens(job, clock),
        clock,
        publish_every_seconds=job.get("publish_every_seconds"),
        makes=makes,
    )
    problems = asyncio.run(running)
    clock.mark("closed")
    kept = (Path(job["data"]) / "herdbook.duckdb").stat().st_size
    return {**clock.told(), "warehouse_bytes": kept, "problems": problems}


def _profiled(job: dict[str, Any]) -> dict[str, Any]:
    """Crawl under cProfile, in CPU seconds of each thread; where they went is written to stderr."""
    loop, stores = cProfile.Profile(time.thread_time), cProfile.Profile(time.thread_time)
    _Timed.store = lambda self, checks: stores.runcall(DuckDBFrontier.store, self, checks)  # type: ignore[method-assign]
    told = loop.runcall(main, job)
    for title, profile in (("the event loop", loop), ("storing", stores)):
        sys.stderr.write(f"\n=== {title}\n")
        stats = pstats.Stats(profile, stream=sys.stderr).strip_dirs()
        stats.sort_stats(job["profile"]).print_stats(150)
    return told


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    sys.stdout.write(json.dumps((_profiled if wanted.get("profile") else main)(wanted)) + "\n")
