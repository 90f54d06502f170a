"""Retention: what goes, and that no published number goes with it."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.records import Exchange
from pipeline.dictionary import relations
from pipeline.exceptions import HandKeptError
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish_warehouse
from pipeline.retention import Thinned, retain
from pipeline.warehouse import Warehouse

DAYS = 60
OLD = {"conversations_days": 30, "documents_days": 45}


@pytest.fixture(scope="module")
def sixty_days(tmp_path_factory: pytest.TempPathFactory, made: Any) -> Path:
    """Sixty days of a few servers, one of which was never asked again after the first day."""
    folder = tmp_path_factory.mktemp("sixty-days")
    with Warehouse.open(folder, is_replica=True) as warehouse:
        _fill(warehouse, made)
    return folder


@pytest.fixture
def long_lived(sixty_days: Path, tmp_path: Path, clock: Any) -> Iterator[Warehouse]:
    """The warehouse of the sixty days, to do with as one likes, when they are over."""
    shutil.copytree(sixty_days, tmp_path, dirs_exist_ok=True)
    clock.forward(days=DAYS)
    with Warehouse.open(tmp_path) as warehouse:
        yield warehouse


def _fill(warehouse: Warehouse, made: Any) -> None:
    for day in range(DAYS):
        at = made.at + timedelta(days=day)
        crawl = DuckDBFrontier(
            warehouse, crawl_id=f"d{day}", admits_reserved=True, now=lambda at=at: at
        )
        names = ["a.example", "b.example", *(["once.example"] if day == 0 else [])]
        crawl.store(
            [
                made.check(
                    name,
                    started_at=at,
                    nodeinfo=made.nodeinfo(users_total=100 + day, local_posts=day),
                    instance=made.instance(title=name),
                    peer_lists=(made.peers("c.example", "d.example"),),
                    exchanges=(
                        Exchange(path="/robots.txt", method="GET", purpose="may we", status=404),
                        Exchange(
                            path="/nodeinfo/2.0",
                            method="GET",
                            purpose="what it says",
                            status=200,
                            document=f'{{"day": {day // 10}, "of": "{name}"}}'.encode(),
                        ),
                    ),
                )
                for name in names
            ]
        )
        crawl.warehouse.run(
            "frontier", "end_crawl", {"crawl_id": f"d{day}", "now": at, "reason": "finished"}
        )


def published(warehouse: Warehouse, clock: Any) -> dict[str, list[Any]]:
    """Every row of every published table."""
    path = publish_warehouse(warehouse, published_at=clock(), checks_promises=True)
    with duckdb.connect(path, read_only=True) as connection:
        return {
            mart.full_name: connection.execute(f"from {mart.full_name} order by all").fetchall()
            for mart in relations("marts")
        }


def test_no_published_row_changes(long_lived: Warehouse, clock: Any) -> None:
    """Every table of the release is the same before and after, row by row."""
    before = published(long_lived, clock)

    thinned = retain(long_lived, now=clock(), **OLD)

    assert before == published(long_lived, clock)
    assert thinned.conversations > 50
    assert thinned.documents > 0


def test_what_leads_to_a_kept_document_stays(long_lived: Warehouse, clock: Any) -> None:
    """History can be derived again from documents as received, as far back as they are kept."""
    retain(long_lived, now=clock(), **OLD)

    missing = long_lived.connection.execute(
        "select count(*) from (select started_at, unnest(from_json(exchanges, "
        '\'[{"document_hash": "VARCHAR"}]\')).document_hash::uuid as hash from raw.checks) '
        "anti join raw.documents using (hash) where hash is not null and started_at >= ?",
        [clock() - timedelta(days=45)],
    ).fetchone()
    lengths = long_lived.connection.execute(
        "select distinct json_array_length(exchanges) from raw.checks where started_at < ?",
        [clock() - timedelta(days=30)],
    ).fetchall()
    assert (0,) == missing
    assert [(1,)] == lengths


def test_a_second_run_finds_nothing(long_lived: Warehouse, clock: Any) -> None:
    """What was thinned is not written again every night."""
    retain(long_lived, now=clock(), **OLD)

    assert Thinned(conversations=0, documents=0) == retain(long_lived, now=clock(), **OLD)


@pytest.mark.parametrize(("conversations", "documents"), [(28, 400), (1, 400), (35, 34)])
def test_what_is_published_cannot_be_thinned(
    warehouse: Warehouse, clock: Any, conversations: int, documents: int, tmp_path: Path
) -> None:
    """A number too small is refused, with the reason."""
    with pytest.raises(HandKeptError, match="28 days"):
        retain(warehouse, now=clock(), conversations_days=conversations, documents_days=documents)
