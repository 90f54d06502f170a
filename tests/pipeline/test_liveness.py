"""Liveness: who is looked at between two visits, how often, and what it counts for."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.conversation import Wants
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from pipeline.due import LIVENESS_AFTER, LIVENESS_JITTER, is_look_due
from pipeline.frontier import DuckDBFrontier
from pipeline.liveness import LivenessFrontier
from pipeline.publish import publish_warehouse
from pipeline.warehouse import Warehouse

WATCH = """[[watch]]
name = "ours"
hostnames = ["watched.example", "failing.example", "closed.example", "busy.example", "new.example"]
url = "https://hooks.example/herdbook"
secret_env = "HOOK_SECRET"
"""


@pytest.fixture
def looks(
    frontier: DuckDBFrontier, warehouse: Warehouse, clock: Any, made: Any, tmp_path: Path
) -> Callable[..., LivenessFrontier]:
    """Begin runs, in a warehouse that a crawl has just filled with servers of which some are watched."""
    (tmp_path / "watches.toml").write_text(WATCH, encoding="utf-8")
    names = ("watched", "failing", "closed", "busy", "other")
    frontier.store([made.check(f"{name}.example") for name in names])
    frontier.store([])

    def begin(crawl_id: str) -> LivenessFrontier:
        return LivenessFrontier(warehouse, crawl_id=crawl_id, now=clock)

    return begin


def _names(run: LivenessFrontier) -> set[str]:
    return {due.hostname.partition(".")[0] for due in run.lease(100)}


def test_watched_servers_are_looked_at_between_two_visits(
    looks: Callable[..., LivenessFrontier], clock: Any
) -> None:
    """Not right after a visit, not twice, and with NodeInfo only; others and strangers not at all."""
    just_now = _names(looks("l0"))
    clock.forward(hours=6, minutes=1)
    run = looks("l1")
    dues = run.lease(2)
    rest = run.lease(100)

    assert set() == just_now
    assert [2, 2] == [len(dues), len(rest)]
    assert {Wants(instance=False, peers=False, activity=False)} == {due.wants for due in dues}
    assert "other.example" not in {due.hostname for due in (*dues, *rest)}


def test_what_a_look_finds_is_kept_and_who_wants_peace_has_it(
    looks: Callable[..., LivenessFrontier], clock: Any, made: Any, rows_of: Callable[..., Any]
) -> None:
    """CON-03: Retry-After moves the visit too; who asks to be left out is visited at once, then left alone."""
    clock.forward(hours=6, minutes=1)
    run = looks("l1")
    _names(run)
    at = {"started_at": clock()}

    run.store(
        [
            made.check("watched.example", **at),
            made.check("failing.example", outcome=Outcome.TIMED_OUT, **at),
            made.check("closed.example", outcome=Outcome.OPTED_OUT, **at),
            made.check(
                "busy.example", outcome=Outcome.RATE_LIMITED, retry_after_seconds=3 * 86_400, **at
            ),
        ]
    )

    clock.forward(hours=6, minutes=1)
    assert 0 == run.leased_count()
    assert {"watched", "failing"} == _names(looks("l2"))
    due = dict(rows_of("select hostname, due_at from frontier.hosts"))
    assert at["started_at"] == due["closed.example"]
    assert at["started_at"] + timedelta(days=3) == due["busy.example"]


def test_it_counts_for_reachability_and_changes_nothing_that_a_visit_said(
    looks: Callable[..., LivenessFrontier],
    warehouse: Warehouse,
    clock: Any,
    made: Any,
    tmp_path: Path,
) -> None:
    """A look is a sample and a line of the list of checks; numbers, sign-up and standing are those of the visit."""
    clock.forward(hours=6, minutes=1)
    run = looks("l1")
    run.store(
        [
            made.check("watched.example", started_at=clock(), nodeinfo=made.nodeinfo("other")),
            made.check("failing.example", started_at=clock(), outcome=Outcome.REFUSED),
        ]
    )
    publish_warehouse(warehouse, published_at=clock())

    with duckdb.connect(tmp_path / "published" / "herdbook.duckdb", read_only=True) as read:
        rows = read.execute(
            "select hostname, checks_90d, answered_90d, software_name, is_alive, last_outcome "
            "from marts.instances where hostname in ('watched.example', 'failing.example') order by all"
        ).fetchall()
        listed = read.execute("select hostname, outcome from marts.checks where crawl_id = 'l1'")
        told = sorted(listed.fetchall())
        days = read.execute("select count(*) from marts.instance_days where not is_up").fetchone()

    assert [
        ("failing.example", 2, 1, "mastodon", True, "ok"),
        ("watched.example", 2, 2, "mastodon", True, "ok"),
    ] == rows
    assert [("failing.example", "refused"), ("watched.example", "ok")] == told
    # it answered the visit of that day
    assert (0,) == days


def test_a_publish_of_what_has_changed_knows_of_looks(
    looks: Callable[..., LivenessFrontier],
    warehouse: Warehouse,
    clock: Any,
    made: Any,
    tmp_path: Path,
) -> None:
    """A look alone changes a day, and what comes out is what making everything anew would give."""
    publish_warehouse(warehouse, published_at=clock())
    for crawl_id, outcome in (("l1", Outcome.REFUSED), ("l2", Outcome.OK)):
        clock.forward(hours=14)
        checks = [
            made.check("failing.example", started_at=clock(), outcome=Outcome.REFUSED),
            made.check("watched.example", started_at=clock(), outcome=outcome),
        ]
        looks(crawl_id).store(checks)

    found = []
    for whole in (False, True):
        path = publish_warehouse(warehouse, published_at=clock(), whole=whole)
        with duckdb.connect(path, read_only=True) as read:
            days = "select hostname, day_on, is_up from marts.instance_days order by all"
            samples = "select hostname, checks_90d from marts.instances order by all"
            found.append([read.execute(query).fetchall() for query in (days, samples)])

    assert found[1] == found[0]
    assert ["failing.example"] == [name for name, _, is_up in found[0][0] if not is_up]


@pytest.mark.parametrize(
    ("waited", "is_due"),
    [
        (timedelta(), False),
        (LIVENESS_AFTER - LIVENESS_JITTER, False),
        (LIVENESS_AFTER + LIVENESS_JITTER, True),
        (timedelta(days=-1), True),
    ],
)
def test_a_look_is_due_after_some_hours(clock: Any, waited: timedelta, is_due: bool) -> None:
    """DUR-09: and one in the future, of a clock that was wrong, keeps nobody waiting."""
    host = Hostname("watched.example")

    assert is_due == is_look_due(host, clock() - waited, clock())


def test_without_a_watch_list_nobody_is_looked_at(warehouse: Warehouse, clock: Any) -> None:
    """Where nobody wants to know, nobody is asked."""
    assert [] == LivenessFrontier(warehouse, crawl_id="l1", now=clock).lease(10)
