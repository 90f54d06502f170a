"""Made-up servers and simulated days: small crawls that fill real warehouses."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import (
    ActivityPoint,
    Alias,
    Check,
    Exchange,
    Instance,
    Liveness,
    NodeInfo,
    PeerDetail,
    PeerKind,
    PeerList,
    PeerListState,
    Registration,
)
from pipeline import cli, raw
from pipeline.frontier import DuckDBFrontier
from pipeline.hosting import AddressTables
from pipeline.observation import (
    BlockEvent,
    Import,
    ImportedEdge,
    ImportedTotal,
    Observation,
    RejectedRow,
)
from pipeline.publish import publish_warehouse
from pipeline.warehouse import FILE_NAME, Warehouse

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **span: float) -> None:
        """Move on."""
        self.at += timedelta(**span)


@dataclass
class Made:
    """Makers of records about made-up servers."""

    at: datetime = NOON
    kind: type[PeerKind] = field(default=PeerKind)

    def check(self, hostname: str, **told: Any) -> Check:
        """A check that came to a good end, unless told otherwise."""
        facts: dict[str, Any] = {"started_at": self.at, "seconds": 0.5, "outcome": Outcome.OK}
        facts |= told
        if facts["outcome"] is Outcome.OK:
            facts.setdefault("nodeinfo", self.nodeinfo())
        return Check(hostname=Hostname.parse(hostname), **facts)

    def nodeinfo(self, software_name: str | None = "mastodon", **told: Any) -> NodeInfo:
        """A NodeInfo document that says little."""
        return NodeInfo(schema_version="2.0", software_name=software_name, **told)

    def instance(self, **told: Any) -> Instance:
        """A server's own description."""
        return Instance(endpoint="/api/v2/instance", **told)

    def peers(
        self,
        *hostnames: str,
        kind: PeerKind = PeerKind.KNOWS,
        state: PeerListState | None = None,
        details: Sequence[PeerDetail | None] = (),
        is_complete: bool = True,
    ) -> PeerList:
        """A peer list as it came."""
        default = PeerListState.SERVED if hostnames else PeerListState.EMPTY
        return PeerList(
            endpoint="/api/v1/instance/peers",
            kind=kind,
            state=state or default,
            hostnames=tuple(map(Hostname.parse, hostnames)),
            details=tuple(details),
            received_count=len(hostnames),
            is_complete=is_complete,
        )


@pytest.fixture(scope="session")
def made() -> Made:
    """Makers of records."""
    return Made()


@pytest.fixture(scope="session")
def standing_replica() -> Callable[..., AbstractContextManager[list[str]]]:
    """Start a replica that stays up while a block lasts; gives the options that lead a crawl to it."""

    @contextmanager
    def stand(place: Path, *, servers: int, patience_seconds: float = 150) -> Iterator[list[str]]:
        replica = subprocess.Popen(
            [sys.executable, "-m", "crawler", "replica", "--servers", str(servers)],
            env={**os.environ, "HERDBOOK_DATA": str(place)},
            stdout=subprocess.DEVNULL,
        )
        note = place / "replica" / "rig" / "rig.json"
        try:
            deadline = time.monotonic() + patience_seconds
            while not note.exists():
                assert time.monotonic() < deadline
                time.sleep(0.1)
            told = json.loads(note.read_text(encoding="utf-8"))
            yield [
                *("--connect-to", f"*:443:{told['address']}:{told['port']}"),
                *("--allow-address", "127.0.0.0/8"),
                *("--ca-file", told["ca_file"]),
                *("--seeds", told["seeds_file"]),
            ]
        finally:
            replica.terminate()
            replica.wait(30)

    return stand


@pytest.fixture
def clock() -> Clock:
    """A clock that stands at noon until a test moves it."""
    return Clock()


@pytest.fixture
def typed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run `herdbook` as it runs when somebody types it, in this process: starting one costs a second."""

    def run(data: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        monkeypatch.setenv("HERDBOOK_DATA", str(data))
        monkeypatch.setattr(sys, "argv", ["herdbook", *arguments])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int)
        return subprocess.CompletedProcess(sys.argv, code, said.out, said.err)

    return run


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty warehouse of the replica's kind: copying it is cheaper than making it."""
    folder = tmp_path_factory.mktemp("empty")
    Warehouse.open(folder, is_replica=True).close()
    return folder / FILE_NAME


@pytest.fixture
def warehouse(empty_warehouse: Path, tmp_path: Path) -> Iterator[Warehouse]:
    """An empty warehouse of the replica's kind, where reserved names may live."""
    shutil.copy(empty_warehouse, tmp_path)
    with Warehouse.open(tmp_path, is_replica=True) as opened:
        yield opened


@pytest.fixture
def frontier_of(warehouse: Warehouse, clock: Clock) -> Callable[..., DuckDBFrontier]:
    """Begin a crawl in the warehouse."""

    def begin(*seeds: str, crawl_id: str = "c1", **told: Any) -> DuckDBFrontier:
        told.setdefault("admits_reserved", True)
        return DuckDBFrontier(warehouse, crawl_id=crawl_id, seeds=seeds, now=clock, **told)

    return begin


@pytest.fixture
def frontier(frontier_of: Callable[..., DuckDBFrontier]) -> DuckDBFrontier:
    """A crawl that has begun and knows nobody."""
    return frontier_of()


@pytest.fixture
def rows_of(warehouse: Warehouse) -> Callable[..., list[tuple[Any, ...]]]:
    """Read rows of the warehouse."""

    def read(sql: str, *bound: Any) -> list[tuple[Any, ...]]:
        return warehouse.connection.execute(sql, list(bound)).fetchall()

    return read


@pytest.fixture
def edges_now(rows_of: Callable[..., list[tuple[Any, ...]]]) -> Callable[[], set[tuple[str, ...]]]:
    """The edges that hold, by name: (source, kind, target)."""

    def read() -> set[tuple[str, ...]]:
        return set(
            rows_of(
                "select s.hostname, k.kind, t.hostname from raw.peer_edges e "
                "join raw.hostnames s on s.id = e.source_id join raw.hostnames t on t.id = e.target_id "
                "join raw.peer_kinds k on k.id = e.kind_id"
            )
        )

    return read


@pytest.fixture(scope="session")
def filled_data(tmp_path_factory: pytest.TempPathFactory, made: Made) -> Path:
    """A data folder whose warehouse saw five days of a made-up network, and published it."""
    data = tmp_path_factory.mktemp("filled")
    (data / "geoip").write_text("# 2026-03-01\n16777216,16842751,DE,64500\n")
    tables = AddressTables.open([data / "geoip"])
    clock = Clock(NOON - 4 * DAY)
    for day in range(5):
        warehouse = Warehouse.open(data, is_replica=True)
        if day == 4:
            _opt_out(warehouse, "gone-private.example")
            _observe(warehouse)
            _look(warehouse, "alpha.example", NOON - 100 * DAY)
        seeds = ["alpha.example", "dead-seed.example"]
        crawl = DuckDBFrontier(
            warehouse,
            crawl_id=f"day-{day}",
            seeds=seeds,
            admits_reserved=True,
            hosting=tables,
            now=clock,
        )
        crawl.store(list(_day(Made(clock.at), day)))
        clock.forward(minutes=20)
        if day == 4:
            publish_warehouse(warehouse, published_at=clock.at, computes_graph=True)
        crawl.finish("finished")
        clock.forward(hours=23, minutes=40)
    return data


@pytest.fixture(scope="session")
def judged_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that saw a fortnight of liars, breaks, deaths and an outage of our own."""
    data = tmp_path_factory.mktemp("judged")
    clock = Clock(NOON - 13 * DAY)
    with Warehouse.open(data, is_replica=True) as warehouse:
        for day in range(14):
            crawl = DuckDBFrontier(
                warehouse, crawl_id=f"day-{day}", admits_reserved=True, now=clock
            )
            crawl.store(list(_eventful_day(Made(clock.at), day)))
            ended = {"crawl_id": f"day-{day}", "now": clock.at, "reason": "finished"}
            warehouse.run("frontier", "end_crawl", ended)
            clock.forward(days=1)
        warehouse.connection.execute(
            "insert into raw.acceptances values (?, 'it is right', ['it was held'])", [NOON]
        )
        publish_warehouse(warehouse, published_at=clock.at, checks_promises=True)
    return data


@pytest.fixture
def judged(judged_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the eventful fortnight, as a plain connection."""
    path = judged_data / "published" / "herdbook.duckdb"
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


@pytest.fixture
def filled(filled_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file of the filled warehouse, as a plain connection."""
    path = filled_data / "published" / "herdbook.duckdb"
    with duckdb.connect(path, read_only=True) as connection:
        yield connection


def _opt_out(warehouse: Warehouse, hostname: str) -> None:
    warehouse.connection.execute("insert into raw.optouts values (?)", [hostname])


def _look(warehouse: Warehouse, hostname: str, at: datetime) -> None:
    warehouse.connection.execute(
        "insert into raw.liveness_checks values ('look', ?, ?, 0.5, 'ok', 3, 900)", [hostname, at]
    )


def _day(made: Made, day: int) -> Iterator[Check]:
    yield made.check(
        "alpha.example",
        address="1.0.0.7",
        nodeinfo=made.nodeinfo(users_total=1000 + day, users_active_month=100 + day, local_posts=0),
        instance=made.instance(
            title="Alpha",
            description="A place; it's 'quoted'.",
            registration=Registration.OPEN,
            registration_path="/auth/sign_up",
            languages=("de", "en-GB"),
            rules=("Be kind",),
            domains_known=3,
        ),
        aliases=(Alias(hostname=Hostname("www.alpha.example"), evidence="identity"),),
        peer_lists=(
            made.peers("beta.example", "gamma.example", *(["new.example"] if day > 2 else [])),
            made.peers(
                "spam.example",
                kind=PeerKind.BLOCKS,
                details=(PeerDetail(severity="suspend" if day < 3 else "silence"),),
            ),
        ),
        activity=tuple(
            ActivityPoint(
                starts_on=date(2026, 3, 2) + timedelta(days=7 * week),
                days=6,
                endpoint="/api/v1/instance/activity",
                logins=10 + day // 4,
                statuses=0,
                registrations=None,
            )
            for week in range(2)
        ),
        exchanges=(
            Exchange(
                path="/nodeinfo/2.0",
                method="GET",
                purpose="what it says of itself",
                status=200,
                seconds=0.1,
                body_bytes=19,
                document=b'{"version": "2.0"}' + bytes([48 + day // 2]),
            ),
        ),
    )
    yield made.check(
        "www.alpha.example",
        nodeinfo=made.nodeinfo(users_total=1000 + day, users_active_month=100 + day),
        instance=made.instance(title="Alpha", description="A place; it's 'quoted'."),
        aliases=(Alias(hostname=Hostname("alpha.example"), evidence="identity"),),
    )
    yield made.check(
        "beta.example",
        nodeinfo=made.nodeinfo("misskey", is_open_registrations=False),
        peer_lists=(made.peers(state=PeerListState.HIDDEN),),
        outcome=Outcome.OK if day != 3 else Outcome.TIMED_OUT,
    )
    yield made.check(
        "gamma.example",
        nodeinfo=made.nodeinfo("gotosocial", users_total=7),
        is_counting_refused=True,
        instance=made.instance(domains_known=12),
        activity=(ActivityPoint(starts_on=date(2026, 3, 2), days=7, endpoint="/x", logins=3),),
    )
    yield made.check("dead-seed.example", outcome=Outcome.DNS_FAILED, detail="NXDOMAIN")
    yield made.check("unknown.example", outcome=Outcome.REFUSED)
    yield made.check("robots.example", outcome=Outcome.ROBOTS_DISALLOWED, is_counting_refused=True)
    yield made.check("asked-out.example", outcome=Outcome.OPTED_OUT, detail="410")
    yield made.check(
        "sub.gone-private.example",
        nodeinfo=made.nodeinfo("lemmy", users_total=50),
        peer_lists=(made.peers("alpha.example"),),
    )
    for number in range(3):
        yield made.check(
            f"small{number}.example",
            nodeinfo=made.nodeinfo(
                ("lemmy", None, "peertube")[number], users_total=number, name=f"Small {number}"
            ),
            peer_lists=(
                made.peers(
                    "alpha.example",
                    kind=PeerKind.FOLLOWS if number == 2 else PeerKind.KNOWS,
                    details=(PeerDetail(liveness=Liveness.FAILING),) if number == 1 else (),
                ),
            ),
        )


def _eventful_day(made: Made, day: int) -> Iterator[Check]:
    is_cut_off = day == 5
    for number in range(12):
        yield made.check(
            f"steady{number}.example",
            outcome=Outcome.DNS_FAILED if is_cut_off else Outcome.OK,
            nodeinfo=made.nodeinfo(users_total=100 + number + day, local_posts=day),
        )
    yield made.check(
        "dying.example",
        outcome=Outcome.OK if day < 2 else Outcome.REFUSED,
        nodeinfo=made.nodeinfo(),
    )
    if not is_cut_off:
        month = 5_000 if day < 9 else 12_000
        yield made.check(
            "broken.example", nodeinfo=made.nodeinfo(users_total=20_000, users_active_month=month)
        )
        yield made.check(
            "lying.example", nodeinfo=made.nodeinfo(users_total=700 if day < 7 else 2_000_000)
        )


def _observe(warehouse: Warehouse) -> None:
    told = {"source": "elsewhere.example", "imported_at": NOON, "import_id": "i1"}
    captured = NOON - 30 * DAY
    rows = [
        Observation(
            **told, captured_at=captured, hostname="alpha.example", users_total=900, is_up=True
        ),
        Observation(
            **told,
            captured_at=captured,
            hostname="old.example",
            local_posts=0,
            is_open_registrations=True,
            extra='{"set_aside": {"users_total": "-5"}}',
        ),
        Observation(**told, captured_at=captured, hostname="gone-private.example", users_total=1),
    ]
    imported = Import(
        import_id="i1",
        kind="csv",
        source="elsewhere.example",
        file_name="old.csv",
        file_sha256="0" * 64,
        imported_at=NOON,
        rows_read=4,
        rows_kept=3,
        rows_rejected=1,
    )
    rejected = RejectedRow(
        import_id="i1",
        source="elsewhere.example",
        captured_at=captured,
        reason="hostname: empty",
        said="",
    )
    blocks = [
        BlockEvent(
            **told, list="tier0", captured_at=captured, event="add", target=name, hostname=name
        )
        for name in ("alpha.example", "gone-private.example")
    ]
    edge = ImportedEdge(
        **told,
        captured_at=captured,
        source_hostname="alpha.example",
        # who links itself: the only other server of the import is very small
        target="Alpha.example",
        target_hostname="alpha.example",
        kind="knows",
    )
    total = ImportedTotal(**told, captured_at=captured, instances=2, users_total=901)
    for table, records in (
        (raw.BLOCK_EVENTS, blocks),
        (raw.IMPORTED_EDGES, [edge]),
        (raw.IMPORTED_TOTALS, [total]),
        (raw.OBSERVATIONS, rows),
        (raw.IMPORTS, [imported]),
        (raw.REJECTED_ROWS, [rejected]),
    ):
        with warehouse.registered(batch_rows=table.batch(records)):
            warehouse.connection.execute(f"insert into {table.name} by name from batch_rows")
