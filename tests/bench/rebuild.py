"""What making all marts anew costs, and one day more: `python tests/bench/rebuild.py 30000:30 30000:400` (servers : days).

Seconds are of the clock, on all processors, with every promise of the tables checked; filling is not counted.
"""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory

from pipeline.publish import publish_warehouse, take_room
from pipeline.warehouse import Warehouse

FILLING = Path(__file__).with_name("rebuild.sql")
FIRST = datetime(2025, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a publish took."""

    seconds: float
    """Wall clock [s]."""
    cpu_seconds: float
    """Of all processors [s]."""
    peak_mb: float
    """Most memory of the process until then [MB]."""
    warehouse_mb: float
    published_mb: float

    def __str__(self) -> str:
        """In words."""
        return (
            f"{self.seconds:.1f} s, {self.cpu_seconds:.1f} s CPU, peak memory {self.peak_mb:,.0f} MB, "
            f"warehouse {self.warehouse_mb:,.0f} MB, published {self.published_mb:,.0f} MB"
        )


def measure(servers: int, days: int, folder: Path) -> Iterator[tuple[str, Cost]]:
    """Fill a warehouse and publish it; add a day and publish what has changed. Name and cost of each."""
    with Warehouse.open(folder, is_replica=True) as warehouse:
        take_room(warehouse)
        for name, first_day, last_day in (("whole", 0, days), ("one day more", days, days + 1)):
            told = {"servers": servers, "first_day": first_day, "days": last_day}
            for variable, value in told.items():
                warehouse.connection.execute(f"set variable {variable} = {value}")
            warehouse.connection.execute(FILLING.read_text(encoding="utf-8"))
            # what filling wrote is not the publish's to write
            warehouse.connection.execute("checkpoint")
            yield name, _publish(warehouse, FIRST + timedelta(days=last_day))


def _publish(warehouse: Warehouse, at: datetime) -> Cost:
    began, used = time.monotonic(), time.process_time()
    path = publish_warehouse(warehouse, published_at=at, checks_promises=True)
    return Cost(
        seconds=time.monotonic() - began,
        cpu_seconds=time.process_time() - used,
        peak_mb=getrusage(RUSAGE_SELF).ru_maxrss / 1024,
        warehouse_mb=warehouse.path.stat().st_size / 1e6,
        published_mb=path.stat().st_size / 1e6,
    )


def main(wanted: list[str]) -> None:
    """Measure each size."""
    for text in wanted:
        servers, days = (int(part) for part in text.split(":"))
        with TemporaryDirectory() as folder:
            for name, cost in measure(servers, days, Path(folder)):
                sys.stdout.write(f"{servers:,} servers, {days:,} days, {name}: {cost}\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:] or ["30000:30"])
