"""Does the audit tell liars from honest servers? Labelled cases among five thousand made-up servers."""

import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check, NodeInfo, PeerKind, PeerList, PeerListState
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish_warehouse
from pipeline.warehouse import Warehouse

pytestmark = pytest.mark.slow

SERVERS = 5_000
LIARS_OF_A_KIND = 19
"""Eight kinds: three in a hundred."""
DAYS = 9
START = datetime(2026, 1, 5, 1, tzinfo=UTC)

HONEST_KINDS = (
    "ordinary",
    "giant",
    "rush",
    "bridge",
    "withholding",
    "deleting",
    "purged",
    "quiet",
    "tenant",
)
LIAR_KINDS = (
    "random",
    "constant",
    "negative",
    "inflated",
    "mirrored",
    "wildcard",
    "month_bug",
    "relay",
)

Numbers = tuple[int | None, int | None, int | None]
"""Registered users, active in a month, posts."""


@dataclass(kw_only=True)
class Server:
    """One made-up server, what it is, and what it says day by day."""

    hostname: str
    kind: str
    users: int
    growth: float = 1.002
    software: str = "mastodon"
    version: str = "4.5.2"
    title: str | None = None
    born_on: int = 0
    month_ratio: float = 0.3
    posts_ratio: float = 20.0
    original: "Server | None" = None
    rng: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        if self.kind in HONEST_KINDS and self.kind != "ordinary":
            luck = random.Random(self.hostname)
            self.posts_ratio = luck.uniform(3, 60)
            self.month_ratio = max(self.month_ratio, luck.uniform(0.05, 0.7))

    @property
    def is_liar(self) -> bool:
        """Whether its numbers are not to be believed."""
        return self.kind in LIAR_KINDS

    @property
    def fame(self) -> float:
        """The share of lists that name it, once it has been there for some days."""
        people = {"inflated": 3, "random": 20, "constant": 20, "negative": 10, "mirrored": 10}
        users = people.get(self.kind, self.users)
        return min(0.97, 0.02 + 0.11 * (users / 20) ** 0.32)

    def numbers(self, day: int) -> Numbers:
        """What it says that day."""
        said = getattr(self, f"_{self.kind}", self._grown)
        numbers: Numbers = said(day)
        return numbers

    def _grown(self, day: int) -> tuple[int, int, int]:
        users = int(self.users * self.growth**day) + (day if self.users > 200 else 0)
        posts = int(self.users * self.posts_ratio) + int(
            day * (1 + self.users * self.month_ratio / 3)
        )
        return users, int(users * self.month_ratio), posts

    def _random(self, day: int) -> Numbers:
        return self.rng.randrange(1_000_000), None, self.rng.randrange(1_000_000)

    def _constant(self, day: int) -> Numbers:
        if self.users % 2:
            return self.users, self.users, self.users
        return self.users, self.users // 2, self.users * 7

    def _negative(self, day: int) -> Numbers:
        return -15_000_000, -15_000_000, -15_000_000

    def _mirrored(self, day: int) -> Numbers:
        assert self.original is not None
        return self.original.numbers(day)

    def _wildcard(self, day: int) -> Numbers:
        return 3, 2, 4096 + day

    def _month_bug(self, day: int) -> Numbers:
        users, _, posts = self._grown(day)
        return users, 91_000 + day, posts

    def _relay(self, day: int) -> Numbers:
        return 600 + day, 600 + day, 0

    def _withholding(self, day: int) -> Numbers:
        return (1, 1, 1) if self.software == "hubzilla" else (None, None, None)

    def _deleting(self, day: int) -> Numbers:
        users, _, posts = self._grown(day)
        return users, int(users * 1.15) + 1, posts

    def _purged(self, day: int) -> Numbers:
        users, month, posts = self._grown(day)
        return (users, month, posts) if day < 4 else (users // 3, month // 3, posts // 2)

    def _quiet(self, day: int) -> Numbers:
        return self.users, min(self.users, 3), int(self.users * self.posts_ratio)


def _ordinary(rng: random.Random, number: int) -> Server:
    software, version = rng.choice(
        (
            ("mastodon", "4.5.2"),
            ("misskey", "2025.10.0"),
            ("lemmy", "0.19.13"),
            ("pleroma", "2.9.1"),
        )
    )
    return Server(
        hostname=f"s{number}.example",
        kind="ordinary",
        users=min(int(2 * (1 - rng.random()) ** -1.25), 150_000),
        growth=1 + rng.uniform(0, 0.01),
        software=software,
        version=version,
        # many never give themselves a name
        title=f"Server {number}" if rng.random() < 0.7 else "Mastodon",
        month_ratio=rng.uniform(0.05, 0.7),
        posts_ratio=rng.uniform(3, 60),
    )


def _special(rng: random.Random) -> Iterator[Server]:
    for n in range(12):
        yield Server(
            hostname=f"giant{n}.example", kind="giant", users=rng.randrange(150_000, 2_900_000)
        )
        # November 2022: doubled and doubled again, and nobody knew them a week before
        yield Server(
            hostname=f"rush{n}.example",
            kind="rush",
            users=rng.randrange(500, 6_000),
            growth=rng.uniform(1.3, 1.7),
            born_on=rng.randrange(3),
            month_ratio=0.9,
        )
        yield Server(
            hostname=f"bridge{n}.example",
            kind="bridge",
            users=rng.randrange(2_000, 60_000),
            software=("birdsitelive", "bridgy-fed", "mostr")[n % 3],
        )
        yield Server(
            hostname=f"purged{n}.example", kind="purged", users=rng.randrange(1_000, 30_000)
        )
    for n in range(40):
        yield Server(
            hostname=f"withholding{n}.example",
            kind="withholding",
            users=rng.randrange(5, 5_000),
            software=("friendica", "hubzilla")[n % 2],
        )
        yield Server(
            hostname=f"deleting{n}.example",
            kind="deleting",
            users=rng.randrange(5, 5_000),
            software=("mastodon", "lemmy", "pixelfed", "wordpress")[n % 4],
        )
        yield Server(hostname=f"quiet{n}.example", kind="quiet", users=rng.randrange(4, 3_000))
        yield Server(
            hostname=f"customer{n}.hosting.example",
            kind="tenant",
            users=rng.randrange(1, 50),
            title="Mastodon",
        )


def _liars(rng: random.Random, models: list[Server]) -> Iterator[Server]:
    for n in range(LIARS_OF_A_KIND):
        for kind in LIAR_KINDS:
            told: dict[str, Any] = {"users": rng.randrange(200, 50_000), "title": f"{kind} {n}"}
            name = f"{kind.replace('_', '-')}{n}.example"
            if kind == "random":
                told["software"] = "gotosocial"
            elif kind == "inflated":
                told["users"] = rng.randrange(20_000, 2_000_000)
            elif kind == "month_bug":
                told |= {"software": "calckey", "users": rng.randrange(5, 500)}
            elif kind == "relay":
                told |= {"software": ("activity-relay", "aoderelay")[n % 2]}
            elif kind == "mirrored":
                model = models[n]
                told = {"users": model.users, "title": model.title, "original": model}
                told |= {"software": model.software, "version": model.version}
            elif kind == "wildcard":
                # the first of each domain is the server itself, counted once: it is no liar
                told["title"] = f"Meadow {n % 2}"
                name = f"m{n}.meadow{n % 2}.example"
            yield Server(hostname=name, kind=kind, rng=random.Random(n), **told)
    for n in range(2):
        yield Server(
            hostname=f"meadow{n}.example",
            kind="ordinary",
            users=3,
            posts_ratio=1366,
            title=f"Meadow {n}",
        )


def _population() -> list[Server]:
    rng = random.Random(20221106)
    special = list(_special(rng))
    count = SERVERS - len(special) - len(LIAR_KINDS) * LIARS_OF_A_KIND
    ordinary = [_ordinary(rng, number) for number in range(count)]
    models = rng.sample([s for s in ordinary if s.users >= 100], LIARS_OF_A_KIND)
    return [*ordinary, *special, *_liars(rng, models)]


def _check(server: Server, day: int, at: datetime, peers: tuple[PeerList, ...]) -> Check:
    users, month, posts = server.numbers(day)
    return Check(
        hostname=Hostname(server.hostname),
        started_at=at,
        seconds=0.4,
        outcome=Outcome.OK,
        nodeinfo=NodeInfo(
            schema_version="2.0",
            software_name=server.software,
            software_version=server.version,
            protocols=("activitypub",),
            users_total=users,
            users_active_month=None if server.software == "misskey" else month,
            local_posts=posts,
            name=server.title,
            is_statistics_hidden=server.kind == "withholding" and users is None,
        ),
        peer_lists=peers,
    )


def _peers(server: Server, known: list[Server], rng: random.Random) -> tuple[PeerList, ...]:
    """A list of peers: the more famous a server, the more lists have it; little ones know fewer."""
    reach = 3 if server.kind == "inflated" else None
    openness = rng.uniform(0.3, 1.0)
    names = [s.hostname for s in known if s is not server and rng.random() < s.fame * openness]
    served = PeerListState.SERVED if names else PeerListState.EMPTY
    return (
        PeerList(
            endpoint="/api/v1/instance/peers",
            kind=PeerKind.KNOWS,
            state=served,
            hostnames=tuple(map(Hostname, names[:reach])),
        ),
    )


@pytest.fixture(scope="module")
def population() -> list[Server]:
    """Five thousand servers, three in a hundred of them liars."""
    return _population()


@pytest.fixture(scope="module")
def audited(
    population: list[Server], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Nine days of these servers, crawled, judged and published."""
    data = tmp_path_factory.mktemp("audited")
    rng = random.Random(7)
    with Warehouse.open(data, is_replica=True) as warehouse:
        warehouse.connection.execute(
            "insert into rules.multi_tenants by name select 'hosting.example' as registrable_domain"
        )
        for day in range(DAYS):
            _crawl(warehouse, population, day, rng)
        path = publish_warehouse(
            warehouse, published_at=START + timedelta(days=DAYS), checks_promises=True
        )
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


def _crawl(warehouse: Warehouse, population: list[Server], day: int, rng: random.Random) -> None:
    at = START + timedelta(days=day)
    crawl = DuckDBFrontier(warehouse, crawl_id=f"day-{day}", admits_reserved=True, now=lambda: at)
    there = [server for server in population if server.born_on <= day]
    # one list in five of them is asked for each day: 800 are enough to know who is met
    known = [server for server in there if server.kind != "rush" or server.born_on + 3 <= day]
    checks = [
        _check(
            server,
            day,
            at + timedelta(seconds=10 * place),
            _peers(server, known, rng) if place % 40 == day * 4 else (),
        )
        for place, server in enumerate(there)
    ]
    for place in range(0, len(checks), 1_000):
        crawl.store(checks[place : place + 1_000])
    warehouse.run(
        "frontier", "end_crawl", {"crawl_id": f"day-{day}", "now": at, "reason": "finished"}
    )


ACCUSED = "select distinct hostname, rule_id from ({})".format(
    (Path(__file__).parents[1] / "accused.sql").read_text(encoding="utf-8")
)


def test_liars_are_told_from_honest_servers(
    audited: duckdb.DuckDBPyConnection,
    population: list[Server],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Of all that are accused at least 98 in 100 lie; of all that lie at least 95 in 100 are accused."""
    accused = {hostname for hostname, _ in audited.execute(ACCUSED).fetchall()}
    liars = {server.hostname for server in population if server.is_liar}

    precision = len(accused & liars) / len(accused)
    recall = len(accused & liars) / len(liars)
    with capsys.disabled():
        sys.stdout.write(f"\naudit: precision {precision:.4f}, recall {recall:.4f}\n")
        for kind in (*LIAR_KINDS, *HONEST_KINDS):
            names = {server.hostname for server in population if server.kind == kind}
            sys.stdout.write(f"  {kind:12} {len(names & accused):4} of {len(names):4} accused\n")

    assert precision >= 0.98
    assert recall >= 0.95
