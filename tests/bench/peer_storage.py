"""How small and how fast peer lists are stored: `python tests/bench/peer_storage.py 1000 10000`.

Each number is a count of lists of 5,000 peers. The first crawl stores them all, the second one with 1 %
of each list exchanged. Names are drawn from 60,000, the popular ones more often, as in real lists. The
time is that from the bytes of a list to its stored edges; each list has a time of its own.
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np
import orjson

from crawler.conversation import Answer
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.peers import flat_peers
from crawler.records import Check
from pipeline.frontier import DuckDBFrontier
from pipeline.warehouse import Warehouse

PEERS_EACH = 5_000
NAMES_COUNT = 60_000
BATCH = 100
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def lists(count: int, changed_ratio: float) -> Iterator[np.ndarray]:
    """Draw the list of each server; the changed share of it is drawn anew."""
    rarity = np.arange(50, NAMES_COUNT + 50) ** 0.7
    for number in range(count):
        # the first to arrive, where the popular ones arrive more often
        arrivals = np.random.default_rng(number).exponential(rarity)
        drawn = np.argpartition(arrivals, PEERS_EACH)[:PEERS_EACH]
        if changed_ratio:
            size = int(PEERS_EACH * changed_ratio)
            is_other = np.ones(NAMES_COUNT, bool)
            is_other[drawn] = False
            others = np.flatnonzero(is_other)
            random = np.random.default_rng(number + 10**6)
            drawn[random.permutation(PEERS_EACH)[:size]] = random.choice(others, size, False)
        yield drawn


def crawl(data: Path, count: int, changed_ratio: float, at: datetime) -> tuple[float, float]:
    """Store one crawl; seconds of wall clock and of CPU that storing took."""
    names = [f"h{number}.site{number % 9973}.example" for number in range(NAMES_COUNT)]
    warehouse = Warehouse.open(data, is_replica=True)
    frontier = DuckDBFrontier(
        warehouse, crawl_id=f"{at:%Y%m%d}", admits_reserved=True, now=lambda: at
    )
    seconds = cpu = 0.0
    bodies: list[tuple[int, bytes]] = []
    for number, drawn in enumerate(lists(count, changed_ratio)):
        bodies.append((number, orjson.dumps([names[place] for place in drawn.tolist()])))
        if len(bodies) == BATCH or number == count - 1:
            begun, begun_cpu = time.perf_counter(), time.process_time()
            frontier.store(
                [_check(Hostname(names[place]), body, at, place) for place, body in bodies]
            )
            seconds += time.perf_counter() - begun
            cpu += time.process_time() - begun_cpu
            bodies = []
    warehouse.close()
    return seconds, cpu


def _check(name: Hostname, body: bytes, at: datetime, number: int) -> Check:
    answer = Answer(status=200, body=body)
    return Check(
        hostname=name,
        started_at=at + timedelta(seconds=0.7 * number),
        seconds=0.5,
        outcome=Outcome.OK,
        peer_lists=(flat_peers(answer, "/api/v1/instance/peers", name),),
    )


def main(counts: list[int]) -> None:
    """Measure each count of lists in a folder of its own and write a line per crawl."""
    for count in counts:
        edges = count * PEERS_EACH
        with tempfile.TemporaryDirectory() as folder:
            data, before = Path(folder), 0
            for changed_ratio, at in ((0.0, NOON), (0.01, NOON + timedelta(days=7))):
                seconds, cpu = crawl(data, count, changed_ratio, at)
                size = (data / "herdbook.duckdb").stat().st_size
                sys.stdout.write(
                    f"{edges:>12,} edges, {changed_ratio:.0%} changed: {edges / seconds:>10,.0f} edges/s wall,"
                    f" {edges / cpu:>10,.0f} edges/s CPU, file {size:,} bytes, {size / edges:.3f} an edge,"
                    f" {size / before - 1 if before else 0:+.1%},"
                    f" peak memory {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n"
                )
                sys.stdout.flush()
                before = size


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [200, 1_000])
