"""Liveness: whether watched servers answer, every few hours between the visits of the census.

Only those of `watches.toml` are asked, because somebody wants to know; robots.txt and NodeInfo, nothing else.
What is found counts for reachability and changes nothing that a visit said. Called by a crawl as its frontier.
"""

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
from pipeline import optouts
from pipeline.due import RETRY_AFTER_AT_MOST, is_dead, is_look_due
from pipeline.warehouse import Warehouse
from pipeline.watches import FILE_NAME, read_watches

_PRIORITY = 2_000_000
"""That of servers that answered before: the breaker may ask them whether the network is there."""
_WANTS = Wants(instance=False, peers=False, activity=False)
_LEFT_ALONE = frozenset({Outcome.OPTED_OUT, Outcome.ROBOTS_DISALLOWED})
"""Who said so is visited as rarely as the census does."""

_TIME = pa.timestamp("us", tz="UTC")
_LOOKS = pa.schema(
    [
        ("crawl_id", pa.string()),
        ("hostname", pa.string()),
        ("started_at", _TIME),
        ("seconds", pa.float64()),
        ("outcome", pa.string()),
        ("requests_count", pa.int32()),
        ("body_bytes", pa.int64()),
        ("due_at", _TIME),
    ]
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LivenessFrontier:
    """Watched servers whose turn it is (`crawler.frontier.Frontier`), and what came of asking them."""

    def __init__(
        self, warehouse: Warehouse, *, crawl_id: str, now: Callable[[], datetime] = _utc_now
    ) -> None:
        self.warehouse = warehouse
        self._crawl_id = crawl_id
        self._now = now
        self._optouts = optouts.kept_optouts(warehouse)
        self._due = self._find_due()
        self._leased: set[Hostname] = set()

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> Self:
        """Open the warehouse that the settings name; there must be one."""
        warehouse = Warehouse.open(
            Path(settings["HERDBOOK_DATA"]),
            is_replica=bool(settings.get("ADMITS_RESERVED")),
            creates=False,
        )
        try:
            return cls(warehouse, crawl_id=str(settings["CRAWL_ID"]))
        except BaseException:
            warehouse.close()
            raise

    def lease(self, count: int) -> list[Due]:
        """Hand out at most `count` servers, those nobody looked at for longest first."""
        taken, self._due = self._due[: max(0, count)], self._due[max(0, count) :]
        self._leased |= set(taken)
        return [Due(hostname=name, wants=_WANTS, priority=_PRIORITY) for name in taken]

    def leased_count(self) -> int:
        """How many are handed out and not yet stored."""
        return len(self._leased)

    def store(self, checks: list[Check]) -> None:
        """Keep what was found in one transaction."""
        rows = [self._row(check) for check in self._optouts.without(checks)]
        if rows:
            looks = pa.Table.from_pylist(rows, schema=_LOOKS)
            with self.warehouse.storing(), self.warehouse.registered(batch_looks=looks):
                self.warehouse.run("liveness", "keep")
        self._leased -= {check.hostname for check in checks}

    def publish(self) -> None:
        """Nothing: the next publication has it."""

    def finish(self, reason: str) -> None:
        """Let go of the warehouse."""
        self.warehouse.close()

    def _row(self, check: Check) -> dict[str, Any]:
        # the census sees for itself at once who wants to leave
        due_at = check.started_at
        if check.retry_after_seconds is not None:
            longest = RETRY_AFTER_AT_MOST.total_seconds()
            due_at += timedelta(seconds=max(0, min(check.retry_after_seconds, longest)))
        return {
            "crawl_id": self._crawl_id,
            "hostname": check.hostname,
            "started_at": check.started_at,
            "seconds": check.seconds,
            "outcome": check.outcome,
            "requests_count": len(check.exchanges),
            "body_bytes": sum(exchange.body_bytes or 0 for exchange in check.exchanges),
            "due_at": due_at,
        }

    def _find_due(self) -> list[Hostname]:
        names = _watched(self.warehouse.path.parent)
        if not names:
            return []
        now = self._now()
        hosts = pa.table({"hostname": pa.array(names, pa.string())})
        with self.warehouse.registered(watched_hosts=hosts):
            rows = self.warehouse.run("liveness", "watched").fetchall()
        return [
            Hostname(name)
            for name, looked_at, due_at, outcome, failures, since in rows
            if is_look_due(Hostname(name), looked_at, now)
            and outcome not in _LEFT_ALONE
            and not (outcome == Outcome.RATE_LIMITED and now < due_at)
            and not is_dead(failures, since, now)
        ]


def _watched(data: Path) -> Sequence[str]:
    """Every server of every watch, once."""
    watches = read_watches(data / FILE_NAME)
    return list(dict.fromkeys(name for watch in watches for name in watch.hostnames))
