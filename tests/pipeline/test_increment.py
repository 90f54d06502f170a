"""A publish that makes anew what has changed gives what making everything anew gives, row by row."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import ActivityPoint, Alias, Check, Registration
from pipeline import raw
from pipeline.frontier import DuckDBFrontier
from pipeline.observation import Import
from pipeline.publish import publish_warehouse
from pipeline.warehouse import Warehouse

DAY = timedelta(days=1)
FIRST = datetime.fromisoformat("2026-01-05T12:00:00+00:00")
VILLAGES = int(os.environ.get("HERDBOOK_VILLAGES", "1"))
"""How many made-up villages are lived through; one takes ten seconds."""
SIGN_UPS = (Registration.OPEN, Registration.APPROVAL, Registration.CLOSED)


@dataclass
class Village:
    """Servers that are born, die, return, lie, copy one another, and are not always asked."""

    made: Any
    draw: random.Random
    numbers: dict[str, list[int]] = field(default_factory=dict)

    def day(self, at: datetime) -> Iterator[Check]:
        """What one crawl finds; on some days the crawler itself is cut off."""
        draw = self.draw
        for _ in range(12 if not self.numbers else draw.choice((0, 0, 1, 2))):
            users = draw.randrange(100, 3_000)
            self.numbers[f"h{len(self.numbers)}.example"] = [users, users // 3, users * 5]
        is_cut_off = draw.random() < 0.08
        for hostname, numbers in self.numbers.items():
            # an hour of its own, most of the time
            started = at + timedelta(minutes=draw.choice((0, 0, 0, 10, 90)))
            chance = draw.random()
            if chance < 0.05:
                continue
            if is_cut_off or chance < 0.15:
                yield self.made.check(hostname, started_at=started, outcome=Outcome.TIMED_OUT)
                continue
            self._live(numbers)
            yield self._answer(hostname, started, numbers)

    def _live(self, numbers: list[int]) -> None:
        draw = self.draw
        if draw.random() < 0.08:
            factor = draw.choice((0.2, 0.5, 2, 6))
            numbers[:] = [int(number * factor) + 1 for number in numbers]
        elif draw.random() < 0.05:
            numbers[:] = draw.choice(list(self.numbers.values()))
        elif draw.random() < 0.7:
            numbers[:] = [number + draw.randrange(4) for number in numbers]

    def _answer(self, hostname: str, started: datetime, numbers: list[int]) -> Check:
        draw = self.draw
        place = sorted(self.numbers).index(hostname)
        described = draw.random() < 0.8
        monday = started.date() - timedelta(days=started.weekday())
        users = None if draw.random() < 0.05 else numbers[0]
        found: Check = self.made.check(
            hostname,
            started_at=started,
            nodeinfo=self.made.nodeinfo(
                ("mastodon", "lemmy", "misskey")[place % 3],
                software_version=f"4.{started.timetuple().tm_yday // 20}",
                users_total=users,
                users_active_month=numbers[1],
                local_posts=-5 if draw.random() < 0.03 else numbers[2],
                is_open_registrations=draw.random() < 0.5,
            ),
            instance=self.made.instance(
                title=f"Village {place % 5}",
                description="",
                registration=SIGN_UPS[(place + started.timetuple().tm_yday // 17) % 3],
                languages=("de",) if draw.random() < 0.9 else ("de", "fr"),
            )
            if described
            else None,
            aliases=(Alias(hostname=Hostname("h0.example"), evidence="identity"),)
            if place == 5 and draw.random() < 0.3
            else (),
            activity=tuple(
                ActivityPoint(
                    starts_on=monday - timedelta(days=7 * week),
                    days=7,
                    endpoint="/api/v1/instance/activity",
                    logins=numbers[1] // 4 * (place != 1),
                    statuses=numbers[2] // 50 * (place != 1),
                    registrations=draw.randrange(2) * (place != 1),
                )
                for week in range(draw.choice((1, 2, 12)))
            )
            if place % 3 == 1 and draw.random() < 0.5
            else (),
        )
        return found


def _crawl(warehouse: Warehouse, village: Village, at: datetime) -> None:
    crawl = DuckDBFrontier(
        warehouse, crawl_id=f"c{at:%Y%m%d%H}", admits_reserved=True, now=lambda: at
    )
    crawl.store(list(village.day(at)))
    warehouse.run(
        "frontier", "end_crawl", {"crawl_id": f"c{at:%Y%m%d%H}", "now": at, "reason": "finished"}
    )


def _differences(one: Path, other: Path) -> dict[str, Any]:
    """Table → some rows that only one of two published files has."""
    found = {}
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
            " where database_name = 'one' and table_name <> 'publishes' order by 1"
        ).fetchall()
        for (table,) in tables:
            columns = ", ".join(
                f'round("{name}", 9)' if kind == "DOUBLE" else f'"{name}"'
                for name, kind, *_ in connection.execute(f"describe one.{table}").fetchall()
            )
            rows = [
                connection.execute(
                    f"select {columns} from {left}.{table} except all"
                    f" select {columns} from {right}.{table} limit 3"
                ).fetchall()
                for left, right in (("one", "other"), ("other", "one"))
            ]
            if any(rows):
                found[table] = rows
    return found


@pytest.mark.parametrize("seed", range(VILLAGES))
def test_what_has_changed_is_all_that_need_be_made_anew(
    warehouse: Warehouse,
    made: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    seed: int,
) -> None:
    """Whatever happens in a village, the file is the same, and days that are long past are kept."""
    caplog.set_level("INFO", "pipeline.publish")
    village = Village(made, random.Random(seed))
    for day in range(45):
        _crawl(warehouse, village, FIRST + day * DAY)
    publish_warehouse(warehouse, published_at=FIRST + 45 * DAY)
    for day in (46, 47, 50):
        _crawl(warehouse, village, FIRST + day * DAY)
        if day == 47:
            # a crawl that was stored late
            _crawl(warehouse, village, FIRST + (day - 3) * DAY + timedelta(hours=3))
        told = {"published_at": FIRST + day * DAY + timedelta(hours=5), "checks_promises": True}
        path = publish_warehouse(warehouse, **told)
        changed = path.rename(tmp_path / "changed.duckdb")
        # there is no former file now
        whole = publish_warehouse(warehouse, **told)

        differing = _differences(changed, whole)

        assert {} == differing
        assert ["published what has changed"] == caplog.messages
        caplog.clear()
        changed.replace(whole)


def test_everything_is_made_anew_where_the_past_has_changed(
    warehouse: Warehouse, made: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Days long past, a refusal, an opt-out, an import, a week, a clock set back: each has its reason."""
    caplog.set_level("INFO", "pipeline.publish")
    at = FIRST + 80 * DAY

    def answer(days_ago: int, **told: Any) -> Check:
        told.setdefault("nodeinfo", made.nodeinfo(users_total=10))
        found: Check = made.check("a.example", started_at=at - days_ago * DAY, **told)
        return found

    def store(*checks: Check) -> None:
        crawl_id = f"c{checks[0].started_at:%m%d}"
        DuckDBFrontier(warehouse, crawl_id=crawl_id, admits_reserved=True).store(list(checks))

    def publish(at: datetime) -> str:
        caplog.clear()
        publish_warehouse(warehouse, published_at=at)
        return caplog.text

    store(answer(79))
    store(answer(1))
    assert "" == publish(at)
    store(answer(0))
    assert "what has changed" in publish(at)
    store(answer(78))
    assert "whole: days since" in publish(at)
    store(answer(2, is_counting_refused=True))
    assert "whole: others ask to stay out" in publish(at)
    warehouse.refresh_optouts(["b.example"])
    assert "whole: others ask to stay out" in publish(at)
    _import(warehouse, at)
    assert "whole: something was imported" in publish(at)
    assert "whole: the clock was set back" in publish(at - DAY)
    assert "whole: it was last done 7 days ago" in publish(at + 6 * DAY)


def _import(warehouse: Warehouse, at: datetime) -> None:
    imported = Import(
        import_id="i1",
        kind="csv",
        source="elsewhere.example",
        file_name="old.csv",
        file_sha256="0" * 64,
        imported_at=at,
        rows_read=0,
        rows_kept=0,
        rows_rejected=0,
    )
    with warehouse.registered(batch_rows=raw.IMPORTS.batch([imported])):
        warehouse.connection.execute("insert into raw.imports by name from batch_rows")
