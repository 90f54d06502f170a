"""What storing, rebuilding and publishing cost: the scripts beside this file, each size in a process of its own."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage, struct_rusage
from statistics import median

import dashboard_rows
from figures import Figure, Row
from processes import HERE
from served import published

_NUMBER = r"([\d,]+(?:\.\d+)?)"


def _lines(script: str, *arguments: str) -> list[str]:
    """What a script writes."""
    done = subprocess.run(
        [sys.executable, str(HERE / script), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def _found(pattern: str, line: str) -> float:
    """The number of a line that stands where the pattern has it. Raises `ValueError` where none does."""
    found = re.search(pattern.replace("#", _NUMBER), line)
    if found is None:
        raise ValueError(f"there is no {pattern!r} in {line!r}")
    return float(found[1].replace(",", ""))


def peers(is_quick: bool) -> list[Figure]:
    """Lists of peers become stored edges."""
    figures = []
    costs: dict[int, float] = {}
    for count in (4,) if is_quick else (200, 1_000, 10_000):
        first, again = _lines("peer_storage.py", str(count))
        is_last = count == 10_000
        edges = _found("^ *# edges", first)
        costs[count] = 1 / _found("# edges/s CPU", first)
        for what, line in (("first crawl", first), ("a week later, 1 % changed", again)):
            figures += [
                Figure(
                    name=f"{edges:,.0f} edges, {what}: edges a CPU second",
                    value=_found("# edges/s CPU", line),
                    unit="edges/s",
                    at_least=500_000 if count >= 1_000 else None,
                ),
                Figure(
                    name=f"{edges:,.0f} edges, {what}: peak memory",
                    value=_found("peak memory #", line),
                    unit="MB",
                ),
            ]
        figures += [
            Figure(
                name=f"{edges:,.0f} edges: stored",
                value=_found("# an edge", first),
                unit="bytes an edge",
                at_most=1.5 if is_last else None,
            ),
            Figure(
                name=f"{edges:,.0f} edges: what a week adds to the file",
                value=_found("[+]#%", again) / 100,
                at_most=0.05 if is_last else None,
            ),
        ]
    if len(costs) > 1:
        figures.append(
            Figure(name="an edge at 50 M over one at 1 M", value=costs[10_000] / costs[200])
        )
    return figures


def graph(is_quick: bool) -> list[Figure]:
    """Three graphs, metrics, communities, map and outages of what servers say they know."""
    figures = []
    costs: dict[int, float] = {}
    for size, millions in ((300, 0.03),) if is_quick else ((3_000, 1), (10_000, 5), (30_000, 50)):
        (line,) = _lines("graph_step.py", f"{size}:{millions}")
        is_last = millions == 50
        costs[size] = _found("all # s CPU", line) / millions
        what = f"{size:,} servers, {millions:g} M edges"
        figures += [
            Figure(
                name=f"{what}: CPU",
                value=_found("all # s CPU", line),
                unit="s",
            ),
            Figure(
                name=f"{what}: time",
                value=_found("CPU, # s", line),
                unit="s",
                at_most=300 if is_last else None,
            ),
            Figure(
                name=f"{what}: peak memory",
                value=_found("peak memory #", line),
                unit="MB",
                at_most=4_000 if is_last else None,
            ),
        ]
    if len(costs) > 1:
        figures.append(
            Figure(name="an edge at 50 M over one at 1 M", value=costs[30_000] / costs[3_000])
        )
    return figures


def rebuild(is_quick: bool) -> list[Figure]:
    """All tables anew, then one day more and what that changes."""
    servers = 300 if is_quick else 30_000
    figures = []
    costs: dict[int, float] = {}
    for days in (3,) if is_quick else (30, 400, 1_200):
        whole, increment = _lines("rebuild.py", f"{servers}:{days}")
        costs[days] = _found(", # s CPU", whole)
        figures += _of_rebuild(f"{days:,} days, rebuilt", whole, servers * days)
        figures += _of_rebuild(f"{days:,} days, one more", increment, servers * (days + 1))
    if 1_200 in costs:
        figures.append(
            Figure(
                name="a rebuilt day at 1,200 over one at 400", value=costs[1_200] / 3 / costs[400]
            )
        )
    return figures


def release(is_quick: bool) -> list[Figure]:
    """A release of the file that the pages are measured with."""
    with tempfile.TemporaryDirectory() as aside:
        folder = Path(aside) / "release"
        data = published(**dashboard_rows.QUICK if is_quick else dashboard_rows.WHOLE)
        begun, before = time.monotonic(), getrusage(RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "release", "--into", str(folder)],
            env={**os.environ, "HERDBOOK_DATA": str(data)},
            stderr=subprocess.DEVNULL,
            check=True,
        )
        after = getrusage(RUSAGE_CHILDREN)
        return [
            Figure(name="time", value=time.monotonic() - begun, unit="s"),
            Figure(name="CPU", value=_cpu(after) - _cpu(before), unit="s"),
            Figure(
                name="size",
                value=sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
                / 1e6,
                unit="MB",
            ),
        ]


def _cpu(usage: struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


def _of_rebuild(what: str, line: str, server_days: int) -> list[Figure]:
    return [
        Figure(name=f"{what}: time", value=_found(": # s", line), unit="s"),
        Figure(name=f"{what}: CPU", value=_found(", # s CPU", line), unit="s"),
        Figure(name=f"{what}: peak memory", value=_found("peak memory #", line), unit="MB"),
        Figure(
            name=f"{what}: warehouse, a server and day",
            value=_found("warehouse # MB", line) * 1e6 / server_days,
            unit="bytes",
        ),
        Figure(
            name=f"{what}: published, a server and day",
            value=_found("published # MB", line) * 1e6 / server_days,
            unit="bytes",
        ),
    ]


def frontier(is_quick: bool) -> list[Figure]:
    """The crawl's work in the warehouse while the names it knows grow."""
    figures = []
    costs: dict[int, float] = {}
    for names in (2_000,) if is_quick else (30_000, 300_000, 3_000_000):
        lines = [_lines("frontier.py", str(names))[0] for _ in range(1 if is_quick else 3)]

        def middle(pattern: str, lines: list[str] = lines) -> float:
            return median(_found(pattern, line) for line in lines)

        costs[names] = middle("# ms CPU a check stored")
        figures += [
            Figure(name=f"{names:,} names: a lease", value=middle("# ms CPU a lease"), unit="ms"),
            Figure(name=f"{names:,} names: a check stored", value=costs[names], unit="ms"),
            Figure(
                name=f"{names:,} names: kept", value=middle("# bytes a name"), unit="bytes a name"
            ),
            Figure(name=f"{names:,} names: peak memory", value=middle("peak memory #"), unit="MB"),
        ]
    if len(costs) > 1:
        figures.append(
            Figure(
                name="a check stored at 300,000 over 30,000", value=costs[300_000] / costs[30_000]
            )
        )
    return figures


ROWS = (
    Row(
        name="frontier",
        about="leases of 500 and batches of 300 checks while the names known grow",
        measure=frontier,
    ),
    Row(name="peers", about="lists of 5,000 peers into stored edges", measure=peers),
    Row(
        name="graph", about="what is computed of the peer graph when it is published", measure=graph
    ),
    Row(name="rebuild", about="all marts of 30,000 servers, published", measure=rebuild),
    Row(
        name="release",
        about="a release of 30,000 servers, 400 days and 5 M edges: DuckDB, Parquet, dictionary, checksums",
        measure=release,
    ),
)
