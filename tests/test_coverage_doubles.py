"""A crawl that reaches twice as many servers from one day to the next shows no growth that is not there."""

import asyncio
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.check import check
from crawler.conversation import Wants
from crawler.hostname import Hostname
from crawler.records import Check
from crawler.replica.memory import Recollection
from crawler.replica.software import Robots
from crawler.replica.world import World
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish_warehouse
from pipeline.read import GrowthMeasure, Published
from pipeline.warehouse import Warehouse

pytestmark = pytest.mark.slow

SERVERS, SEED = 2_000, int(os.environ.get("HERDBOOK_LIARS_SEED", "1"))
DAYS, DOUBLES_ON = 9, 3
"""Six days after the jump: whoever throws its numbers is known by then, and left out of all days."""
START = datetime(2026, 1, 5, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    """All of it, with liars; half of it is crawled before the fourth day."""
    return World(SERVERS, SEED, liars=0.03)


@pytest.fixture(scope="module")
def published(world: World, tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Three days of every second server, then six days of all."""
    data: Path = tmp_path_factory.mktemp("doubles")
    with Warehouse.open(data, is_replica=True) as warehouse:
        for day in range(DAYS):
            _visit(warehouse, world.on(day))
        publish_warehouse(warehouse, published_at=START + timedelta(days=DAYS))
    return Published(data)


def _visit(warehouse: Warehouse, world: World) -> None:
    at = START + timedelta(days=world.day)
    crawl_id = f"day-{world.day}"
    step = 2 if world.day < DOUBLES_ON else 1
    crawl = DuckDBFrontier(warehouse, crawl_id=crawl_id, admits_reserved=True, now=lambda: at)
    # a thread of its own: a browser of other tests may hold this one's event loop
    with ThreadPoolExecutor(1) as thread:
        checks = thread.submit(asyncio.run, _checks(world, step, at)).result()
    crawl.store(checks)
    ended = {"crawl_id": crawl_id, "now": at, "reason": "finished"}
    warehouse.run("frontier", "end_crawl", ended)


async def _checks(world: World, step: int, at: datetime) -> list[Check]:
    client = Recollection(world)
    done = []
    for server in world.servers[::step]:
        is_week = server.index // 2 % 7 == world.day % 7
        wants = Wants(instance=is_week, peers=is_week, activity=False)
        done.append(await check(Hostname(server.hostname), client, wants=wants, now=at))
    return done


def _true_index(world: World, field: str, doubles_on: int = 0) -> list[float]:
    """True growth, chained: of everybody, or of those only who are crawled on both of two days."""
    index = [1.0]
    for day in range(1, DAYS):
        step = 2 if day <= doubles_on else 1
        before, after = (_numbers(world.on(each), field, step) for each in (day - 1, day))
        panel = before.keys() & after.keys()
        index.append(index[-1] * sum(after[i] for i in panel) / sum(before[i] for i in panel))
    return index


def _numbers(world: World, field: str, step: int) -> dict[int, int]:
    """What is said by all who live, tell the truth and mean people by it."""
    return {
        server.index: number
        for server in world.servers[::step]
        if (number := server.numbers[field]) is not None
        and world.died_on(server) is None
        and not server.is_opted_out
        and server.robots is not Robots.ALL
        and world.part(server).lie is None
        and server.software.name not in _OTHERWISE[field]
    }


_ONE_OR_OTHERWISE = ("birdsitelive", "writefreely", "owncast", "ghost", "hollo", "microblogpub")
_OTHERWISE = {
    "users_total": frozenset(_ONE_OR_OTHERWISE),
    "users_active_month": frozenset({*_ONE_OR_OTHERWISE, "wordpress", "pixelfed", "takahe"}),
}
"""Software that counts something else, which audited sums leave out."""


@pytest.mark.parametrize("measure", ["users_total", "users_active_month"])
def test_doubled_coverage_is_no_growth(
    measure: GrowthMeasure, world: World, published: Published, capsys: pytest.CaptureFixture[str]
) -> None:
    """Growth of the same servers is within 1 % of the truth of those seen, and of everybody; the naive total jumps."""
    everybody = _true_index(world, measure)
    seen = _true_index(world, measure, DOUBLES_ON)

    growth = published.growth(measure)
    totals = published.totals()

    said = growth["index_chained"].tolist()
    naive = (totals[measure] / totals[measure].iloc[0]).tolist()
    with capsys.disabled():
        sys.stdout.write(f"\n{measure}: day, everybody, servers seen, published, naive\n")
        for day, row in enumerate(zip(everybody, seen, said, naive, strict=True)):
            sys.stdout.write(f"  {day} " + " ".join(f"{value:8.4f}" for value in row) + "\n")
    # who is out for a day counts with its last answer, and who never moves is not known for a week
    assert said == pytest.approx(seen, rel=0.01)
    assert said == pytest.approx(everybody, rel=0.01)
    assert naive[DOUBLES_ON] / naive[DOUBLES_ON - 1] > 1.3
    assert growth["instances_discovered"].iloc[DOUBLES_ON] > SERVERS / 4
