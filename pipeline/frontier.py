"""The frontier in the warehouse: whom to visit, when, and what a visit changes.

One object for one crawl, called from one thread. A batch of checks is one transaction: rows, edges, due
dates and the hosts they name are kept together or not at all, so a crawl that is killed asks no host
again whose check it had stored.
"""

import hashlib
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import pyarrow as pa

from crawler.conversation import Wants
from crawler.frontier import Due
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check
from pipeline import optouts, store
from pipeline.caps import note_held, read_caps, released
from pipeline.due import JITTER, MONTHLY, Standing, standing_after
from pipeline.exceptions import PublishHeldBack
from pipeline.hosting import AddressTables
from pipeline.peers import Edges
from pipeline.publish import publish_warehouse, take_room
from pipeline.settings import Settings
from pipeline.warehouse import Warehouse

STRANGERS_PER_DOMAIN = 20
"""Hosts of one registrable domain that never answered, or answer alike: beyond it they are held back."""
ADMISSIONS_PER_SOURCE = 5_000
"""New hosts that one check may bring: a list of inventions must not crowd out the rest."""
LEASE = timedelta(minutes=15)
"""Much longer than a check (90 s) with its wait for a slot; then the host is handed out again."""
LEASED_AHEAD = 500
"""Hosts leased by one statement, so that asking for a few is a look at a queue."""
ASKED_AGAIN_AFTER_SECONDS = 1.0
"""When nobody was due, the database is asked again after this or after the next batch."""
PUBLISHING_SHARE = 0.2
"""A publish is put off when publishing would take more than this share of the crawl's time."""

INTERIM_CHECKS = 1_000_000
"""Checks in a warehouse beyond which a crawl publishes at its end only: below, a publish takes 9 s of CPU in the
192 MB that a crawl leaves it (measured; 128 MB are too few); far above, it would not fit."""

_LOG = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class DuckDBFrontier:
    """The frontier of one crawl (`crawler.frontier.Frontier`), with its store and its publisher."""

    def __init__(
        self,
        warehouse: Warehouse,
        *,
        crawl_id: str,
        seeds: Sequence[str] = (),
        host_limit: int | None = None,
        admits_reserved: bool = False,
        hosting: AddressTables | None = None,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.warehouse = warehouse
        self._crawl_id = crawl_id
        self._host_limit = host_limit
        self._admits_reserved = admits_reserved
        self._now = now
        self._edges = Edges(warehouse)
        self._hosting = hosting or AddressTables(())
        self._queue: deque[tuple[Due, datetime]] = deque()
        self._leased: dict[str, tuple[Due, datetime]] = {}
        self._nobody_due_until = 0.0
        self._published_after = 0.0
        self._caps = read_caps(warehouse.path.parent)
        self._optouts = optouts.kept_optouts(warehouse)
        self._begin(seeds)

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Open the warehouse that the settings name and begin, or resume, their crawl."""
        admits_reserved = bool(settings.get("ADMITS_RESERVED"))
        warehouse = Warehouse.open(Path(settings["HERDBOOK_DATA"]), is_replica=admits_reserved)
        try:
            if contact_url := settings.get("CONTACT_URL"):
                warehouse.remember("contact_url", str(contact_url))
            return cls(
                warehouse,
                crawl_id=str(settings["CRAWL_ID"]),
                seeds=list(settings.get("SEEDS") or ()),
                host_limit=settings.get("CRAWL_LIMIT"),
                admits_reserved=admits_reserved,
                hosting=AddressTables.open(Settings.from_environment().geoip),
            )
        except BaseException:
            warehouse.close()
            raise

    def lease(self, count: int) -> list[Due]:
        """Hand out at most `count` hosts that are due, most wanted first."""
        now = self._now()
        self._drop_expired(now)
        if self._host_limit is not None:
            count = min(count, self._host_limit - self._visited_count - len(self._leased))
        if count <= 0:
            return []
        if len(self._queue) < count:
            self._refill(max(count, LEASED_AHEAD), now)
        leased = [self._queue.popleft() for _ in range(min(count, len(self._queue)))]
        for due, until in leased:
            self._leased[due.hostname] = (due, until)
        return [due for due, _ in leased]

    def leased_count(self) -> int:
        """How many hosts are handed out and not yet stored."""
        self._drop_expired(self._now())
        return len(self._leased)

    def store(self, checks: list[Check]) -> None:
        """Keep checks in one transaction, end their leases and admit the hosts they name."""
        fresh = store.fresh(self.warehouse, self._crawl_id, self._optouts.without(checks))
        if fresh:
            try:
                with self.warehouse.storing():
                    store.keep(self.warehouse, self._crawl_id, fresh)
                    store.keep_hosting(self.warehouse, self._hosting.seen(fresh))
                    self._visit(fresh)
                    for told in self._edges.keep(fresh):
                        self.warehouse.run("frontier", "name")
                        self._admit_named()
                        del told
                    self._admit_claims(fresh)
            except BaseException:
                self._edges.forget()
                raise
            # what a large batch took would be kept for the next one: 30 MB
            pa.default_memory_pool().release_unused()
            self._visited_count += len(fresh)
            self._nobody_due_until = 0.0
        for check in checks:
            self._leased.pop(check.hostname, None)

    def publish(self) -> None:
        """Publish what is known so far; put off while publishing is slow against the crawl, or large."""
        if time.monotonic() < self._published_after or self._is_large():
            return
        self._keep_to_optouts()
        begun = time.monotonic()
        try:
            publish_warehouse(self.warehouse, published_at=self._now())
        except PublishHeldBack as error:
            # a crawl that has just begun after a pause has few servers alive; its end decides
            _LOG.info("%s", error)
        seconds = time.monotonic() - begun
        self._published_after = begun + seconds / PUBLISHING_SHARE

    def finish(self, reason: str) -> None:
        """End the crawl with its reason, publish a last time and let go of the warehouse."""
        try:
            self._free_leases()
            ended = {"crawl_id": self._crawl_id, "now": self._now(), "reason": reason}
            self.warehouse.run("frontier", "end_crawl", ended)
            note_held(self.warehouse)
            if self._is_large():
                # nothing is fetched any more
                take_room(self.warehouse)
            self._keep_to_optouts()
            publish_warehouse(self.warehouse, published_at=self._now(), checks_promises=True)
        finally:
            self.warehouse.close()

    def _keep_to_optouts(self) -> None:
        """Delete what is held of those who asked to be left out while this crawl runs."""
        if not optouts.is_applied(self.warehouse.path.parent):
            optouts.apply(self.warehouse)
            self._optouts = optouts.kept_optouts(self.warehouse)

    def _is_large(self) -> bool:
        count = "select count(*) from raw.checks"
        found: int = self.warehouse.connection.execute(count).fetchall()[0][0]
        return found > INTERIM_CHECKS

    def _begin(self, seeds: Sequence[str]) -> None:
        connection = self.warehouse.connection
        connection.register("domain_caps", self._caps)
        crawl = {"crawl_id": self._crawl_id, "host_limit": self._host_limit}
        self._free_leases()
        with self.warehouse.transaction():
            self.warehouse.run("frontier", "bury_crawls", {"crawl_id": self._crawl_id})
            self.warehouse.run("frontier", "begin_crawl", {**crawl, "now": self._now()})
            self.warehouse.run("frontier", "resume_crawl", crawl)
            self._admit_by_name([Hostname.parse(seed) for seed in seeds], is_seed=True)
            self._admit_released()
        count = "select count(*) from raw.checks where crawl_id = ?"
        self._visited_count: int = connection.execute(count, [self._crawl_id]).fetchall()[0][0]

    def _free_leases(self) -> None:
        self.warehouse.run("frontier", "free", {"latest": self._now() + MONTHLY + JITTER})

    def _drop_expired(self, now: datetime) -> None:
        while self._queue and self._queue[0][1] <= now:
            self._queue.popleft()
        expired = [name for name, (_, until) in self._leased.items() if until <= now]
        for name in expired:
            del self._leased[name]

    def _refill(self, count: int, now: datetime) -> None:
        if time.monotonic() < self._nobody_due_until:
            return
        until = now + LEASE
        asked = {"count": count, "now": now, "until": until, "crawl_id": self._crawl_id}
        rows = self.warehouse.run("frontier", "lease", asked).fetchall()
        found = sorted((_due(row, now) for row in rows), key=lambda due: -due.priority)
        self._queue.extend((due, until) for due in found)
        if len(rows) < count:
            self._nobody_due_until = time.monotonic() + ASKED_AGAIN_AFTER_SECONDS

    def _visit(self, checks: Sequence[Check]) -> None:
        # who was leased is admitted
        others = [check.hostname for check in checks if check.hostname not in self._leased]
        self._admit_by_name(others, is_seed=False)
        names = pa.table({"hostname": pa.array([check.hostname for check in checks], pa.string())})
        with self.warehouse.registered(batch_visits=names):
            rows = self.warehouse.run("frontier", "standings").fetchall()
        before = {
            row[0]: (Standing(**dict(zip(_STANDING, row[1:6], strict=True))), row[6])
            for row in rows
        }
        visits = [
            self._visit_row(check, *before.get(check.hostname, (Standing(), None)))
            for check in checks
        ]
        with self.warehouse.registered(batch_visits=pa.Table.from_pylist(visits, schema=_VISITS)):
            self.warehouse.run("frontier", "visit", {"crawl_id": self._crawl_id})

    def _visit_row(self, check: Check, before: Standing, likeness: int | None) -> dict[str, Any]:
        leased = self._leased.get(check.hostname)
        wanted_peers = leased[0].wants.peers if leased else bool(check.peer_lists)
        after = standing_after(check, before, wanted_peers=wanted_peers)
        return {
            "hostname": check.hostname,
            "started_at": check.started_at,
            "outcome": check.outcome,
            "is_counting_refused": check.is_counting_refused,
            "due_at": after.due_at,
            "peers_due_at": after.peers_due_at,
            "last_answered_at": after.last_answered_at,
            "failures_count": after.failures_count,
            "failing_since": after.failing_since,
            "likeness": _likeness(check) if check.outcome is Outcome.OK else likeness,
        }

    def _admit_by_name(self, hostnames: Sequence[Hostname], *, is_seed: bool) -> None:
        distinct = list(dict.fromkeys(hostnames))
        if not distinct:
            return
        names = pa.array(distinct, pa.string())
        rows = pa.table(
            {
                "id": self._edges.number(names),
                "hostname": names,
                "registrable_domain": [name.registrable_domain for name in distinct],
                "is_seed": [is_seed] * len(distinct),
            }
        )
        allowed = {"now": self._now(), "admits_reserved": self._admits_reserved}
        with self.warehouse.registered(batch_seeds=rows):
            self.warehouse.run("frontier", "seed", allowed)
            if is_seed:
                self.warehouse.run("frontier", "mark_seeds")

    def _admit_named(self, statement: str = "named") -> None:
        """Admit, within the caps, the hosts that a statement makes the table `named` of."""
        self.warehouse.run("frontier", statement)
        self.warehouse.run("frontier", "candidates", {"admits_reserved": self._admits_reserved})
        caps = {"per_source": ADMISSIONS_PER_SOURCE, "per_domain": STRANGERS_PER_DOMAIN}
        self.warehouse.run("frontier", "admit", {**caps, "now": self._now()})

    def _admit_released(self) -> None:
        """Admit what was held back of domains that an operator has released since."""
        domains = list(released(self.warehouse.path.parent))
        if domains:
            names = pa.table({"registrable_domain": pa.array(domains, pa.string())})
            with self.warehouse.registered(released_domains=names):
                self._admit_named("released")

    def _admit_claims(self, checks: Sequence[Check]) -> None:
        """Admit where a server moved and the other names it claims, within the same caps."""
        claims = [(check.hostname, check.moved_to) for check in checks if check.moved_to]
        claims += [(check.hostname, alias.hostname) for check in checks for alias in check.aliases]
        if not claims:
            return
        lists, edges = self._edges.claimed(claims)
        with self.warehouse.registered(batch_lists=lists, batch_edges=edges):
            self._admit_named()


_STANDING = ("failures_count", "failing_since", "last_answered_at", "peers_due_at", "due_at")

_TIME = pa.timestamp("us", tz="UTC")
_VISITS = pa.schema(
    [
        ("hostname", pa.string()),
        ("started_at", _TIME),
        ("outcome", pa.string()),
        ("is_counting_refused", pa.bool_()),
        ("due_at", _TIME),
        ("peers_due_at", _TIME),
        ("last_answered_at", _TIME),
        ("failures_count", pa.int32()),
        ("failing_since", _TIME),
        ("likeness", pa.uint64()),
    ]
)


def _due(row: tuple[Any, ...], now: datetime) -> Due:
    hostname, is_new_seed, has_answered, is_new, named_by, peers_due_at, last_outcome = row
    # as lease.sql orders them, so that a caller with a queue of its own keeps the order
    rank = 3 if is_new_seed else 2 if has_answered else 1 if is_new else 0
    is_robots_only = last_outcome == Outcome.ROBOTS_DISALLOWED
    wants_peers = not is_robots_only and (peers_due_at is None or peers_due_at <= now)
    return Due(
        hostname=Hostname(hostname),
        wants=Wants(instance=not is_robots_only, peers=wants_peers, activity=wants_peers),
        priority=rank * 1_000_000 + min(named_by, 999_999),
    )


def _likeness(check: Check) -> int:
    """Say what siblings of a wildcard farm share: what the server says it is, without its numbers."""
    nodeinfo, instance = check.nodeinfo, check.instance
    said = (
        (nodeinfo.software_name, nodeinfo.name, nodeinfo.description) if nodeinfo else None,
        (instance.title, instance.description) if instance else None,
    )
    return int.from_bytes(
        hashlib.blake2b(repr(said).encode("utf-8", "replace"), digest_size=8).digest()
    )
