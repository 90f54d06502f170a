"""Backups that can be put back."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import backup as backup_module
from pipeline.backup import back_up, backups, restore
from pipeline.exceptions import BackupError, DiskFull, WarehouseError
from pipeline.frontier import DuckDBFrontier
from pipeline.read import Published
from pipeline.running import BACKUPS
from pipeline.warehouse import FILE_NAME, Warehouse

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


@pytest.fixture
def crawled(frontier: DuckDBFrontier, made: Any) -> DuckDBFrontier:
    """A warehouse with two checks in it."""
    frontier.store([made.check("a.example"), made.check("b.example")])
    return frontier


def tables(connection: Any) -> dict[str, int]:
    """How many rows each table has."""
    names = connection.execute(
        "select schema_name || '.' || table_name from duckdb_tables() where not temporary"
    ).fetchall()
    return {
        name: connection.execute(f"select count(*) from {name}").fetchone()[0] for (name,) in names
    }


def test_a_backup_is_the_whole_warehouse(crawled: DuckDBFrontier) -> None:
    """DUR-08: every table with every row, what is only in the log included."""
    expected = tables(crawled.warehouse.connection)

    made = back_up(crawled.warehouse, keep=2)

    with duckdb.connect(made.warehouse, read_only=True) as connection:
        assert expected == tables(connection)
    assert [FILE_NAME] == [path.name for path in made.path.iterdir()]


def test_only_the_newest_are_kept(crawled: DuckDBFrontier, tmp_path: Path) -> None:
    """DUR-08: the oldest goes, and what a process left that died."""
    (tmp_path / BACKUPS / ".new-20200101T000000Z").mkdir(parents=True)

    for day in range(4):
        back_up(crawled.warehouse, keep=2, now=NOON + timedelta(days=day))

    assert ["20260322T120000Z", "20260323T120000Z"] == [b.name for b in backups(tmp_path)]
    assert 2 == len(list((tmp_path / BACKUPS).iterdir()))


def test_a_backup_that_fails_leaves_the_older_ones(
    crawled: DuckDBFrontier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-06: whole or not there; the warehouse can be used as before."""
    back_up(crawled.warehouse, keep=2, now=NOON)

    def fails(*_: Any) -> None:
        raise duckdb.IOException("no space left on device")

    monkeypatch.setattr(backup_module, "_copy_warehouse", fails)
    with pytest.raises(BackupError, match="no space left"):
        back_up(crawled.warehouse, keep=1)

    assert ["20260320T120000Z"] == [path.name for path in (tmp_path / BACKUPS).iterdir()]
    assert 2 == tables(crawled.warehouse.connection)["raw.checks"]


def test_too_little_space_is_said_before_anything_is_written(
    crawled: DuckDBFrontier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DUR-06: nothing is begun that cannot be ended."""

    def full(folder: Path, wanted_bytes: int) -> None:
        raise DiskFull(folder, 0, wanted_bytes)

    monkeypatch.setattr(backup_module, "want_free_space", full)

    with pytest.raises(DiskFull):
        back_up(crawled.warehouse, keep=1)

    assert [] == list((tmp_path / BACKUPS).iterdir())


def test_restoring_brings_back_the_rows_and_publishes_them(
    crawled: DuckDBFrontier, tmp_path: Path, made: Any
) -> None:
    """DUR-08: what came after the backup is moved aside, not deleted."""
    back_up(crawled.warehouse, keep=2, now=NOON)
    crawled.store([made.check("later.example")])
    crawled.warehouse.close()

    restored = restore(tmp_path, now=NOON)

    assert "20260320T120000Z" == restored.name
    with Warehouse.open(tmp_path) as warehouse:
        assert warehouse.is_replica
        assert 2 == tables(warehouse.connection)["raw.checks"]
    with duckdb.connect(tmp_path / f"{FILE_NAME}.before-20260320T120000Z") as before:
        assert 3 == tables(before)["raw.checks"]
    assert 2 == Published(tmp_path).about().instances_known


def test_a_restored_warehouse_goes_on(
    crawled: DuckDBFrontier, tmp_path: Path, made: Any, clock: Callable[[], datetime]
) -> None:
    """DUR-08: the next crawl opens it, migrates it where needed, and stores."""
    back_up(crawled.warehouse, keep=1)
    crawled.warehouse.close()
    restore(tmp_path)

    with Warehouse.open(tmp_path, is_replica=True) as warehouse:
        crawl = DuckDBFrontier(warehouse, crawl_id="c2", admits_reserved=True, now=clock)
        crawl.store([made.check("a.example"), made.check("c.example")])

        assert 4 == tables(warehouse.connection)["raw.checks"]


def test_a_damaged_warehouse_is_what_restoring_is_for(
    crawled: DuckDBFrontier, tmp_path: Path
) -> None:
    """DUR-07: the broken file is moved aside and the backup takes its place."""
    back_up(crawled.warehouse, keep=1)
    crawled.warehouse.close()
    path = tmp_path / FILE_NAME
    path.write_bytes(b"\0" * path.stat().st_size)
    with pytest.raises(WarehouseError):
        Warehouse.open(tmp_path)

    restore(tmp_path)

    with Warehouse.open(tmp_path) as warehouse:
        assert 2 == tables(warehouse.connection)["raw.checks"]


def test_nothing_is_restored_under_a_running_crawl(crawled: DuckDBFrontier, tmp_path: Path) -> None:
    """DUR-04: the command says that the warehouse is in use and changes nothing."""
    back_up(crawled.warehouse, keep=1)

    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "restore"],
        env={**os.environ, "HERDBOOK_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert 1 == done.returncode
    assert "is in use" in done.stderr
    assert 2 == tables(crawled.warehouse.connection)["raw.checks"]


def test_a_backup_that_cannot_be_read_changes_nothing(
    crawled: DuckDBFrontier, tmp_path: Path
) -> None:
    """DUR-07: it is tried before anything is moved."""
    made = back_up(crawled.warehouse, keep=1)
    made.warehouse.write_bytes(b"no database")
    crawled.warehouse.close()

    with pytest.raises(BackupError, match="Nothing was changed"):
        restore(tmp_path)

    with Warehouse.open(tmp_path) as warehouse:
        assert 2 == tables(warehouse.connection)["raw.checks"]


def test_a_backup_that_is_not_there_is_told_with_those_that_are(
    crawled: DuckDBFrontier, tmp_path: Path
) -> None:
    """The message lists what can be asked for."""
    back_up(crawled.warehouse, keep=1, now=NOON)

    with pytest.raises(BackupError, match=r"no backup '20200101T000000Z'.*20260320T120000Z"):
        restore(tmp_path, "20200101T000000Z")
