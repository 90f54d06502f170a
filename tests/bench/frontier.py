"""What a crawl's work in the warehouse costs while the frontier grows: `python tests/bench/frontier.py 30000 300000`.

Each number is a count of names known. Leases of 500 hosts and batches of 300 checks with lists of 1,000 names
are timed, in CPU seconds; filling is not counted.
"""

import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import numpy as np

from crawler.frontier import Due
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check, PeerKind, PeerList, PeerListState
from pipeline.frontier import DuckDBFrontier
from pipeline.warehouse import Warehouse

FILLING = Path(__file__).with_suffix(".sql")
NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
PEERS_EACH = 1_000
BATCH = 300
LEASED = 500
BATCHES = 4


def checks(dues: list[Due], names: int, at: datetime) -> list[Check]:
    """What those hosts say: a list of popular names each."""
    random = np.random.default_rng(int(at.timestamp()))
    found = []
    for due in dues:
        drawn = np.unique((random.random(PEERS_EACH) ** 3 * names).astype(np.int64))
        peers = PeerList(
            endpoint="/api/v1/instance/peers",
            kind=PeerKind.KNOWS,
            state=PeerListState.SERVED,
            hostnames=tuple(Hostname(f"h{number}.example") for number in drawn.tolist()),
            received_count=PEERS_EACH,
        )
        found.append(
            Check(
                hostname=due.hostname,
                started_at=at,
                seconds=0.5,
                outcome=Outcome.OK,
                peer_lists=(peers,),
            )
        )
    return found


def measure(names: int, folder: Path) -> str:
    """Fill a frontier, lease and store some times, and say what that took."""
    warehouse = Warehouse.open(folder, is_replica=True)
    warehouse.connection.execute("set variable names = $names", {"names": names})
    warehouse.connection.execute(FILLING.read_text(encoding="utf-8"))
    frontier = DuckDBFrontier(
        warehouse, crawl_id="bench", admits_reserved=True, now=lambda: NOON + timedelta(days=1)
    )
    leasing = storing = 0.0
    for turn in range(BATCHES):
        begun = time.process_time()
        dues = frontier.lease(LEASED)
        leasing += time.process_time() - begun
        said = checks(dues[:BATCH], names, NOON + timedelta(minutes=turn))
        begun = time.process_time()
        frontier.store(said)
        storing += time.process_time() - begun
    size = warehouse.path.stat().st_size
    warehouse.close()
    return (
        f"{names:,} names: {leasing / BATCHES / LEASED * 1e3:.3f} ms CPU a lease, "
        f"{storing / BATCHES / BATCH * 1e3:.3f} ms CPU a check stored, "
        f"{size / names:.0f} bytes a name, peak memory {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB\n"
    )


def main(counts: list[int]) -> None:
    """Measure each size."""
    for names in counts:
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(measure(names, Path(folder)))
            sys.stdout.flush()


if __name__ == "__main__":
    main([int(text) for text in sys.argv[1:]] or [30_000])
