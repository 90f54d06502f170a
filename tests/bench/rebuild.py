"""What making all marts anew costs: `python tests/bench/rebuild.py 30000:30 30000:400` (servers : days).

Seconds are of the clock, on all processors, with every promise of the tables checked; filling is not counted.
"""

import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory

from pipeline.publish import publish_warehouse, take_room
from pipeline.warehouse import Warehouse

FILLING = Path(__file__).with_name("rebuild.sql")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


def measure(servers: int, days: int, folder: Path) -> str:
    """Fill a warehouse, publish it, and say what that took."""
    with Warehouse.open(folder, is_replica=True) as warehouse:
        take_room(warehouse)
        for name, value in {"servers": servers, "days": days}.items():
            warehouse.connection.execute(f"set variable {name} = $value", {"value": value})
        warehouse.connection.execute(FILLING.read_text(encoding="utf-8"))
        began, used = time.monotonic(), time.process_time()
        path = publish_warehouse(
            warehouse, published_at=FIRST + timedelta(days=days), checks_promises=True
        )
        seconds, cpu = time.monotonic() - began, time.process_time() - used
        kept = warehouse.path.stat().st_size / 1e6
    return (
        f"{servers:,} servers, {days:,} days: {seconds:.1f} s, {cpu:.1f} s CPU, "
        f"peak memory {getrusage(RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, warehouse {kept:,.0f} MB, "
        f"published {path.stat().st_size / 1e6:,.0f} MB\n"
    )


def main(wanted: list[str]) -> None:
    """Measure each size."""
    for text in wanted:
        servers, days = (int(part) for part in text.split(":"))
        with TemporaryDirectory() as folder:
            sys.stdout.write(measure(servers, days, Path(folder)))
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:] or ["30000:30"])
