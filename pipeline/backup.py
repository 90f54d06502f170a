"""Backups: a copy of the warehouse and of what was published, whole or not there at all, the newest few kept.

Never a copy of the file of a running warehouse: without its log that would open with rows missing.
"""

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline import optouts
from pipeline.disk import flush, want_free_space
from pipeline.exceptions import BackupError, WarehouseError
from pipeline.publish import FOLDER as PUBLISHED
from pipeline.publish import publish_warehouse
from pipeline.running import BACKUP_NAME, BACKUPS
from pipeline.warehouse import FILE_NAME, STORAGE_VERSION, Warehouse


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One backup."""

    path: Path
    """Its folder."""

    @property
    def name(self) -> str:
        """Its time, as it is asked for."""
        return self.path.name

    @property
    def warehouse(self) -> Path:
        """The copy of the warehouse."""
        return self.path / FILE_NAME


def backups(data: Path) -> list[Backup]:
    """Find the backups of a data folder, the oldest first."""
    found = (data / BACKUPS).glob("*")
    return [Backup(path=path) for path in sorted(found) if BACKUP_NAME.fullmatch(path.name)]


def back_up(warehouse: Warehouse, *, keep: int, now: datetime | None = None) -> Backup:
    """Copy a warehouse, drop the oldest copies. Raises `DiskFull`, `BackupError`."""
    data = warehouse.path.parent
    folder = data / BACKUPS
    folder.mkdir(exist_ok=True)
    for leftover in folder.glob(".new-*"):
        shutil.rmtree(leftover)  # of a process that died: only one can hold the warehouse
    want_free_space(folder, warehouse.path.stat().st_size + 50_000_000)
    made = Backup(path=folder / f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    aside = folder / f".new-{made.name}"
    aside.mkdir()
    try:
        _copy_warehouse(warehouse, aside / FILE_NAME)
        published = data / PUBLISHED / FILE_NAME
        if published.exists():
            # it is replaced, never written to: a second name for it is a copy
            os.link(published, aside / "published.duckdb")
        flush(aside / FILE_NAME)
        os.replace(aside, made.path)
        flush(folder)
    except BaseException as error:
        shutil.rmtree(aside, ignore_errors=True)
        if isinstance(error, (duckdb.Error, OSError)):
            raise BackupError(f"no backup was made: {error!s:.300}. Older ones stay") from error
        raise
    for old in backups(data)[:-keep]:
        shutil.rmtree(old.path)
    return made


def restore(data: Path, name: str | None = None, *, now: datetime | None = None) -> Backup:
    """Put a backup in the warehouse's place; what was there is moved aside, never deleted.

    The newest one unless another is named. Raises `BackupError`, or a `WarehouseError` when the
    warehouse is in use.
    """
    chosen = _chosen(data, name)
    path = data / FILE_NAME
    _want_nobody(data)
    fresh = path.with_name(f".{FILE_NAME}.restored")
    shutil.copyfile(chosen.warehouse, fresh)
    _want_readable(fresh)
    flush(fresh)
    stamp = f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    for old in (path, path.with_name(f"{FILE_NAME}.wal"), path.with_name(f"{FILE_NAME}.stores")):
        if old.exists():
            os.replace(old, old.with_name(f"{old.name}.before-{stamp}"))
    os.replace(fresh, path)
    flush(data)
    with Warehouse.open(data) as warehouse:
        # who has asked to be left out since must not come back
        optouts.apply(warehouse)
        publish_warehouse(warehouse, checks_promises=True)
    return chosen


def opt_out_of_backups(data: Path) -> int:
    """Take hosts that stay out from every backup too; says how many backups held one."""
    count = 0
    for backup in backups(data):
        with Warehouse.open(backup.path) as copy:
            if not optouts.delete(copy, optouts.names(data)):
                continue
            aside = backup.path / f".{FILE_NAME}.new"
            # a copy leaves behind even the blocks that the rows were in
            _copy_warehouse(copy, aside)
        os.replace(aside, backup.warehouse)
        (backup.path / "published.duckdb").unlink(missing_ok=True)
        count += 1
    return count


def opt_out_of_what_was_moved_aside(data: Path) -> int:
    """Take hosts that stay out from warehouses that restoring moved aside; says how many there were.

    One that cannot be opened is deleted, and so is a damaged log: nobody can say whom they name.
    """
    names = optouts.names(data)
    if not names:
        return 0
    stamps = {old.name.rpartition(".")[2] for old in data.glob(f"{FILE_NAME}*.before-*")}
    # a folder is what a process left that died
    stamps |= {folder.name[1:] for folder in data.glob(".before-*")}
    for stamp in sorted(stamps):
        _clear_aside(data, stamp, names)
    for log in data.glob(f"{FILE_NAME}*.damaged-*"):
        log.unlink()
    return len(stamps)


def _clear_aside(data: Path, stamp: str, names: list[str]) -> None:
    folder = data / f".{stamp}"
    folder.mkdir(exist_ok=True)
    for part in ("", ".wal", ".stores"):
        old = data / f"{FILE_NAME}{part}.{stamp}"
        if old.exists():
            os.replace(old, folder / f"{FILE_NAME}{part}")
    fresh = folder / "cleared"
    fresh.unlink(missing_ok=True)
    with suppress(WarehouseError, duckdb.Error):
        with Warehouse.open(folder, creates=False) as held:
            optouts.delete(held, names)
            _copy_warehouse(held, fresh)
        os.replace(fresh, data / f"{FILE_NAME}.{stamp}")
    shutil.rmtree(folder)


def _copy_warehouse(warehouse: Warehouse, path: Path) -> None:
    connection = warehouse.connection
    (home,) = connection.execute("select current_database()").fetchall()[0]
    quoted = str(path).replace("'", "''")
    connection.execute(f"attach '{quoted}' as backup (storage_version '{STORAGE_VERSION}')")
    try:
        connection.execute(f'copy from database "{home}" to backup')
        connection.execute("checkpoint backup")
    finally:
        with suppress(duckdb.Error):
            connection.execute("detach backup")


def _chosen(data: Path, name: str | None) -> Backup:
    found = backups(data)
    chosen = [backup for backup in found if name in (None, backup.name)]
    if not chosen:
        known = ", ".join(backup.name for backup in found) or "none"
        wanted = f"no backup {name!r:.40}" if name else "no backup"
        raise BackupError(f"there is {wanted} at {data / BACKUPS}; there are: {known}")
    return chosen[-1]


def _want_nobody(data: Path) -> None:
    """Raise where another process has the warehouse; one that is damaged is what restoring is for."""
    if not (data / FILE_NAME).exists():
        return
    try:
        duckdb.connect(data / FILE_NAME).close()
    except duckdb.Error as error:
        if "lock" in str(error):
            raise BackupError(
                f"{data / FILE_NAME} is in use: end the crawl, or `herdbook serve`, first"
            ) from error


def _want_readable(path: Path) -> None:
    try:
        with duckdb.connect(path, read_only=True) as connection:
            connection.execute("select count(*) from raw.checks").fetchall()
    except duckdb.Error as error:
        path.unlink(missing_ok=True)
        raise BackupError(
            f"the backup cannot be read: {error!s:.300}. Nothing was changed"
        ) from error
