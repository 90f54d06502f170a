"""Makes `data/sample`: a release of a replica that lives through eight weeks.

`make sample` runs it, within a minute; what comes of it is the same each time but for the last digit of sums
of ratios. Every check is the crawler's own conversation with answers from memory, stored by the pipeline's own
store, published and released like any other data; nothing is asked of anybody. Make it anew when the published
tables change, and commit what comes of it.
"""

import asyncio
import logging
import sys
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.check import check
from crawler.conversation import Wants
from crawler.hostname import Hostname
from crawler.records import Check
from crawler.replica import client_api
from crawler.replica.memory import Recollection
from crawler.replica.world import World
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish_warehouse
from pipeline.release.making import release
from pipeline.warehouse import Warehouse

SAMPLE = Path(__file__).with_name("sample")
SERVERS, SEED, LIARS = 500, 20260320, 0.03
"""A few hundred servers: enough for communities and for rules, a few megabytes as files."""
DAYS = 56
"""Eight weeks: enough for growth over 30 days, for stretches of time and for a survival curve."""
FIRST = datetime(2026, 1, 12, 1, tzinfo=UTC)
"""A Monday, as weeks of activity begin on one."""

_NOTE = "a sample is what it is"
_SECONDS_BETWEEN = 120
"""Between two checks: a day's round takes the day."""


def main() -> int:
    """Live through the days, publish and release them."""
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        _live(data)
        release(data, into=SAMPLE, replaces=True, say=_tell)
    size = sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file())
    _tell(f"Made {SAMPLE}: {size / 1e6:.1f} MB.")
    return 0


def _live(data: Path) -> None:
    world = World(SERVERS, SEED, liars=LIARS)
    with Warehouse.open(data, is_replica=True) as warehouse:
        for day in range(DAYS):
            world = world.on(day)
            _visit(warehouse, world, FIRST + timedelta(days=day))
            if day % 7 == 6:
                # the graph is kept by day: one a week
                publish_warehouse(
                    warehouse,
                    published_at=FIRST + timedelta(days=day + 1),
                    checks_promises=day == DAYS - 1,
                    computes_graph=True,
                    accepts=_NOTE,
                )
            if day % 10 == 0:
                _tell(f"day {day} of {DAYS}: {len(world.servers)} servers")


def _visit(warehouse: Warehouse, world: World, at: datetime) -> None:
    """Check everybody once, each at the same hour of the day, those who never work once a week."""
    crawl_id = f"sample-{world.day:03}"
    crawl = DuckDBFrontier(
        warehouse,
        crawl_id=crawl_id,
        seeds=[server.hostname for server in world.seeds],
        admits_reserved=True,
        now=lambda: at,
    )
    names = [server.hostname for server in world.servers]
    if world.day % 7 == 0:
        names += [neighbour.hostname for neighbour in world.neighbours]
    crawl.store(asyncio.run(_checks(world, names, at)))
    ended = at + timedelta(seconds=_SECONDS_BETWEEN * len(names))
    warehouse.run(
        "frontier", "end_crawl", {"crawl_id": crawl_id, "now": ended, "reason": "finished"}
    )


async def _checks(world: World, names: list[str], at: datetime) -> list[Check]:
    client = Recollection(world)
    # the replica dates its weeks by the clock on the wall; the sample's clock is its own
    setattr(client_api, "now", lambda: at)  # noqa: B010
    done = []
    for place, name in enumerate(names):
        is_week = place % 7 == world.day % 7
        wants = Wants(instance=True, peers=is_week, activity=is_week)
        when = at + timedelta(seconds=_SECONDS_BETWEEN * place)
        done.append(_timed(await check(Hostname(name), client, wants=wants, now=when)))
    return done


def _timed(made: Check) -> Check:
    """How long an answer took is no part of the world: a tenth of a second each."""
    exchanges = tuple(replace(exchange, seconds=0.1) for exchange in made.exchanges)
    return replace(made, seconds=0.1 * len(exchanges), exchanges=exchanges)


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
