"""Is the audit right about a world whose truth is known? Nine days of five thousand servers, 3 % of them liars.

Then a smaller world over real sockets: what liars say arrives through a real crawl as they said it.
"""

import asyncio
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from crawler.check import check
from crawler.conversation import Wants
from crawler.hostname import Hostname
from crawler.records import Check
from crawler.replica.expected import Truth
from crawler.replica.farm import is_of_farm
from crawler.replica.liars import Lie, Oddity
from crawler.replica.memory import Recollection
from crawler.replica.population import COUNTS
from crawler.replica.world import World
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish_warehouse
from pipeline.read import Published
from pipeline.warehouse import Warehouse

pytestmark = pytest.mark.slow

SERVERS, SEED, RATIO = 5_000, int(os.environ.get("HERDBOOK_LIARS_SEED", "1")), 0.03
DAYS = 9
"""Enough for what only time shows: a week without a move, rises and falls."""
CRAWLED_SERVERS, CRAWLED_SEED, CRAWLED_RATIO = 300, 2, 0.05
"""Two liars of each kind, behind TLS."""
START = datetime(2026, 1, 5, 1, tzinfo=UTC)

ACCUSED = "select hostname, min(day_on) from ({}) group by hostname".format(
    Path(__file__).with_name("accused.sql").read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Audited:
    """What was published about a world, and what is true of it."""

    published: Path
    world: World
    truth: Truth

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the published file."""
        with duckdb.connect(self.published, read_only=True) as connection:
            return connection.execute(query).fetchall()

    @property
    def accused(self) -> set[str]:
        """Everybody whose users or MAU a verdict calls untrue."""
        return {str(hostname) for hostname, _ in self.rows(ACCUSED)}

    def who(self, kind: Lie | Oddity | None) -> set[str]:
        """Servers of one kind; `None` = all that lie."""
        parts = {s.hostname: self.world.part(s) for s in self.world.servers}
        if kind is None:
            return {hostname for hostname, part in parts.items() if part.lie is not None}
        return {hostname for hostname, part in parts.items() if kind in (part.lie, part.oddity)}


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """The days are lived through, each server checked each day, and what came of it is judged."""
    data = tmp_path_factory.mktemp("liars")
    world = World(SERVERS, SEED, liars=RATIO)
    with Warehouse.open(data, is_replica=True) as warehouse:
        for day in range(DAYS):
            world = world.on(day)
            _visit_all(warehouse, world)
        at = START + timedelta(days=DAYS)
        published = publish_warehouse(warehouse, published_at=at, checks_promises=True)
    return Audited(published, world, Truth(world))


def _visit_all(warehouse: Warehouse, world: World) -> None:
    """Check everybody with the crawler's own conversation, and store it with its own store."""
    at = START + timedelta(days=world.day)
    crawl_id = f"day-{world.day}"
    crawl = DuckDBFrontier(warehouse, crawl_id=crawl_id, admits_reserved=True, now=lambda: at)
    is_whole = world.day in (0, DAYS - 1)
    names = [server.hostname for server in world.servers]
    # a browser of the same process may hold this thread's event loop
    with ThreadPoolExecutor(1) as thread:
        for start in range(0, len(names), 1_000):
            checks = _checks(world, names[start : start + 1_000], at, is_whole)
            crawl.store(thread.submit(asyncio.run, checks).result())
    ended = {"crawl_id": crawl_id, "now": at, "reason": "finished"}
    warehouse.run("frontier", "end_crawl", ended)


async def _checks(world: World, names: list[str], at: datetime, is_whole: bool) -> list[Check]:
    client = Recollection(world)
    done = []
    for place, name in enumerate(names):
        # lists are due once a week, numbers every day
        is_week = place % 7 == world.day % 7
        wants = Wants(instance=is_whole or is_week, peers=is_week, activity=False)
        when = at + timedelta(seconds=place)
        done.append(await check(Hostname(name), client, wants=wants, now=when))
    return done


def test_liars_are_told_from_honest_servers(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of all that are accused at least 98 in 100 lie; of all that lie at least 95 in 100 are accused."""
    accused, liars = audited.accused, audited.who(None)

    precision = len(accused & liars) / len(accused)
    recall = len(accused & liars) / len(liars)

    with capsys.disabled():
        sys.stdout.write(f"\nreplica: precision {precision:.4f}, recall {recall:.4f}\n")
        for kind in (*Lie, *Oddity):
            names = audited.who(kind)
            sys.stdout.write(f"  {kind:12} {len(names & accused):4} of {len(names):4} accused\n")
        for name in sorted(accused - liars):
            sys.stdout.write(f"  wrongly accused: {name}\n")
    assert all(audited.who(kind) for kind in (*Lie, *Oddity))
    assert precision >= 0.98
    assert recall >= 0.95


def test_no_large_honest_server_loses_a_number(audited: Audited) -> None:
    """The twenty largest honest servers keep users and MAU in the audited sums on every day."""
    honest = [s for s in audited.world.servers if audited.world.part(s).lie is None]
    says = [s for s in honest if not s.is_withheld and audited.truth.life(s.hostname).is_up]
    largest = sorted(says, key=lambda s: -s.users_total)[:20]

    left_out = audited.rows(
        "select hostname, field, rule_id from marts.verdicts "
        # what one software counts in its own way is lost by giants and dwarfs alike
        "where field in ('users_total', 'users_active_month') and standing <> 'modelled'"
    )

    names = {server.hostname for server in largest}
    assert largest[-1].users_total > 1_000
    assert [] == [row for row in left_out if row[0] in names]


def test_audited_totals_are_near_the_truth(
    audited: Audited, capsys: pytest.CaptureFixture[str]
) -> None:
    """The audited total is within 2 % of the people of honest servers that say a number; the naive one is far off."""
    world, truth = audited.world, audited.truth
    lives = [truth.life(server.hostname) for server in world.servers]
    people = sum(life.users_total for life in lives if life.died_on is None)
    said = {
        server.hostname
        for server in world.servers
        if truth.expected(server.hostname).numbers.get("users_total") is not None
    }
    # an answer counts for a week: who is away today is not gone
    told = sum(
        life.users_total
        for life in lives
        if life.part.lie is None
        and life.died_on is None
        and (life.hostname in said or not life.is_up)
    )

    last = Published(audited.published.parents[1]).totals().iloc[-1]

    naive, audit = int(last["users_total"]), int(last["users_total_audited"])
    with capsys.disabled():
        sys.stdout.write(
            f"\nreplica: people {people:,}, of them on servers that say so {told:,}; "
            f"audited {audit:,}, naive {naive:,}\n"
        )
    assert abs(audit / told - 1) < 0.02
    assert abs(naive / told - 1) > 0.5


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """A smaller world with liars runs as a process, and another process crawls it."""
    home = tmp_path_factory.mktemp("crawled")
    data = home / "replica"
    command = [sys.executable, "-m", "crawler", "replica", "--liars", str(CRAWLED_RATIO)]
    command += ["--servers", str(CRAWLED_SERVERS), "--seed", str(CRAWLED_SEED), "--day", "1"]
    environment = {**os.environ, "HERDBOOK_DATA": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as replica:
        try:
            assert replica.stdout is not None
            replica.stdout.readline()
            _crawl(data)
        finally:
            replica.terminate()
            replica.communicate(timeout=30)
    world = World(CRAWLED_SERVERS, CRAWLED_SEED, 1, CRAWLED_RATIO)
    return Audited(data / "published" / "herdbook.duckdb", world, Truth(world))


def _crawl(data: Path) -> None:
    rig = json.loads((data / "rig" / "rig.json").read_text())
    command = [sys.executable, "-m", "crawler", "crawl", "--quiet", "--seeds", rig["seeds_file"]]
    command += ["--connect-to", f"*:443:{rig['address']}:{rig['port']}"]
    command += ["--allow-address", "127.0.0.0/8", "--ca-file", rig["ca_file"]]
    subprocess.run(command, env={**os.environ, "HERDBOOK_DATA": str(data)}, timeout=300, check=True)


def test_liars_arrive_as_they_are(crawled: Audited) -> None:
    """Through sockets, parsers and store, every number of a liar is the one it said, and thrown ones are there too."""
    fields = ", ".join(f"nodeinfo_{name}" for name in COUNTS)
    warehouse = crawled.published.parents[1] / "herdbook.duckdb"
    with duckdb.connect(warehouse, read_only=True) as connection:
        rows = connection.execute(f"select hostname, {fields} from raw.checks").fetchall()
    kept = {row[0]: dict(zip(COUNTS, row[1:], strict=True)) for row in rows}
    findable = crawled.truth.findable

    thrown = crawled.who(Lie.RANDOM) & findable
    others = (crawled.who(None) - thrown) & findable

    said = {name: crawled.truth.expected(name).numbers for name in others}
    assert all(crawled.who(lie) & findable for lie in Lie)
    assert {name: numbers or dict.fromkeys(COUNTS) for name, numbers in said.items()} == {
        name: kept[name] for name in others
    }
    assert all(kept[name]["users_active_month"] for name in thrown)


def test_one_crawl_accuses_whom_one_answer_gives_away(crawled: Audited) -> None:
    """Nobody honest is accused, and who needs no second day to be seen is."""
    at_once = (Lie.NEGATIVE, Lie.MONTH_BUG, Lie.RELAY, Lie.MIRRORED, Lie.WILDCARD)
    findable = crawled.truth.findable

    accused = {name for name in crawled.accused if not is_of_farm(name)}

    assert set() == accused - crawled.who(None)
    seen = {name for lie in at_once for name in crawled.who(lie)} & findable
    assert set() == {name for name in seen if crawled.truth.life(name).is_up} - accused
