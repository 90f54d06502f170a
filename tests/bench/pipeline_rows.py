"""What storing, rebuilding and publishing cost: the scripts beside this file, each size in a process of its own."""

import re
import subprocess
import sys

from figures import Figure, Row
from processes import HERE

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
    count = 4 if is_quick else 1_000
    first, again = _lines("peer_storage.py", str(count))
    figures = []
    for what, line in (("first crawl", first), ("a week later, 1 % changed", again)):
        figures += [
            Figure(
                name=f"{what}: edges a CPU second",
                value=_found("# edges/s CPU", line),
                unit="edges/s",
            ),
            Figure(name=f"{what}: stored", value=_found("# a edge", line), unit="bytes an edge"),
            Figure(name=f"{what}: peak memory", value=_found("peak memory #", line), unit="MB"),
        ]
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
        (line,) = _lines("frontier.py", str(names))
        costs[names] = _found("# ms CPU a check stored", line)
        figures += [
            Figure(
                name=f"{names:,} names: a lease", value=_found("# ms CPU a lease", line), unit="ms"
            ),
            Figure(name=f"{names:,} names: a check stored", value=costs[names], unit="ms"),
            Figure(
                name=f"{names:,} names: kept",
                value=_found("# bytes a name", line),
                unit="bytes a name",
            ),
            Figure(
                name=f"{names:,} names: peak memory", value=_found("peak memory #", line), unit="MB"
            ),
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
    Row(name="rebuild", about="all marts of 30,000 servers, published", measure=rebuild),
)
