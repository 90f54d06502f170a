"""What a crawl costs, against a bare aiohttp loop that fetches the same bytes from the same servers in the same run."""

import tempfile
from collections.abc import Sequence
from statistics import median
from typing import Any

from fediverse import Fediverse, Manner, Spec
from figures import Figure, Row
from processes import Simulated, measured, simulator

OUTSIDERS = 20_000
"""Names beyond the servers that lists name: a frontier is mostly names that nobody has visited yet."""
SCALES = (1_000, 10_000, 100_000)
"""Names of a simulated fediverse."""
_FLAT_WITHIN = 0.15
"""A cost is flat when eight times the servers change it by no more than this."""


def _crawl(sim: Simulated, **job: Any) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as data:
        told = measured("crawling", {**sim.place, "data": data, **job})
        told["kept_bytes"] = told.pop("warehouse_bytes")
    if told["problems"]:
        raise RuntimeError("; ".join(told["problems"]))
    return told


def _pairs(
    spec: Spec, rounds: int, concurrency: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], float]:
    """Bare loop and crawl in turns, and how much of what the one fetched the other fetched too."""
    bares, crawls, shares = [], [], []
    with simulator(spec) as sim:
        place = {**sim.place, "dns_port": None}
        for _ in range(rounds):
            bares.append(
                measured("bare", {**place, "names": spec.names, "concurrency": concurrency})
            )
            asked = sim.served()
            crawls.append(
                _crawl(
                    sim, dns_port=None, limit=spec.names, seeds=spec.names, concurrency=concurrency
                )
            )
            shares.append(sim.served()["bytes"] / asked["bytes"])
    return bares, crawls, min(shares)


def crawl_cpu(is_quick: bool) -> list[Figure]:
    """Hosts per CPU second, as a share of the bare loop's."""
    sizes: Sequence[int] = (40,) if is_quick else (500, 1_000, 2_000, 4_000)
    figures, ratios = [], []
    for size in sizes:
        # one round scatters by a fifth on a machine that is not ours alone
        rounds = 1 if is_quick else max(3, min(5, 4_000 // size))
        bares, crawls, fetched = _pairs(
            Spec(names=size, peers=1_000, outsiders=OUTSIDERS), rounds, 100
        )
        pairs = zip(bares, crawls, strict=True)
        ratios.append(median(b["cpu_seconds"] / c["cpu_seconds"] for b, c in pairs))
        crawl = crawls[-1]
        figures += [
            Figure(
                name=f"{size:,} servers: share of the bare loop", value=ratios[-1], at_least=0.5
            ),
            Figure(
                name=f"{size:,} servers: bytes fetched of the bare loop's",
                value=fetched,
                at_least=1,
            ),
            Figure(
                name=f"{size:,} servers: hosts a CPU second",
                value=size / median(each["cpu_seconds"] for each in crawls),
                unit="hosts/s",
            ),
            Figure(
                name=f"{size:,} servers: of which storing",
                value=crawl["storing_cpu_seconds"] / size * 1000,
                unit="ms a host",
            ),
            Figure(
                name=f"{size:,} servers: bare loop",
                value=size / median(each["cpu_seconds"] for each in bares),
                unit="hosts/s",
            ),
            Figure(
                name=f"{size:,} servers: peak memory",
                value=max(each["peak_mb"] for each in crawls),
                unit="MB",
            ),
        ]
    figures.append(
        Figure(
            name="largest size's share over the smallest's",
            value=ratios[-1] / ratios[0],
            at_least=1 - _FLAT_WITHIN,
        )
    )
    return figures


def crawl_wall(is_quick: bool) -> list[Figure]:
    """Time to see 1,000 servers as they are: latency, some that hang, dead names that DNS is slow about."""
    size = 60 if is_quick else 1_000
    concurrency = 100
    spec = Spec(
        names=size,
        shares={Manner.NO_ADDRESS: 0.30, Manner.HANGING: 0.04},
        peers=min(200, size // 2),
        latency_seconds=0.01 if is_quick else 0.12,
        spread=0.6,
        dead_dns_seconds=0.1 if is_quick else 2.0,
    )
    alive = Fediverse(spec).alive
    if is_quick:
        # a hanging server takes its twenty seconds
        spec.shares.pop(Manner.HANGING)
        alive = Fediverse(spec).alive
    with simulator(spec) as sim:
        bare = measured("bare", {**sim.place, "names": size, "concurrency": concurrency})
        sim.served()
        crawl = _crawl(sim, limit=size, seeds=size, concurrency=concurrency)
        served = sim.served()
    return [
        Figure(
            name="share of the bare loop's speed",
            value=bare["seconds"] / crawl["seconds"],
            at_least=0.8,
        ),
        Figure(name="crawl", value=crawl["seconds"], unit="s"),
        Figure(name="bare loop", value=bare["seconds"], unit="s"),
        Figure(name="live servers found", value=crawl["outcomes"]["ok"] / len(alive), at_least=1),
        Figure(name="served edges found", value=crawl["edges"] / served["edges"], at_least=1),
        Figure(name="bare loop: live servers found", value=bare["ok"] / len(alive)),
    ]


def crawl_memory(is_quick: bool) -> list[Figure]:
    """Memory of a crawl of 4,000 servers, lists of 1,000 peers, as many in flight as usual."""
    size = 60 if is_quick else 4_000
    spec = Spec(names=size, peers=min(1_000, size // 2), outsiders=OUTSIDERS, latency_seconds=0.12)
    with simulator(spec) as sim:
        crawl = _crawl(sim, dns_port=None, limit=size, seeds=size, concurrency=500)
    return [
        Figure(name="peak memory", value=crawl["peak_mb"], unit="MB", at_most=300),
        Figure(
            name="stored for each server and day, its edges and documents included",
            value=crawl["kept_bytes"] / size,
            unit="bytes",
        ),
        Figure(
            name="stored for each edge", value=crawl["kept_bytes"] / crawl["edges"], unit="bytes"
        ),
    ]


def crawl_farm(is_quick: bool) -> list[Figure]:
    """Twenty servers that each list a thousand names of one wildcard domain."""
    size, farmers = (60, 2) if is_quick else (1_200, 20)
    spec = Spec(names=size, peers=min(1_000, size // 2), farmers=farmers)
    with simulator(spec) as sim:
        crawl = _crawl(sim, dns_port=None, limit=None, seeds=size, concurrency=100)
        served = sim.served()
    return [
        Figure(
            name="share of connections that went to the farm",
            value=served.get("farm", 0) / served["connections"],
            at_most=0.02,
        ),
        Figure(name="servers understood", value=crawl["outcomes"]["ok"], unit="servers"),
    ]


def crawl_scale(is_quick: bool) -> list[Figure]:
    """A whole fediverse, from a handful of seeds to its last name: time, memory, and how both grow."""
    figures: list[Figure] = []
    walls: dict[int, float] = {}
    for size in (300,) if is_quick else SCALES:
        spec = Spec(
            names=size,
            shares={
                Manner.NO_ADDRESS: 0.40,
                Manner.REFUSING: 0.15,
                Manner.SILENT: 0.0 if is_quick else 0.05,
                Manner.HANGING: 0.0 if is_quick else 0.05,
                Manner.ODD: 0.05,
            },
            peers=min(300, size // 3),
            latency_seconds=0.02 if is_quick else 0.12,
            spread=0.1 if is_quick else 1.2,
            dead_dns_seconds=0.1 if is_quick else 2.0,
            slow_dns_share=0.3,
        )
        with simulator(spec) as sim:
            crawl = _crawl(
                sim,
                limit=None,
                seeds=max(5, size // 100),
                concurrency=100 if is_quick else 1_000,
                publish_every_seconds=60,
            )
        walls[size] = crawl["seconds"]
        alive = Fediverse(spec).alive
        is_last = size == 100_000
        figures += [
            Figure(
                name=f"{size:,} names: crawl",
                value=crawl["seconds"],
                unit="s",
                at_most=600 if is_last else None,
            ),
            Figure(name=f"{size:,} names: CPU", value=crawl["cpu_seconds"], unit="s"),
            Figure(
                name=f"{size:,} names: nine of ten seen after",
                value=crawl["visited_90_seconds"],
                unit="s",
            ),
            Figure(
                name=f"{size:,} names: waited for the slowest hundredth",
                value=crawl["seconds"] - crawl["visited_99_seconds"],
                unit="s",
            ),
            Figure(
                name=f"{size:,} names: peak memory",
                value=crawl["peak_mb"],
                unit="MB",
                at_most=600 if is_last else None,
            ),
            Figure(
                name=f"{size:,} names: live servers found",
                value=crawl["outcomes"]["ok"] / len(alive),
                at_least=1,
            ),
            Figure(name=f"{size:,} names: edges", value=crawl["edges"], unit="edges"),
        ]
    if 100_000 in walls:
        figures.append(
            Figure(
                name="time a name at 100,000 over that at 10,000",
                value=walls[100_000] / 10 / walls[10_000],
                at_most=1,
            )
        )
    return figures


ROWS = (
    Row(
        name="crawl_cpu",
        about="hosts a CPU second of a crawl over TLS, end to end into DuckDB, against a bare aiohttp loop",
        measure=crawl_cpu,
    ),
    Row(
        name="crawl_wall",
        about="time to see servers with latency, some hanging, dead names that DNS is slow about",
        measure=crawl_wall,
    ),
    Row(
        name="crawl_memory",
        about="memory of a crawl, and bytes kept of it",
        measure=crawl_memory,
    ),
    Row(
        name="crawl_farm",
        about="twenty servers that each list a thousand names of one wildcard domain",
        measure=crawl_farm,
    ),
    Row(
        name="crawl_scale",
        about="a whole fediverse, from its seeds to its last name",
        measure=crawl_scale,
    ),
)
