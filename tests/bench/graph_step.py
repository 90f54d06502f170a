"""What the graph costs: `python tests/bench/graph_step.py 3000:1 10000:5 30000:50` (servers : million edges).

Seconds are CPU seconds of one process. Names are drawn by popularity within eight language communities
and without them, so that the raw graph is dense and has something to find.
"""

import sys
import time
from datetime import UTC, datetime
from resource import RUSAGE_SELF, getrusage
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.graph import step

COMMUNITIES = 8
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def links(size: int, count: int) -> tuple[Any, Any]:
    """Draw links: half of them within a community, popular targets more often."""
    random = np.random.default_rng(1)
    sources = random.integers(0, size, count, dtype=np.int32)
    targets = (random.random(count) ** 1.7 * size).astype(np.int32)
    within = random.random(count) < 0.5
    shifted = targets - targets % COMMUNITIES + sources % COMMUNITIES
    return sources, np.where(within, np.minimum(shifted, size - 1), targets).astype(np.int32)


def servers(size: int) -> pa.Table:
    """Servers with a long tail of people."""
    people = np.maximum(20, 1e6 / (1 + np.arange(size)) ** 1.1).astype(np.int64)
    names = ["mastodon", "misskey", "lemmy", "pleroma"]
    return pa.table(
        {
            "hostname": [f"h{number}.site{number % 997}.example" for number in range(size)],
            "registrable_domain": [f"site{number % 997}.example" for number in range(size)],
            **{name: [None] * size for name in ("provider", "country", "cdn")},
            "software_name": [names[number % 4] for number in range(size)],
            "users_total": people * 3,
            "users_active_month": people,
            "is_shown": np.ones(size, bool),
            "community": pa.nulls(size, pa.int32()),
            "x": pa.nulls(size, pa.float64()),
            "y": pa.nulls(size, pa.float64()),
        }
    )


def main(wanted: list[str]) -> None:
    """Measure each size and write what each part took."""
    for text in wanted:
        size, millions = text.split(":")
        found, drawn = servers(int(size)), links(int(size), int(float(millions) * 1_000_000))
        began, began_wall = time.process_time(), time.monotonic()
        network = step.build(found, drawn)
        told = [f"three graphs, communities and map {time.process_time() - began:.1f} s"]
        for name in ("_nodes", "_backbone_edges", "_totals", "_outages"):
            begun = time.process_time()
            getattr(step, name)(*([network, NOON] if name == "_totals" else [network]))
            told.append(f"{name[1:]} {time.process_time() - begun:.1f} s")
        counts = [f"{name} {graph.edges_count:,}" for name, graph in network.graphs.items()]
        sys.stdout.write(
            f"{int(size):,} servers, {', '.join(counts)} links: {'; '.join(told)}; all {time.process_time() - began:.1f} s CPU,"
            f" {time.monotonic() - began_wall:.1f} s, peak memory {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n"
        )
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:] or ["3000:1", "10000:5"])
