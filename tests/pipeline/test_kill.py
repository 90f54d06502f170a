"""kill -9 in the middle of a crawl: what was acknowledged is there, and little is asked twice."""

import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.frontier import DuckDBFrontier
from pipeline.warehouse import Warehouse

HOSTS = 400

_CRAWL = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check, PeerKind, PeerList, PeerListState
from pipeline.frontier import DuckDBFrontier
from pipeline.warehouse import Warehouse

HOSTS = int(sys.argv[2])
frontier = DuckDBFrontier(
    Warehouse.open(Path(sys.argv[1])), crawl_id="c1", seeds=["h0.example"], admits_reserved=True
)

def tell(word, hostname):
    sys.stdout.write(f"{word} {hostname}\\n")
    sys.stdout.flush()

def visit(due):
    tell("fetched", due.hostname)
    number = int(due.hostname[1:].partition(".")[0])
    named = tuple(Hostname(f"h{(number * 3 + k) % HOSTS}.example") for k in range(1, 4))
    peers = PeerList(endpoint="/", kind=PeerKind.KNOWS, state=PeerListState.SERVED, hostnames=named)
    return Check(hostname=due.hostname, started_at=datetime.now(UTC), seconds=0.1,
                 outcome=Outcome.OK, peer_lists=(peers,))

while due := frontier.lease(7):
    checks = [visit(one) for one in due]
    frontier.store(checks)
    for check in checks:
        tell("stored", check.hostname)
tell("finished", "")
"""


@pytest.mark.slow
def test_a_crawl_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    """Each acknowledged check is kept; each host in flight is fetched at most once more per kill."""
    fetched: Counter[str] = Counter()
    stored: set[str] = set()
    kills = [20, 35, 50]

    for patience in [*kills, None]:
        with subprocess.Popen(
            [sys.executable, "-c", _CRAWL, str(tmp_path), str(HOSTS)],
            stdout=subprocess.PIPE,
            text=True,
        ) as crawl:
            assert crawl.stdout is not None
            for place, line in enumerate(crawl.stdout):
                word, _, hostname = line.strip().partition(" ")
                fetched[hostname] += word == "fetched"
                if word == "stored":
                    stored.add(hostname)
                if place == patience:
                    crawl.send_signal(signal.SIGKILL)
        with Warehouse.open(tmp_path) as warehouse:
            rows = warehouse.connection.execute("select hostname from raw.checks").fetchall()
            kept = [hostname for (hostname,) in rows]
        assert stored <= set(kept)
        assert len(kept) == len(set(kept))

    again = {hostname: times - 1 for hostname, times in fetched.items() if times > 1}
    assert set(kept) == {hostname for hostname, times in fetched.items() if times}
    assert sum(again.values()) <= 7 * len(kills)
    assert max(again.values(), default=0) <= len(kills)


def test_edges_and_hosts_agree_after_a_kill(tmp_path: Path) -> None:
    """A batch is there with its edges and the hosts it names, or not at all."""
    with subprocess.Popen(
        [sys.executable, "-c", _CRAWL, str(tmp_path), str(HOSTS)], stdout=subprocess.PIPE, text=True
    ) as crawl:
        assert crawl.stdout is not None
        for place, _ in enumerate(crawl.stdout):
            if place == 60:
                crawl.send_signal(signal.SIGKILL)

    with Warehouse.open(tmp_path) as warehouse:
        frontier = DuckDBFrontier(warehouse, crawl_id="c1", admits_reserved=True)
        lists, edges, strangers, waiting = warehouse.connection.execute(
            "select (select sum(hostnames_count) from raw.peer_lists),"
            " (select count(*) from raw.peer_edges),"
            " (select count(*) from raw.peer_edges"
            "  where target_id not in (select id from frontier.hosts)),"
            " (select count(*) from frontier.hosts where last_checked_at is null)"
        ).fetchall()[0]

        assert lists == edges
        assert 0 == strangers
        assert waiting == len(frontier.lease(10_000))
